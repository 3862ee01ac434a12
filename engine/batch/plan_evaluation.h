// EvaluateEach: the figures of one plan in many scenarios.
//
//   const WarmPlan warm(view, plan, WarmPlan::kWithLists);
//   EvaluationTotals totals;
//   auto rows = EvaluateEach(warm, scenarios, {.with_vms = true}, &totals);
//   v1::EvaluationSummary summary = totals.Summary(plan.id(), "web.json");
//
// Thread-safety: pure functions of their input.

#ifndef RECOVERYLINE_ENGINE_BATCH_PLAN_EVALUATION_H_
#define RECOVERYLINE_ENGINE_BATCH_PLAN_EVALUATION_H_

#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/batch/evaluation_totals.h"
#include "engine/batch/plan_sweep.h"
#include "engine/batch/warm_plan.h"
#include "engine/violations.h"
#include "recoveryline/v1/evaluation.pb.h"

namespace recoveryline {

struct EvaluateOptions {
  bool with_vms = false;  // a row for each machine
  Proofs proofs = {};
};

// One evaluation a scenario, in their order. Adds them and the losses of their
// units to `*totals`. Internal where the checker refutes a choice, which is a
// defect of this program.
absl::StatusOr<std::vector<v1::PlanEvaluation>> EvaluateEach(
    const WarmPlan& plan, std::span<const Scenario> scenarios,
    const EvaluateOptions& options, EvaluationTotals* totals);

// The evaluation of a plan that breaks rules.
v1::PlanEvaluation InvalidEvaluation(const v1::RecoveryPlan& plan,
                                     const Violations& found);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_PLAN_EVALUATION_H_
