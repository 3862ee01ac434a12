// The random world's machines, points and groups.

#include <algorithm>
#include <string>

#include "tests/reference/random_world.h"
#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

using Consistency = v1::RecoveryPoint::Consistency;
using Cleanliness = v1::RecoveryPoint::Cleanliness;

// Ids that are prefixes of each other, differ by case, or have bytes beyond
// ASCII: they sort alike only where bytes are compared as bytes.
const std::vector<std::string>& Names() {
  static const auto* names = new std::vector<std::string>{
      "1", "10", "2", "A", "a", "b", "z", "\xc3\xa9", "\xe2\x82\xac"};
  return *names;
}

std::vector<std::string> ShuffledNames(const std::string& prefix, int count,
                                       SeededRandom* random) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) {
    const auto size = static_cast<int>(Names().size());
    names.push_back(prefix + (i < size ? Names()[static_cast<size_t>(i)]
                                       : std::to_string(i + 3)));
  }
  random->Shuffle(&names);
  return names;
}

// How the points of one world are mostly made.
struct Habits {
  int app_percent = 40;
  int judged_percent = 0;
  int covered_percent = 0;
  int available_percent = 0;
  int expire_percent = 0;
  int shared_percent = 95;
  std::vector<std::string> markers;
};

// Calm worlds, where most points are eligible, reach the choice itself; the
// others mostly show why points are refused.
Habits RandomHabits(SeededRandom* random) {
  Habits habits;
  habits.markers = ShuffledNames("m", 5, random);
  habits.markers.resize(
      static_cast<size_t>(random->Pick<int>({0, 1, 2, 3, 4, 4})));
  if (random->Percent(40)) {
    habits.app_percent = random->Pick<int>({50, 80, 100});
    return habits;
  }
  habits.app_percent = random->Pick<int>({10, 40, 70, 100});
  habits.judged_percent = random->Pick<int>({0, 0, 0, 0, 20, 60});
  habits.covered_percent = random->Pick<int>({0, 0, 10, 40});
  habits.available_percent = random->Pick<int>({0, 0, 15, 40});
  habits.expire_percent = random->Pick<int>({0, 0, 15, 40});
  habits.shared_percent = random->Pick<int>({50, 85, 95, 100});
  return habits;
}

Consistency RandomConsistency(const Habits& habits, SeededRandom* random) {
  if (random->Percent(habits.app_percent)) {
    return v1::RecoveryPoint::APPLICATION_CONSISTENT;
  }
  const int kind = random->Below(10);
  if (kind == 0) return v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED;
  return kind < 7 ? v1::RecoveryPoint::CRASH_CONSISTENT
                  : v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT;
}

