// ArchiveWriter: an inventory as an archive, a unit at a time.
//
//   ArchiveWriter writer(append);
//   writer.Add({.group = &group, .group_index = 0, .vms = {{0, &vm}}});
//   writer.Finish(head, digest);             // as_of_time and source
//
// `append` is given the file's bytes in their order and may end the writing by
// an error. The format is proto/recoveryline/v1/archive.proto.
//
// Memory: one unit and 64 MiB, and 20 bytes a machine and 1 a 1,000 of the
// file. Errors: those of `append`; ResourceExhausted for a record of 2 GiB or
// more. After one, only the destructor may follow. Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_WRITER_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_WRITER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/archive/block_sums.h"
#include "engine/archive/record_bytes.h"
#include "engine/archive/unit_writer.h"
#include "recoveryline/v1/archive.pb.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

class ArchiveWriter {
 public:
  using Append = std::function<absl::Status(absl::string_view)>;

  explicit ArchiveWriter(Append append) : append_(std::move(append)) {}

  // REQUIRES: the unit is valid.
  absl::Status Add(const ArchivedUnit& unit);

  // `head` has as_of_time, source and observed_from. `digest` tells "sha256:"
  // and the digest of all bytes appended so far. REQUIRES: called once; the
  // indexes added are 0, 1, ... without a gap.
  absl::Status Finish(const v1::Inventory& head,
                      const std::function<std::string()>& digest);

 private:
  absl::Status Write(absl::string_view bytes);
  absl::Status WriteHeader();
  absl::Status WriteChunk();
  absl::Status WriteDirectory(const v1::Inventory& head);
  absl::Status WriteChecksums();

  Append append_;
  uint64_t place_ = 0;  // where the next byte will stand
  BlockSums sums_;
  v1::ArchiveTrailer trailer_;
  // Units that are not written yet, and the points of their machines.
  RecordBytes chunk_units_{0};
  RecordBytes chunk_points_{0};
  std::vector<WrittenUnit> chunk_;
  std::vector<uint64_t> units_;
  std::vector<uint64_t> vm_places_;
  std::vector<uint32_t> group_places_;
  std::vector<uint64_t> vm_ids_;
  std::vector<uint64_t> group_ids_;
};

// All of `inventory`, units in the order of their first machine, then groups
// without any. REQUIRES: it is valid.
absl::Status WriteArchive(const v1::Inventory& inventory,
                          const ArchiveWriter::Append& append,
                          const std::function<std::string()>& digest);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_WRITER_H_
