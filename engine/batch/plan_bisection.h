// MakeBisection: which line of a plan is to be booted next, to find the last
// good one?
//
//   v1::Bisection search = MakeBisection(view, plan, verdicts, request);
//   Try(search.searches(0).next_target_time());      // select --target-time
//
// The lines are what is chosen as the target time moves and the decision time
// does not: whole units, so that a group is never parted. Machines are judged
// by themselves, by group, or all together:
//   (1) A point that is good makes all older points of its machine good, one
//       that is bad all newer ones bad.
//   (2) A line is good where each of its points is; bad where one of them is,
//       or where an older line of the same machines was bad as a whole.
//   (3) Lines are wanted on which each unit has a choice that has one at the
//       newest target time.
// What is asked does not depend on the order of verdicts: a search can be
// replayed.
//
// Cost: a core::TimelineSweep a unit, O(lines log lines).
// Thread-safety: pure function.

#ifndef RECOVERYLINE_ENGINE_BATCH_PLAN_BISECTION_H_
#define RECOVERYLINE_ENGINE_BATCH_PLAN_BISECTION_H_

#include <optional>

#include "engine/core/instant.h"
#include "engine/inventory_view.h"
#include "recoveryline/v1/bisect.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

struct BisectionRequest {
  // The inventory's as_of_time unless given.
  std::optional<core::Instant> decision_time = {};
  // A search a unit, instead of one for the plan.
  bool by_unit = false;
  v1::Provenance provenance = {};
};

// Validates the plan and the verdicts. REQUIRES: the inventory is valid.
v1::Bisection MakeBisection(const InventoryView& inventory,
                            const v1::RecoveryPlan& plan,
                            const v1::LineVerdicts& verdicts,
                            const BisectionRequest& request);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_PLAN_BISECTION_H_
