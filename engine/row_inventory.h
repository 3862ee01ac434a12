// RowInventory: an InventoryView over message rows.
//
//   Violations found;
//   ValidateInventory(inventory, &found);
//   if (found.empty()) RowInventory view(inventory);
//
// Each VM's points are put into the total order once and handed to a
// PointSeries; markers become bytewise ranks within their group.
//
// Cost: O(points log points a VM). Point ids and markers stay in the messages,
// which must outlive the view.
// Thread-safety: immutable; concurrent reads are safe.

#ifndef RECOVERYLINE_ENGINE_ROW_INVENTORY_H_
#define RECOVERYLINE_ENGINE_ROW_INVENTORY_H_

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/inventory_view.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

// The point as the core knows it, without its marker. REQUIRES: ValidatePoint()
// finds nothing.
core::RecoveryPoint PointOf(const v1::RecoveryPoint& row, int disk_count);

class RowInventory final : public InventoryView {
 public:
  // REQUIRES: ValidateInventory() finds nothing.
  explicit RowInventory(const v1::Inventory& inventory);

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

  // Where the point stands in Vm.recovery_points.
  int row_index(int vm, core::Position position) const;
  // The markers of the machine's group, or its own; each at its rank.
  const std::vector<absl::string_view>& markers(int vm) const {
    return markers_[MarkerSpace(vm)];
  }

 private:
  // Where the markers of a VM are ranked: with its group, or by itself.
  size_t MarkerSpace(int vm) const;
  void RankMarkers();
  void SortPoints();

  const v1::Inventory* inventory_;
  absl::flat_hash_map<absl::string_view, int> vm_of_id_;
  absl::flat_hash_map<absl::string_view, int> group_of_id_;
  std::vector<GroupFacts> groups_;
  std::vector<int> group_of_vm_;
  std::vector<core::PointSeries> series_;
  std::vector<std::vector<int>> row_of_position_;
  // Sorted markers: one list a group, then one a VM (empty for grouped VMs).
  std::vector<std::vector<absl::string_view>> markers_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ROW_INVENTORY_H_
