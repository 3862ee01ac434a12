// An archive back as rows, and the proof that it is what its rows make.
//
//   absl::StatusOr<v1::Inventory> rows = RestoreInventory(*archive);
//   absl::Status proven = ProveArchive(*archive);
//
// Errors: DataLoss, with the name of the unit or machine.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_ROWS_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_ROWS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/archive/archive.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

// The inventory that was written, its rows in their order.
absl::StatusOr<v1::Inventory> RestoreInventory(const Archive& archive);

// Reads all of it, a unit at a time: every row keeps the rules of an inventory,
// and writing the rows again gives the same bytes. So an archive that is proven
// answers as its rows do, whoever wrote it.
absl::Status ProveArchive(const Archive& archive);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_ROWS_H_
