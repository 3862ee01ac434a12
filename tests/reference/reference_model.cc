#include "tests/reference/reference_model.h"

#include <algorithm>
#include <utility>

#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

using ::google::protobuf::Timestamp;

// "available_from (default: capture_time)", "expire_time (default: never)",
// and an expire_time at or beyond the last nanosecond means never.
Point ReadPoint(const v1::RecoveryPoint& from) {
  Point point;
  point.id = from.id();
  point.capture_time = ToNanos(from.capture_time());
  point.consistency = from.consistency();
  point.marker = from.consistency_marker();
  point.available_from = from.has_available_from()
                             ? ToNanos(from.available_from())
                             : point.capture_time;
  if (from.has_expire_time() && ToNanos(from.expire_time()) != kLastNano) {
    point.expire_time = ToNanos(from.expire_time());
  }
  point.judged_cleanliness = from.cleanliness();
  if (from.cleanliness() == v1::RecoveryPoint::CLEANLINESS_UNSPECIFIED) {
    point.judged_cleanliness = v1::RecoveryPoint::UNKNOWN;
  }
  point.effective_cleanliness = point.judged_cleanliness;
  if (from.has_covered_disk_count()) {
    point.covered_disk_count = from.covered_disk_count();
  }
  return point;
}

// "A point that was never judged inherits SUSPICIOUS or INFECTED from the
// nearest judged point of the same VM captured at or before it (the worst,
// where several share that instant)."
v1::RecoveryPoint::Cleanliness EffectiveCleanliness(const Vm& vm,
                                                    const Point& point) {
  if (point.judged_cleanliness != v1::RecoveryPoint::UNKNOWN) {
    return point.judged_cleanliness;
  }
  const Point* nearest = nullptr;
  for (const Point& other : vm.points) {
    if (other.judged_cleanliness == v1::RecoveryPoint::UNKNOWN) continue;
    if (other.capture_time > point.capture_time) continue;
    const bool nearer =
        nearest == nullptr || other.capture_time > nearest->capture_time ||
        (other.capture_time == nearest->capture_time &&
         other.judged_cleanliness < nearest->judged_cleanliness);
    if (nearer) nearest = &other;
  }
  if (nearest == nullptr) return v1::RecoveryPoint::UNKNOWN;
  if (nearest->judged_cleanliness == v1::RecoveryPoint::CLEAN) {
    return v1::RecoveryPoint::UNKNOWN;
  }
  return nearest->judged_cleanliness;
}

Vm ReadVm(const v1::Vm& from, bool trust_unjudged_points) {
  Vm vm;
  vm.id = from.id();
  vm.display_name = from.display_name();
  vm.group_id = from.replication_group_id();
  vm.replicating = from.protection_state() == v1::Vm::REPLICATING;
  vm.disk_count = from.disk_count();
  for (const v1::RecoveryPoint& point : from.recovery_points()) {
    vm.points.push_back(ReadPoint(point));
  }
  if (trust_unjudged_points) return vm;
  for (Point& point : vm.points) {
    point.effective_cleanliness = EffectiveCleanliness(vm, point);
  }
  return vm;
}

Rule MakeRule(v1::RecoveryPoint::Consistency consistency, v1::Rule::Match match,
              v1::Rule::GroupScope group_scope) {
  Rule rule;
  rule.consistency = consistency;
  rule.match = match;
  rule.group_scope = group_scope;
  return rule;
}

// The table of options; CUSTOM has one rule for units pinned per VM and one
// for groups pinned by a marker.
std::vector<Rule> RulesOfOption(v1::Policy::Option option) {
  const auto crash = v1::RecoveryPoint::CRASH_CONSISTENT;
  const auto app = v1::RecoveryPoint::APPLICATION_CONSISTENT;
  const auto at_least = v1::Rule::AT_LEAST;
  const auto independent = v1::Rule::INDEPENDENT;
  const auto common = v1::Rule::COMMON;
  switch (option) {
    case v1::Policy::LATEST:
    case v1::Policy::LATEST_PROCESSED:
      return {MakeRule(crash, at_least, independent)};
    case v1::Policy::LATEST_CRASH_CONSISTENT:
      return {MakeRule(crash, v1::Rule::EXACTLY, independent)};
    case v1::Policy::LATEST_APP_CONSISTENT:
    case v1::Policy::LATEST_MULTI_VM_APP_CONSISTENT:
      return {MakeRule(app, at_least, common)};
    case v1::Policy::LATEST_APP_CONSISTENT_PER_VM:
      return {MakeRule(app, at_least, independent)};
    case v1::Policy::LATEST_MULTI_VM_PROCESSED:
      return {MakeRule(crash, at_least, common)};
    case v1::Policy::CUSTOM:
      return {MakeRule(crash, at_least, independent),
              MakeRule(crash, at_least, common)};
    default:
      return {};
  }
}

Rule ReadRule(const v1::Rule& from) {
  Rule rule;
  rule.consistency = from.consistency();
  if (from.match() != v1::Rule::MATCH_UNSPECIFIED) rule.match = from.match();
  if (from.group_scope() != v1::Rule::GROUP_SCOPE_UNSPECIFIED) {
    rule.group_scope = from.group_scope();
  }
  if (from.common_match() != v1::Rule::COMMON_MATCH_UNSPECIFIED) {
    rule.common_match = from.common_match();
  }
  rule.max_skew = ToNanos(from.max_skew());
  return rule;
}