// Valid: capture_time <= available_from < expire_time.
void AddLifetime(const WorldClock& clock, const Habits& habits,
                 SeededRandom* random, v1::RecoveryPoint* point) {
  int64_t available = ToNanos(point->capture_time());
  if (random->Percent(habits.available_percent)) {
    available = clock.NotBefore(available, random);
    *point->mutable_available_from() = ToTimestamp(available);
  }
  if (!random->Percent(habits.expire_percent)) return;
  const int kind = random->Below(10);
  if (kind == 0) {  // 9999-12-31T23:59:59Z: never.
    point->mutable_expire_time()->set_seconds(253'402'300'799);
    return;
  }
  const int64_t expire =
      kind == 1 ? kLastNano : clock.NotBefore(available, random);
  if (expire > available) *point->mutable_expire_time() = ToTimestamp(expire);
}

void FillPoint(const WorldClock& clock, const Habits& habits, int disk_count,
               int64_t capture_time, SeededRandom* random,
               v1::RecoveryPoint* point) {
  *point->mutable_capture_time() = ToTimestamp(capture_time);
  point->set_consistency(RandomConsistency(habits, random));
  AddLifetime(clock, habits, random, point);
  if (random->Percent(habits.judged_percent)) {
    point->set_cleanliness(random->Pick<Cleanliness>(
        {v1::RecoveryPoint::INFECTED, v1::RecoveryPoint::SUSPICIOUS,
         v1::RecoveryPoint::UNKNOWN, v1::RecoveryPoint::CLEAN,
         v1::RecoveryPoint::CLEAN}));
  }
  if (random->Percent(habits.covered_percent)) {
    point->set_covered_disk_count(random->Below(disk_count + 2));
  }
}

// An instant at which the VMs of a group were captured together.
struct SharedCapture {
  int64_t instant = 0;
  std::string marker;
};

std::vector<SharedCapture> RandomSharedCaptures(const WorldClock& clock,
                                                const Habits& habits,
                                                SeededRandom* random) {
  std::vector<SharedCapture> captures;
  for (const std::string& marker : habits.markers) {
    if (random->Percent(85)) captures.push_back({clock.Any(random), marker});
  }
  return captures;
}

void AddSharedPoints(const WorldClock& clock, const Habits& habits,
                     const std::vector<SharedCapture>& captures,
                     SeededRandom* random, v1::Vm* vm) {
  for (const SharedCapture& capture : captures) {
    if (!random->Percent(habits.shared_percent)) continue;
    const int64_t instant = random->Percent(75)
                                ? capture.instant
                                : Plus(capture.instant, clock.tick);
    v1::RecoveryPoint* point = vm->add_recovery_points();
    FillPoint(clock, habits, vm->disk_count(), instant, random, point);
    point->set_consistency_marker(capture.marker);
  }
}

// More than two blocks of 32 at times, so that summaries are crossed.
int RandomPointCount(SeededRandom* random) {
  const int kind = random->Below(100);
  if (kind < 1) return random->Between(40, 120);
  return random->Between(1, kind < 60 ? 3 : 5);
}

void AddPoints(const WorldClock& clock, const Habits& habits,
               const std::vector<SharedCapture>& captures, SeededRandom* random,
               v1::Vm* vm) {
  if (random->Percent(3)) return;
  AddSharedPoints(clock, habits, captures, random, vm);
  const int count = RandomPointCount(random);
  for (int i = 0; i < count; ++i) {
    v1::RecoveryPoint* point = vm->add_recovery_points();
    FillPoint(clock, habits, vm->disk_count(), clock.Any(random), random,
              point);
    if (!habits.markers.empty() && random->Percent(40)) {
      point->set_consistency_marker(random->Pick(habits.markers));
    }
  }
  const std::vector<std::string> ids =
      ShuffledNames("p", vm->recovery_points_size(), random);
  for (int i = 0; i < vm->recovery_points_size(); ++i) {
    vm->mutable_recovery_points(i)->set_id(ids[static_cast<size_t>(i)]);
  }
}

void AddGroups(SeededRandom* random, v1::Inventory* inventory) {
  const int count = random->Pick<int>({0, 1, 1, 1, 2, 3});
  for (const std::string& id : ShuffledNames("g", count, random)) {
    v1::ReplicationGroup* group = inventory->add_replication_groups();
    group->set_id(id);
    group->set_multi_vm_consistency(random->Percent(85));
    if (random->Percent(50)) group->set_display_name("group " + id);
  }
}

// Machines the groups are known to have: some of their own, one that is
// nowhere, one that belongs elsewhere, one named twice.
void AddExpectedVms(SeededRandom* random, v1::Inventory* inventory) {
  for (v1::ReplicationGroup& group : *inventory->mutable_replication_groups()) {
    const bool names_its_own = random->Percent(30);
    const bool names_others = random->Percent(8);
    for (const v1::Vm& vm : inventory->vms()) {
      const bool own = vm.replication_group_id() == group.id();
      if (own ? names_its_own : names_others) {
        group.add_expected_vm_ids(vm.id());
        if (random->Percent(5)) group.add_expected_vm_ids(vm.id());
      }
    }
    if (random->Percent(7)) group.add_expected_vm_ids("ghost");
  }
}

void AddVms(SeededRandom* random, v1::Inventory* inventory) {
  const int count = random->Percent(1) ? 0 : random->Between(1, 6);
  const int replicating_percent = random->Percent(85) ? 100 : 75;
  const auto& groups = inventory->replication_groups();
  for (const std::string& id : ShuffledNames("vm", count, random)) {
    v1::Vm* vm = inventory->add_vms();
    vm->set_id(id);
    if (random->Percent(50)) vm->set_display_name("machine " + id);
    vm->set_protection_state(v1::Vm::REPLICATING);
    if (!random->Percent(replicating_percent)) {
      vm->set_protection_state(random->Pick<v1::Vm::ProtectionState>(
          {v1::Vm::PROTECTION_STATE_UNSPECIFIED, v1::Vm::INITIAL_REPLICATION,
           v1::Vm::RESYNCHRONIZING, v1::Vm::FAILED_OVER,
           v1::Vm::NOT_PROTECTED}));
    }
    vm->set_disk_count(random->Below(4));
    if (!groups.empty() && random->Percent(80)) {
      vm->set_replication_group_id(groups[random->Below(groups.size())].id());
    }
  }
}

}  // namespace

v1::Inventory RandomInventory(const WorldClock& clock, SeededRandom* random) {
  v1::Inventory inventory;
  AddGroups(random, &inventory);
  AddVms(random, &inventory);
  AddExpectedVms(random, &inventory);
  const Habits habits = RandomHabits(random);
  const std::vector<SharedCapture> captures =
      RandomSharedCaptures(clock, habits, random);
  for (v1::Vm& vm : *inventory.mutable_vms()) {
    AddPoints(clock, habits, captures, random, &vm);
    if (random->Percent(30)) {
      *vm.mutable_latest_replicated_time() = ToTimestamp(clock.Late(random));
    }
  }
  return inventory;
}

}  // namespace recoveryline::reference
