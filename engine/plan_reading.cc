#include "engine/plan_reading.h"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Interval;
using v1::Policy;
using v1::RecoveryPoint;
using v1::Rule;

core::Consistency ConsistencyOf(RecoveryPoint::Consistency consistency) {
  switch (consistency) {
    case RecoveryPoint::CRASH_CONSISTENT:
      return core::Consistency::kCrash;
    case RecoveryPoint::FILE_SYSTEM_CONSISTENT:
      return core::Consistency::kFileSystem;
    case RecoveryPoint::APPLICATION_CONSISTENT:
      return core::Consistency::kApplication;
    default:
      return core::Consistency::kUnset;
  }
}

core::Cleanliness MinimumOf(RecoveryPoint::Cleanliness minimum) {
  switch (minimum) {
    case RecoveryPoint::INFECTED:
      return core::Cleanliness::kInfected;
    case RecoveryPoint::SUSPICIOUS:
      return core::Cleanliness::kSuspicious;
    case RecoveryPoint::CLEAN:
      return core::Cleanliness::kClean;
    default:
      return core::Cleanliness::kUnknown;
  }
}

Rule PresetRule(RecoveryPoint::Consistency consistency, Rule::Match match,
                Rule::GroupScope scope) {
  Rule rule;
  rule.set_consistency(consistency);
  rule.set_match(match);
  rule.set_group_scope(scope);
  rule.set_common_match(Rule::MARKER);
  return rule;
}

std::vector<Rule> PresetRules(Policy::Option option) {
  const Rule any_alone = PresetRule(RecoveryPoint::CRASH_CONSISTENT,
                                    Rule::AT_LEAST, Rule::INDEPENDENT);
  const Rule any_common =
      PresetRule(RecoveryPoint::CRASH_CONSISTENT, Rule::AT_LEAST, Rule::COMMON);
  switch (option) {
    case Policy::LATEST_CRASH_CONSISTENT:
      return {PresetRule(RecoveryPoint::CRASH_CONSISTENT, Rule::EXACTLY,
                         Rule::INDEPENDENT)};
    case Policy::LATEST_APP_CONSISTENT:
    case Policy::LATEST_MULTI_VM_APP_CONSISTENT:
      return {PresetRule(RecoveryPoint::APPLICATION_CONSISTENT, Rule::AT_LEAST,
                         Rule::COMMON)};
    case Policy::LATEST_APP_CONSISTENT_PER_VM:
      return {PresetRule(RecoveryPoint::APPLICATION_CONSISTENT, Rule::AT_LEAST,
                         Rule::INDEPENDENT)};
    case Policy::LATEST_MULTI_VM_PROCESSED:
      return {any_common};
    case Policy::CUSTOM:
      return {any_alone, any_common};
    default:
      return {any_alone};
  }
}

Rule FilledIn(const Rule& given) {
  Rule rule = given;
  if (rule.match() == Rule::MATCH_UNSPECIFIED) rule.set_match(Rule::AT_LEAST);
  if (rule.group_scope() == Rule::GROUP_SCOPE_UNSPECIFIED) {
    rule.set_group_scope(Rule::INDEPENDENT);
  }
  if (rule.common_match() == Rule::COMMON_MATCH_UNSPECIFIED) {
    rule.set_common_match(Rule::MARKER);
  }
  if (rule.common_match() == Rule::CAPTURE_TIME) {
    rule.mutable_max_skew();
  } else {
    rule.clear_max_skew();
  }
  return rule;
}

