#include "tests/reference/reference_warnings.h"

#include <set>

#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

void Warn(v1::Warning::Reason reason, const std::string& subject,
          std::vector<v1::Warning>* warnings) {
  v1::Warning& warning = warnings->emplace_back();
  warning.set_reason(reason);
  warning.set_subject(subject);
}

// "exclusions in plan order (EXCLUSION_UNKNOWN_VM, once a VM)"
void WarnOfExclusions(const Model& model, const Roster& roster,
                      std::vector<v1::Warning>* warnings) {
  std::set<std::string> named;
  for (const Exclusion& exclusion : model.exclusions) {
    for (const std::string& vm_id : exclusion.vm_ids) {
      if (FindVm(roster, vm_id) != nullptr) continue;
      if (!named.insert(vm_id).second) continue;
      Warn(v1::Warning::EXCLUSION_UNKNOWN_VM, vm_id, warnings);
    }
  }
}

// "An expected VM that belongs to another group only warns": it is in the
// inventory, but not in this group. Each such VM once.
void WarnOfExpectedElsewhere(const Model& model, const Roster& roster,
                             const std::string& group_id,
                             std::vector<v1::Warning>* warnings) {
  std::set<std::string> named;
  for (const std::string& vm_id : model.multi_vm_groups.at(group_id)) {
    const Vm* vm = FindVm(roster, vm_id);
    if (vm == nullptr || vm->group_id == group_id) continue;
    if (!named.insert(vm_id).second) continue;
    Warn(v1::Warning::EXPECTED_VM_ELSEWHERE, vm_id, warnings);
  }
}

// "With allow_incomplete_groups ... the group warns GROUP_INCOMPLETE";
// GROUP_INDEPENDENT: "more than one VM, SELECTED under an INDEPENDENT rule".
void WarnOfGroup(const Model& model, const Roster& roster, const PlanLine& line,
                 const std::string& group_id,
                 std::vector<v1::Warning>* warnings) {
  WarnOfExpectedElsewhere(model, roster, group_id, warnings);
  const UnitChoice choice = ChooseInPlan(model, roster, line, {group_id, ""});
  if (choice.incomplete && model.allow_incomplete_groups) {
    Warn(v1::Warning::GROUP_INCOMPLETE, group_id, warnings);
  }
  if (choice.outcome == v1::VmSelection::SELECTED && choice.vms.size() > 1 &&
      choice.guarantee == v1::GroupSelection::INDEPENDENT) {
    Warn(v1::Warning::GROUP_INDEPENDENT, group_id, warnings);
  }
}

// "a point captured after as_of_time or after the decision time"
bool HasFutureCapture(const Model& model, const Vm& vm) {
  for (const Point& point : vm.points) {
    if (point.capture_time > model.decision_time) return true;
    if (model.as_of_time.has_value() &&
        point.capture_time > *model.as_of_time) {
      return true;
    }
  }
  return false;
}

// "then per VM row NOT_REPLICATING (the plan goes on all the same),
// CAPTURE_IN_FUTURE, PENDING_DATA_IGNORED"
void WarnOfVm(const Model& model, const Roster& roster, const PlanLine& line,
              const Vm& vm, std::vector<v1::Warning>* warnings) {
  const bool goes_on = model.purpose != v1::RecoveryPlan::FAILBACK ||
                       model.allow_not_replicating;
  if (!vm.replicating && goes_on) {
    Warn(v1::Warning::NOT_REPLICATING, vm.id, warnings);
  }
  if (HasFutureCapture(model, vm)) {
    Warn(v1::Warning::CAPTURE_IN_FUTURE, vm.id, warnings);
  }
  const UnitChoice choice =
      ChooseInPlan(model, roster, line, UnitOf(model, vm));
  if (model.option == v1::Policy::LATEST &&
      choice.outcome == v1::VmSelection::SELECTED &&
      !MayProcessPendingData(model, choice, vm)) {
    Warn(v1::Warning::PENDING_DATA_IGNORED, vm.id, warnings);
  }
}

}  // namespace

std::vector<PlannedGroup> GroupsOfPlan(const Model& model,
                                       const Roster& roster) {
  std::vector<PlannedGroup> groups;
  for (const PlannedVm& planned : model.planned_vms) {
    const Vm* vm = FindVm(roster, planned.vm_id);
    if (vm == nullptr) continue;
    if (model.multi_vm_groups.count(vm->group_id) == 0) continue;
    PlannedGroup* group = nullptr;
    for (PlannedGroup& known : groups) {
      if (known.group_id == vm->group_id) group = &known;
    }
    if (group == nullptr) {
      group = &groups.emplace_back();
      group->group_id = vm->group_id;
    }
    group->planned_vms.push_back(vm);
  }
  return groups;
}

// "only if T, plan_alignment and minimum_cleanliness are unset, its unit is not
// pinned, and no applicable exclusion ends after its chosen capture time"; "A
// VM that has a pin of its own never processes pending data".
bool MayProcessPendingData(const Model& model, const UnitChoice& choice,
                           const Vm& vm) {
  if (model.has_target_time || model.has_minimum_cleanliness) return false;
  if (model.plan_max_skew.has_value()) return false;
  if (choice.pinned || model.vm_pins.count(vm.id) != 0) return false;
  const int64_t capture_time = choice.line.at(vm.id)->capture_time;
  for (const Exclusion& exclusion : model.exclusions) {
    if (!Applies(exclusion, vm)) continue;
    if (!exclusion.end_time.has_value()) return false;
    if (*exclusion.end_time > capture_time) return false;
  }
  return true;
}

std::vector<v1::Warning> WarningsOf(const Model& model, const Roster& roster,
                                    const PlanLine& line) {
  std::vector<v1::Warning> warnings;
  if (model.planned_vms.empty()) {
    Warn(v1::Warning::PLAN_EMPTY, model.plan_id, &warnings);
  }
  if (model.option_defaulted) {
    Warn(v1::Warning::OPTION_DEFAULTED, model.plan_id, &warnings);
  }
  WarnOfExclusions(model, roster, &warnings);
  for (const PlannedGroup& group : GroupsOfPlan(model, roster)) {
    WarnOfGroup(model, roster, line, group.group_id, &warnings);
  }
  for (const PlannedVm& planned : model.planned_vms) {
    const Vm* vm = FindVm(roster, planned.vm_id);
    if (vm != nullptr) WarnOfVm(model, roster, line, *vm, &warnings);
  }
  return warnings;
}

}  // namespace recoveryline::reference
