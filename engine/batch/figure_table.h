// FigureTable: what the units of a plan add up to at each moment of a run.
//
//   FigureTable figures(run);
//   figures.AddUnit(unit_sweep, vm_count, &totals);
//   figures.Merge(of_other_units);
//   v1::PlanEvaluation row = figures.ToEvaluation(scenario);
//
// Invariant: adding and merging in any order gives the same.
//
// Memory: some 100 bytes a moment. Thread-safety: none; one a thread, then
// Merge(). The run must outlive it.

#ifndef RECOVERYLINE_ENGINE_BATCH_FIGURE_TABLE_H_
#define RECOVERYLINE_ENGINE_BATCH_FIGURE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/batch/evaluation_totals.h"
#include "engine/batch/plan_run.h"
#include "engine/core/unit_sweep.h"
#include "recoveryline/v1/evaluation.pb.h"

namespace recoveryline {

class FigureTable {
 public:
  explicit FigureTable(const PlanRun& run);

  // A unit of which the plan names `vm_count` machines. Adds its losses to
  // `*totals`, too.
  void AddUnit(const core::UnitSweep& choices, int64_t vm_count,
               EvaluationTotals* totals);
  // REQUIRES: `other` is of the same run.
  void Merge(const FigureTable& other);

  int64_t selected_vm_count(size_t moment) const {
    return selected_vm_counts_[moment];
  }
  int64_t rpo_exceeded(size_t moment) const { return rpo_exceeded_[moment]; }
  // Nothing where no unit was served.
  std::optional<core::Nanos> worst_loss(size_t moment) const {
    if (worst_losses_[moment] < 0) return std::nullopt;
    return worst_losses_[moment];
  }
  v1::Decision::Outcome outcome(size_t moment) const;

  // All of the evaluation but its machines and where its plan is from.
  v1::PlanEvaluation ToEvaluation(size_t scenario) const;

 private:
  const PlanRun& run_;
  // By moment.
  std::vector<core::Nanos> worst_losses_;  // -1: no unit was served
  std::vector<int64_t> selected_vm_counts_;
  std::vector<int64_t> rpo_exceeded_;
  // By rule and by core::UnitOutcome, a row of moments each.
  std::vector<int64_t> units_by_rule_;
  std::vector<int64_t> unserved_;
};

// COMPLETE, PARTIAL or NONE, by how many machines of a plan were selected.
v1::Decision::Outcome OutcomeOf(int64_t selected_vm_count, int64_t vm_count);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_FIGURE_TABLE_H_
