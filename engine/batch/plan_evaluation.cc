#include "engine/batch/plan_evaluation.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/core/selection_checker.h"
#include "engine/decision_rows.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::UnitChoice;
using core::UnitOutcome;
using v1::Decision;
using v1::PlanEvaluation;
using v1::VmEvaluation;
using v1::VmSelection;

void WriteVm(const WarmPlan& plan, const PlannedVm& planned,
             const std::vector<UnitChoice>& choices, VmEvaluation* row) {
  row->set_vm_id(std::string(planned.id));
  if (planned.vm < 0) {
    row->set_outcome(VmSelection::NOT_FOUND);
    return;
  }
  const UnitChoice& choice = choices[static_cast<size_t>(planned.unit)];
  row->set_outcome(OutcomeInRow(choice.outcome));
  if (choice.outcome != UnitOutcome::kSelected) return;
  const core::Position chosen =
      choice.positions[static_cast<size_t>(planned.member)];
  const InventoryView& inventory = plan.inventory();
  row->set_rule_index(choice.rule);
  row->set_recovery_point_id(inventory.point_id(planned.vm, chosen));
  *row->mutable_capture_time() =
      ToTimestamp(inventory.points(planned.vm).capture_time(chosen));
}

// Figures of the units; `choices` has one a unit.
void WriteUnits(const WarmPlan& plan, const EffectivePolicy& policy,
                const std::vector<UnitChoice>& choices,
                PlanEvaluation* evaluation, EvaluationTotals* totals) {
  std::vector<int64_t> by_rule(policy.rules.size(), 0);
  std::map<VmSelection::Outcome, int64_t> unserved;
  std::optional<core::Nanos> worst;
  int64_t exceeded = 0;
  for (const UnitChoice& choice : choices) {
    if (choice.outcome != UnitOutcome::kSelected) {
      ++unserved[OutcomeInRow(choice.outcome)];
      continue;
    }
    ++by_rule[static_cast<size_t>(choice.rule)];
    const core::Nanos loss = policy.LossAt(choice.earliest);
    totals->AddLoss(loss);
    worst = std::max(worst.value_or(0), loss);
    exceeded += policy.ExceedsRpo(choice.earliest) ? 1 : 0;
  }
  evaluation->set_unit_count(static_cast<int64_t>(plan.units().size()));
  evaluation->mutable_units_by_rule()->Add(by_rule.begin(), by_rule.end());
  AddUnserved(unserved, evaluation->mutable_unserved_units());
  evaluation->set_rpo_exceeded_unit_count(exceeded);
  if (worst) *evaluation->mutable_worst_data_loss() = ToDuration(*worst);
}

}  // namespace

absl::StatusOr<PlanEvaluation> Evaluate(const WarmPlan& plan,
                                        const Scenario& scenario,
                                        const EvaluateOptions& options,
                                        EvaluationTotals* totals) {
  const EffectivePolicy policy = plan.PolicyAt(scenario);
  std::vector<UnitChoice> choices;
  choices.reserve(plan.units().size());
  for (size_t u = 0; u < plan.units().size(); ++u) {
    choices.push_back(plan.Choose(u, policy.core));
    if (options.check &&
        core::CheckChoice(plan.units()[u].unit, policy.core, choices.back())) {
      return absl::InternalError(absl::StrCat(
          "the checker refutes the choice for VM \"",
          absl::string_view(
              plan.inventory().vm(plan.units()[u].vms.front()).id),
          "\" and its unit at ", FormatInstant(scenario.decision_time)));
    }
  }
  PlanEvaluation evaluation;
  evaluation.set_plan_id(plan.plan().id());
  *evaluation.mutable_scenario()->mutable_decision_time() =
      ToTimestamp(scenario.decision_time);
  *evaluation.mutable_scenario()->mutable_target_time() =
      ToTimestamp(policy.core.target_time);
  int64_t selected = 0;
  for (const PlannedVm& planned : plan.rows()) {
    selected +=
        planned.vm >= 0 && choices[static_cast<size_t>(planned.unit)].outcome ==
                               UnitOutcome::kSelected;
    if (options.with_vms) {
      WriteVm(plan, planned, choices, evaluation.add_vms());
    }
  }
  evaluation.set_vm_count(static_cast<int64_t>(plan.rows().size()));
  evaluation.set_selected_vm_count(selected);
  evaluation.set_outcome(OutcomeOf(evaluation));
  WriteUnits(plan, policy, choices, &evaluation, totals);
  totals->Add(evaluation);
  return evaluation;
}

