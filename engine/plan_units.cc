#include "engine/plan_units.h"

#include <algorithm>

#include "engine/timestamps.h"

namespace recoveryline {

PlanUnits::PlanUnits(const InventoryView& inventory,
                     const v1::RecoveryPlan& plan, const Filter& takes)
    : inventory_(inventory) {
  ListRows(plan, takes);
  IndexExclusions(plan.policy());
  for (PlannedVm& row : rows_) {
    if (row.vm < 0) continue;
    row_of_vm_.emplace(row.vm, &row);
    AddToUnit(&row);
  }
  CompleteGroups(plan.policy().allow_incomplete_groups());
  ApplyPins(plan);
}

void PlanUnits::ListRows(const v1::RecoveryPlan& plan, const Filter& takes) {
  const auto add = [&](PlannedVm row) {
    row.place = plan_vm_count_++;
    if (!takes || takes(KeyOf(row))) rows_.push_back(row);
  };
  if (plan.boot_groups().empty()) {
    for (int v = 0; v < inventory_.vm_count(); ++v) {
      add({.id = inventory_.vm(v).id, .vm = v});
    }
    return;
  }
  for (const v1::BootGroup& group : plan.boot_groups()) {
    for (const std::string& id : group.vm_ids()) {
      add({.id = id,
           .boot_group_id = group.id(),
           .vm = inventory_.FindVm(id).value_or(-1)});
    }
  }
}

absl::string_view PlanUnits::KeyOf(const PlannedVm& row) const {
  const int group = row.vm < 0 ? -1 : inventory_.vm(row.vm).group;
  return group < 0 ? row.id : inventory_.group(group).id;
}

void PlanUnits::IndexExclusions(const v1::Policy& policy) {
  for (const v1::Exclusion& exclusion : policy.exclusions()) {
    const int index = static_cast<int>(intervals_.size());
    core::Interval& interval = intervals_.emplace_back();
    if (exclusion.has_start_time()) {
      interval.start = ToInstant(exclusion.start_time()).value_or(0);
    }
    if (exclusion.has_end_time()) {
      interval.end = ToInstant(exclusion.end_time()).value_or(0);
    }
    for (const std::string& id : exclusion.vm_ids()) {
      for_vm_[id].push_back(index);
    }
    for (const std::string& id : exclusion.replication_group_ids()) {
      for_group_[id].push_back(index);
    }
    if (exclusion.vm_ids().empty() &&
        exclusion.replication_group_ids().empty()) {
      for_all_.push_back(index);
    }
  }
}

const core::IntervalSet* PlanUnits::ExclusionsOf(int vm) {
  if (intervals_.empty()) return nullptr;
  std::vector<int> applying = for_all_;
  const auto add = [&applying](const auto& by_id, absl::string_view id) {
    const auto found = by_id.find(id);
    if (found == by_id.end()) return;
    applying.insert(applying.end(), found->second.begin(), found->second.end());
  };
  const VmFacts facts = inventory_.vm(vm);
  add(for_vm_, facts.id);
  if (facts.group >= 0) add(for_group_, inventory_.group(facts.group).id);
  auto [slot, is_new] = sets_.try_emplace(applying);
  if (is_new) {
    std::vector<core::Interval> chosen;
    for (const int index : applying) {
      chosen.push_back(intervals_[static_cast<size_t>(index)]);
    }
    slot->second = core::IntervalSet::FromUnsorted(std::move(chosen));
  }
  return slot->second.empty() ? nullptr : &slot->second;
}

core::Member PlanUnits::MemberFor(int vm) {
  return {.points = &inventory_.points(vm),
          .exclusions = ExclusionsOf(vm),
          .replicating = inventory_.vm(vm).replicating};
}

void PlanUnits::AddToUnit(PlannedVm* row) {
  const int group = inventory_.vm(row->vm).group;
  const bool grouped =
      group >= 0 && inventory_.group(group).multi_vm_consistency;
  row->unit = static_cast<int>(units_.size());
  if (grouped)
    row->unit = unit_of_group_.emplace(group, row->unit).first->second;
  if (row->unit == static_cast<int>(units_.size())) {
    units_.emplace_back().group = grouped ? group : -1;
  }
  PlannedUnit& unit = units_[static_cast<size_t>(row->unit)];
  row->member = static_cast<int>(unit.vms.size());
  unit.vms.push_back(row->vm);
  unit.unit.members.push_back(MemberFor(row->vm));
}

void PlanUnits::CompleteGroups(bool allow_incomplete) {
  for (PlannedUnit& planned : units_) {
    if (planned.group < 0) continue;
    const GroupFacts& group = inventory_.group(planned.group);
    const bool expected_missing =
        std::any_of(group.expected_vm_ids.begin(), group.expected_vm_ids.end(),
                    [this](absl::string_view id) {
                      return !inventory_.FindVm(id).has_value();
                    });
    planned.incomplete =
        expected_missing || planned.vms.size() < group.vms.size();
    if (allow_incomplete) continue;  // then the unit is the VMs in the plan
    planned.unit.expected_missing = expected_missing;
    for (const int vm : group.vms) {
      if (row_of_vm_.contains(vm)) continue;
      planned.vms.push_back(vm);
      planned.unit.members.push_back(MemberFor(vm));
      planned.unit.members.back().named = false;
    }
  }
}

void PlanUnits::ApplyPins(const v1::RecoveryPlan& plan) {
  for (const v1::Pin& pin : plan.pins()) {
    if (!pin.vm_id().empty()) {
      const int vm = inventory_.FindVm(pin.vm_id()).value_or(-1);
      const auto row = row_of_vm_.find(vm);
      if (row == row_of_vm_.end()) continue;
      PlannedUnit& unit = units_[static_cast<size_t>(row->second->unit)];
      unit.unit.members[static_cast<size_t>(row->second->member)].pinned =
          inventory_.FindPoint(vm, pin.recovery_point_id())
              .value_or(core::kNoPosition);
      continue;
    }
    const int group =
        inventory_.FindGroup(pin.replication_group_id()).value_or(-1);
    const auto unit = unit_of_group_.find(group);
    if (unit == unit_of_group_.end()) continue;
    units_[static_cast<size_t>(unit->second)].unit.pinned_marker =
        inventory_
            .FindMarker(inventory_.group(group).vms.front(),
                        pin.consistency_marker())
            .value_or(core::kNoMarker);
  }
}

}  // namespace recoveryline
