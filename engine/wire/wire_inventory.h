// WireInventory: an InventoryView over the bytes of a binary inventory, without
// rows for its points. Which answers would RowInventory give?
//
//   std::unique_ptr<WireInventory> view = WireInventory::Read(bytes, {});
//   if (view == nullptr) ...                 // parse it, and validate the rows
//   v1::Decision decision = Select(*view, plan, request);
//
// Invariants (tests hold them against RowInventory):
//   (1) Null unless protobuf parses the bytes and ValidateInventory() finds
//       nothing; but also for what no serializer writes. So whoever has to say
//       what is wrong reads the bytes again as rows, and says it as ever.
//   (2) Else every answer is that of a RowInventory over the parsed rows.
//
// A point that is not plain (plain_points.h) is parsed by protobuf by itself.
//
// Cost: Read() some 65 ns a point, 25 more beyond WireLimits::held_points, half
// a microsecond where it is not plain. Memory: the index, 16 bytes an id (its
// text and 4 bytes where the machine's ids are not all UUIDs), the rows without
// points and, while reading, 32 bytes for each point held and 64 for each point
// of one machine. The bytes may go after Read(), and must not change before.
// Thread-safety: immutable; concurrent reads are safe.

#ifndef RECOVERYLINE_ENGINE_WIRE_WIRE_INVENTORY_H_
#define RECOVERYLINE_ENGINE_WIRE_WIRE_INVENTORY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/inventory_view.h"
#include "engine/row_inventory.h"
#include "engine/wire/point_ids.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

struct WireLimits {
  // Of a field, unless it is a machine or a group. REQUIRES: 4,096 or more,
  // which no plain point has.
  int64_t field_bytes = int64_t{1} << 20;
  // How many points of one group are held while its markers are not all
  // known; the rest are read twice.
  size_t held_points = size_t{1} << 18;
};

// The first point, in the order of the inventory, that has a field which this
// version does not know.
struct UnknownPoint {
  int vm = 0;
  int row = 0;  // in Vm.recovery_points
  v1::RecoveryPoint point;
};

class WireInventory final : public InventoryView {
 public:
  static std::unique_ptr<WireInventory> Read(absl::string_view bytes,
                                             const WireLimits& limits);

  // All of the inventory but the points.
  const v1::Inventory& rows() const { return *rows_; }
  const std::optional<UnknownPoint>& unknown_point() const {
    return unknown_point_;
  }

  std::optional<core::Instant> as_of_time() const override;
  std::optional<core::Instant> observed_from() const override;
  int vm_count() const override;
  std::optional<int> FindVm(absl::string_view id) const override;
  VmFacts vm(int vm) const override;
  int group_count() const override;
  std::optional<int> FindGroup(absl::string_view id) const override;
  const GroupFacts& group(int group) const override;
  const core::PointSeries& points(int vm) const override;
  std::string point_id(int vm, core::Position position) const override;
  std::vector<int> RowIndexes(int vm) const override;
  std::optional<core::Position> FindPoint(int vm,
                                          absl::string_view id) const override;
  absl::string_view marker_id(int vm, core::Marker marker) const override;
  std::optional<core::Marker> FindMarker(int vm,
                                         absl::string_view id) const override;

 private:
  friend class WireReader;

  explicit WireInventory(v1::Inventory rows);

  // Where the markers of a machine are ranked: with its group, or by itself.
  size_t MarkerSpace(int vm) const;

  const std::unique_ptr<const v1::Inventory> rows_;
  const RowInventory heads_;  // over the rows: knows all but the points
  std::vector<core::PointSeries> series_;
  std::vector<PointIds> ids_;
  std::vector<std::vector<int>> row_indexes_;
  // Sorted markers: one list a group, then one a machine.
  std::vector<TextList> markers_;
  std::optional<UnknownPoint> unknown_point_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_WIRE_WIRE_INVENTORY_H_
