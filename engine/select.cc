#include "engine/select.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/explanation.h"
#include "engine/decision_rows.h"
#include "engine/decision_warnings.h"
#include "engine/effective_policy.h"
#include "engine/plan_choice.h"
#include "engine/plan_units.h"
#include "engine/row_inventory.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"

namespace recoveryline {
namespace {

using core::Instant;

v1::Decision Invalid(const v1::RecoveryPlan& plan, const SelectRequest& request,
                     const Violations& found) {
  v1::Decision decision;
  decision.set_plan_id(plan.id());
  decision.set_outcome(v1::Decision::INVALID);
  for (const v1::Violation& violation : found.list()) {
    *decision.add_violations() = violation;
  }
  *decision.mutable_provenance() = request.provenance;
  return decision;
}

v1::Decision Choose(const InventoryView& inventory,
                    const v1::RecoveryPlan& plan, Instant decision_time,
                    const SelectRequest& request) {
  const EffectivePolicy policy = EffectivePolicyOf(plan, decision_time);
  const PlanUnits units(inventory, plan);
  PlanChoice chosen = ChooseForPlan(units, policy);
  std::vector<UnitResult> results;
  results.reserve(units.units().size());
  for (size_t i = 0; i < units.units().size(); ++i) {
    UnitResult& result = results.emplace_back();
    result.why = core::Explain(units.units()[i].unit, policy.core,
                               chosen.choices[i], chosen.own(i));
    result.choice = std::move(chosen.choices[i]);
  }
  v1::Decision decision;
  decision.set_plan_id(plan.id());
  decision.set_purpose(policy.purpose);
  *decision.mutable_decision_time() = ToTimestamp(decision_time);
  *decision.mutable_target_time() = ToTimestamp(policy.core.target_time);
  decision.set_option(policy.option);
  for (const v1::Rule& rule : policy.rules) {
    *decision.add_effective_rules() = rule;
  }
  WriteRows(inventory, units, policy, results, &decision);
  WriteAlignment(inventory, units, policy, chosen.alignment, &decision);
  WriteWarnings(inventory, plan, units, policy, &decision);
  *decision.mutable_provenance() = request.provenance;
  return decision;
}

}  // namespace

Instant DecisionTimeOf(const SelectRequest& request,
                       std::optional<Instant> as_of_time, Violations* found) {
  if (request.decision_time) {
    if (const auto instant = ToInstant(*request.decision_time)) return *instant;
    found->Add(v1::Violation::TIME_OUT_OF_RANGE, "decisionTime",
               absl::StrCat(FormatTimestamp(*request.decision_time),
                            " lies outside the range of instants"));
  } else if (as_of_time) {
    return *as_of_time;
  } else {
    found->Add(v1::Violation::NO_DECISION_TIME, "asOfTime",
               "there is neither a decision time nor an asOfTime");
  }
  return 0;
}

v1::Decision Select(const InventoryView& inventory,
                    const v1::RecoveryPlan& plan,
                    const SelectRequest& request) {
  Violations found;
  const Instant decision_time =
      DecisionTimeOf(request, inventory.as_of_time(), &found);
  ValidatePlan(plan, &found);
  ValidatePlanAgainst(plan, inventory, &found);
  if (!found.empty()) return Invalid(plan, request, found);
  return Choose(inventory, plan, decision_time, request);
}

v1::Decision Select(const v1::Inventory& inventory,
                    const v1::RecoveryPlan& plan,
                    const SelectRequest& request) {
  Violations found;
  ValidateInventory(inventory, &found);
  if (found.empty()) return Select(RowInventory(inventory), plan, request);
  ValidatePlan(plan, &found);
  if (request.decision_time || !inventory.has_as_of_time()) {
    DecisionTimeOf(request, std::nullopt, &found);
  }
  return Invalid(plan, request, found);
}

}  // namespace recoveryline
