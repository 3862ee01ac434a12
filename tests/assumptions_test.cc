#include "engine/assumptions.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kHour = 3'600'000'000'000;

// A group "g" of "a" and "b" with markers on the hour, and "c" alone.
class AssumptionsTest : public testing::Test {
 protected:
  AssumptionsTest() {
    v1::ReplicationGroup* group = inventory.add_replication_groups();
    group->set_id("g");
    group->set_multi_vm_consistency(true);
    group->add_expected_vm_ids("a");
    group->add_expected_vm_ids("b");
    for (const char* id : {"a", "b", "c"}) {
      v1::Vm* vm = inventory.add_vms();
      vm->set_id(id);
      vm->set_disk_count(2);
      if (vm->id() != "c") vm->set_replication_group_id("g");
      for (int hour = 0; hour < 5; ++hour) {
        v1::RecoveryPoint* point = vm->add_recovery_points();
        point->set_id(absl::StrCat(hour));
        // "b" is a second late.
        *point->mutable_capture_time() =
            ToTimestamp(hour * kHour + (vm->id() == "b" ? 1'000'000'000 : 0));
        point->set_consistency(v1::RecoveryPoint::APPLICATION_CONSISTENT);
        if (vm->id() != "c") point->set_consistency_marker(absl::StrCat(hour));
      }
    }
    for (const char* id : {"first", "second"}) {
      plan.add_boot_groups()->set_id(id);
    }
    plan.mutable_boot_groups(0)->add_vm_ids("a");
    plan.mutable_boot_groups(0)->add_vm_ids("b");
    plan.mutable_boot_groups(1)->add_vm_ids("c");
    v1::Pin* pin = plan.add_pins();
    pin->set_vm_id("a");
    pin->set_recovery_point_id("1");
  }
  void Expect(const std::string& why) {
    const absl::Status status = Assume(assumptions, &inventory, &plan);
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    EXPECT_THAT(std::string(status.message()), HasSubstr(why));
  }
  void Apply() {
    const absl::Status done = Assume(assumptions, &inventory, &plan);
    EXPECT_TRUE(done.ok()) << done;
    Violations found;
    ValidateInventory(inventory, &found);
    ValidatePlan(plan, &found);
    EXPECT_TRUE(found.empty()) << found.list()[0].DebugString();
  }
  std::vector<std::string> Vms() const {
    std::vector<std::string> ids;
    for (const v1::Vm& vm : inventory.vms()) ids.push_back(vm.id());
    return ids;
  }
  // Of the points that are application-consistent.
  std::vector<std::string> Markers(int vm) const {
    std::vector<std::string> ids;
    for (const auto& point : inventory.vms(vm).recovery_points()) {
      if (point.consistency() == v1::RecoveryPoint::APPLICATION_CONSISTENT) {
        ids.push_back(point.id());
      } else {
        EXPECT_EQ(point.consistency(), v1::RecoveryPoint::CRASH_CONSISTENT);
        EXPECT_EQ(point.consistency_marker(), "");
      }
    }
    return ids;
  }

  v1::Inventory inventory;
  v1::RecoveryPlan plan;
  v1::Assumptions assumptions;
};

TEST_F(AssumptionsTest, AVmThatIsNotThereIsNowhere) {
  assumptions.add_without_vm_ids("a");
  Apply();
  EXPECT_THAT(Vms(), ElementsAre("b", "c"));
  EXPECT_THAT(inventory.replication_groups(0).expected_vm_ids(),
              ElementsAre("b"));
  EXPECT_THAT(plan.boot_groups(0).vm_ids(), ElementsAre("b"));
  EXPECT_THAT(plan.pins(), IsEmpty());
}

TEST_F(AssumptionsTest, AGroupGoesAsAWhole) {
  assumptions.add_without_replication_group_ids("g");
  Apply();
  EXPECT_THAT(Vms(), ElementsAre("c"));
}

TEST_F(AssumptionsTest, ABootGroupGoesAsAWhole) {
  assumptions.add_without_boot_group_ids("second");
  Apply();
  EXPECT_THAT(Vms(), ElementsAre("a", "b"));
  EXPECT_EQ(plan.boot_groups_size(), 2);
}

TEST_F(AssumptionsTest, ADiskLessNeedsADiskLess) {
  assumptions.add_without_disk_of_vm_ids("b");
  Apply();
  EXPECT_EQ(inventory.vms(1).disk_count(), 1);
  Expect("no disk of it would be left");
}

TEST_F(AssumptionsTest, RulesReplaceTheOptionAndExclusionsAreAdded) {
  plan.mutable_policy()->set_option(v1::Policy::LATEST);
  plan.mutable_policy()->add_exclusions()->mutable_end_time()->set_seconds(1);
  assumptions.add_rules()->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
  assumptions.add_exclusions()->mutable_end_time()->set_seconds(2);
  Apply();
  EXPECT_EQ(plan.policy().option(), v1::Policy::OPTION_UNSPECIFIED);
  EXPECT_EQ(plan.policy().rules_size(), 1);
  EXPECT_EQ(plan.policy().exclusions_size(), 2);
  assumptions.set_option(v1::Policy::LATEST);
  Expect("exclude each other");
}

TEST_F(AssumptionsTest, MarkersOfAGroupAreThinnedTogether) {
  *assumptions.mutable_app_consistent_every() = ToDuration(2 * kHour);
  Apply();
  for (int vm = 0; vm < 3; ++vm) {
    EXPECT_THAT(Markers(vm), ElementsAre("0", "2", "4"));
  }
  *assumptions.mutable_app_consistent_every() = ToDuration(0);
  Expect("appConsistentEvery");
}

TEST_F(AssumptionsTest, AGroupWithoutAMarkerOfOneVmIsStillOneGroup) {
  // "a" lacks the marker 2; by that of "b" it counts all the same, a second
  // late.
  inventory.mutable_vms(0)->mutable_recovery_points()->DeleteSubrange(2, 1);
  *assumptions.mutable_app_consistent_every() =
      ToDuration(2 * kHour - 1'000'000'000);
  Apply();
  EXPECT_THAT(Markers(0), ElementsAre("0", "4"));
  EXPECT_THAT(Markers(1), ElementsAre("0", "2", "4"));
}

TEST_F(AssumptionsTest, PointsWithoutAMarkerAreThinnedByMachine) {
  for (v1::Vm& vm : *inventory.mutable_vms()) {
    for (v1::RecoveryPoint& point : *vm.mutable_recovery_points()) {
      point.clear_consistency_marker();
    }
  }
  assumptions.mutable_app_consistent_every()->set_seconds(1800);
  ASSERT_TRUE(Assume(assumptions, &inventory, &plan).ok());
  for (const v1::Vm& vm : inventory.vms()) {
    for (const v1::RecoveryPoint& point : vm.recovery_points()) {
      EXPECT_EQ(point.consistency(), v1::RecoveryPoint::APPLICATION_CONSISTENT);
    }
  }
}

// The strongest of a stretch is what is the strongest once points are thinned.
TEST_F(AssumptionsTest, WhatIsThinnedIsPrunedAsWhatItIs) {
  assumptions.mutable_app_consistent_every()->set_seconds(3 * 3600);
  v1::RetentionTier* all = assumptions.mutable_retention()->add_tiers();
  all->mutable_until_age()->set_seconds(1);
  v1::RetentionTier* some = assumptions.mutable_retention()->add_tiers();
  some->mutable_until_age()->set_seconds(24 * 3600);
  some->mutable_keep_one_per()->set_seconds(2 * 3600);
  inventory.mutable_vms(2)->mutable_recovery_points()->DeleteSubrange(0, 1);
  ASSERT_TRUE(Assume(assumptions, &inventory, &plan).ok());
  // "c" keeps those of hours 1 and 4; of 2 and 3 the first is kept.
  std::vector<std::string> stay;
  for (const v1::RecoveryPoint& point : inventory.vms(2).recovery_points()) {
    if (!point.has_expire_time()) stay.push_back(point.id());
  }
  EXPECT_THAT(stay, ElementsAre("1", "2", "4"));
}

TEST_F(AssumptionsTest, AGroupThatIsGoneIsNotPinned) {
  plan.mutable_pins(0)->clear_vm_id();
  plan.mutable_pins(0)->clear_recovery_point_id();
  plan.mutable_pins(0)->set_replication_group_id("g");
  plan.mutable_pins(0)->set_consistency_marker("1");
  assumptions.add_without_vm_ids("a");
  ASSERT_TRUE(Assume(assumptions, &inventory, &plan).ok());
  EXPECT_EQ(plan.pins_size(), 1);
  assumptions.Clear();
  assumptions.add_without_replication_group_ids("g");
  ASSERT_TRUE(Assume(assumptions, &inventory, &plan).ok());
  EXPECT_EQ(plan.pins_size(), 0);
}

TEST_F(AssumptionsTest, AClockMovesCapturesAndNothingBecomesAvailableSooner) {
  v1::ClockSkew* skew = assumptions.add_clock_skews();
  skew->set_vm_id("c");
  *skew->mutable_skew() = ToDuration(-kHour);
  skew = assumptions.add_clock_skews();
  skew->set_vm_id("b");
  *skew->mutable_skew() = ToDuration(kHour);
  *inventory.mutable_vms(1)->mutable_recovery_points(0)->mutable_expire_time() =
      ToTimestamp(kHour);
  Apply();
  const v1::RecoveryPoint& back = inventory.vms(2).recovery_points(3);
  EXPECT_EQ(*ToInstant(back.capture_time()), 2 * kHour);
  EXPECT_EQ(*ToInstant(back.available_from()), 3 * kHour);
  // What would be lost before it is captured never was.
  ASSERT_EQ(inventory.vms(1).recovery_points_size(), 4);
  const v1::RecoveryPoint& ahead = inventory.vms(1).recovery_points(0);
  EXPECT_EQ(*ToInstant(ahead.available_from()), 2 * kHour + 1'000'000'000);
}

TEST_F(AssumptionsTest, WhatIsNotThereCannotBeTakenAway) {
  assumptions.add_without_vm_ids("ghost");
  Expect("withoutVmIds \"ghost\"");
  assumptions.Clear();
  assumptions.add_without_replication_group_ids("ghost");
  Expect("withoutReplicationGroupIds \"ghost\"");
  assumptions.Clear();
  assumptions.add_without_boot_group_ids("ghost");
  Expect("withoutBootGroupIds \"ghost\"");
  assumptions.Clear();
  assumptions.add_without_disk_of_vm_ids("ghost");
  Expect("withoutDiskOfVmIds \"ghost\"");
  assumptions.Clear();
  assumptions.add_clock_skews()->set_vm_id("ghost");
  Expect("clockSkews \"ghost\"");
  assumptions.Clear();
  assumptions.mutable_retention();
  Expect("retention");
}

}  // namespace
}  // namespace recoveryline
