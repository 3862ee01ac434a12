// SweepUnits: the choices of a plan in many scenarios, unit by unit.
//
//   absl::Status done = SweepUnits(run, {.begin = 0, .end = 9}, proofs,
//                                  [&](size_t unit, const core::UnitSweep& of)
//                                  {
//     use(of.outcome(moment));
//   });
//
// The points of a machine are gone through once for all scenarios, while they
// are in cache.
//
// Cost: see core/unit_sweep.h.
// Errors: Internal where the checker refutes a choice, which is a defect of
// this program.
// Thread-safety: pure function of its input.

#ifndef RECOVERYLINE_ENGINE_BATCH_PLAN_SWEEP_H_
#define RECOVERYLINE_ENGINE_BATCH_PLAN_SWEEP_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/batch/plan_run.h"
#include "engine/core/unit_sweep.h"

namespace recoveryline {

// Which choices the independent checker proves.
struct Proofs {
  // By their places among those given, in order.
  std::vector<size_t> scenarios = {};
  // In each of them about so many units of the plan, others each time; all
  // where there are no more.
  size_t units_each = std::numeric_limits<size_t>::max();
};

// Units [begin, end) of a plan.
struct UnitRange {
  size_t begin = 0;
  size_t end = 0;
};

// Cuts the units of a plan so that a slice has about so many answers; at least
// one slice.
std::vector<UnitRange> SlicesOf(const WarmPlan& plan, int64_t scenarios,
                                int64_t answers_per_slice);

// Calls `visit` with each unit's number and its choices, which hold until it
// comes back.
absl::Status SweepUnits(
    const PlanRun& run, UnitRange units, const Proofs& proofs,
    absl::FunctionRef<void(size_t unit, const core::UnitSweep&)> visit);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_PLAN_SWEEP_H_
