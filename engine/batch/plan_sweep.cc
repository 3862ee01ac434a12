#include "engine/batch/plan_sweep.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/core/selection_checker.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

absl::Status Check(const PlanRun& run, size_t unit, const Proofs& proofs,
                   const core::UnitSweep& choices) {
  const PlannedUnit& planned = run.plan().units()[unit];
  const size_t stride = std::max<size_t>(
      1, run.plan().units().size() / std::max<size_t>(1, proofs.units_each));
  for (size_t k = 0; k < proofs.scenarios.size(); ++k) {
    if ((unit + k) % stride != 0) continue;
    const size_t moment = run.moment_of(proofs.scenarios[k]);
    const core::Policy policy = run.PolicyAt(moment);
    if (core::CheckChoice(planned.unit, policy, choices.ChoiceAt(moment))) {
      const int vm = planned.vms.front();
      return absl::InternalError(absl::StrCat(
          "the checker refutes the choice for VM \"",
          absl::string_view(run.plan().inventory().vm(vm).id),
          "\" and its unit at ", FormatInstant(policy.decision_time)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<UnitRange> SlicesOf(const WarmPlan& plan, int64_t scenarios,
                                int64_t answers_per_slice) {
  std::vector<UnitRange> slices = {{}};
  int64_t answers = 0;
  for (const PlannedUnit& unit : plan.units()) {
    if (answers >= answers_per_slice) {
      slices.push_back({slices.back().end, slices.back().end});
      answers = 0;
    }
    ++slices.back().end;
    answers += static_cast<int64_t>(unit.vms.size()) * scenarios;
  }
  return slices;
}

absl::Status SweepUnits(
    const PlanRun& run, UnitRange units, const Proofs& proofs,
    absl::FunctionRef<void(size_t unit, const core::UnitSweep&)> visit) {
  core::UnitSweep sweep(run.moments());
  for (size_t u = units.begin; u < units.end; ++u) {
    sweep.Run(run.plan().units()[u].unit, run.policy(), run.plan().ListsOf(u));
    if (absl::Status right = Check(run, u, proofs, sweep); !right.ok()) {
      return right;
    }
    visit(u, sweep);
  }
  return absl::OkStatus();
}

}  // namespace recoveryline
