#include "engine/batch/plan_sweep.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/core/selection_checker.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::UnitOutcome;

core::Moments MomentsOf(const std::vector<core::Policy>& policies) {
  std::vector<core::Moment> moments;
  moments.reserve(policies.size());
  for (const core::Policy& policy : policies) {
    moments.push_back({.decision_time = policy.decision_time,
                       .target_time = policy.target_time});
  }
  return core::Moments(moments);
}

// How many machines of each unit the plan names.
std::vector<int64_t> VmCounts(const WarmPlan& plan) {
  std::vector<int64_t> counts(plan.units().size(), 0);
  for (const PlannedVm& planned : plan.rows()) {
    if (planned.vm >= 0) ++counts[static_cast<size_t>(planned.unit)];
  }
  return counts;
}

std::vector<core::Policy> PoliciesOf(const WarmPlan& plan,
                                     std::span<const Scenario> scenarios,
                                     std::vector<ScenarioFigures>* figures) {
  std::vector<core::Policy> policies;
  policies.reserve(scenarios.size());
  figures->reserve(scenarios.size());
  for (const Scenario& scenario : scenarios) {
    EffectivePolicy policy = plan.PolicyAt(scenario);
    figures->emplace_back(policy);
    policies.push_back(std::move(policy.core));
  }
  return policies;
}

}  // namespace

PlanSweep::PlanSweep(const WarmPlan& plan, std::span<const Scenario> scenarios)
    : plan_(plan),
      policies_(PoliciesOf(plan, scenarios, &figures_)),
      moments_(MomentsOf(policies_)),
      moment_of_(policies_.size()),
      units_(moments_) {
  for (size_t i = 0; i < moments_.size(); ++i) {
    moment_of_[moments_.asked_as(i)] = i;
  }
}

absl::Status PlanSweep::Run(const Proofs& proofs, EvaluationTotals* totals,
                            const std::function<void(size_t unit)>& visit) {
  if (policies_.empty()) return absl::OkStatus();
  const std::vector<int64_t> vm_counts = VmCounts(plan_);
  for (size_t u = 0; u < plan_.units().size(); ++u) {
    units_.Run(plan_.units()[u].unit, policies_[0], plan_.ListsOf(u));
    absl::Status right = Check(u, proofs);
    if (!right.ok()) return right;
    AddFigures(vm_counts[u], totals);
    visit(u);
  }
  return absl::OkStatus();
}

absl::Status PlanSweep::Check(size_t unit, const Proofs& proofs) const {
  const PlannedUnit& planned = plan_.units()[unit];
  const size_t stride = std::max<size_t>(
      1, plan_.units().size() / std::max<size_t>(1, proofs.units_each));
  for (size_t k = 0; k < proofs.scenarios.size(); ++k) {
    if ((unit + k) % stride != 0) continue;
    const size_t scenario = proofs.scenarios[k];
    const core::Policy& policy = policies_[scenario];
    if (core::CheckChoice(planned.unit, policy,
                          units_.ChoiceAt(moment_of_[scenario]))) {
      return absl::InternalError(absl::StrCat(
          "the checker refutes the choice for VM \"",
          absl::string_view(plan_.inventory().vm(planned.vms.front()).id),
          "\" and its unit at ", FormatInstant(policy.decision_time)));
    }
  }
  return absl::OkStatus();
}

void PlanSweep::AddFigures(int64_t vm_count, EvaluationTotals* totals) {
  for (size_t i = 0; i < moments_.size(); ++i) {
    ScenarioFigures& figures = figures_[moments_.asked_as(i)];
    if (units_.outcome(i) == UnitOutcome::kSelected) {
      figures.AddServed(units_.rule(i), units_.earliest(i), vm_count, totals);
    } else {
      figures.AddOther(units_.outcome(i));
    }
  }
}

}  // namespace recoveryline
