#include "engine/batch/plan_run.h"

namespace recoveryline {

PlanRun::PlanRun(const WarmPlan& plan, std::span<const Scenario> scenarios)
    : PlanRun(plan, PoliciesOf(plan, scenarios)) {}

PlanRun::PlanRun(const WarmPlan& plan,
                 const std::vector<EffectivePolicy>& policies)
    : plan_(plan),
      policy_(policies[0].core),
      rpo_objective_(policies[0].rpo_objective.value_or(core::kForever)),
      moments_(MomentsOf(policies)),
      moment_of_(policies.size()),
      vm_counts_(plan.units().size(), 0) {
  for (size_t i = 0; i < moments_.size(); ++i) {
    const size_t scenario = moments_.asked_as(i);
    moment_of_[scenario] = i;
    loss_from_.push_back(policies[scenario].loss_from);
  }
  for (const PlannedVm& planned : plan.rows()) {
    if (planned.vm >= 0) ++vm_counts_[static_cast<size_t>(planned.unit)];
  }
}

std::vector<EffectivePolicy> PlanRun::PoliciesOf(
    const WarmPlan& plan, std::span<const Scenario> scenarios) {
  std::vector<EffectivePolicy> policies;
  policies.reserve(scenarios.size());
  for (const Scenario& scenario : scenarios) {
    policies.push_back(plan.PolicyAt(scenario));
  }
  return policies;
}

core::Moments PlanRun::MomentsOf(const std::vector<EffectivePolicy>& policies) {
  std::vector<core::Moment> moments;
  moments.reserve(policies.size());
  for (const EffectivePolicy& policy : policies) {
    moments.push_back({.decision_time = policy.core.decision_time,
                       .target_time = policy.core.target_time});
  }
  return core::Moments(moments);
}

core::Policy PlanRun::PolicyAt(size_t moment) const {
  core::Policy policy = policy_;
  policy.decision_time = moments_[moment].decision_time;
  policy.target_time = moments_[moment].target_time;
  return policy;
}

}  // namespace recoveryline
