// ScanInventory: an inventory without its points, and where they stand.
//
//   std::optional<WireScan> scan =
//       ScanInventory(bytes, ScanDepth::kHeads, limit);
//   scan->rows.vms(3).id();                  // parsed by protobuf
//   scan->points[3];                         // from its first point on
//
// Everything but the points is parsed by protobuf itself, so that merged
// fields, unknown ones and bad UTF-8 are judged as ever.
//
// Cost: kHeads O(bytes before the points), kWhole O(fields); the rows.
// Thread-safety: pure function.

#ifndef RECOVERYLINE_ENGINE_WIRE_WIRE_SCAN_H_
#define RECOVERYLINE_ENGINE_WIRE_WIRE_SCAN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

// Where a machine's own fields are looked for: before its points, where most
// serializers write them all, or among and after them too.
enum class ScanDepth { kHeads, kWhole };

struct WireScan {
  v1::Inventory rows;
  // One a machine: its bytes from the first point to the end. By kHeads they
  // may hold other fields too, which are then missing in the rows.
  std::vector<absl::string_view> points;
};

// Nothing where protobuf refuses the rows, where they do not stand there as a
// serializer writes them, where the inventory itself has unknown fields or
// none at all, or a field other than a machine, its points or a group is longer
// than `field_bytes`: a slower reader is to say what that means.
std::optional<WireScan> ScanInventory(absl::string_view bytes, ScanDepth depth,
                                      int64_t field_bytes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_WIRE_WIRE_SCAN_H_
