// PartFile: the part of a sharded evaluation as a file.
//
//   absl::StatusOr<PartWriter> part = PartWriter::Open("3.part", header);
//   part->Append(records);
//   part->Commit();                          // with its end, and only now
//
//   absl::StatusOr<PartReader> part = PartReader::Open("3.part");
//   v1::PartRecord record;
//   absl::Status read = part->Next(&record);
//
// A part that was cut off, or of which any byte was changed, is told by its end
// at the latest: that carries the digest of what is before it.
//
// Memory: a buffer, and the record that was read last.
// Thread-safety: none.
// Errors: of Open() and of writing, those of the file; of Next(), a clause that
// says what is wrong with the part: "is cut off after 17 records".

#ifndef RECOVERYLINE_TOOLS_RLINE_PART_FILE_H_
#define RECOVERYLINE_TOOLS_RLINE_PART_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "recoveryline/v1/shard.pb.h"
#include "tools/formats/atomic_file.h"
#include "tools/formats/input_file.h"
#include "tools/formats/sha256.h"

namespace recoveryline {

class PartWriter {
 public:
  static absl::StatusOr<PartWriter> Open(const std::string& path,
                                         const v1::PartHeader& header);

  // Whole records, each with its length in front.
  absl::Status Append(absl::string_view records);

  // REQUIRES: called once, after the last Append().
  absl::Status Commit();

 private:
  explicit PartWriter(AtomicFile file) : file_(std::move(file)) {}

  AtomicFile file_;
  Sha256 digest_;
};

class PartReader {
 public:
  // "-" is stdin.
  static absl::StatusOr<PartReader> Open(const std::string& path);

  // The end is read only where nothing follows it. REQUIRES: no error, and no
  // end, before.
  absl::Status Next(v1::PartRecord* record);

 private:
  explicit PartReader(InputFile file) : file_(std::move(file)) {}

  // Some unread bytes; none at the end of the file.
  absl::StatusOr<absl::string_view> Unread();
  // Appends the next `size` bytes to bytes_.
  absl::Status Take(size_t size);
  absl::Status TakeLength(uint32_t* length);
  absl::Status CutOff() const;
  absl::Status CheckEnd(const v1::PartEnd& end);

  InputFile file_;
  std::string buffer_;
  size_t used_ = 0;    // of buffer_
  std::string bytes_;  // the record at work, with its length
  int64_t record_count_ = 0;
  Sha256 digest_;  // of the records before
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_PART_FILE_H_
