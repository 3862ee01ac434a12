// EffectivePolicy: a plan's policy with every default filled in.
//
//   EffectivePolicy policy = EffectivePolicyOf(plan, decision_time);
//   policy.rules[0].group_scope();           // never unspecified
//   core::UnitChoice choice = core::ChooseForUnit(unit, policy.core);
//
// Options become the rules they stand for; a plan with neither option nor
// rules gets LATEST.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_EFFECTIVE_POLICY_H_
#define RECOVERYLINE_ENGINE_EFFECTIVE_POLICY_H_

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/core/policy.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

struct EffectivePolicy {
  v1::RecoveryPlan::Purpose purpose = v1::RecoveryPlan::FAILBACK;
  // The option in force; unset where the plan has rules of its own.
  v1::Policy::Option option = v1::Policy::OPTION_UNSPECIFIED;
  bool option_defaulted = false;
  std::vector<v1::Rule> rules;  // as `core.rules`, for people
  core::Policy core;
  // The earlier of incident time and decision time.
  core::Instant loss_from = 0;
  std::optional<core::Nanos> rpo_objective;
  // How far the points of the whole plan may lie apart; nothing: each unit is
  // chosen for by itself.
  std::optional<core::Nanos> plan_max_skew;
  // Whether the site may carry a VM past its point where nothing forbids it.
  bool may_process_pending_data = false;

  // What a unit loses whose earliest point was captured then; never below 0.
  core::Nanos LossAt(core::Instant earliest) const {
    return std::max<core::Nanos>(0,
                                 core::SaturatingSubtract(loss_from, earliest));
  }
  bool ExceedsRpo(core::Instant earliest) const {
    return rpo_objective && LossAt(earliest) > *rpo_objective;
  }
};

// REQUIRES: ValidatePlan() finds nothing.
EffectivePolicy EffectivePolicyOf(const v1::RecoveryPlan& plan,
                                  core::Instant decision_time);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_EFFECTIVE_POLICY_H_
