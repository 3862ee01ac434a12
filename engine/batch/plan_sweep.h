// PlanSweep: the choices of a plan in many scenarios, unit by unit.
//
//   PlanSweep sweep(warm, scenarios);
//   absl::Status done = sweep.Run(proofs, &totals, [&](size_t unit) {
//     use(sweep.units().outcome(moment));    // of this unit
//   });
//   v1::PlanEvaluation row = sweep.figures(0).ToEvaluation(warm);
//
// The points of a machine are gone through once for all scenarios, while they
// are in cache.
//
// Cost: see core/unit_sweep.h; 300 bytes a scenario.
// Errors: Internal where the checker refutes a choice, which is a defect of
// this program.
// Thread-safety: for one thread; the plan must outlive it.

#ifndef RECOVERYLINE_ENGINE_BATCH_PLAN_SWEEP_H_
#define RECOVERYLINE_ENGINE_BATCH_PLAN_SWEEP_H_

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "engine/batch/evaluation_totals.h"
#include "engine/batch/scenario_figures.h"
#include "engine/batch/warm_plan.h"
#include "engine/core/moments.h"
#include "engine/core/unit_sweep.h"

namespace recoveryline {

// Which choices the independent checker proves.
struct Proofs {
  // By their places among those given, in order.
  std::vector<size_t> scenarios = {};
  // In each of them about so many units, others each time; all where there are
  // no more.
  size_t units_each = std::numeric_limits<size_t>::max();
};

class PlanSweep {
 public:
  PlanSweep(const WarmPlan& plan, std::span<const Scenario> scenarios);
  PlanSweep(const PlanSweep&) = delete;
  PlanSweep& operator=(const PlanSweep&) = delete;

  // Calls `visit` with each unit's number while units() has its choices, and
  // adds up the losses in `*totals`. REQUIRES: called once.
  absl::Status Run(const Proofs& proofs, EvaluationTotals* totals,
                   const std::function<void(size_t unit)>& visit);

  // The scenarios in the order of time; moments().asked_as() has their place
  // among those given.
  const core::Moments& moments() const { return moments_; }
  const core::UnitSweep& units() const { return units_; }
  // By a scenario's place among those given, once all units were visited.
  const ScenarioFigures& figures(size_t scenario) const {
    return figures_[scenario];
  }

 private:
  void AddFigures(int64_t vm_count, EvaluationTotals* totals);
  absl::Status Check(size_t unit, const Proofs& proofs) const;

  const WarmPlan& plan_;
  // By the place of the scenario.
  std::vector<ScenarioFigures> figures_;
  std::vector<core::Policy> policies_;
  core::Moments moments_;
  std::vector<size_t> moment_of_;  // by the place of the scenario
  core::UnitSweep units_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_PLAN_SWEEP_H_
