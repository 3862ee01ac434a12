// PlanReading: what a plan asks of an inventory, as the verifier reads it.
//
//   const PlanReading reading = ReadPlan(inventory, plan, decision_time);
//   reading.rows[0].id;                      // the first VM of the plan
//   reading.units[reading.rows[0].unit];     // what is chosen with it
//
// A second reading, from the contract alone: it shares nothing with the one
// that Select() uses, so that a mistake in either shows as a refutation.
//
// Cost: O(VMs of the plan and of their groups, exclusions).
// Thread-safety: plain values. The inventory and the plan must outlive it.

#ifndef RECOVERYLINE_ENGINE_PLAN_READING_H_
#define RECOVERYLINE_ENGINE_PLAN_READING_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "engine/core/interval_set.h"
#include "engine/core/policy.h"
#include "engine/core/unit.h"
#include "engine/inventory_view.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// A VM of the plan, in its order.
struct PlanRow {
  absl::string_view id;
  absl::string_view boot_group_id;
  int vm = -1;  // -1: the inventory lacks it, and the rest is -1 too
  int unit = -1;
  int member = -1;
};

// What one choice is made for.
struct UnitReading {
  int group = -1;         // of multi-VM consistency; -1: a VM by itself
  std::vector<int> vms;   // of each member
  std::vector<int> rows;  // of each member; -1: the plan does not name it
  core::Unit unit;
  // The group lacks a VM, and the plan goes on without it.
  bool goes_on_incomplete = false;
};

struct PlanReading {
  v1::RecoveryPlan::Purpose purpose = v1::RecoveryPlan::FAILBACK;
  v1::Policy::Option option = v1::Policy::OPTION_UNSPECIFIED;
  bool option_defaulted = false;
  std::vector<v1::Rule> rules;  // every default filled in
  core::Policy policy;
  core::Instant loss_from = 0;  // the earlier of incident and decision time
  std::optional<core::Nanos> rpo_objective;
  std::optional<core::Nanos> plan_max_skew;  // nothing: nothing is aligned

  std::vector<PlanRow> rows;
  // In the order of their first VMs in the plan.
  std::vector<UnitReading> units;
  // What the members' exclusions point to.
  std::vector<std::unique_ptr<const core::IntervalSet>> exclusions;
};

// REQUIRES: the plan is valid for the inventory.
PlanReading ReadPlan(const InventoryView& inventory,
                     const v1::RecoveryPlan& plan, core::Instant decision_time);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_PLAN_READING_H_
