// The random world's plan: who is in it, and what is pinned.

#include <set>
#include <string>

#include "tests/reference/random_world.h"
#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

// All of them mostly, in any order; at times one that is nowhere.
std::vector<std::string> RandomPlannedVms(const v1::Inventory& inventory,
                                          SeededRandom* random) {
  const int kept_percent = random->Pick<int>({60, 100, 100, 100});
  std::vector<std::string> vm_ids;
  for (const v1::Vm& vm : inventory.vms()) {
    if (random->Percent(kept_percent)) vm_ids.push_back(vm.id());
  }
  if (random->Percent(7)) vm_ids.push_back("ghost");
  if (random->Percent(3)) vm_ids.push_back("nobody");
  if (random->Percent(2)) vm_ids.clear();
  random->Shuffle(&vm_ids);
  return vm_ids;
}

void AddBootGroups(const v1::Inventory& inventory, SeededRandom* random,
                   v1::RecoveryPlan* plan) {
  const int count = random->Between(1, 3);
  for (int i = 0; i < count; ++i) {
    plan->add_boot_groups()->set_id("boot" + std::to_string(i));
  }
  for (const std::string& vm_id : RandomPlannedVms(inventory, random)) {
    plan->mutable_boot_groups(random->Below(count))->add_vm_ids(vm_id);
  }
}

std::set<std::string> PlannedVmIds(const v1::Inventory& inventory,
                                   const v1::RecoveryPlan& plan) {
  std::set<std::string> ids;
  for (const v1::BootGroup& group : plan.boot_groups()) {
    ids.insert(group.vm_ids().begin(), group.vm_ids().end());
  }
  if (plan.boot_groups().empty()) {
    for (const v1::Vm& vm : inventory.vms()) ids.insert(vm.id());
  }
  return ids;
}

// Any of them, the newest of three tries.
const v1::RecoveryPoint& RandomPoint(const v1::Vm& vm, SeededRandom* random) {
  const v1::RecoveryPoint* found = nullptr;
  for (int i = 0; i < 3; ++i) {
    const v1::RecoveryPoint& point =
        vm.recovery_points(random->Below(vm.recovery_points_size()));
    if (found == nullptr ||
        ToNanos(point.capture_time()) > ToNanos(found->capture_time())) {
      found = &point;
    }
  }
  return *found;
}

// Where `spare_pinned_groups`, not on the VMs of a group that has a pin: both
// kinds on one unit mostly exclude each other.
void AddVmPins(const v1::Inventory& inventory,
               const std::set<std::string>& planned, int percent,
               bool spare_pinned_groups, SeededRandom* random,
               v1::RecoveryPlan* plan) {
  std::set<std::string> spared;
  for (const v1::Pin& pin : plan->pins()) {
    if (spare_pinned_groups) spared.insert(pin.replication_group_id());
  }
  for (const v1::Vm& vm : inventory.vms()) {
    if (planned.count(vm.id()) == 0 || vm.recovery_points().empty()) continue;
    if (spared.count(vm.replication_group_id()) != 0) continue;
    if (!random->Percent(percent)) continue;
    v1::Pin* pin = plan->add_pins();
    pin->set_vm_id(vm.id());
    pin->set_recovery_point_id(RandomPoint(vm, random).id());
  }
}

void AddGroupPins(const v1::Inventory& inventory,
                  const std::set<std::string>& planned, int percent,
                  SeededRandom* random, v1::RecoveryPlan* plan) {
  for (const v1::ReplicationGroup& group : inventory.replication_groups()) {
    bool touched = false;
    std::vector<std::string> markers;  // As often as points carry them.
    for (const v1::Vm& vm : inventory.vms()) {
      if (vm.replication_group_id() != group.id()) continue;
      touched |= planned.count(vm.id()) != 0;
      for (const v1::RecoveryPoint& point : vm.recovery_points()) {
        if (point.consistency_marker().empty()) continue;
        markers.push_back(point.consistency_marker());
      }
    }
    if (!group.multi_vm_consistency() || !touched || markers.empty()) continue;
    if (!random->Percent(percent)) continue;
    v1::Pin* pin = plan->add_pins();
    pin->set_replication_group_id(group.id());
    pin->set_consistency_marker(random->Pick(markers));
  }
}

}  // namespace

void AddRandomPins(const v1::Inventory& inventory, SeededRandom* random,
                   v1::RecoveryPlan* plan) {
  const std::set<std::string> planned = PlannedVmIds(inventory, *plan);
  const bool is_custom = plan->policy().option() == v1::Policy::CUSTOM;
  if (!is_custom && !random->Percent(12)) return;
  // CUSTOM wants every unit pinned; miss one only at times.
  const int group_percent = random->Pick<int>({0, 0, 60, 100});
  const int vm_percent = is_custom ? random->Pick<int>({50, 90, 100})
                                   : random->Pick<int>({0, 30, 100});
  AddGroupPins(inventory, planned, group_percent, random, plan);
  AddVmPins(inventory, planned, vm_percent, random->Percent(50), random, plan);
}

v1::RecoveryPlan RandomPlan(const v1::Inventory& inventory,
                            const WorldClock& clock, SeededRandom* random) {
  v1::RecoveryPlan plan;
  if (random->Percent(70)) plan.set_id("plan");
  plan.set_purpose(random->Pick<v1::RecoveryPlan::Purpose>(
      {v1::RecoveryPlan::PURPOSE_UNSPECIFIED, v1::RecoveryPlan::FAILBACK,
       v1::RecoveryPlan::FAILBACK, v1::RecoveryPlan::FAILOVER,
       v1::RecoveryPlan::TEST}));
  if (random->Percent(60)) AddBootGroups(inventory, random, &plan);
  if (random->Percent(97)) {
    *plan.mutable_policy() = RandomPolicy(inventory, clock, random);
  }
  AddRandomPins(inventory, random, &plan);
  return plan;
}

}  // namespace recoveryline::reference
