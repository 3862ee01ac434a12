#include "engine/batch/evaluation_totals.h"

#include "engine/timestamps.h"

namespace recoveryline {

using v1::Decision;
using v1::PlanEvaluation;
using v1::VmSelection;

void AddUnserved(const std::map<VmSelection::Outcome, int64_t>& unserved,
                 google::protobuf::RepeatedPtrField<v1::UnservedUnits>* rows) {
  for (const auto& [outcome, count] : unserved) {
    v1::UnservedUnits* row = rows->Add();
    row->set_outcome(outcome);
    row->set_unit_count(count);
  }
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
