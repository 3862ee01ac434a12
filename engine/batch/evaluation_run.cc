#include "engine/batch/evaluation_run.h"

#include <utility>

namespace recoveryline {

EvaluationRun::EvaluationRun(const WarmPlan& plan,
                             std::span<const Scenario> scenarios,
                             Options options)
    : options_(std::move(options)),
      run_(plan, scenarios),
      rows_(run_, options_.with_vms && !options_.as_columns
                      ? EvaluationRows::kWithVms
                      : EvaluationRows::kWithoutVms),
      figures_(run_) {
  if (options_.as_columns) columns_.emplace(run_);
}

absl::Status EvaluationRun::Evaluate(UnitRange units, std::string* bytes,
                                     EvaluationTotals* totals) {
  if (columns_ && units.begin == 0) {
    columns_->AppendHead(options_.plan_source, options_.first, bytes);
  }
  FigureTable figures(run_);
  absl::Status done =
      SweepUnits(run_, units, options_.proofs,
                 [&](size_t unit, const core::UnitSweep& choices) {
                   figures.AddUnit(choices, run_.vm_count(unit), totals);
                   rows_.Keep(unit, choices);
                   if (columns_) columns_->AppendUnit(unit, choices, bytes);
                 });
  const std::lock_guard<std::mutex> lock(mutex_);
  figures_.Merge(figures);
  return done;
}

absl::Status EvaluationRun::Finish(Encode encode, std::string* bytes,
                                   EvaluationTotals* totals) const {
  if (columns_) {
    columns_->AppendTail(figures_, totals, bytes);
    return absl::OkStatus();
  }
  for (size_t s = 0; s < run_.moments().size(); ++s) {
    v1::PlanEvaluation row = rows_.Row(s, figures_);
    totals->Add(row);
    row.set_plan_source(options_.plan_source);
    if (absl::Status encoded = encode(std::move(row), bytes); !encoded.ok()) {
      return encoded;
    }
  }
  return absl::OkStatus();
}

}  // namespace recoveryline
