// PlanRun: a plan and scenarios that follow each other, made ready to be gone
// through unit by unit.
//
//   const PlanRun run(warm, scenarios);
//   core::UnitSweep sweep(run.moments());
//   sweep.Run(warm.units()[0].unit, run.policy(), warm.ListsOf(0));
//
// Scenarios are spoken of by their places among those given, moments by theirs
// in the order of time.
//
// Cost: 1 us a scenario to build, and 60 bytes.
// Thread-safety: immutable; the plan must outlive it.

#ifndef RECOVERYLINE_ENGINE_BATCH_PLAN_RUN_H_
#define RECOVERYLINE_ENGINE_BATCH_PLAN_RUN_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/batch/warm_plan.h"
#include "engine/core/moments.h"
#include "engine/core/policy.h"

namespace recoveryline {

class PlanRun {
 public:
  // REQUIRES: there are scenarios.
  PlanRun(const WarmPlan& plan, std::span<const Scenario> scenarios);
  PlanRun(const PlanRun&) = delete;
  PlanRun& operator=(const PlanRun&) = delete;

  const WarmPlan& plan() const { return plan_; }
  const core::Moments& moments() const { return moments_; }
  size_t moment_of(size_t scenario) const { return moment_of_[scenario]; }

  // Of all scenarios; its decision and target time are the first one's.
  const core::Policy& policy() const { return policy_; }
  core::Policy PolicyAt(size_t moment) const;
  // From when on a moment counts losses.
  core::Instant loss_from(size_t moment) const { return loss_from_[moment]; }
  // kForever where the plan has none.
  core::Nanos rpo_objective() const { return rpo_objective_; }

  // How many machines of a unit the plan names.
  int64_t vm_count(size_t unit) const { return vm_counts_[unit]; }

 private:
  static std::vector<EffectivePolicy> PoliciesOf(
      const WarmPlan& plan, std::span<const Scenario> scenarios);
  static core::Moments MomentsOf(const std::vector<EffectivePolicy>& policies);
  PlanRun(const WarmPlan& plan, const std::vector<EffectivePolicy>& policies);

  const WarmPlan& plan_;
  const core::Policy policy_;
  const core::Nanos rpo_objective_;
  const core::Moments moments_;
  std::vector<size_t> moment_of_;
  std::vector<core::Instant> loss_from_;
  std::vector<int64_t> vm_counts_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_PLAN_RUN_H_
