#include "tests/reference/reference_selector.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/reference/reference_alignment.h"
#include "tests/reference/reference_choice.h"
#include "tests/reference/reference_explanation.h"
#include "tests/reference/reference_model.h"
#include "tests/reference/reference_time.h"
#include "tests/reference/reference_warnings.h"

namespace recoveryline::reference {
namespace {

// "Data loss = min(incident_time, D) - capture_time, not below 0."
int64_t DataLoss(const Model& model, int64_t capture_time) {
  const int64_t until = std::min(model.incident_time, model.decision_time);
  return std::max<int64_t>(0, Minus(until, capture_time));
}

// "of a unit by its earliest capture. ... a unit whose data loss exceeds it is
// flagged"
bool RpoExceeded(const Model& model, const Line& line) {
  return model.rpo_objective.has_value() &&
         DataLoss(model, EarliestCapture(line)) > *model.rpo_objective;
}

// "Effective rules are echoed with every default filled in; max_skew stands
// only with CAPTURE_TIME, there always."
void WriteRules(const Model& model, v1::Decision* decision) {
  for (const Rule& rule : model.rules) {
    v1::Rule* row = decision->add_effective_rules();
    row->set_consistency(rule.consistency);
    row->set_match(rule.match);
    row->set_group_scope(rule.group_scope);
    row->set_common_match(rule.common_match);
    if (rule.common_match == v1::Rule::CAPTURE_TIME) {
      *row->mutable_max_skew() = ToDuration(rule.max_skew);
    }
  }
}

void WriteChosenPoint(const Model& model, const Roster& roster,
                      const UnitChoice& choice, const Vm& vm,
                      v1::VmSelection* row) {
  const Point& point = *choice.line.at(vm.id);
  row->set_rule_index(choice.rule_index);
  row->set_recovery_point_id(point.id);
  *row->mutable_capture_time() = ToTimestamp(point.capture_time);
  row->set_consistency(point.consistency);
  *row->mutable_age() =
      ToDuration(Minus(model.decision_time, point.capture_time));
  *row->mutable_data_loss() = ToDuration(DataLoss(model, point.capture_time));
  *row->mutable_consistency_cost() =
      ToDuration(ConsistencyCost(model, roster, vm, point));
  row->set_process_pending_data(model.option == v1::Policy::LATEST &&
                                MayProcessPendingData(model, choice, vm));
  row->set_rpo_exceeded(RpoExceeded(model, choice.line));
}

// "Every VM of the plan has exactly one row, in plan order."
void WriteVmRow(const Model& model, const Roster& roster, const PlanLine& line,
                const PlannedVm& planned, v1::Decision* decision) {
  v1::VmSelection* row = decision->add_vm_selections();
  row->set_vm_id(planned.vm_id);
  row->set_boot_group_id(planned.boot_group_id);
  const Vm* vm = FindVm(roster, planned.vm_id);
  if (vm == nullptr) {
    row->set_outcome(v1::VmSelection::NOT_FOUND);
    return;
  }
  row->set_display_name(vm->display_name);
  row->set_replication_group_id(vm->group_id);
  const UnitChoice choice =
      ChooseInPlan(model, roster, line, UnitOf(model, *vm));
  row->set_outcome(choice.outcome);
  if (choice.outcome == v1::VmSelection::SELECTED) {
    WriteChosenPoint(model, roster, choice, *vm, row);
  }
  for (v1::Rejection& r : RejectionsOf(model, roster, choice, *vm)) {
    *row->add_rejections() = std::move(r);
  }
}

void WriteChosenLine(const Model& model, const UnitChoice& choice,
                     v1::GroupSelection* row) {
  const int64_t earliest = EarliestCapture(choice.line);
  const int64_t latest = LatestCapture(choice.line);
  row->set_rule_index(choice.rule_index);
  row->set_guarantee(choice.guarantee);
  row->set_consistency_marker(choice.marker);
  *row->mutable_earliest_capture_time() = ToTimestamp(earliest);
  *row->mutable_latest_capture_time() = ToTimestamp(latest);
  *row->mutable_skew() = ToDuration(Minus(latest, earliest));
  *row->mutable_data_loss() = ToDuration(DataLoss(model, earliest));
  row->set_rpo_exceeded(RpoExceeded(model, choice.line));
}

void WriteGroupRow(const Model& model, const Roster& roster,
                   const PlanLine& line, const PlannedGroup& group,
                   v1::Decision* decision) {
  const UnitName unit{group.group_id, ""};
  const UnitChoice choice = ChooseInPlan(model, roster, line, unit);
  v1::GroupSelection* row = decision->add_group_selections();
  row->set_replication_group_id(group.group_id);
  row->set_outcome(choice.outcome);
  if (choice.outcome == v1::VmSelection::SELECTED) {
    WriteChosenLine(model, choice, row);
  }
  for (v1::BlockingVm& b : BlockingVms(model, roster, unit)) {
    *row->add_blocking_vms() = std::move(b);
  }
  for (v1::Rejection& r :
       GroupRejections(model, roster, choice, group.planned_vms)) {
    *row->add_rejections() = std::move(r);
  }
}

// The earliest expire_time of a chosen point.
std::optional<int64_t> FirstLoss(const Model& model,
                                 const v1::Decision& decision) {
  std::optional<int64_t> first;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    if (row.outcome() != v1::VmSelection::SELECTED) continue;
    for (const Vm& vm : model.vms) {
      if (vm.id != row.vm_id()) continue;
      for (const Point& point : vm.points) {
        if (point.id != row.recovery_point_id()) continue;
        if (!point.expire_time.has_value()) continue;
        if (!first || *point.expire_time < *first) first = point.expire_time;
      }
    }
  }
  return first;
}

// "COMPLETE, PARTIAL, NONE (of the VMs)"; a plan that names no machine: NONE.
v1::Decision::Outcome PlanOutcome(const v1::Decision& decision) {
  int selected = 0;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    if (row.outcome() == v1::VmSelection::SELECTED) ++selected;
  }
  if (selected == 0) return v1::Decision::NONE;
  if (selected < decision.vm_selections_size()) return v1::Decision::PARTIAL;
  return v1::Decision::COMPLETE;
}

}  // namespace

