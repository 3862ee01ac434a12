// DecisionWarnings: what a person should know before acting on a Decision.
//
//   WriteWarnings(view, plan, units, policy, &decision);
//
// One function per Warning.Reason, in the order that engine/DESIGN.md states.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_DECISION_WARNINGS_H_
#define RECOVERYLINE_ENGINE_DECISION_WARNINGS_H_

#include "engine/effective_policy.h"
#include "engine/inventory_view.h"
#include "engine/plan_units.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// REQUIRES: the rows of `decision` are written.
void WriteWarnings(const InventoryView& inventory, const v1::RecoveryPlan& plan,
                   const PlanUnits& units, const EffectivePolicy& policy,
                   v1::Decision* decision);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_DECISION_WARNINGS_H_
