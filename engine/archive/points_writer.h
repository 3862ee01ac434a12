// WritePoints: the points of one machine as the content of an ArchivePoints;
// their carriers and the newest once more stand in the unit.
//
//   RowInventory rows(part);
//   WritePoints(rows, v, part.vms(v), &bytes);
//
// Thread-safety: pure but for `*bytes`.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_POINTS_WRITER_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_POINTS_WRITER_H_

#include "engine/archive/record_bytes.h"
#include "engine/row_inventory.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

// REQUIRES: `row` is the machine `vm` of `rows`.
void WritePoints(const RowInventory& rows, int vm, const v1::Vm& row,
                 RecordBytes* bytes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_POINTS_WRITER_H_
