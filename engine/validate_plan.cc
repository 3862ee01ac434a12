#include <optional>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "engine/field_checks.h"
#include "engine/inventory_view.h"
#include "engine/timestamps.h"
#include "engine/validate.h"

namespace recoveryline {
namespace {

using core::Instant;
using v1::Exclusion;
using v1::Pin;
using v1::Policy;
using v1::RecoveryPlan;
using v1::RecoveryPoint;
using v1::Rule;
using v1::Violation;

using IdSet = absl::flat_hash_set<absl::string_view>;

// Each VM of the plan stands in it once.
void CheckBootGroups(const RecoveryPlan& plan, const FieldPath& path,
                     Violations* found) {
  FirstIndex boot_group_ids;
  absl::flat_hash_map<absl::string_view, std::pair<int, int>> first_places;
  for (int i = 0; i < plan.boot_groups_size(); ++i) {
    const v1::BootGroup& boot_group = plan.boot_groups(i);
    const FieldPath entry(path, "bootGroups", i);
    CheckUniqueId(boot_group.id(), path, "bootGroups", i, &boot_group_ids,
                  found);
    for (int j = 0; j < boot_group.vm_ids_size(); ++j) {
      const absl::string_view id = boot_group.vm_ids(j);
      const FieldPath field(entry, "vmIds", j);
      if (!CheckId(id, field, found)) continue;
      const auto [place, is_new] =
          first_places.try_emplace(id, std::make_pair(i, j));
      if (is_new) continue;
      const FieldPath other(path, "bootGroups", place->second.first);
      const FieldPath other_field(other, "vmIds", place->second.second);
      Report(Violation::VM_TWICE_IN_PLAN, field,
             absl::StrCat(Quoted(id), " stands at ", other_field.ToString(),
                          " too"),
             found);
    }
  }
}

void CheckRule(const Rule& rule, const FieldPath& path, Violations* found) {
  const FieldPath consistency(path, "consistency");
  CheckEnum(RecoveryPoint::Consistency_IsValid(rule.consistency()),
            rule.consistency(), consistency, found);
  if (rule.consistency() == RecoveryPoint::CONSISTENCY_UNSPECIFIED) {
    Report(Violation::RULE_WITHOUT_CONSISTENCY, consistency,
           "a rule must say which consistency it wants", found);
  }
  CheckEnum(Rule::Match_IsValid(rule.match()), rule.match(), {path, "match"},
            found);
  CheckEnum(Rule::GroupScope_IsValid(rule.group_scope()), rule.group_scope(),
            {path, "groupScope"}, found);
  CheckEnum(Rule::CommonMatch_IsValid(rule.common_match()), rule.common_match(),
            {path, "commonMatch"}, found);
  if (!rule.has_max_skew()) return;
  const FieldPath max_skew(path, "maxSkew");
  if (rule.common_match() == Rule::COMMON_MATCH_UNSPECIFIED ||
      rule.common_match() == Rule::MARKER) {
    Report(Violation::SKEW_WITH_MARKER, max_skew,
           "a skew is for commonMatch CAPTURE_TIME only; this rule matches by "
           "marker",
           found);
  } else {
    CheckDuration(rule.max_skew(), max_skew, found);
  }
}

void CheckExclusion(const Exclusion& exclusion, const FieldPath& path,
                    Violations* found) {
  std::optional<Instant> start = core::kMinInstant;
  if (exclusion.has_start_time()) {
    start = CheckInstant(exclusion.start_time(), {path, "startTime"}, found);
  }
  if (exclusion.has_end_time()) {
    const FieldPath field(path, "endTime");
    const std::optional<Instant> end =
        CheckInstant(exclusion.end_time(), field, found);
    if (start.has_value() && end.has_value() && *end <= *start &&
        *end != core::kForever) {
      Report(Violation::EMPTY_EXCLUSION, field,
             absl::StrCat(FormatInstant(*end), " is not after the start, ",
                          FormatInstant(*start)),
             found);
    }
  }
  for (int i = 0; i < exclusion.vm_ids_size(); ++i) {
    CheckId(exclusion.vm_ids(i), {path, "vmIds", i}, found);
  }
  for (int i = 0; i < exclusion.replication_group_ids_size(); ++i) {
    CheckId(exclusion.replication_group_ids(i),
            {path, "replicationGroupIds", i}, found);
  }
}

void CheckPolicy(const Policy& policy, const FieldPath& path,
                 Violations* found) {
  const FieldPath option(path, "option");
  if (CheckEnum(Policy::Option_IsValid(policy.option()), policy.option(),
                option, found) &&
      policy.option() != Policy::OPTION_UNSPECIFIED &&
      policy.rules_size() > 0) {
    Report(Violation::OPTION_AND_RULES, option,
           absl::StrCat("a policy has an option or rules; this one has ",
                        Policy::Option_Name(policy.option()), " and rules"),
           found);
  }
  for (int i = 0; i < policy.rules_size(); ++i) {
    CheckRule(policy.rules(i), {path, "rules", i}, found);
  }
  if (policy.has_target_time()) {
    CheckInstant(policy.target_time(), {path, "targetTime"}, found);
  }
  if (policy.has_incident_time()) {
    CheckInstant(policy.incident_time(), {path, "incidentTime"}, found);
  }
  if (policy.has_not_before()) {
    CheckInstant(policy.not_before(), {path, "notBefore"}, found);
  }
  if (policy.has_rpo_objective()) {
    CheckDuration(policy.rpo_objective(), {path, "rpoObjective"}, found);
  }
  for (int i = 0; i < policy.exclusions_size(); ++i) {
    CheckExclusion(policy.exclusions(i), {path, "exclusions", i}, found);
  }
  CheckEnum(RecoveryPoint::Cleanliness_IsValid(policy.minimum_cleanliness()),
            policy.minimum_cleanliness(), {path, "minimumCleanliness"}, found);
  if (policy.plan_alignment().has_max_skew()) {
    const FieldPath alignment(path, "planAlignment");
    CheckDuration(policy.plan_alignment().max_skew(), {alignment, "maxSkew"},
                  found);
  }
}

bool PinsVm(const Pin& pin) {
  return !pin.vm_id().empty() && !pin.recovery_point_id().empty() &&
         pin.replication_group_id().empty() && pin.consistency_marker().empty();
}

bool PinsGroup(const Pin& pin) {
  return pin.vm_id().empty() && pin.recovery_point_id().empty() &&
         !pin.replication_group_id().empty() &&
         !pin.consistency_marker().empty();
}

// The subjects that the pins before have pinned.
struct PinnedIds {
  FirstIndex vms;
  FirstIndex groups;
};

// A pin's form, the length of its ids, and that its subject is pinned once.
void CheckPin(const Pin& pin, const FieldPath& path, int index,
              PinnedIds* pinned, Violations* found) {
  const FieldPath entry(path, "pins", index);
  const bool pins_vm = PinsVm(pin);
  if (!pins_vm && !PinsGroup(pin)) {
    Report(Violation::PIN_FORM, entry,
           "a pin sets vmId and recoveryPointId, or replicationGroupId and "
           "consistencyMarker, and nothing else",
           found);
    return;
  }
  const absl::string_view id =
      pins_vm ? pin.vm_id() : pin.replication_group_id();
  const FieldPath subject(entry, pins_vm ? "vmId" : "replicationGroupId");
  if (CheckId(id, subject, found)) {
    FirstIndex& first = pins_vm ? pinned->vms : pinned->groups;
    const auto [place, is_new] = first.try_emplace(id, index);
    if (!is_new) {
      const FieldPath other(path, "pins", place->second);
      Report(
          Violation::PIN_TWICE, subject,
          absl::StrCat(Quoted(id), " is pinned at ", other.ToString(), " too"),
          found);
    }
  }
  CheckOptionalId(pin.recovery_point_id(), {entry, "recoveryPointId"}, found);
  CheckOptionalId(pin.consistency_marker(), {entry, "consistencyMarker"},
                  found);
}

// The VMs that a plan names; every VM where it has no boot groups.
class PlannedVms {
 public:
  explicit PlannedVms(const RecoveryPlan& plan)
      : all_(plan.boot_groups_size() == 0) {
    for (const v1::BootGroup& boot_group : plan.boot_groups()) {
      ids_.insert(boot_group.vm_ids().begin(), boot_group.vm_ids().end());
    }
  }

