// Evaluation columns: the evaluations of a plan with each machine's answers, in
// columns. Rows of machines cost many times what finding the answers does.
//
//   std::string bytes;
//   absl::Status done = AppendColumns(warm, "web.json", first, scenarios,
//                                     proofs, &totals, &bytes);
//
// The stream is said in EvaluationColumns of evaluation.proto.
//
// Thread-safety: pure functions of their input.

#ifndef RECOVERYLINE_ENGINE_BATCH_EVALUATION_COLUMNS_H_
#define RECOVERYLINE_ENGINE_BATCH_EVALUATION_COLUMNS_H_

#include <cstdint>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "engine/batch/evaluation_totals.h"
#include "engine/batch/plan_sweep.h"
#include "engine/batch/warm_plan.h"
#include "recoveryline/v1/evaluation.pb.h"

namespace recoveryline {

// Appends one run: `scenarios`, before which there are `first` of the plan.
// Adds evaluations and losses to `*totals`. Internal where the checker refutes
// a choice.
absl::Status AppendColumns(const WarmPlan& plan, const std::string& plan_source,
                           int64_t first, std::span<const Scenario> scenarios,
                           const Proofs& proofs, EvaluationTotals* totals,
                           std::string* bytes);

// Appends a plan that breaks rules.
void AppendInvalid(v1::PlanEvaluation evaluation, std::string* bytes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_EVALUATION_COLUMNS_H_
