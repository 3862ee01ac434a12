#include "engine/batch/figure_table.h"

#include <algorithm>
#include <functional>
#include <map>

#include "engine/batch/evaluation_totals.h"
#include "engine/decision_rows.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::UnitOutcome;

constexpr size_t kOutcomes = 9;  // no fewer than core::UnitOutcome has

void AddEach(const std::vector<int64_t>& from, std::vector<int64_t>* to) {
  std::transform(from.begin(), from.end(), to->begin(), to->begin(),
                 std::plus<>());
}

}  // namespace

FigureTable::FigureTable(const PlanRun& run)
    : run_(run),
      worst_losses_(run.moments().size(), -1),
      selected_vm_counts_(run.moments().size(), 0),
      rpo_exceeded_(run.moments().size(), 0),
      units_by_rule_(run.policy().rules.size() * run.moments().size(), 0),
      unserved_(kOutcomes * run.moments().size(), 0) {}

void FigureTable::AddUnit(const core::UnitSweep& choices, int64_t vm_count,
                          EvaluationTotals* totals) {
  const size_t count = run_.moments().size();
  const core::Nanos objective = run_.rpo_objective();
  for (size_t i = 0; i < count; ++i) {
    if (choices.outcome(i) != UnitOutcome::kSelected) {
      ++unserved_[static_cast<size_t>(choices.outcome(i)) * count + i];
      continue;
    }
    const core::Nanos loss = std::max<core::Nanos>(
        0, core::SaturatingSubtract(run_.loss_from(i), choices.earliest(i)));
    ++units_by_rule_[static_cast<size_t>(choices.rule(i)) * count + i];
    selected_vm_counts_[i] += vm_count;
    worst_losses_[i] = std::max(worst_losses_[i], loss);
    rpo_exceeded_[i] += loss > objective ? 1 : 0;
    totals->AddLoss(loss);
  }
}

void FigureTable::Merge(const FigureTable& other) {
  std::transform(other.worst_losses_.begin(), other.worst_losses_.end(),
                 worst_losses_.begin(), worst_losses_.begin(),
                 [](core::Nanos a, core::Nanos b) { return std::max(a, b); });
  AddEach(other.selected_vm_counts_, &selected_vm_counts_);
  AddEach(other.rpo_exceeded_, &rpo_exceeded_);
  AddEach(other.units_by_rule_, &units_by_rule_);
  AddEach(other.unserved_, &unserved_);
}

v1::Decision::Outcome FigureTable::outcome(size_t moment) const {
  return OutcomeOf(selected_vm_count(moment),
                   static_cast<int64_t>(run_.plan().rows().size()));
}

v1::PlanEvaluation FigureTable::ToEvaluation(size_t scenario) const {
  const WarmPlan& plan = run_.plan();
  const size_t count = run_.moments().size();
  const size_t moment = run_.moment_of(scenario);
  v1::PlanEvaluation evaluation;
  evaluation.set_plan_id(plan.plan().id());
  v1::Scenario* stated = evaluation.mutable_scenario();
  *stated->mutable_decision_time() =
      ToTimestamp(run_.moments()[moment].decision_time);
  *stated->mutable_target_time() =
      ToTimestamp(run_.moments()[moment].target_time);
  evaluation.set_vm_count(static_cast<int64_t>(plan.rows().size()));
  evaluation.set_selected_vm_count(selected_vm_count(moment));
  evaluation.set_outcome(outcome(moment));
  evaluation.set_unit_count(static_cast<int64_t>(plan.units().size()));
  for (size_t at = moment; at < units_by_rule_.size(); at += count) {
    evaluation.add_units_by_rule(units_by_rule_[at]);
  }
  std::map<v1::VmSelection::Outcome, int64_t> unserved;
  for (size_t i = 0; i < kOutcomes; ++i) {
    const int64_t units = unserved_[i * count + moment];
    if (units == 0) continue;
    unserved[OutcomeInRow(static_cast<UnitOutcome>(i))] = units;
  }
  AddUnserved(unserved, evaluation.mutable_unserved_units());
  evaluation.set_rpo_exceeded_unit_count(rpo_exceeded(moment));
  if (const auto worst = worst_loss(moment)) {
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
