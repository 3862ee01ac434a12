// DecisionRows: what was chosen for the units, written as rows for people.
//
//   std::vector<UnitResult> results = ...;   // one a unit of the plan
//   WriteRows(view, units, policy, results, &decision);
//
// All ids, figures and explanations of a Decision are written here, and
// nothing is decided.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_DECISION_ROWS_H_
#define RECOVERYLINE_ENGINE_DECISION_ROWS_H_

#include <vector>

#include "engine/core/explanation.h"
#include "engine/core/unit.h"
#include "engine/effective_policy.h"
#include "engine/inventory_view.h"
#include "engine/plan_units.h"
#include "recoveryline/v1/decision.pb.h"

namespace recoveryline {

struct UnitResult {
  core::UnitChoice choice;
  core::UnitExplanation why;
};

// The outcome as it stands in a row.
v1::VmSelection::Outcome OutcomeInRow(core::UnitOutcome outcome);
v1::GroupSelection::Guarantee GuaranteeInRow(core::Guarantee guarantee);

// Fills vm_selections, group_selections and outcome.
// REQUIRES: results[i] is that of units.units()[i].
void WriteRows(const InventoryView& inventory, const PlanUnits& units,
               const EffectivePolicy& policy,
               const std::vector<UnitResult>& results, v1::Decision* decision);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_DECISION_ROWS_H_
