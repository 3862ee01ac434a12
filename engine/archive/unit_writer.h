// WriteUnit: a unit and the points of its machines as records of an archive.
//
//   RecordBytes units(0), points(0);
//   absl::StatusOr<WrittenUnit> written = WriteUnit(unit, &units, &points);
//
// Where the points are is counted from the beginning of `points`, until it is
// known where that will stand in the file.
//
// Errors: ResourceExhausted for a record of 2 GiB or more.
// Thread-safety: pure but for what is written to.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_UNIT_WRITER_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_UNIT_WRITER_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/archive/record_bytes.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

// A group with all its machines in the inventory's order, or one machine
// without a group. Indexes are places in the inventory.
struct ArchivedUnit {
  const v1::ReplicationGroup* group = nullptr;
  int group_index = -1;
  struct Member {
    int index = 0;
    const v1::Vm* vm = nullptr;
  };
  std::vector<Member> vms;
};

struct WrittenUnit {
  uint32_t group = 0;  // its index plus 1, or 0
  uint64_t place = 0;  // of the content of its ArchiveUnit
  uint64_t bytes = 0;
  uint32_t machine_count = 0;
  uint64_t machines_place = 0;  // of ArchiveUnit.machines
};

// REQUIRES: the unit is valid; `units` and `points` will stand at multiples of
// 64 bytes.
absl::StatusOr<WrittenUnit> WriteUnit(const ArchivedUnit& unit,
                                      RecordBytes* units, RecordBytes* points);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_UNIT_WRITER_H_
