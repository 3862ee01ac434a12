// PlanUnits: a plan cut into the units that are chosen for one by one.
//
//   PlanUnits units(view, plan);
//   for (const PlannedUnit& u : units.units())
//     core::UnitChoice choice = core::ChooseForUnit(u.unit, policy.core);
//   for (const PlannedVm& row : units.rows()) ...      // in plan order
//   PlanUnits some(view, plan, [](absl::string_view key) {...});
//
// Here exclusions become sets of instants, pins become positions and ranks,
// and membership becomes preconditions.
//
// Thread-safety: immutable; the view must outlive it.

#ifndef RECOVERYLINE_ENGINE_PLAN_UNITS_H_
#define RECOVERYLINE_ENGINE_PLAN_UNITS_H_

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/core/interval_set.h"
#include "engine/core/unit.h"
#include "engine/inventory_view.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// A VM as the plan names it.
struct PlannedVm {
  absl::string_view id;
  absl::string_view boot_group_id = {};
  int vm = -1;      // in the inventory; -1: not found
  int unit = -1;    // in units(); -1 where not found
  int member = -1;  // in that unit
  int place = 0;    // in plan order, among all VMs of the plan
};

struct PlannedUnit {
  core::Unit unit;
  std::vector<int> vms;  // in the inventory, one a member: named ones first
  int group = -1;        // with multi-VM consistency; -1: a lone VM
  bool incomplete = false;
};

class PlanUnits {
 public:
  // Whether a VM is looked at, by the id of its replication group, or by its
  // own where it has none or is not found. The others get neither row nor unit.
  using Filter = std::function<bool(absl::string_view key)>;

  // Null: all VMs.
  // REQUIRES: the plan is valid, by itself and against the inventory.
  PlanUnits(const InventoryView& inventory, const v1::RecoveryPlan& plan,
            const Filter& takes = nullptr);

  // Not movable: units point at the exclusions.
  PlanUnits(const PlanUnits&) = delete;
  PlanUnits& operator=(const PlanUnits&) = delete;

  const std::vector<PlannedVm>& rows() const { return rows_; }
  // In the order of their first VMs in the plan.
  const std::vector<PlannedUnit>& units() const { return units_; }
  // Of the whole plan, whatever the filter takes.
  int plan_vm_count() const { return plan_vm_count_; }

 private:
  void ListRows(const v1::RecoveryPlan& plan, const Filter& takes);
  absl::string_view KeyOf(const PlannedVm& row) const;
  void IndexExclusions(const v1::Policy& policy);
  void AddToUnit(PlannedVm* row);
  void CompleteGroups(bool allow_incomplete);
  void ApplyPins(const v1::RecoveryPlan& plan);
  core::Member MemberFor(int vm);
  const core::IntervalSet* ExclusionsOf(int vm);

  const InventoryView& inventory_;
  std::vector<PlannedVm> rows_;
  std::vector<PlannedUnit> units_;
  int plan_vm_count_ = 0;
  absl::flat_hash_map<int, int> unit_of_group_;
  absl::flat_hash_map<int, const PlannedVm*> row_of_vm_;

  // Exclusions by whom they name, as indexes into intervals_.
  std::vector<core::Interval> intervals_;
  std::vector<int> for_all_;
  absl::flat_hash_map<absl::string_view, std::vector<int>> for_vm_;
  absl::flat_hash_map<absl::string_view, std::vector<int>> for_group_;
  // One set for each combination of exclusions that applies to some VM.
  std::map<std::vector<int>, core::IntervalSet> sets_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_PLAN_UNITS_H_
