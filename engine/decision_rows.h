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

#include <optional>
#include <vector>

#include "engine/core/explanation.h"
#include "engine/core/plan_alignment.h"
#include "engine/core/unit.h"
#include "engine/effective_policy.h"
#include "engine/inventory_view.h"
#include "engine/plan_units.h"
#include "recoveryline/v1/decision.pb.h"

namespace recoveryline {

struct UnitResult {
  core::UnitChoice choice;  // as aligned, where units are
  core::UnitExplanation why;
};

// The outcome as it stands in a row.
v1::VmSelection::Outcome OutcomeInRow(core::UnitOutcome outcome);
v1::GroupSelection::Guarantee GuaranteeInRow(core::Guarantee guarantee);

// Greatest gain first, then bytewise smaller id.
void SortBlocking(const InventoryView& inventory, const PlannedUnit& planned,
                  std::vector<core::Blocking>* blocking);

// Those who hold the unit back, sorted. Without a choice there are no gains.
void WriteBlocking(const InventoryView& inventory, const PlannedUnit& planned,
                   std::vector<core::Blocking> blocking, bool has_choice,
                   google::protobuf::RepeatedPtrField<v1::BlockingVm>* rows);

// Fills vm_selections, group_selections and outcome.
// REQUIRES: results[i] is that of units.units()[i].
void WriteRows(const InventoryView& inventory, const PlanUnits& units,
               const EffectivePolicy& policy,
               const std::vector<UnitResult>& results, v1::Decision* decision);

// Fills alignment, where the units were aligned.
void WriteAlignment(const InventoryView& inventory, const PlanUnits& units,
                    const EffectivePolicy& policy,
                    const std::optional<core::Alignment>& alignment,
                    v1::Decision* decision);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_DECISION_ROWS_H_
