// EvaluationRows: the evaluations of a plan as messages, one a scenario, with a
// row for each machine where that is asked for.
//
//   EvaluationRows rows(run, EvaluationRows::kWithVms);
//   rows.Keep(unit, unit_sweep);             // each unit, on any thread
//   v1::PlanEvaluation row = rows.Row(scenario, figures);
//
// Memory: with machines, 4 bytes a machine and scenario and 40 a unit.
// Thread-safety: Keep() may be called by several threads for different units,
// Row() when all are kept.

#ifndef RECOVERYLINE_ENGINE_BATCH_EVALUATION_ROWS_H_
#define RECOVERYLINE_ENGINE_BATCH_EVALUATION_ROWS_H_

#include <cstddef>
#include <vector>

#include "engine/batch/figure_table.h"
#include "engine/batch/plan_run.h"
#include "engine/core/unit_sweep.h"
#include "engine/violations.h"
#include "recoveryline/v1/evaluation.pb.h"

namespace recoveryline {

class EvaluationRows {
 public:
  enum Vms { kWithoutVms, kWithVms };

  EvaluationRows(const PlanRun& run, Vms vms);

  void Keep(size_t unit, const core::UnitSweep& choices);
  v1::PlanEvaluation Row(size_t scenario, const FigureTable& figures) const;

 private:
  struct UnitAnswer {
    core::UnitOutcome outcome = core::UnitOutcome::kNoEligiblePoint;
    int rule = -1;
    std::vector<core::Position> positions;
  };

  void WriteVm(const PlannedVm& planned, const std::vector<UnitAnswer>& answers,
               v1::VmEvaluation* row) const;

  const PlanRun& run_;
  // By moment, then by unit; empty without machines.
  std::vector<std::vector<UnitAnswer>> answers_;
};

// The evaluation of a plan that breaks rules.
v1::PlanEvaluation InvalidEvaluation(const v1::RecoveryPlan& plan,
                                     const Violations& found);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_EVALUATION_ROWS_H_
