#include "tests/reference/small_world.h"

#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

void Append(const std::string& item, const std::string& separator,
            std::string* text) {
  if (!text->empty()) *text += separator;
  *text += item;
}

template <typename Row>
std::string RejectionText(const Row& row) {
  std::string text;
  for (const v1::Rejection& rejection : row.rejections()) {
    std::string item = v1::Rejection::Reason_Name(rejection.reason()) + " " +
                       std::to_string(rejection.count()) + " " +
                       rejection.example_point_id();
    if (!rejection.example_vm_id().empty()) {
      item += " of " + rejection.example_vm_id();
    }
    Append(item, ", ", &text);
  }
  return text;
}

}  // namespace

SmallWorld::SmallWorld() {
  *world_.inventory.mutable_as_of_time() = ToTimestamp(100);
  world_.plan.set_id("plan");
}

v1::ReplicationGroup* SmallWorld::AddGroup(const std::string& id) {
  v1::ReplicationGroup* group = world_.inventory.add_replication_groups();
  group->set_id(id);
  group->set_multi_vm_consistency(true);
  return group;
}

v1::Vm* SmallWorld::AddVm(const std::string& id, const std::string& group_id) {
  v1::Vm* vm = world_.inventory.add_vms();
  vm->set_id(id);
  vm->set_replication_group_id(group_id);
  vm->set_protection_state(v1::Vm::REPLICATING);
  return vm;
}

v1::RecoveryPoint* SmallWorld::AddPoint(v1::Vm* vm, const std::string& id,
                                        int64_t capture_time,
                                        const std::string& marker) {
  v1::RecoveryPoint* point = vm->add_recovery_points();
  point->set_id(id);
  *point->mutable_capture_time() = ToTimestamp(capture_time);
  point->set_consistency(v1::RecoveryPoint::APPLICATION_CONSISTENT);
  point->set_consistency_marker(marker);
  return point;
}

void SmallWorld::PlanFor(const std::vector<std::string>& vm_ids) {
  v1::BootGroup* group = world_.plan.add_boot_groups();
  group->set_id("boot");
  for (const std::string& vm_id : vm_ids) group->add_vm_ids(vm_id);
}

v1::Rule* SmallWorld::AddRule(v1::RecoveryPoint::Consistency consistency,
                              v1::Rule::GroupScope group_scope) {
  v1::Rule* rule = policy()->add_rules();
  rule->set_consistency(consistency);
  rule->set_group_scope(group_scope);
  return rule;
}

v1::Rule* SmallWorld::AddSkewRule(v1::RecoveryPoint::Consistency consistency,
                                  int64_t max_skew) {
  v1::Rule* rule = AddRule(consistency, v1::Rule::COMMON);
  rule->set_common_match(v1::Rule::CAPTURE_TIME);
  *rule->mutable_max_skew() = ToDuration(max_skew);
  return rule;
}

void SmallWorld::PinVm(const std::string& vm_id, const std::string& point_id) {
  v1::Pin* pin = world_.plan.add_pins();
  pin->set_vm_id(vm_id);
  pin->set_recovery_point_id(point_id);
}

void SmallWorld::PinGroup(const std::string& group_id,
                          const std::string& marker) {
  v1::Pin* pin = world_.plan.add_pins();
  pin->set_replication_group_id(group_id);
  pin->set_consistency_marker(marker);
}

v1::Exclusion* SmallWorld::AddExclusion(int64_t start, int64_t end) {
  v1::Exclusion* exclusion = policy()->add_exclusions();
  *exclusion->mutable_start_time() = ToTimestamp(start);
  *exclusion->mutable_end_time() = ToTimestamp(end);
  return exclusion;
}

std::string PointsOf(const v1::Decision& decision) {
  std::string text;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    const bool selected = row.outcome() == v1::VmSelection::SELECTED;
    Append(row.vm_id() + "=" + (selected ? row.recovery_point_id() : "-"), " ",
           &text);
  }
  return text;
}

std::string OutcomesOf(const v1::Decision& decision) {
  std::string text;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    Append(v1::VmSelection::Outcome_Name(row.outcome()), " ", &text);
  }
  return text;
}

std::string RejectionsOf(const v1::VmSelection& row) {
  return RejectionText(row);
}

std::string RejectionsOf(const v1::GroupSelection& row) {
  return RejectionText(row);
}

std::string BlockingOf(const v1::GroupSelection& row) {
  std::string text;
  for (const v1::BlockingVm& blocking : row.blocking_vms()) {
    const std::string gain =
        blocking.has_gain() ? std::to_string(ToNanos(blocking.gain())) : "-";
    Append(blocking.vm_id() + " " + gain, ", ", &text);
  }
  return text;
}

std::string WarningsOf(const v1::Decision& decision) {
  std::string text;
  for (const v1::Warning& warning : decision.warnings()) {
    Append(v1::Warning::Reason_Name(warning.reason()) + " " + warning.subject(),
           ", ", &text);
  }
  return text;
}

}  // namespace recoveryline::reference