// "A plan with neither means LATEST."
void ReadRules(const v1::Policy& policy, Model* model) {
  model->option = policy.option();
  for (const v1::Rule& rule : policy.rules()) {
    model->rules.push_back(ReadRule(rule));
  }
  if (!model->rules.empty()) return;
  if (model->option == v1::Policy::OPTION_UNSPECIFIED) {
    model->option = v1::Policy::LATEST;
    model->option_defaulted = true;
  }
  model->rules = RulesOfOption(model->option);
}

// An exclusion that ends at the last nanosecond, or has no end, lasts for
// ever.
Exclusion ReadExclusion(const v1::Exclusion& from) {
  Exclusion exclusion;
  if (from.has_start_time()) exclusion.start_time = ToNanos(from.start_time());
  if (from.has_end_time() && ToNanos(from.end_time()) != kLastNano) {
    exclusion.end_time = ToNanos(from.end_time());
  }
  exclusion.vm_ids.assign(from.vm_ids().begin(), from.vm_ids().end());
  exclusion.group_ids.assign(from.replication_group_ids().begin(),
                             from.replication_group_ids().end());
  return exclusion;
}

// D = the one given, else as_of_time; T and the incident default to D.
void ReadTimes(const v1::Inventory& inventory, const v1::Policy& policy,
               const std::optional<Timestamp>& decision_time, Model* model) {
  model->decision_time =
      ToNanos(decision_time ? *decision_time : inventory.as_of_time());
  if (inventory.has_as_of_time()) {
    model->as_of_time = ToNanos(inventory.as_of_time());
  }
  model->has_target_time = policy.has_target_time();
  model->target_time = policy.has_target_time() ? ToNanos(policy.target_time())
                                                : model->decision_time;
  model->incident_time = policy.has_incident_time()
                             ? ToNanos(policy.incident_time())
                             : model->decision_time;
  if (policy.has_not_before()) model->not_before = ToNanos(policy.not_before());
  if (policy.has_rpo_objective()) {
    model->rpo_objective = ToNanos(policy.rpo_objective());
  }
}

void ReadLimits(const v1::Policy& policy, Model* model) {
  for (const v1::Exclusion& exclusion : policy.exclusions()) {
    model->exclusions.push_back(ReadExclusion(exclusion));
  }
  if (policy.minimum_cleanliness() !=
      v1::RecoveryPoint::CLEANLINESS_UNSPECIFIED) {
    model->has_minimum_cleanliness = true;
    model->minimum_cleanliness = policy.minimum_cleanliness();
  }
  if (policy.has_plan_alignment()) {
    model->plan_max_skew = ToNanos(policy.plan_alignment().max_skew());
  }
  model->allow_partial_disks = policy.allow_partial_disks();
  model->allow_incomplete_groups = policy.allow_incomplete_groups();
  model->allow_not_replicating = policy.allow_not_replicating();
}

// "A plan left out, or without boot groups, means all VMs of the inventory in
// its order."
void ReadPlan(const v1::Inventory& inventory, const v1::RecoveryPlan& plan,
              Model* model) {
  model->plan_id = plan.id();
  if (plan.purpose() != v1::RecoveryPlan::PURPOSE_UNSPECIFIED) {
    model->purpose = plan.purpose();
  }
  for (const v1::BootGroup& boot_group : plan.boot_groups()) {
    for (const std::string& vm_id : boot_group.vm_ids()) {
      model->planned_vms.push_back({vm_id, boot_group.id()});
    }
  }
  if (plan.boot_groups().empty()) {
    for (const v1::Vm& vm : inventory.vms()) {
      model->planned_vms.push_back({vm.id(), ""});
    }
  }
  for (const v1::Pin& pin : plan.pins()) {
    if (pin.vm_id().empty()) {
      model->group_pins[pin.replication_group_id()] = pin.consistency_marker();
    } else {
      model->vm_pins[pin.vm_id()] = pin.recovery_point_id();
    }
  }
}

}  // namespace

Model ReadModel(const v1::Inventory& inventory, const v1::RecoveryPlan& plan,
                std::optional<Timestamp> decision_time) {
  Model model;
  for (const v1::Vm& vm : inventory.vms()) {
    model.vms.push_back(ReadVm(vm, plan.policy().trust_unjudged_points()));
  }
  for (const v1::ReplicationGroup& group : inventory.replication_groups()) {
    if (!group.multi_vm_consistency()) continue;
    model.multi_vm_groups[group.id()].assign(group.expected_vm_ids().begin(),
                                             group.expected_vm_ids().end());
  }
  ReadTimes(inventory, plan.policy(), decision_time, &model);
  ReadRules(plan.policy(), &model);
  ReadLimits(plan.policy(), &model);
  ReadPlan(inventory, plan, &model);
  return model;
}

Roster FullRoster(const Model& model) {
  Roster roster;
  for (const Vm& vm : model.vms) roster.vms.push_back(&vm);
  for (const PlannedVm& planned : model.planned_vms) {
    roster.planned_vm_ids.push_back(planned.vm_id);
  }
  roster.vm_pins = model.vm_pins;
  roster.expected_vm_ids = model.multi_vm_groups;
  return roster;
}

Roster Without(const Roster& roster, const std::string& vm_id) {
  Roster smaller = roster;
  std::erase_if(smaller.vms, [&](const Vm* vm) { return vm->id == vm_id; });
  std::erase(smaller.planned_vm_ids, vm_id);
  smaller.vm_pins.erase(vm_id);
  for (auto& [group_id, expected] : smaller.expected_vm_ids) {
    std::erase(expected, vm_id);
  }
  return smaller;
}

const Vm* FindVm(const Roster& roster, const std::string& vm_id) {
  for (const Vm* vm : roster.vms) {
    if (vm->id == vm_id) return vm;
  }
  return nullptr;
}

}  // namespace recoveryline::reference