core::Rule CoreRule(const Rule& rule) {
  core::Rule result;
  const core::Consistency consistency = ConsistencyOf(rule.consistency());
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

void ReadRules(const Policy& policy, PlanReading* reading) {
  reading->option = policy.option();
  if (policy.rules_size() > 0) {
    for (const Rule& rule : policy.rules()) {
      reading->rules.push_back(FilledIn(rule));
    }
  } else {
    if (reading->option == Policy::OPTION_UNSPECIFIED) {
      reading->option = Policy::LATEST;
      reading->option_defaulted = true;
    }
    reading->rules = PresetRules(reading->option);
  }
  std::vector<core::Rule>& rules = reading->policy.rules;
  for (const Rule& rule : reading->rules) rules.push_back(CoreRule(rule));
  if (reading->option != Policy::CUSTOM) return;
  reading->policy.pins_required = true;
  rules[0].serves = core::Serves::kPinnedPerVm;
  rules[1].serves = core::Serves::kPinnedByMarker;
}

void ReadPolicy(const v1::RecoveryPlan& plan, Instant decision_time,
                PlanReading* reading) {
  const Policy& policy = plan.policy();
  if (plan.purpose() != v1::RecoveryPlan::PURPOSE_UNSPECIFIED) {
    reading->purpose = plan.purpose();
  }
  core::Policy& core = reading->policy;
  core.decision_time = decision_time;
  core.target_time = decision_time;
  if (policy.has_target_time()) {
    core.target_time = ToInstant(policy.target_time()).value_or(decision_time);
  }
  reading->loss_from = decision_time;
  if (policy.has_incident_time()) {
    reading->loss_from =
        std::min(decision_time,
                 ToInstant(policy.incident_time()).value_or(decision_time));
  }
  if (policy.has_not_before()) {
    core.not_before =
        ToInstant(policy.not_before()).value_or(core::kMinInstant);
  }
  if (policy.has_rpo_objective()) {
    reading->rpo_objective = ToNanos(policy.rpo_objective());
  }
  if (policy.has_plan_alignment()) {
    reading->plan_max_skew =
        ToNanos(policy.plan_alignment().max_skew()).value_or(0);
  }
  core.minimum_cleanliness = MinimumOf(policy.minimum_cleanliness());
  core.trust_unjudged = policy.trust_unjudged_points();
  core.allow_partial = policy.allow_partial_disks();
  core.replication_required = reading->purpose == v1::RecoveryPlan::FAILBACK &&
                              !policy.allow_not_replicating();
  ReadRules(policy, reading);
}

// Which capture times are ruled out for which VM.
class ExclusionReader {
 public:
  ExclusionReader(const InventoryView& inventory, const Policy& policy);

  // Null: none. What it points to is added to `*owner`.
  const core::IntervalSet* For(
      int vm, int group,
      std::vector<std::unique_ptr<const core::IntervalSet>>* owner);

 private:
  std::vector<Interval> of_everyone_;
  absl::flat_hash_map<int, std::vector<Interval>> of_vm_;
  absl::flat_hash_map<int, std::vector<Interval>> of_group_;
  const core::IntervalSet* shared_ = nullptr;
};

ExclusionReader::ExclusionReader(const InventoryView& inventory,
                                 const Policy& policy) {
  for (const v1::Exclusion& exclusion : policy.exclusions()) {
    Interval interval;
    if (exclusion.has_start_time()) {
      interval.start =
          ToInstant(exclusion.start_time()).value_or(core::kMinInstant);
    }
    if (exclusion.has_end_time()) {
      interval.end = ToInstant(exclusion.end_time()).value_or(core::kForever);
    }
    if (exclusion.vm_ids_size() == 0 &&
        exclusion.replication_group_ids_size() == 0) {
      of_everyone_.push_back(interval);
    }
    for (const std::string& id : exclusion.vm_ids()) {
      if (const auto vm = inventory.FindVm(id)) {
        of_vm_[*vm].push_back(interval);
      }
    }
    for (const std::string& id : exclusion.replication_group_ids()) {
      if (const auto group = inventory.FindGroup(id)) {
        of_group_[*group].push_back(interval);
      }
    }
  }
}

const core::IntervalSet* ExclusionReader::For(
    int vm, int group,
    std::vector<std::unique_ptr<const core::IntervalSet>>* owner) {
  const auto add = [owner](const std::vector<Interval>& intervals) {
    owner->push_back(std::make_unique<const core::IntervalSet>(
        core::IntervalSet::FromUnsorted(intervals)));
    return owner->back().get();
  };
  const auto own = of_vm_.find(vm);
  const auto groups = of_group_.find(group);
  if (own == of_vm_.end() && groups == of_group_.end()) {
    if (shared_ == nullptr && !of_everyone_.empty()) {
      shared_ = add(of_everyone_);
    }
    return shared_;
  }
  std::vector<Interval> all = of_everyone_;
  if (own != of_vm_.end()) {
    all.insert(all.end(), own->second.begin(), own->second.end());
  }
  if (groups != of_group_.end()) {
    all.insert(all.end(), groups->second.begin(), groups->second.end());
  }
  return add(all);
}

class UnitReader {
 public:
  UnitReader(const InventoryView& inventory, const v1::RecoveryPlan& plan,
             PlanReading* reading)
      : inventory_(inventory),
        plan_(plan),
        exclusions_(inventory, plan.policy()),
        reading_(reading) {}

  void Read();

 private:
  void ReadRows();
  void ReadPins();
  void AddRow(absl::string_view id, absl::string_view boot_group_id);
  void AddUnit(int vm, int group);
  void AddGroup(int group, UnitReading* read);
  void AddMember(int vm, UnitReading* read);

  const InventoryView& inventory_;
  const v1::RecoveryPlan& plan_;
  ExclusionReader exclusions_;
  PlanReading* reading_;
  absl::flat_hash_map<int, int> row_of_vm_;
  absl::flat_hash_map<int, core::Position> pin_of_vm_;
  absl::flat_hash_map<int, absl::string_view> pin_of_group_;
};

void UnitReader::AddRow(absl::string_view id, absl::string_view boot_group_id) {
  PlanRow& row = reading_->rows.emplace_back();
  row.id = id;
  row.boot_group_id = boot_group_id;
  row.vm = inventory_.FindVm(id).value_or(-1);
  if (row.vm >= 0) {
    row_of_vm_[row.vm] = static_cast<int>(reading_->rows.size()) - 1;
  }
}

void UnitReader::ReadRows() {
  for (const v1::BootGroup& boot_group : plan_.boot_groups()) {
    for (const std::string& id : boot_group.vm_ids()) {
      AddRow(id, boot_group.id());
    }
  }
  if (plan_.boot_groups_size() > 0) return;
  for (int vm = 0; vm < inventory_.vm_count(); ++vm) {
    AddRow(inventory_.vm(vm).id, "");
  }
}

void UnitReader::ReadPins() {
  for (const v1::Pin& pin : plan_.pins()) {
    if (!pin.vm_id().empty()) {
      const std::optional<int> vm = inventory_.FindVm(pin.vm_id());
      if (!vm.has_value()) continue;
      const auto position = inventory_.FindPoint(*vm, pin.recovery_point_id());
      if (position.has_value()) pin_of_vm_[*vm] = *position;
    } else if (const auto group =
                   inventory_.FindGroup(pin.replication_group_id())) {
      pin_of_group_[*group] = pin.consistency_marker();
    }
  }
}

void UnitReader::AddMember(int vm, UnitReading* read) {
  const VmFacts facts = inventory_.vm(vm);
  const auto row = row_of_vm_.find(vm);
  const auto pin = pin_of_vm_.find(vm);
  const bool named = row != row_of_vm_.end();
  if (named) {
    PlanRow& plan_row = reading_->rows[static_cast<size_t>(row->second)];
    plan_row.unit = static_cast<int>(reading_->units.size()) - 1;
    plan_row.member = static_cast<int>(read->vms.size());
  }
  read->vms.push_back(vm);
  read->rows.push_back(named ? row->second : -1);
  read->unit.members.push_back(
      {.points = &inventory_.points(vm),
       .exclusions = exclusions_.For(vm, facts.group, &reading_->exclusions),
       .pinned = pin == pin_of_vm_.end() ? core::kNoPosition : pin->second,
       .replicating = facts.replicating,
       .named = named});
}

void UnitReader::AddGroup(int group, UnitReading* read) {
  const GroupFacts& facts = inventory_.group(group);
  const bool goes_on = plan_.policy().allow_incomplete_groups();
  const bool expected_missing = std::any_of(
      facts.expected_vm_ids.begin(), facts.expected_vm_ids.end(),
      [this](absl::string_view id) { return !inventory_.FindVm(id); });
  bool incomplete = expected_missing;
  for (const int vm : facts.vms) {
    const bool named = row_of_vm_.contains(vm);
    incomplete |= !named;
    if (named || !goes_on) AddMember(vm, read);
  }
  read->unit.expected_missing = expected_missing && !goes_on;
  read->goes_on_incomplete = incomplete && goes_on;
  const auto pin = pin_of_group_.find(group);
  if (pin == pin_of_group_.end()) return;
  // A marker that nobody carries is one that no point matches.
  read->unit.pinned_marker =
      inventory_.FindMarker(facts.vms.front(), pin->second)
          .value_or(std::numeric_limits<core::Marker>::max());
}

// The unit that has no row for this VM yet.
void UnitReader::AddUnit(int vm, int group) {
  UnitReading& read = reading_->units.emplace_back();
  if (group < 0 || !inventory_.group(group).multi_vm_consistency) {
    AddMember(vm, &read);
    return;
  }
  read.group = group;
  AddGroup(group, &read);
}

void UnitReader::Read() {
  ReadRows();
  ReadPins();
  for (const PlanRow& row : reading_->rows) {
    if (row.vm < 0 || row.unit >= 0) continue;
    AddUnit(row.vm, inventory_.vm(row.vm).group);
  }
}

}  // namespace

PlanReading ReadPlan(const InventoryView& inventory,
                     const v1::RecoveryPlan& plan, Instant decision_time) {
  PlanReading reading;
  ReadPolicy(plan, decision_time, &reading);
  UnitReader(inventory, plan, &reading).Read();
  return reading;
}

}  // namespace recoveryline
