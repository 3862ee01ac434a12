// All small worlds: Select() answers as the reference does, and Verify()
// agrees. Symmetric worlds (machines or points in another order) once.
//
// RECOVERYLINE_EXHAUSTIVE_STEP=n checks every n-th world; sanitizers make the
// step 40 unless it is given.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "tests/reference/reference_time.h"
#include "tests/reference/small_world.h"
#include "tests/sanitizers.h"
#include "tests/world_check.h"

namespace recoveryline {
namespace {

using reference::SmallWorld;
using reference::ToDuration;
using reference::ToTimestamp;

constexpr auto kCrash = v1::RecoveryPoint::CRASH_CONSISTENT;
constexpr auto kApp = v1::RecoveryPoint::APPLICATION_CONSISTENT;

// Changes a policy; one of a handful that each world is asked under.
using PolicyChange = void (*)(SmallWorld*);
// What makes a point faulty, in one way at a time.
using Fault = void (*)(v1::RecoveryPoint*);

uint64_t Step() {
  uint64_t step = 0;
  const char* wanted = std::getenv("RECOVERYLINE_EXHAUSTIVE_STEP");
  if (wanted != nullptr && absl::SimpleAtoi(wanted, &step) && step > 0) {
    return step;
  }
  return kSanitizersAreOn ? 40 : 1;
}

// One point: its flags, as a number.
struct PointState {
  int64_t capture_time = 50;
  v1::RecoveryPoint::Consistency consistency = kCrash;
  std::string marker;
  bool faulty = false;

  // Whether one of two such points is better whatever their ids.
  bool Differs(const PointState& other) const {
    return capture_time != other.capture_time ||
           consistency != other.consistency;
  }
};

using VmState = std::vector<PointState>;

std::vector<PointState> AllPoints(const std::vector<int64_t>& capture_times) {
  std::vector<PointState> states;
  for (int64_t capture_time : capture_times) {
    for (auto consistency : {kCrash, kApp}) {
      for (const std::string marker : {"", "m", "n"}) {
        for (bool faulty : {false, true}) {
          states.push_back({capture_time, consistency, marker, faulty});
        }
      }
    }
  }
  return states;
}

// Both orders only where the ids decide which of the two is better.
std::vector<VmState> AllVms(const std::vector<PointState>& first,
                            const std::vector<PointState>& second) {
  const bool same = first.front().capture_time == second.front().capture_time;
  std::vector<VmState> states;
  for (size_t i = 0; i < first.size(); ++i) {
    for (size_t j = 0; j < second.size(); ++j) {
      if (same && j < i && first[i].Differs(second[j])) continue;
      states.push_back({first[i], second[j]});
    }
  }
  return states;
}

// A group "g" of machines "a", "b", ...; the points "p" and "q" of each.
class SmallWorlds {
 public:
  SmallWorlds(std::vector<VmState> vms, Fault fault)
      : vms_(std::move(vms)), fault_(fault) {}

  // Every multiset of `size` machines under the policy.
  void Check(int size, PolicyChange change) {
    SmallWorld world;
    world.AddGroup("g");
    for (int i = 0; i < size; ++i) {
      v1::Vm* vm = world.AddVm(std::string(1, static_cast<char>('a' + i)), "g");
      vm->set_disk_count(2);
      world.AddPoint(vm, "p", 0);
      world.AddPoint(vm, "q", 0);
    }
    change(&world);
    Extend(size, 0, &world);
  }

  uint64_t checked() const { return checked_; }

 private:
  void Extend(int left, size_t first, SmallWorld* world) {
    if (left == 0) {
      CheckOne(*world->world());
      return;
    }
    for (size_t i = first; i < vms_.size(); ++i) {
      v1::Vm* vm = world->inventory()->mutable_vms(left - 1);
      for (int p = 0; p < 2; ++p) {
        Write(vms_[i][static_cast<size_t>(p)], vm->mutable_recovery_points(p));
      }
      Extend(left - 1, i, world);
    }
  }

  void Write(const PointState& state, v1::RecoveryPoint* point) const {
    const std::string id = point->id();
    point->Clear();
    point->set_id(id);
    *point->mutable_capture_time() = ToTimestamp(state.capture_time);
    point->set_consistency(state.consistency);
    point->set_consistency_marker(state.marker);
    if (state.faulty) fault_(point);
  }

  void CheckOne(const reference::World& world) {
    if (seen_++ % Step() != 0) return;
    ++checked_;
    const std::string trouble = CheckWorld(world);
    if (trouble.empty() || ++troubles_ > 5) return;
    ADD_FAILURE() << trouble;
  }

