// InventoryFile: an inventory from a file in any of its formats, as a view
// where nobody needs rows for its points.
//
//   v1::Inventory rows;
//   Violations found;
//   absl::StatusOr<LoadedInventory> read =
//       ReadInventoryFile("inventory.binpb", PointRows::kUnused, &rows,
//       &found);
//   if (read->view != nullptr) Select(*read->view, plan, request);
//
// A file in the binary form is mapped and read into a WireInventory, which also
// proves it valid; a pipe is copied to a nameless temporary file first. Where
// that finds anything wrong or strange, and for all other formats, the rows are
// read as ReadMessage() reads them, and say what it is. As for every mapped
// file: it is to be replaced by another, never to be changed in place.
//
// Errors: as of ReadMessage(); Unavailable where a pipe cannot be copied.
// Cost: WireInventory::Read() and SHA-256 of the file.
// Thread-safety: concurrent reads of different inventories are safe.

#ifndef RECOVERYLINE_TOOLS_FORMATS_INVENTORY_FILE_H_
#define RECOVERYLINE_TOOLS_FORMATS_INVENTORY_FILE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/violations.h"
#include "engine/wire/wire_inventory.h"
#include "recoveryline/v1/inventory.pb.h"
#include "tools/formats/message_files.h"

namespace recoveryline {

struct LoadedInventory {
  LoadedMessage loaded;
  // Of a valid inventory, instead of its rows; null where there are rows.
  std::shared_ptr<const WireInventory> view;
};

// Whether rows of the points are wanted in any case.
enum class PointRows { kUnused, kUsed };

// `path` "-" is stdin. REQUIRES: `*rows` is empty.
absl::StatusOr<LoadedInventory> ReadInventoryFile(absl::string_view path,
                                                  PointRows points,
                                                  v1::Inventory* rows,
                                                  Violations* found);

// FirstUnknownField() of the rows that the view was read from.
std::string FirstUnknownFieldOf(const WireInventory& view);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_INVENTORY_FILE_H_
