#include "engine/effective_policy.h"

#include <algorithm>

#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using v1::Policy;
using v1::RecoveryPoint;
using v1::Rule;

Rule MakeRule(RecoveryPoint::Consistency consistency, Rule::Match match,
              Rule::GroupScope scope) {
  Rule rule;
  rule.set_consistency(consistency);
  rule.set_match(match);
  rule.set_group_scope(scope);
  rule.set_common_match(Rule::MARKER);
  return rule;
}

// What an option stands for.
std::vector<Rule> RulesOf(Policy::Option option) {
  switch (option) {
    case Policy::LATEST:
    case Policy::LATEST_PROCESSED:
      return {MakeRule(RecoveryPoint::CRASH_CONSISTENT, Rule::AT_LEAST,
                       Rule::INDEPENDENT)};
    case Policy::LATEST_CRASH_CONSISTENT:
      return {MakeRule(RecoveryPoint::CRASH_CONSISTENT, Rule::EXACTLY,
                       Rule::INDEPENDENT)};
    case Policy::LATEST_APP_CONSISTENT:
    case Policy::LATEST_MULTI_VM_APP_CONSISTENT:
      return {MakeRule(RecoveryPoint::APPLICATION_CONSISTENT, Rule::AT_LEAST,
                       Rule::COMMON)};
    case Policy::LATEST_APP_CONSISTENT_PER_VM:
      return {MakeRule(RecoveryPoint::APPLICATION_CONSISTENT, Rule::AT_LEAST,
                       Rule::INDEPENDENT)};
    case Policy::LATEST_MULTI_VM_PROCESSED:
      return {MakeRule(RecoveryPoint::CRASH_CONSISTENT, Rule::AT_LEAST,
                       Rule::COMMON)};
    case Policy::CUSTOM:
      return {MakeRule(RecoveryPoint::CRASH_CONSISTENT, Rule::AT_LEAST,
                       Rule::INDEPENDENT),
              MakeRule(RecoveryPoint::CRASH_CONSISTENT, Rule::AT_LEAST,
                       Rule::COMMON)};
    case Policy::OPTION_UNSPECIFIED:
    default:  // protobuf's own sentinels; an unknown value is a violation
      break;
  }
  return {};
}

// The plan's own rules, with every default filled in.
std::vector<Rule> FilledIn(const Policy& policy) {
  std::vector<Rule> rules(policy.rules().begin(), policy.rules().end());
  for (Rule& rule : rules) {
    if (rule.match() == Rule::MATCH_UNSPECIFIED) rule.set_match(Rule::AT_LEAST);
    if (rule.group_scope() == Rule::GROUP_SCOPE_UNSPECIFIED) {
      rule.set_group_scope(Rule::INDEPENDENT);
    }
    if (rule.common_match() == Rule::COMMON_MATCH_UNSPECIFIED) {
      rule.set_common_match(Rule::MARKER);
    }
    if (rule.common_match() == Rule::CAPTURE_TIME) rule.mutable_max_skew();
  }
  return rules;
}

core::Rule ToCore(const Rule& rule) {
  core::Rule result;
  const auto consistency = static_cast<core::Consistency>(rule.consistency());
  result.consistencies = rule.match() == Rule::EXACTLY
                             ? core::Exactly(consistency)
                             : core::AtLeast(consistency);
  if (rule.group_scope() == Rule::COMMON) {
    result.scope = rule.common_match() == Rule::CAPTURE_TIME
                       ? core::Scope::kCommonCaptureTime
                       : core::Scope::kCommonMarker;
  }
  result.max_skew = ToNanos(rule.max_skew()).value_or(0);
  return result;
}

void SetRules(const Policy& policy, EffectivePolicy* effective) {
  effective->option = policy.option();
  if (policy.rules().empty() &&
      effective->option == Policy::OPTION_UNSPECIFIED) {
    effective->option = Policy::LATEST;
    effective->option_defaulted = true;
  }
  effective->rules =
      policy.rules().empty() ? RulesOf(effective->option) : FilledIn(policy);
  for (const Rule& rule : effective->rules) {
    effective->core.rules.push_back(ToCore(rule));
  }
  if (effective->option == Policy::CUSTOM) {
    effective->core.pins_required = true;
    effective->core.rules[0].serves = core::Serves::kPinnedPerVm;
    effective->core.rules[1].serves = core::Serves::kPinnedByMarker;
  }
}

}  // namespace

EffectivePolicy EffectivePolicyOf(const v1::RecoveryPlan& plan,
                                  core::Instant decision_time) {
  const Policy& policy = plan.policy();
  EffectivePolicy effective;
  SetRules(policy, &effective);
  if (plan.purpose() != v1::RecoveryPlan::PURPOSE_UNSPECIFIED) {
    effective.purpose = plan.purpose();
  }
  core::Policy& core = effective.core;
  core.decision_time = decision_time;
  core.target_time = decision_time;
  effective.loss_from = decision_time;
  if (policy.has_target_time()) {
    core.target_time = ToInstant(policy.target_time()).value_or(0);
  }
  if (policy.has_not_before()) {
    core.not_before = ToInstant(policy.not_before()).value_or(0);
  }
  if (policy.has_incident_time()) {
    effective.loss_from =
        std::min(decision_time, ToInstant(policy.incident_time()).value_or(0));
  }
  if (policy.has_rpo_objective()) {
    effective.rpo_objective = ToNanos(policy.rpo_objective());
  }
  if (policy.has_plan_alignment()) {
    effective.plan_max_skew =
        ToNanos(policy.plan_alignment().max_skew()).value_or(0);
  }
  if (policy.minimum_cleanliness() != RecoveryPoint::CLEANLINESS_UNSPECIFIED) {
    core.minimum_cleanliness = static_cast<core::Cleanliness>(
        policy.minimum_cleanliness() - RecoveryPoint::INFECTED);
  }
  core.trust_unjudged = policy.trust_unjudged_points();
  core.allow_partial = policy.allow_partial_disks();
  core.replication_required = effective.purpose == v1::RecoveryPlan::FAILBACK &&
                              !policy.allow_not_replicating();
  effective.may_process_pending_data =
      effective.option == Policy::LATEST && !policy.has_target_time() &&
      !policy.has_plan_alignment() &&
      policy.minimum_cleanliness() == RecoveryPoint::CLEANLINESS_UNSPECIFIED;
  return effective;
}

}  // namespace recoveryline