  bool Contains(absl::string_view id) const {
    return all_ || ids_.contains(id);
  }
  bool ContainsAnyOf(const GroupFacts& group,
                     const InventoryView& inventory) const {
    return absl::c_any_of(
        group.vms, [&](int vm) { return Contains(inventory.vm(vm).id); });
  }

 private:
  bool all_;
  IdSet ids_;
};

void ReportOutside(const FieldPath& field, absl::string_view message,
                   Violations* found) {
  Report(Violation::PIN_OUTSIDE_PLAN, field, message, found);
}

void CheckVmPin(const Pin& pin, const PlannedVms& planned,
                const InventoryView& inventory, const FieldPath& path,
                Violations* found) {
  const FieldPath subject(path, "vmId");
  const std::optional<int> vm = inventory.FindVm(pin.vm_id());
  if (!vm.has_value()) {
    ReportOutside(subject,
                  absl::StrCat("the inventory has no VM ", Quoted(pin.vm_id())),
                  found);
    return;
  }
  if (!planned.Contains(pin.vm_id())) {
    ReportOutside(
        subject,
        absl::StrCat("the plan does not name the VM ", Quoted(pin.vm_id())),
        found);
    return;
  }
  if (!IsId(pin.recovery_point_id()) ||
      inventory.FindPoint(*vm, pin.recovery_point_id()).has_value()) {
    return;
  }
  Report(Violation::PIN_TARGET_ABSENT, {path, "recoveryPointId"},
         absl::StrCat("the VM ", Quoted(pin.vm_id()), " has no point ",
                      Quoted(pin.recovery_point_id())),
         found);
}

void CheckGroupPin(const Pin& pin, const PlannedVms& planned,
                   const InventoryView& inventory, const FieldPath& path,
                   Violations* found) {
  const FieldPath subject(path, "replicationGroupId");
  const std::string name = Quoted(pin.replication_group_id());
  const std::optional<int> index =
      inventory.FindGroup(pin.replication_group_id());
  if (!index.has_value()) {
    ReportOutside(subject,
                  absl::StrCat("the inventory has no replication group ", name),
                  found);
    return;
  }
  const GroupFacts& group = inventory.group(*index);
  if (!group.multi_vm_consistency) {
    ReportOutside(
        subject,
        absl::StrCat("the group ", name, " has no multi-VM consistency"),
        found);
    return;
  }
  if (!planned.ContainsAnyOf(group, inventory)) {
    ReportOutside(subject,
                  absl::StrCat("the plan names no VM of the group ", name),
                  found);
    return;
  }
  // A VM of a group answers for all of them.
  if (!IsId(pin.consistency_marker()) ||
      inventory.FindMarker(group.vms.front(), pin.consistency_marker())
          .has_value()) {
    return;
  }
  Report(Violation::PIN_TARGET_ABSENT, {path, "consistencyMarker"},
         absl::StrCat("no point of the group ", name, " carries the marker ",
                      Quoted(pin.consistency_marker())),
         found);
}

void CheckExcludedGroups(const Exclusion& exclusion,
                         const InventoryView& inventory, const FieldPath& path,
                         Violations* found) {
  for (int i = 0; i < exclusion.replication_group_ids_size(); ++i) {
    const absl::string_view id = exclusion.replication_group_ids(i);
    if (!IsId(id)) continue;
    if (inventory.FindGroup(id).has_value()) continue;
    Report(Violation::UNKNOWN_GROUP, {path, "replicationGroupIds", i},
           absl::StrCat("the inventory has no replication group ", Quoted(id)),
           found);
  }
}

}  // namespace

void ValidatePlan(const RecoveryPlan& plan, Violations* found) {
  const FieldPath path("plan");
  CheckOptionalId(plan.id(), {path, "id"}, found);
  CheckEnum(RecoveryPlan::Purpose_IsValid(plan.purpose()), plan.purpose(),
            {path, "purpose"}, found);
  CheckBootGroups(plan, path, found);
  CheckPolicy(plan.policy(), {path, "policy"}, found);
  PinnedIds pinned;
  for (int i = 0; i < plan.pins_size(); ++i) {
    CheckPin(plan.pins(i), path, i, &pinned, found);
  }
}

void ValidatePlanAgainst(const RecoveryPlan& plan,
                         const InventoryView& inventory, Violations* found) {
  const FieldPath path("plan");
  const FieldPath policy(path, "policy");
  for (int i = 0; i < plan.policy().exclusions_size(); ++i) {
    CheckExcludedGroups(plan.policy().exclusions(i), inventory,
                        {policy, "exclusions", i}, found);
  }
  if (plan.pins().empty()) return;
  const PlannedVms planned(plan);
  for (int i = 0; i < plan.pins_size(); ++i) {
    const Pin& pin = plan.pins(i);
    const FieldPath entry(path, "pins", i);
    if (PinsVm(pin) && IsId(pin.vm_id())) {
      CheckVmPin(pin, planned, inventory, entry, found);
    } else if (PinsGroup(pin) && IsId(pin.replication_group_id())) {
      CheckGroupPin(pin, planned, inventory, entry, found);
    }
  }
}

void ValidatePlanForBatch(const RecoveryPlan& plan, Violations* found) {
  if (!plan.policy().has_plan_alignment()) return;
  const FieldPath path("plan");
  const FieldPath policy(path, "policy");
  Report(Violation::ALIGNMENT_UNSUPPORTED, {policy, "planAlignment"},
         "units are decided one by one here; align a plan with select", found);
}

}  // namespace recoveryline