  std::vector<VmState> vms_;
  Fault fault_;
  uint64_t seen_ = 0;
  uint64_t checked_ = 0;
  int troubles_ = 0;
};

void MarkerThenTime(SmallWorld* world) {
  world->AddRule(kApp, v1::Rule::COMMON);
  world->AddSkewRule(kCrash, 10);
}

void MarkerThenMarker(SmallWorld* world) {
  world->AddRule(kApp, v1::Rule::COMMON);
  world->AddRule(kCrash, v1::Rule::COMMON);
}

void TimeThenIndependent(SmallWorld* world) {
  world->AddSkewRule(kCrash, 9);
  world->AddRule(kCrash, v1::Rule::INDEPENDENT);
}

void ExactlyCrash(SmallWorld* world) {
  world->policy()->set_option(v1::Policy::LATEST_CRASH_CONSISTENT);
}

void NotYetAvailable(v1::RecoveryPoint* point) {
  *point->mutable_available_from() = ToTimestamp(101);
}

void Expired(v1::RecoveryPoint* point) {
  *point->mutable_expire_time() = ToTimestamp(100);
}

void OfUnknownConsistency(v1::RecoveryPoint* point) {
  point->clear_consistency();
}

void OfOneDisk(v1::RecoveryPoint* point) { point->set_covered_disk_count(1); }

void Infected(v1::RecoveryPoint* point) {
  point->set_cleanliness(v1::RecoveryPoint::INFECTED);
}

void Suspicious(v1::RecoveryPoint* point) {
  point->set_cleanliness(v1::RecoveryPoint::SUSPICIOUS);
}

void Clean(v1::RecoveryPoint* point) {
  point->set_cleanliness(v1::RecoveryPoint::CLEAN);
}

void OfFileSystem(v1::RecoveryPoint* point) {
  point->set_consistency(v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT);
}

// Two different faults in one world.
void ExpiredOrInfected(v1::RecoveryPoint* point) {
  point->id() == "p" ? Expired(point) : Infected(point);
}

// The flags of a policy that forgive a fault.
void Forgiving(SmallWorld* world) {
  world->policy()->set_option(v1::Policy::LATEST_MULTI_VM_PROCESSED);
  world->policy()->set_allow_partial_disks(true);
  world->policy()->set_minimum_cleanliness(v1::RecoveryPoint::INFECTED);
}

void MinimumClean(SmallWorld* world) {
  MarkerThenTime(world);
  world->policy()->set_minimum_cleanliness(v1::RecoveryPoint::CLEAN);
}

void Trusting(SmallWorld* world) {
  world->AddSkewRule(kCrash, 0);
  world->policy()->set_trust_unjudged_points(true);
}

void Pinned(SmallWorld* world) {
  MarkerThenMarker(world);
  world->PinVm("a", "p");
}

void Bounded(SmallWorld* world) {
  MarkerThenTime(world);
  *world->policy()->mutable_target_time() = ToTimestamp(59);
}

void Floored(SmallWorld* world) {
  TimeThenIndependent(world);
  *world->policy()->mutable_not_before() = ToTimestamp(51);
}

void Excluding(SmallWorld* world) {
  MarkerThenTime(world);
  world->AddExclusion(60, 61)->add_vm_ids("b");
}

void Report(const char* what, uint64_t checked) {
  EXPECT_GT(checked, 100u);
  std::printf("%s: %llu worlds\n", what,
              static_cast<unsigned long long>(checked));
}

// One unit of two machines with two points each.
TEST(SelectExhaustiveTest, TwoMachinesWithTwoPointsOverAllFlags) {
  const std::vector<PointState> points = AllPoints({50, 60});
  const std::vector<VmState> vms = AllVms(points, points);
  uint64_t checked = 0;
  for (Fault fault :
       {NotYetAvailable, Expired, OfUnknownConsistency, OfFileSystem, OfOneDisk,
        Infected, Suspicious, ExpiredOrInfected}) {
    SmallWorlds worlds(vms, fault);
    worlds.Check(2, MarkerThenTime);
    worlds.Check(2, MarkerThenMarker);
    worlds.Check(2, TimeThenIndependent);
    checked += worlds.checked();
  }
  SmallWorlds forgiven(vms, OfOneDisk);
  for (PolicyChange change :
       {Forgiving, ExactlyCrash, Pinned, Bounded, Floored, Excluding}) {
    forgiven.Check(2, change);
  }
  SmallWorlds trusted(vms, Infected);
  trusted.Check(2, Forgiving);
  trusted.Check(2, Trusting);
  SmallWorlds judged(vms, Clean);
  judged.Check(2, MinimumClean);
  Report("two machines",
         checked + forgiven.checked() + trusted.checked() + judged.checked());
}

// One unit of three machines with a point at 50 and one at 60.
TEST(SelectExhaustiveTest,
     ThreeMachinesWithTwoPointsOverMarkerConsistencyAndAvailability) {
  SmallWorlds worlds(AllVms(AllPoints({50}), AllPoints({60})), NotYetAvailable);
  worlds.Check(3, MarkerThenMarker);
  worlds.Check(3, MarkerThenTime);
  Report("three machines", worlds.checked());
}

}  // namespace
}  // namespace recoveryline