void AddUnserved(const std::map<VmSelection::Outcome, int64_t>& unserved,
                 google::protobuf::RepeatedPtrField<v1::UnservedUnits>* rows) {
  for (const auto& [outcome, count] : unserved) {
    v1::UnservedUnits* row = rows->Add();
    row->set_outcome(outcome);
    row->set_unit_count(count);
  }
}

Decision::Outcome OutcomeOf(const PlanEvaluation& evaluation) {
  if (evaluation.selected_vm_count() == 0) return Decision::NONE;
  return evaluation.selected_vm_count() == evaluation.vm_count()
             ? Decision::COMPLETE
             : Decision::PARTIAL;
}

PlanEvaluation InvalidEvaluation(const v1::RecoveryPlan& plan,
                                 const Violations& found) {
  PlanEvaluation evaluation;
  evaluation.set_plan_id(plan.id());
  evaluation.set_outcome(Decision::INVALID);
  evaluation.mutable_violations()->Add(found.list().begin(),
                                       found.list().end());
  return evaluation;
}

void EvaluationTotals::Add(const PlanEvaluation& evaluation) {
  ++outcomes_[evaluation.outcome()];
  units_ += evaluation.unit_count();
  const auto rules = static_cast<size_t>(evaluation.units_by_rule_size());
  if (units_by_rule_.size() < rules) units_by_rule_.resize(rules, 0);
  for (size_t i = 0; i < rules; ++i) {
    units_by_rule_[i] += evaluation.units_by_rule(static_cast<int>(i));
  }
  for (const v1::UnservedUnits& row : evaluation.unserved_units()) {
    unserved_[row.outcome()] += row.unit_count();
  }
  rpo_exceeded_ += evaluation.rpo_exceeded_unit_count();
}

void EvaluationTotals::Merge(const EvaluationTotals& other) {
  for (const auto& [outcome, count] : other.outcomes_) {
    outcomes_[outcome] += count;
  }
  for (const auto& [outcome, count] : other.unserved_) {
    unserved_[outcome] += count;
  }
  if (units_by_rule_.size() < other.units_by_rule_.size()) {
    units_by_rule_.resize(other.units_by_rule_.size(), 0);
  }
  for (size_t i = 0; i < other.units_by_rule_.size(); ++i) {
    units_by_rule_[i] += other.units_by_rule_[i];
  }
  units_ += other.units_;
  rpo_exceeded_ += other.rpo_exceeded_;
  losses_.Merge(other.losses_);
}

v1::EvaluationSummary EvaluationTotals::Summary(
    const std::string& plan_id, const std::string& plan_source) const {
  const auto count_of = [this](Decision::Outcome outcome) {
    const auto found = outcomes_.find(outcome);
    return found == outcomes_.end() ? 0 : found->second;
  };
  v1::EvaluationSummary summary;
  summary.set_plan_id(plan_id);
  summary.set_plan_source(plan_source);
  summary.set_complete_count(count_of(Decision::COMPLETE));
  summary.set_partial_count(count_of(Decision::PARTIAL));
  summary.set_none_count(count_of(Decision::NONE));
  summary.set_evaluation_count(summary.complete_count() +
                               summary.partial_count() + summary.none_count());
  summary.set_invalid_plan_count(count_of(Decision::INVALID));
  summary.set_unit_count(units_);
  summary.mutable_units_by_rule()->Add(units_by_rule_.begin(),
                                       units_by_rule_.end());
  AddUnserved(unserved_, summary.mutable_unserved_units());
  summary.set_rpo_exceeded_unit_count(rpo_exceeded_);
  if (losses_.count() == 0) return summary;
  const auto at = [this](int percent) {
    return ToDuration(losses_.Percentile(percent));
  };
  *summary.mutable_median_data_loss() = at(50);
  *summary.mutable_p90_data_loss() = at(90);
  *summary.mutable_p99_data_loss() = at(99);
  *summary.mutable_worst_data_loss() = ToDuration(losses_.largest());
  return summary;
}

}  // namespace recoveryline
