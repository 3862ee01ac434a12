// BatchSink: where the evaluations of a batch go, in the order of plans and
// scenarios.
//
//   BatchSink sink;
//   sink.encode = [](int64_t plan, v1::PlanEvaluation row, std::string* out) {
//     out->append(row.SerializeAsString());
//     return absl::OkStatus();
//   };
//
// An error that a sink gives back ends the batch.
//
// Thread-safety: encode_plan and encode are called by several threads at once,
// the rest by one at a time.

#ifndef RECOVERYLINE_ENGINE_BATCH_BATCH_SINK_H_
#define RECOVERYLINE_ENGINE_BATCH_BATCH_SINK_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "engine/batch/evaluation_totals.h"
#include "engine/batch/warm_plan.h"
#include "engine/violations.h"
#include "recoveryline/v1/evaluation.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// A plan, where it is from, and what its reader could not make sense of.
struct LoadedPlan {
  std::string source;
  v1::RecoveryPlan plan;
  Violations found;
  std::string digest = {};  // of the plan's file; empty without one
};

struct BatchSink {
  // Appends what is written of a plan before its evaluations. Without `warm`
  // the plan breaks rules. May be null.
  std::function<absl::Status(const LoadedPlan&, const WarmPlan* warm,
                             std::string*)>
      encode_plan = nullptr;
  // Appends what is written of an evaluation of plan `number`.
  std::function<absl::Status(int64_t number, v1::PlanEvaluation, std::string*)>
      encode;
  std::function<absl::Status(const std::string&)> write;
  // Of plan `number`, once the last of its evaluations was written.
  std::function<absl::Status(int64_t number, const v1::EvaluationSummary&,
                             const EvaluationTotals&)>
      plan_done;
  // How many of all evaluations are done.
  std::function<void(int64_t done, int64_t all)> progress;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_BATCH_SINK_H_