v1::Decision ReferenceSelect(
    const v1::Inventory& inventory, const v1::RecoveryPlan& plan,
    std::optional<google::protobuf::Timestamp> decision_time) {
  const Model model = ReadModel(inventory, plan, decision_time);
  const Roster roster = FullRoster(model);
  v1::Decision decision;
  decision.set_plan_id(model.plan_id);
  decision.set_purpose(model.purpose);
  *decision.mutable_decision_time() = ToTimestamp(model.decision_time);
  *decision.mutable_target_time() = ToTimestamp(model.target_time);
  decision.set_option(model.option);
  WriteRules(model, &decision);
  const PlanLine line = PlanLineOf(model, roster);
  for (const PlannedVm& planned : model.planned_vms) {
    WriteVmRow(model, roster, line, planned, &decision);
  }
  for (const PlannedGroup& group : GroupsOfPlan(model, roster)) {
    WriteGroupRow(model, roster, line, group, &decision);
  }
  decision.set_outcome(PlanOutcome(decision));
  if (const std::optional<int64_t> lost = FirstLoss(model, decision)) {
    *decision.mutable_act_before() = ToTimestamp(*lost);
  }
  for (v1::Warning& warning : WarningsOf(model, roster, line)) {
    *decision.add_warnings() = std::move(warning);
  }
  if (model.plan_max_skew.has_value()) {
    *decision.mutable_alignment() = AlignmentOf(model, roster, line);
  }
  return decision;
}

}  // namespace recoveryline::reference
