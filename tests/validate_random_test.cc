// Random valid worlds, one rule broken at a random place: exactly that rule is
// found, at that path. And valid worlds break none.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/validate.h"
#include "gmock/gmock.h"
#include "google/protobuf/repeated_field.h"
#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "tests/reference/random_world.h"
#include "tests/reference/reference_time.h"
#include "tests/reference/seeded_random.h"
#include "tests/violation_matchers.h"

namespace recoveryline {
namespace {

using absl::StrCat;
using google::protobuf::Duration;
using google::protobuf::Timestamp;
using reference::RandomWorld;
using reference::SeededRandom;
using reference::ToNanos;
using reference::ToTimestamp;
using reference::World;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using v1::Violation;

constexpr int kWorlds = 6'000;

struct Broken {
  Violation::Reason reason;
  std::string path;
};

// Breaks one rule of a valid world; nothing, and the world as it was, where
// the world has no place for it.
using Breaker = std::optional<Broken> (*)(SeededRandom*, World*);

std::vector<Violation> AllBrokenRules(const World& world) {
  std::vector<Violation> broken = BrokenRules(world.inventory);
  if (!broken.empty()) return broken;
  for (const auto& more :
       {BrokenRules(world.plan), BrokenRules(world.plan, world.inventory)}) {
    broken.insert(broken.end(), more.begin(), more.end());
  }
  return broken;
}

// A new entry somewhere in `list`.
template <typename T>
T* Insert(SeededRandom* random, google::protobuf::RepeatedPtrField<T>* list,
          int* index) {
  list->Add();
  *index = random->Below(list->size());
  for (int i = list->size() - 1; i > *index; --i) list->SwapElements(i, i - 1);
  return list->Mutable(*index);
}

// An entry of `list` stands a second time somewhere; `*second` is where the
// later of the two is.
template <typename T>
bool InsertCopy(SeededRandom* random,
                google::protobuf::RepeatedPtrField<T>* list, int* second) {
  if (list->empty()) return false;
  const T copy = list->Get(random->Below(list->size()));
  int index = 0;
  *Insert(random, list, &index) = copy;
  *second = list->size() - 1;
  while (list->Get(*second).SerializeAsString() != copy.SerializeAsString()) {
    --*second;
  }
  return true;
}

// No id: nothing or too much of it.
Broken BreakId(SeededRandom* random, std::string* id, std::string path) {
  const bool empty = random->Percent(50);
  *id = empty ? "" : std::string(1025 + random->Below(10), 'x');
  return {empty ? Violation::EMPTY_ID : Violation::ID_TOO_LONG,
          std::move(path)};
}

Broken BreakTime(SeededRandom* random, Timestamp* time, std::string path,
                 bool may_be_late = true) {
  *time = Timestamp();
  switch (random->Below(may_be_late ? 6 : 5)) {
    case 0:
      time->set_nanos(-1 - random->Below(2));
      break;
    case 1:
      time->set_nanos(1'000'000'000 + random->Below(2));
      break;
    case 2:
      time->set_seconds(253'402'300'800 + random->Below(2));
      break;
    case 3:
      time->set_seconds(-62'135'596'801 - random->Below(2));
      break;
    case 4:
      time->set_seconds(-9'223'372'038 - random->Below(2));
      break;
    case 5:
      time->set_seconds(9'223'372'037 + random->Below(2));
      break;
  }
  return {Violation::TIME_OUT_OF_RANGE, std::move(path)};
}

Broken BreakDuration(SeededRandom* random, Duration* duration,
                     std::string path) {
  *duration = Duration();
  switch (random->Below(4)) {
    case 0:
      duration->set_nanos(-1);
      return {Violation::NEGATIVE_DURATION, std::move(path)};
    case 1:
      duration->set_seconds(-1 - random->Below(100));
      return {Violation::NEGATIVE_DURATION, std::move(path)};
    case 2:
      duration->set_seconds(9'223'372'037);
      break;
    case 3:
      duration->set_seconds(1);
      duration->set_nanos(-1);
      break;
  }
  return {Violation::TIME_OUT_OF_RANGE, std::move(path)};
}

// Some point of some VM.
struct PointPlace {
  v1::RecoveryPoint* point = nullptr;
  v1::Vm* vm = nullptr;
  std::string path;
};

std::optional<PointPlace> AnyPoint(SeededRandom* random, World* world) {
  std::vector<PointPlace> places;
  for (int i = 0; i < world->inventory.vms_size(); ++i) {
    v1::Vm* vm = world->inventory.mutable_vms(i);
    for (int j = 0; j < vm->recovery_points_size(); ++j) {
      places.push_back({vm->mutable_recovery_points(j), vm,
                        StrCat("vms[", i, "].recoveryPoints[", j, "].")});
    }
  }
  if (places.empty()) return std::nullopt;
  return random->Pick(places);
}

int64_t AvailableFrom(const v1::RecoveryPoint& point) {
  return ToNanos(point.has_available_from() ? point.available_from()
                                            : point.capture_time());
}

// The inventory.

std::optional<Broken> AsOfTime(SeededRandom* random, World* world) {
  return BreakTime(random, world->inventory.mutable_as_of_time(), "asOfTime");
}

std::optional<Broken> VmId(SeededRandom* random, World* world) {
  int i = 0;
  v1::Vm* vm = Insert(random, world->inventory.mutable_vms(), &i);
  return BreakId(random, vm->mutable_id(), StrCat("vms[", i, "].id"));
}

std::optional<Broken> VmTwice(SeededRandom* random, World* world) {
  int i = 0;
  if (!InsertCopy(random, world->inventory.mutable_vms(), &i)) {
    return std::nullopt;
  }
  return Broken{Violation::DUPLICATE_ID, StrCat("vms[", i, "].id")};
}

std::optional<Broken> VmField(SeededRandom* random, World* world) {
  if (world->inventory.vms().empty()) return std::nullopt;
  const int i = random->Below(world->inventory.vms_size());
  v1::Vm* vm = world->inventory.mutable_vms(i);
  const std::string path = StrCat("vms[", i, "].");
  switch (random->Below(5)) {
    case 0:
      vm->set_replication_group_id("nowhere");
      return Broken{Violation::UNKNOWN_GROUP, path + "replicationGroupId"};
    case 1:
      vm->set_replication_group_id(std::string(1025, 'g'));
      return Broken{Violation::ID_TOO_LONG, path + "replicationGroupId"};
    case 2:
      vm->set_protection_state(static_cast<v1::Vm::ProtectionState>(6));
      return Broken{Violation::UNKNOWN_ENUM_VALUE, path + "protectionState"};
    case 3:
      vm->set_disk_count(-1 - random->Below(3));
      return Broken{Violation::NEGATIVE_COUNT, path + "diskCount"};
    default:
      return BreakTime(random, vm->mutable_latest_replicated_time(),
                       path + "latestReplicatedTime");
  }
}

std::optional<Broken> PointId(SeededRandom* random, World* world) {
  const auto place = AnyPoint(random, world);
  if (!place.has_value()) return std::nullopt;
  return BreakId(random, place->point->mutable_id(), place->path + "id");
}

std::optional<Broken> PointTwice(SeededRandom* random, World* world) {
  if (world->inventory.vms().empty()) return std::nullopt;
  const int i = random->Below(world->inventory.vms_size());
  int j = 0;
  if (!InsertCopy(random,
                  world->inventory.mutable_vms(i)->mutable_recovery_points(),
                  &j)) {
    return std::nullopt;
  }
  return Broken{Violation::DUPLICATE_ID,
                StrCat("vms[", i, "].recoveryPoints[", j, "].id")};
}

std::optional<Broken> PointField(SeededRandom* random, World* world) {
  const auto place = AnyPoint(random, world);
  if (!place.has_value()) return std::nullopt;
  v1::RecoveryPoint* point = place->point;
  switch (random->Below(5)) {
    case 0:
      point->set_consistency(static_cast<v1::RecoveryPoint::Consistency>(4));
      return Broken{Violation::UNKNOWN_ENUM_VALUE, place->path + "consistency"};
    case 1:
      point->set_cleanliness(static_cast<v1::RecoveryPoint::Cleanliness>(5));
      return Broken{Violation::UNKNOWN_ENUM_VALUE, place->path + "cleanliness"};
    case 2:
      point->set_covered_disk_count(-1 - random->Below(3));
      return Broken{Violation::NEGATIVE_COUNT,
                    place->path + "coveredDiskCount"};
    case 3:
      point->set_consistency_marker(std::string(1025, 'm'));
      return Broken{Violation::ID_TOO_LONG, place->path + "consistencyMarker"};
    default:
      point->clear_capture_time();
      return Broken{Violation::NO_CAPTURE_TIME, place->path + "captureTime"};
  }
}

std::optional<Broken> PointTime(SeededRandom* random, World* world) {
  const auto place = AnyPoint(random, world);
  if (!place.has_value()) return std::nullopt;
  v1::RecoveryPoint* point = place->point;
  switch (random->Below(3)) {
    case 0:
      return BreakTime(random, point->mutable_capture_time(),
                       place->path + "captureTime");
    case 1:
      return BreakTime(random, point->mutable_available_from(),
                       place->path + "availableFrom");
    default:
      return BreakTime(random, point->mutable_expire_time(),
                       place->path + "expireTime", /*may_be_late=*/false);
  }
}

std::optional<Broken> AvailableBeforeCapture(SeededRandom* random,
                                             World* world) {
  const auto place = AnyPoint(random, world);
  if (!place.has_value()) return std::nullopt;
  const int64_t capture = ToNanos(place->point->capture_time());
  const int64_t early = 1 + random->Below(3);
  if (capture < reference::kFirstNano + early) return std::nullopt;
  *place->point->mutable_available_from() = ToTimestamp(capture - early);
  return Broken{Violation::AVAILABLE_BEFORE_CAPTURE,
                place->path + "availableFrom"};
}

std::optional<Broken> ExpiresBeforeAvailable(SeededRandom* random,
                                             World* world) {
  const auto place = AnyPoint(random, world);
  if (!place.has_value()) return std::nullopt;
  const int64_t available = AvailableFrom(*place->point);
  const int64_t early = random->Below(3);
  if (available < reference::kFirstNano + early) return std::nullopt;
  if (available - early == reference::kLastNano) return std::nullopt;  // never
  *place->point->mutable_expire_time() = ToTimestamp(available - early);
  return Broken{Violation::EXPIRES_BEFORE_AVAILABLE,
                place->path + "expireTime"};
}

std::optional<Broken> Group(SeededRandom* random, World* world) {
  auto* groups = world->inventory.mutable_replication_groups();
  int i = 0;
  if (random->Percent(50)) {
    v1::ReplicationGroup* group = Insert(random, groups, &i);
    return BreakId(random, group->mutable_id(),
                   StrCat("replicationGroups[", i, "].id"));
  }
  if (!InsertCopy(random, groups, &i)) return std::nullopt;
  return Broken{Violation::DUPLICATE_ID,
                StrCat("replicationGroups[", i, "].id")};
}

std::optional<Broken> ExpectedVm(SeededRandom* random, World* world) {
  auto* groups = world->inventory.mutable_replication_groups();
  if (groups->empty()) return std::nullopt;
  const int i = random->Below(groups->size());
  int j = 0;
  std::string* id =
      Insert(random, groups->Mutable(i)->mutable_expected_vm_ids(), &j);
  return BreakId(random, id,
                 StrCat("replicationGroups[", i, "].expectedVmIds[", j, "]"));
}

// The plan by itself.

std::optional<Broken> PlanField(SeededRandom* random, World* world) {
  if (random->Percent(50)) {
    world->plan.set_id(std::string(1025, 'p'));
    return Broken{Violation::ID_TOO_LONG, "plan.id"};
  }
  world->plan.set_purpose(static_cast<v1::RecoveryPlan::Purpose>(4));
  return Broken{Violation::UNKNOWN_ENUM_VALUE, "plan.purpose"};
}

std::optional<Broken> BootGroup(SeededRandom* random, World* world) {
  // A plan without any means every VM; one more would change that.
  auto* groups = world->plan.mutable_boot_groups();
  if (groups->empty()) return std::nullopt;
  int i = 0;
  v1::BootGroup* group = Insert(random, groups, &i);
  if (random->Percent(50)) {
    return BreakId(random, group->mutable_id(),
                   StrCat("plan.bootGroups[", i, "].id"));
  }
  const int other = i == 0 ? 1 : i - 1;
  group->set_id(groups->Get(other).id());
  return Broken{Violation::DUPLICATE_ID,
                StrCat("plan.bootGroups[", std::max(i, other), "].id")};
}

std::optional<Broken> PlannedVmId(SeededRandom* random, World* world) {
  auto* groups = world->plan.mutable_boot_groups();
  if (groups->empty()) return std::nullopt;
  const int i = random->Below(groups->size());
  int j = 0;
  std::string* id = Insert(random, groups->Mutable(i)->mutable_vm_ids(), &j);
  return BreakId(random, id, StrCat("plan.bootGroups[", i, "].vmIds[", j, "]"));
}

std::optional<Broken> VmTwiceInPlan(SeededRandom* random, World* world) {
  auto* groups = world->plan.mutable_boot_groups();
  if (groups->empty()) return std::nullopt;
  const int from = random->Below(groups->size());
  if (groups->Get(from).vm_ids().empty()) return std::nullopt;
  const int count = groups->Get(from).vm_ids_size();
  const std::string id = groups->Get(from).vm_ids(random->Below(count));
  int at = 0;
  const int to = random->Below(groups->size());
  *Insert(random, groups->Mutable(to)->mutable_vm_ids(), &at) = id;
  std::string last;
  for (int i = 0; i < groups->size(); ++i) {
    for (int j = 0; j < groups->Get(i).vm_ids_size(); ++j) {
      if (groups->Get(i).vm_ids(j) != id) continue;
      last = StrCat("plan.bootGroups[", i, "].vmIds[", j, "]");
    }
  }
  return Broken{Violation::VM_TWICE_IN_PLAN, last};
}

std::optional<Broken> PolicyField(SeededRandom* random, World* world) {
  v1::Policy* policy = world->plan.mutable_policy();
  switch (random->Below(7)) {
    case 0:
      policy->set_option(static_cast<v1::Policy::Option>(9));
      return Broken{Violation::UNKNOWN_ENUM_VALUE, "plan.policy.option"};
    case 1:
      policy->set_minimum_cleanliness(
          static_cast<v1::RecoveryPoint::Cleanliness>(5));
      return Broken{Violation::UNKNOWN_ENUM_VALUE,
                    "plan.policy.minimumCleanliness"};
    case 2:
      return BreakTime(random, policy->mutable_target_time(),
                       "plan.policy.targetTime");
    case 3:
      return BreakTime(random, policy->mutable_incident_time(),
                       "plan.policy.incidentTime");
    case 4:
      return BreakTime(random, policy->mutable_not_before(),
                       "plan.policy.notBefore");
    case 5:
      return BreakDuration(random,
                           policy->mutable_plan_alignment()->mutable_max_skew(),
                           "plan.policy.planAlignment.maxSkew");
    default:
      return BreakDuration(random, policy->mutable_rpo_objective(),
                           "plan.policy.rpoObjective");
  }
}

std::optional<Broken> OptionAndRules(SeededRandom* random, World* world) {
  v1::Policy* policy = world->plan.mutable_policy();
  if (policy->rules().empty()) {
    policy->add_rules()->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
  }
  policy->set_option(static_cast<v1::Policy::Option>(random->Between(1, 8)));
  return Broken{Violation::OPTION_AND_RULES, "plan.policy.option"};
}

std::optional<Broken> RuleField(SeededRandom* random, World* world) {
  v1::Policy* policy = world->plan.mutable_policy();
  policy->clear_option();
  int i = 0;
  v1::Rule* rule = Insert(random, policy->mutable_rules(), &i);
  rule->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
  const std::string path = StrCat("plan.policy.rules[", i, "].");
  switch (random->Below(7)) {
    case 0:
      rule->clear_consistency();
      return Broken{Violation::RULE_WITHOUT_CONSISTENCY, path + "consistency"};
    case 1:
      rule->set_consistency(static_cast<v1::RecoveryPoint::Consistency>(-1));
      return Broken{Violation::UNKNOWN_ENUM_VALUE, path + "consistency"};
    case 2:
      rule->set_match(static_cast<v1::Rule::Match>(3));
      return Broken{Violation::UNKNOWN_ENUM_VALUE, path + "match"};
    case 3:
      rule->set_group_scope(static_cast<v1::Rule::GroupScope>(3));
      return Broken{Violation::UNKNOWN_ENUM_VALUE, path + "groupScope"};
    case 4:
      rule->set_common_match(static_cast<v1::Rule::CommonMatch>(3));
      return Broken{Violation::UNKNOWN_ENUM_VALUE, path + "commonMatch"};
    case 5:
      rule->set_common_match(
          static_cast<v1::Rule::CommonMatch>(random->Below(2)));
      rule->mutable_max_skew()->set_seconds(random->Below(2));
      return Broken{Violation::SKEW_WITH_MARKER, path + "maxSkew"};
    default:
      rule->set_common_match(v1::Rule::CAPTURE_TIME);
      return BreakDuration(random, rule->mutable_max_skew(), path + "maxSkew");
  }
}

std::optional<Broken> ExclusionField(SeededRandom* random, World* world) {
  int i = 0;
  v1::Exclusion* exclusion =
      Insert(random, world->plan.mutable_policy()->mutable_exclusions(), &i);
  const std::string path = StrCat("plan.policy.exclusions[", i, "].");
  const int64_t start = random->Between(-5, 5);
  switch (random->Below(5)) {
    case 0:
      *exclusion->mutable_start_time() = ToTimestamp(start);
      *exclusion->mutable_end_time() = ToTimestamp(start - random->Below(3));
      return Broken{Violation::EMPTY_EXCLUSION, path + "endTime"};
    case 1:
      *exclusion->mutable_end_time() = ToTimestamp(start);
      return BreakTime(random, exclusion->mutable_start_time(),
                       path + "startTime");
    case 2:
      *exclusion->mutable_start_time() = ToTimestamp(start);
      return BreakTime(random, exclusion->mutable_end_time(), path + "endTime");
    case 3:
      return BreakId(random, exclusion->add_vm_ids(), path + "vmIds[0]");
    default:
      return BreakId(random, exclusion->add_replication_group_ids(),
                     path + "replicationGroupIds[0]");
  }
}

std::optional<Broken> PinForm(SeededRandom* random, World* world) {
  int i = 0;
  v1::Pin* pin = Insert(random, world->plan.mutable_pins(), &i);
  int form = random->Below(14);
  form += form >= 3 ? 1 : 0;   // 3: a VM and a point
  form += form >= 12 ? 1 : 0;  // 12: a group and a marker
  if (form & 1) pin->set_vm_id("vm");
  if (form & 2) pin->set_recovery_point_id("point");
  if (form & 4) pin->set_replication_group_id("group");
  if (form & 8) pin->set_consistency_marker("marker");
  return Broken{Violation::PIN_FORM, StrCat("plan.pins[", i, "]")};
}

std::optional<Broken> PinId(SeededRandom* random, World* world) {
  if (world->plan.pins().empty()) return std::nullopt;
  const int i = random->Below(world->plan.pins_size());
  v1::Pin* pin = world->plan.mutable_pins(i);
  const bool subject = random->Percent(50);
  const std::string path = StrCat("plan.pins[", i, "].");
  const std::string too_long(1025, 'x');
  if (pin->vm_id().empty()) {
    (subject ? pin->mutable_replication_group_id()
             : pin->mutable_consistency_marker())
        ->assign(too_long);
    return Broken{
        Violation::ID_TOO_LONG,
        path + (subject ? "replicationGroupId" : "consistencyMarker")};
  }
  (subject ? pin->mutable_vm_id() : pin->mutable_recovery_point_id())
      ->assign(too_long);
  return Broken{Violation::ID_TOO_LONG,
                path + (subject ? "vmId" : "recoveryPointId")};
}

std::optional<Broken> PinTwice(SeededRandom* random, World* world) {
  int i = 0;
  if (!InsertCopy(random, world->plan.mutable_pins(), &i)) return std::nullopt;
  return Broken{Violation::PIN_TWICE, StrCat("plan.pins[", i,
                                             world->plan.pins(i).vm_id().empty()
                                                 ? "].replicationGroupId"
                                                 : "].vmId")};
}

// The plan against the inventory.

std::optional<Broken> ExcludedGroup(SeededRandom* random, World* world) {
  auto* exclusions = world->plan.mutable_policy()->mutable_exclusions();
  if (exclusions->empty()) return std::nullopt;
  const int i = random->Below(exclusions->size());
  int j = 0;
  *Insert(random, exclusions->Mutable(i)->mutable_replication_group_ids(), &j) =
      "nowhere";
  return Broken{
      Violation::UNKNOWN_GROUP,
      StrCat("plan.policy.exclusions[", i, "].replicationGroupIds[", j, "]")};
}

std::optional<Broken> PinTarget(SeededRandom* random, World* world) {
  if (world->plan.pins().empty()) return std::nullopt;
  const int i = random->Below(world->plan.pins_size());
  v1::Pin* pin = world->plan.mutable_pins(i);
  const std::string path = StrCat("plan.pins[", i, "].");
  if (pin->vm_id().empty()) {
    pin->set_consistency_marker("absent");
    return Broken{Violation::PIN_TARGET_ABSENT, path + "consistencyMarker"};
  }
  pin->set_recovery_point_id("absent");
  return Broken{Violation::PIN_TARGET_ABSENT, path + "recoveryPointId"};
}

std::optional<Broken> PinSubject(SeededRandom* random, World* world) {
  int i = 0;
  v1::Pin* pin = Insert(random, world->plan.mutable_pins(), &i);
  const std::string path = StrCat("plan.pins[", i, "].");
  if (random->Percent(50)) {
    pin->set_vm_id("nowhere");
    pin->set_recovery_point_id("p1");
    return Broken{Violation::PIN_OUTSIDE_PLAN, path + "vmId"};
  }
  pin->set_replication_group_id("nowhere");
  pin->set_consistency_marker("m1");
  return Broken{Violation::PIN_OUTSIDE_PLAN, path + "replicationGroupId"};
}

std::optional<Broken> PinnedGroupWithoutConsistency(SeededRandom* random,
                                                    World* world) {
  if (world->plan.pins().empty()) return std::nullopt;
  const int i = random->Below(world->plan.pins_size());
  for (auto& group : *world->inventory.mutable_replication_groups()) {
    if (group.id() != world->plan.pins(i).replication_group_id()) continue;
    group.set_multi_vm_consistency(false);
    return Broken{Violation::PIN_OUTSIDE_PLAN,
                  StrCat("plan.pins[", i, "].replicationGroupId")};
  }
  return std::nullopt;
}

std::optional<Broken> PinnedVmOutsidePlan(SeededRandom* random, World* world) {
  auto* groups = world->plan.mutable_boot_groups();
  if (groups->empty()) return std::nullopt;
  const auto place = AnyPoint(random, world);
  if (!place.has_value()) return std::nullopt;
  for (v1::BootGroup& group : *groups) {
    auto* ids = group.mutable_vm_ids();
    ids->erase(std::remove(ids->begin(), ids->end(), place->vm->id()),
               ids->end());
  }
  // Other pins might lean on the VM that left the plan.
  world->plan.clear_pins();
  v1::Pin* pin = world->plan.add_pins();
  pin->set_vm_id(place->vm->id());
  pin->set_recovery_point_id(place->point->id());
  return Broken{Violation::PIN_OUTSIDE_PLAN, "plan.pins[0].vmId"};
}

struct NamedBreaker {
  const char* name;
  Breaker breaker;
};

constexpr NamedBreaker kBreakers[] = {
    {"AsOfTime", AsOfTime},
    {"VmId", VmId},
    {"VmTwice", VmTwice},
    {"VmField", VmField},
    {"PointId", PointId},
    {"PointTwice", PointTwice},
    {"PointField", PointField},
    {"PointTime", PointTime},
    {"AvailableBeforeCapture", AvailableBeforeCapture},
    {"ExpiresBeforeAvailable", ExpiresBeforeAvailable},
    {"Group", Group},
    {"ExpectedVm", ExpectedVm},
    {"PlanField", PlanField},
    {"BootGroup", BootGroup},
    {"PlannedVmId", PlannedVmId},
    {"VmTwiceInPlan", VmTwiceInPlan},
    {"PolicyField", PolicyField},
    {"OptionAndRules", OptionAndRules},
    {"RuleField", RuleField},
    {"ExclusionField", ExclusionField},
    {"PinForm", PinForm},
    {"PinId", PinId},
    {"PinTwice", PinTwice},
    {"ExcludedGroup", ExcludedGroup},
    {"PinTarget", PinTarget},
    {"PinSubject", PinSubject},
    {"PinnedGroupWithoutConsistency", PinnedGroupWithoutConsistency},
    {"PinnedVmOutsidePlan", PinnedVmOutsidePlan},
};

TEST(ValidateRandomTest, ValidWorldsBreakNothing) {
  for (uint64_t seed = 0; seed < kWorlds; ++seed) {
    ASSERT_THAT(AllBrokenRules(RandomWorld(seed)), IsEmpty())
        << "seed " << seed;
  }
}

TEST(ValidateRandomTest, OneBrokenRuleIsFoundAndNothingElse) {
  for (const NamedBreaker& named : kBreakers) {
    int broken_worlds = 0;
    for (uint64_t seed = 0; seed < kWorlds; ++seed) {
      World world = RandomWorld(seed);
      SeededRandom random(seed);
      const std::optional<Broken> broken = named.breaker(&random, &world);
      if (!broken.has_value()) continue;
      ++broken_worlds;
      ASSERT_THAT(AllBrokenRules(world),
                  ElementsAre(Breaks(broken->reason, broken->path)))
          << named.name << ", seed " << seed;
    }
    EXPECT_GE(broken_worlds, 100) << named.name;
  }
}

// Two rules broken in different messages: both are found.
TEST(ValidateRandomTest, BrokenRulesDoNotHideEachOther) {
  for (uint64_t seed = 0; seed < kWorlds; ++seed) {
    World world = RandomWorld(seed);
    SeededRandom random(seed);
    const auto first = PlanField(&random, &world);
    const auto second = PolicyField(&random, &world);
    const auto third = PinSubject(&random, &world);
    ASSERT_THAT(AllBrokenRules(world),
                ElementsAre(Breaks(first->reason, first->path),
                            Breaks(second->reason, second->path),
                            Breaks(third->reason, third->path)))
        << "seed " << seed;
  }
}

}  // namespace
}  // namespace recoveryline
