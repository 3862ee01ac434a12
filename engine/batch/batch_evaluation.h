// EvaluateBatch: many plans in many scenarios, on several threads.
//
//   absl::Status done = EvaluateBatch(
//       view,
//       {.plan_count = 3, .load = load, .scenario_count = 9, .scenario = at},
//       {.threads = 2}, sink);
//
// The work is cut into tasks: some units of a plan in some scenarios. A thread
// takes one task after the other; what it makes is given to the sink in the
// order of plans, scenarios and units, whatever the number of threads. A plan
// is loaded by a thread of its own, and kept until its last evaluation is
// written.
//
// Of one shard, an evaluation speaks of the machines that the shard holds; what
// is made of all shards is merged by part_merge.h.
//
// Memory: the plans in work and their lists, and what kWindow tasks a thread
// have made; it does not grow with the number of plans or scenarios.
// Thread-safety: load is called by several threads at once; see batch_sink.h.

#ifndef RECOVERYLINE_ENGINE_BATCH_BATCH_EVALUATION_H_
#define RECOVERYLINE_ENGINE_BATCH_BATCH_EVALUATION_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "engine/batch/batch_sink.h"
#include "engine/batch/shard.h"
#include "engine/batch/warm_plan.h"
#include "engine/inventory_view.h"

namespace recoveryline {

struct BatchInput {
  int64_t plan_count = 0;
  // Called once for each number in [0, plan_count).
  std::function<LoadedPlan(int64_t)> load;
  int64_t scenario_count = 0;
  // The same for the same number, [0, scenario_count), each time.
  std::function<Scenario(int64_t)> scenario;
};

enum class Checking { kNone, kSample, kAll };

struct BatchOptions {
  int threads = 1;
  bool with_vms = false;
  // Evaluations as columns instead of rows: BatchSink::encode is not called,
  // but for invalid plans.
  bool as_columns = false;
  // kSample: in every 64th scenario of a plan, beginning with its first, some
  // 16 units, others each time.
  Checking checking = Checking::kSample;
  // About how many answers a task finds, > 0; what is written does not depend
  // on it. As given: 2 MB of columns.
  int64_t answers_per_task = int64_t{1} << 19;
  Shard shard = {};
};

// The first error of the sink, or Internal where the checker refutes a choice;
// what was written before stays written.
// REQUIRES: the inventory is valid.
absl::Status EvaluateBatch(const InventoryView& inventory,
                           const BatchInput& input, const BatchOptions& options,
                           const BatchSink& sink);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_BATCH_EVALUATION_H_
