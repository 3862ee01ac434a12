// Batch runs: batches over random worlds, and what they gave to their sinks.
//
//   const Batch batch = RunBatch(view, plans, scenarios, {.threads = 2});
//   EXPECT_EQ(batch.rows.size(), ...);
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_BATCH_BATCH_RUNS_H_
#define RECOVERYLINE_TESTS_BATCH_BATCH_RUNS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/batch/batch_evaluation.h"
#include "engine/inventory_view.h"
#include "recoveryline/v1/evaluation.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "tests/reference/random_world.h"

namespace recoveryline {

// What a batch gave to its sink.
struct Batch {
  absl::Status status;
  std::string bytes;  // delimited by their sizes
  std::vector<v1::PlanEvaluation> rows;
  std::vector<v1::EvaluationSummary> summaries;
  int64_t done = 0;

  // Collects all but status and rows; the batch must outlive it.
  BatchSink Sink();
  // Reads the rows from the bytes.
  void ReadRows();
};

// The plans, from "0.json", "1.json", ..., at the scenarios.
BatchInput InputOf(const std::vector<v1::RecoveryPlan>& plans,
                   const std::vector<Scenario>& scenarios);

Batch RunBatch(const InventoryView& inventory,
               const std::vector<v1::RecoveryPlan>& plans,
               const std::vector<Scenario>& scenarios,
               const BatchOptions& options);

// Around the decision time of the world, some with a target time.
std::vector<Scenario> ScenariosAround(core::Instant decision, int count,
                                      uint64_t seed);

core::Instant DecisionTimeOf(const reference::World& world);

// 23 plans of one world; some of them invalid.
std::vector<v1::RecoveryPlan> ManyPlans(const v1::Inventory& inventory);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_BATCH_BATCH_RUNS_H_
