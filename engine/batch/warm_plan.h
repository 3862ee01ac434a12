// WarmPlan: a plan made ready to be asked about many moments.
//
//   WarmPlan warm(view, plan, WarmPlan::kWithLists);
//   const EffectivePolicy policy = warm.PolicyAt({.decision_time = d});
//   core::UnitChoice choice = core::ChooseForUnit(
//       warm.units()[0].unit, policy.core, warm.ListsOf(0));
//
// What no moment changes is done once: the plan is cut into units, and the
// common lines of each group are listed for each rule that asks for them. A
// list costs about as much as 10 to 30 searches without one, so it is made for
// many scenarios only.
//
// Cost: to build, O(points of the plan's groups log points) with lists, else
// O(VMs).
// Thread-safety: immutable; view and plan must outlive it.

#ifndef RECOVERYLINE_ENGINE_BATCH_WARM_PLAN_H_
#define RECOVERYLINE_ENGINE_BATCH_WARM_PLAN_H_

#include <optional>
#include <vector>

#include "engine/batch/shard.h"
#include "engine/core/selector.h"
#include "engine/core/unit.h"
#include "engine/effective_policy.h"
#include "engine/inventory_view.h"
#include "engine/plan_units.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// A moment at which a plan might be carried out.
struct Scenario {
  core::Instant decision_time = 0;
  // Instead of the plan's; where both are absent, the decision time.
  std::optional<core::Instant> target_time = {};
};

class WarmPlan {
 public:
  enum Lists { kWithoutLists, kWithLists };

  // Of the machines that the shard holds; lists are made on so many threads.
  // REQUIRES: the plan is valid, by itself and against the inventory.
  WarmPlan(const InventoryView& inventory, const v1::RecoveryPlan& plan,
           Lists lists, const Shard& shard = {}, int threads = 1);

  const InventoryView& inventory() const { return inventory_; }
  const v1::RecoveryPlan& plan() const { return plan_; }
  const std::vector<PlannedUnit>& units() const { return units_.units(); }
  const std::vector<PlannedVm>& rows() const { return units_.rows(); }
  int plan_vm_count() const { return units_.plan_vm_count(); }

  EffectivePolicy PolicyAt(const Scenario& scenario) const;

  // Empty where none were made.
  const core::CommonLists& ListsOf(size_t unit) const {
    static const core::CommonLists kNone;
    return lists_.empty() ? kNone : lists_[unit];
  }

 private:
  void ListCommonPoints(int threads);
  void ListOfUnit(size_t unit, const core::Policy& policy);

  const InventoryView& inventory_;
  const v1::RecoveryPlan& plan_;
  const PlanUnits units_;
  // By unit, then by rule; empty where no rule needs a list.
  std::vector<core::CommonLists> lists_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_WARM_PLAN_H_
