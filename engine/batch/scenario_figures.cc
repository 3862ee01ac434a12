#include "engine/batch/scenario_figures.h"

#include <map>

#include "engine/decision_rows.h"
#include "engine/timestamps.h"

namespace recoveryline {

v1::PlanEvaluation ScenarioFigures::ToEvaluation(const WarmPlan& plan) const {
  v1::PlanEvaluation evaluation;
  evaluation.set_plan_id(plan.plan().id());
  v1::Scenario* scenario = evaluation.mutable_scenario();
  *scenario->mutable_decision_time() = ToTimestamp(decision_time_);
  *scenario->mutable_target_time() = ToTimestamp(target_time_);
  evaluation.set_vm_count(static_cast<int64_t>(plan.rows().size()));
  evaluation.set_selected_vm_count(selected_vm_count_);
  evaluation.set_outcome(OutcomeOf(selected_vm_count_, evaluation.vm_count()));
  evaluation.set_unit_count(static_cast<int64_t>(plan.units().size()));
  evaluation.mutable_units_by_rule()->Add(units_by_rule_.begin(),
                                          units_by_rule_.end());
  std::map<v1::VmSelection::Outcome, int64_t> unserved;
  for (size_t i = 0; i < unserved_.size(); ++i) {
    if (unserved_[i] == 0) continue;
    unserved[OutcomeInRow(static_cast<core::UnitOutcome>(i))] = unserved_[i];
  }
  AddUnserved(unserved, evaluation.mutable_unserved_units());
  evaluation.set_rpo_exceeded_unit_count(rpo_exceeded_);
  if (const auto worst = worst_loss()) {
    *evaluation.mutable_worst_data_loss() = ToDuration(*worst);
  }
  return evaluation;
}

v1::Decision::Outcome OutcomeOf(int64_t selected_vm_count, int64_t vm_count) {
  if (selected_vm_count == 0) return v1::Decision::NONE;
  return selected_vm_count == vm_count ? v1::Decision::COMPLETE
                                       : v1::Decision::PARTIAL;
}

}  // namespace recoveryline
