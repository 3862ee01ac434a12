// InventoryView: what Select() asks of an inventory, however it is stored.
//
//   RowInventory rows(inventory);            // message rows, validated before
//   std::optional<int> vm = rows.FindVm("web-1");
//   const core::PointSeries& points = rows.points(*vm);
//   std::string id = rows.point_id(*vm, points.size() - 1);  // the best
//
// VMs and groups are dense indexes in the inventory's order. A position counts
// a VM's points from the worst to the best in the total order (capture time,
// consistency, bytewise smaller id), so comparing positions compares points. A
// marker is its bytewise rank among the markers of its replication group (for
// a VM without a group: among its own).
//
// Thread-safety: implementations are immutable; concurrent reads are safe.

#ifndef RECOVERYLINE_ENGINE_INVENTORY_VIEW_H_
#define RECOVERYLINE_ENGINE_INVENTORY_VIEW_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "engine/core/point_series.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

// A VM without its points.
struct VmFacts {
  absl::string_view id;
  absl::string_view display_name;
  int group = -1;  // -1: none
  bool replicating = false;
};

// A replication group. `vms` are its machines in inventory order.
struct GroupFacts {
  absl::string_view id;
  bool multi_vm_consistency = false;
  std::vector<int> vms;
  std::vector<absl::string_view> expected_vm_ids;
};

class InventoryView {
 public:
  virtual ~InventoryView() = default;

  // Not OK once something could not be read: then what was answered is worth
  // nothing.
  virtual absl::Status status() const { return absl::OkStatus(); }

  // As in Inventory.
  virtual std::optional<core::Instant> as_of_time() const = 0;
  virtual std::optional<core::Instant> observed_from() const = 0;

  virtual int vm_count() const = 0;
  virtual std::optional<int> FindVm(absl::string_view id) const = 0;
  virtual VmFacts vm(int vm) const = 0;

  virtual int group_count() const = 0;
  virtual std::optional<int> FindGroup(absl::string_view id) const = 0;
  virtual const GroupFacts& group(int group) const = 0;

  virtual const core::PointSeries& points(int vm) const = 0;
  virtual std::string point_id(int vm, core::Position position) const = 0;
  // Where each point stands in Vm.recovery_points, by position; empty where
  // they stand in the order of positions.
  virtual std::vector<int> RowIndexes(int vm) const = 0;
  virtual std::optional<core::Position> FindPoint(
      int vm, absl::string_view id) const = 0;

  // REQUIRES: `marker` occurs in points(vm).
  virtual absl::string_view marker_id(int vm, core::Marker marker) const = 0;
  // The rank of `id` in the group of `vm`; nothing where no point of the group
  // carries it.
  virtual std::optional<core::Marker> FindMarker(
      int vm, absl::string_view id) const = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_INVENTORY_VIEW_H_
