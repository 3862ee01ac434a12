// EvaluationRun: a plan in scenarios that follow each other, evaluated slice by
// slice on any threads, each slice some units of the plan.
//
//   EvaluationRun run(warm, scenarios, {.first = 0, .as_columns = true});
//   absl::Status done = run.Evaluate({.begin = 0, .end = 9}, &bytes, &totals);
//   ... and so on for all units, then
//   done = run.Finish(encode, &more_bytes, &totals);
//
// What the slices and then Finish() append, in the order of units, is the same
// however units are cut into slices.
//
// Memory: 300 bytes a scenario, and as evaluation_rows.h says.
// Thread-safety: Evaluate() may be called by several threads for different
// units, Finish() when all are done; the plan must outlive it.

#ifndef RECOVERYLINE_ENGINE_BATCH_EVALUATION_RUN_H_
#define RECOVERYLINE_ENGINE_BATCH_EVALUATION_RUN_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/batch/evaluation_columns.h"
#include "engine/batch/evaluation_rows.h"
#include "engine/batch/evaluation_totals.h"
#include "engine/batch/figure_table.h"
#include "engine/batch/plan_run.h"
#include "engine/batch/plan_sweep.h"

namespace recoveryline {

class EvaluationRun {
 public:
  struct Options {
    std::string plan_source = {};
    int64_t first = 0;  // scenarios of the plan that came before
    bool as_columns = false;
    bool with_vms = false;  // a row for each machine, where not as columns
    Proofs proofs = {};
  };
  // Appends what is written of an evaluation.
  using Encode =
      absl::FunctionRef<absl::Status(v1::PlanEvaluation, std::string*)>;

  // REQUIRES: there are scenarios.
  EvaluationRun(const WarmPlan& plan, std::span<const Scenario> scenarios,
                Options options);

  // Adds the losses to `*totals`. Internal where the checker refutes a choice.
  absl::Status Evaluate(UnitRange units, std::string* bytes,
                        EvaluationTotals* totals);
  // Adds the evaluations to `*totals`; the first error of `encode`.
  absl::Status Finish(Encode encode, std::string* bytes,
                      EvaluationTotals* totals) const;

 private:
  const Options options_;
  const PlanRun run_;
  std::optional<ColumnsWriter> columns_;
  EvaluationRows rows_;
  std::mutex mutex_;
  FigureTable figures_;  // guarded by mutex_
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_EVALUATION_RUN_H_
