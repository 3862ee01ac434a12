// Each sentence of plan.proto that forbids something, broken once; and what
// the contract calls legal, accepted.

#include <cstdint>
#include <string>

#include "engine/validate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "tests/violation_matchers.h"

namespace recoveryline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using v1::Exclusion;
using v1::Inventory;
using v1::Pin;
using v1::Policy;
using v1::RecoveryPlan;
using v1::RecoveryPoint;
using v1::Rule;
using v1::Violation;

// The last instant of the range, 2262-04-11T23:47:16.854775807Z.
constexpr int64_t kLastSecond = 9'223'372'036;
constexpr int32_t kLastNanos = 854'775'807;
// 9999-12-31T23:59:59Z
constexpr int64_t kEndOfTime = 253'402'300'799;

class ValidatePlanTest : public ::testing::Test {
 protected:
  Policy& policy() { return *plan_.mutable_policy(); }
  Rule& rule() { return *policy().mutable_rules(0); }
  Exclusion& exclusion() { return *policy().mutable_exclusions(0); }

  RecoveryPlan plan_ = FromText<RecoveryPlan>(R"pb(
    id: "plan"
    purpose: FAILOVER
    boot_groups {
      id: "first"
      vm_ids: [ "web", "db" ]
      start_actions: [ "", "a", "a" ]
    }
    boot_groups { id: "second" vm_ids: "lone" }
    policy {
      rules {
        consistency: APPLICATION_CONSISTENT
        match: EXACTLY
        group_scope: COMMON
        common_match: CAPTURE_TIME
        max_skew { seconds: 5 }
      }
      target_time { seconds: 500 }
      incident_time { seconds: 450 }
      not_before { seconds: 50 }
      rpo_objective { seconds: 900 }
      exclusions {
        start_time { seconds: 100 }
        end_time { seconds: 200 }
        vm_ids: "web"
        replication_group_ids: "shop"
      }
      minimum_cleanliness: SUSPICIOUS
    }
    pins { vm_id: "web" recovery_point_id: "p0" }
    pins { replication_group_id: "shop" consistency_marker: "m" }
  )pb");
};

TEST_F(ValidatePlanTest, ValidPlanBreaksNothing) {
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
  EXPECT_THAT(BrokenRules(RecoveryPlan()), IsEmpty());
}

TEST_F(ValidatePlanTest, PlanIdMayBeEmptyAndIsShort) {
  plan_.clear_id();
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
  plan_.set_id(std::string(1025, 'x'));
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::ID_TOO_LONG, "plan.id")));
}

TEST_F(ValidatePlanTest, PurposeIsKnown) {
  plan_.set_purpose(static_cast<RecoveryPlan::Purpose>(4));
  const auto broken = BrokenRules(plan_);
  ASSERT_THAT(broken, ElementsAre(Breaks(Violation::UNKNOWN_ENUM_VALUE,
                                         "plan.purpose")));
  EXPECT_THAT(broken[0].message(), HasSubstr("number 4"));
}

// Boot groups.

TEST_F(ValidatePlanTest, BootGroupIdIsRequiredUniqueAndShort) {
  plan_.add_boot_groups();
  plan_.add_boot_groups()->set_id("first");
  plan_.add_boot_groups()->set_id(std::string(1025, 'x'));
  EXPECT_THAT(
      BrokenRules(plan_),
      ElementsAre(Breaks(Violation::EMPTY_ID, "plan.bootGroups[2].id"),
                  Breaks(Violation::DUPLICATE_ID, "plan.bootGroups[3].id"),
                  Breaks(Violation::ID_TOO_LONG, "plan.bootGroups[4].id")));
}

TEST_F(ValidatePlanTest, VmIdOfABootGroupIsNotEmptyAndShort) {
  plan_.mutable_boot_groups(1)->add_vm_ids("");
  plan_.mutable_boot_groups(1)->add_vm_ids("");
  plan_.mutable_boot_groups(1)->add_vm_ids(std::string(1025, 'x'));
  EXPECT_THAT(
      BrokenRules(plan_),
      ElementsAre(
          Breaks(Violation::EMPTY_ID, "plan.bootGroups[1].vmIds[1]"),
          Breaks(Violation::EMPTY_ID, "plan.bootGroups[1].vmIds[2]"),
          Breaks(Violation::ID_TOO_LONG, "plan.bootGroups[1].vmIds[3]")));
}

TEST_F(ValidatePlanTest, VmStandsInThePlanOnce) {
  plan_.mutable_boot_groups(1)->add_vm_ids("db");
  plan_.mutable_boot_groups(1)->add_vm_ids("lone");
  const auto broken = BrokenRules(plan_);
  ASSERT_THAT(
      broken,
      ElementsAre(
          Breaks(Violation::VM_TWICE_IN_PLAN, "plan.bootGroups[1].vmIds[1]"),
          Breaks(Violation::VM_TWICE_IN_PLAN, "plan.bootGroups[1].vmIds[2]")));
  EXPECT_EQ(broken[0].message(),
            "\"db\" stands at plan.bootGroups[0].vmIds[1] too");
}

TEST_F(ValidatePlanTest, BootGroupMayBeEmpty) {
  plan_.add_boot_groups()->set_id("third");
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
}

// Policy.

TEST_F(ValidatePlanTest, OptionIsKnown) {
  policy().set_option(static_cast<Policy::Option>(9));
  EXPECT_THAT(
      BrokenRules(plan_),
      ElementsAre(Breaks(Violation::UNKNOWN_ENUM_VALUE, "plan.policy.option")));
}

TEST_F(ValidatePlanTest, OptionAndRulesExcludeEachOther) {
  policy().set_option(Policy::LATEST);
  EXPECT_THAT(
      BrokenRules(plan_),
      ElementsAre(Breaks(Violation::OPTION_AND_RULES, "plan.policy.option")));
  policy().clear_rules();
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
}

TEST_F(ValidatePlanTest, RuleHasAConsistency) {
  rule().clear_consistency();
  policy().add_rules();
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::RULE_WITHOUT_CONSISTENCY,
                                 "plan.policy.rules[0].consistency"),
                          Breaks(Violation::RULE_WITHOUT_CONSISTENCY,
                                 "plan.policy.rules[1].consistency")));
}

TEST_F(ValidatePlanTest, EnumsOfARuleAreKnown) {
  rule().set_consistency(static_cast<RecoveryPoint::Consistency>(4));
  rule().set_match(static_cast<Rule::Match>(3));
  rule().set_group_scope(static_cast<Rule::GroupScope>(3));
  rule().set_common_match(static_cast<Rule::CommonMatch>(3));
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::UNKNOWN_ENUM_VALUE,
                                 "plan.policy.rules[0].consistency"),
                          Breaks(Violation::UNKNOWN_ENUM_VALUE,
                                 "plan.policy.rules[0].match"),
                          Breaks(Violation::UNKNOWN_ENUM_VALUE,
                                 "plan.policy.rules[0].groupScope"),
                          Breaks(Violation::UNKNOWN_ENUM_VALUE,
                                 "plan.policy.rules[0].commonMatch")));
}

TEST_F(ValidatePlanTest, SkewIsForCaptureTimeOnly) {
  for (const auto match : {Rule::MARKER, Rule::COMMON_MATCH_UNSPECIFIED}) {
    rule().set_common_match(match);
    for (const auto scope : {Rule::COMMON, Rule::INDEPENDENT}) {
      rule().set_group_scope(scope);
      for (const int seconds : {0, 5, -5}) {
        rule().mutable_max_skew()->set_seconds(seconds);
        EXPECT_THAT(BrokenRules(plan_),
                    ElementsAre(Breaks(Violation::SKEW_WITH_MARKER,
                                       "plan.policy.rules[0].maxSkew")));
      }
    }
  }
  rule().clear_max_skew();
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
}

TEST_F(ValidatePlanTest, SkewIsNotNegativeAndInRange) {
  rule().mutable_max_skew()->set_seconds(0);
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
  rule().mutable_max_skew()->set_nanos(-1);
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::NEGATIVE_DURATION,
                                 "plan.policy.rules[0].maxSkew")));
  rule().mutable_max_skew()->set_seconds(1);
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "plan.policy.rules[0].maxSkew")));
}

TEST_F(ValidatePlanTest, TimesOfAPolicyLieInTheRange) {
  policy().mutable_target_time()->set_nanos(1'000'000'000);
  policy().mutable_incident_time()->set_seconds(kEndOfTime);
  policy().mutable_not_before()->set_seconds(-kEndOfTime);
  EXPECT_THAT(
      BrokenRules(plan_),
      ElementsAre(
          Breaks(Violation::TIME_OUT_OF_RANGE, "plan.policy.targetTime"),
          Breaks(Violation::TIME_OUT_OF_RANGE, "plan.policy.incidentTime"),
          Breaks(Violation::TIME_OUT_OF_RANGE, "plan.policy.notBefore")));
}

TEST_F(ValidatePlanTest, ObjectiveIsNotNegativeAndInRange) {
  policy().mutable_rpo_objective()->set_seconds(0);
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
  policy().mutable_rpo_objective()->set_seconds(-1);
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::NEGATIVE_DURATION,
                                 "plan.policy.rpoObjective")));
  policy().mutable_rpo_objective()->set_seconds(kLastSecond + 1);
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "plan.policy.rpoObjective")));
}

TEST_F(ValidatePlanTest, AlignmentIsNotNegativeAndInRange) {
  policy().mutable_plan_alignment();  // max_skew left out: 0
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
  auto* max_skew = policy().mutable_plan_alignment()->mutable_max_skew();
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
  max_skew->set_nanos(-1);
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::NEGATIVE_DURATION,
                                 "plan.policy.planAlignment.maxSkew")));
  max_skew->set_nanos(0);
  max_skew->set_seconds(kLastSecond + 1);
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "plan.policy.planAlignment.maxSkew")));
}

TEST_F(ValidatePlanTest, ABatchAlignsNothing) {
  Violations found;
  ValidatePlanForBatch(plan_, &found);
  EXPECT_THAT(found.list(), IsEmpty());
  policy().mutable_plan_alignment();
  ValidatePlanForBatch(plan_, &found);
  EXPECT_THAT(found.list(), ElementsAre(Breaks(Violation::ALIGNMENT_UNSUPPORTED,
                                               "plan.policy.planAlignment")));
}

TEST_F(ValidatePlanTest, MinimumCleanlinessIsKnown) {
  policy().set_minimum_cleanliness(static_cast<RecoveryPoint::Cleanliness>(5));
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::UNKNOWN_ENUM_VALUE,
                                 "plan.policy.minimumCleanliness")));
}

TEST_F(ValidatePlanTest, TargetAndFloorMayLieAnywhere) {
  policy().mutable_target_time()->set_seconds(9'000'000'000);
  policy().mutable_not_before()->set_seconds(9'000'000'001);
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
}

// Exclusions.

TEST_F(ValidatePlanTest, ExclusionEndsAfterItsStart) {
  exclusion().mutable_end_time()->set_seconds(100);
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::EMPTY_EXCLUSION,
                                 "plan.policy.exclusions[0].endTime")));
  exclusion().mutable_end_time()->set_nanos(1);
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
}

TEST_F(ValidatePlanTest, ExclusionWithoutEndLastsForEver) {
  exclusion().clear_end_time();
  exclusion().mutable_start_time()->set_seconds(kLastSecond);
  exclusion().mutable_start_time()->set_nanos(kLastNanos);
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
  *exclusion().mutable_end_time() = exclusion().start_time();
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
}

TEST_F(ValidatePlanTest, ExclusionWithoutStartHoldsFromTheBeginning) {
  exclusion().clear_start_time();
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
  exclusion().clear_end_time();
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
}

TEST_F(ValidatePlanTest, ExclusionTimesLieInTheRange) {
  exclusion().mutable_start_time()->set_nanos(-1);
  exclusion().mutable_end_time()->set_seconds(kEndOfTime);
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "plan.policy.exclusions[0].startTime"),
                          Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "plan.policy.exclusions[0].endTime")));
}

TEST_F(ValidatePlanTest, UnreadableStartIsNotComparedToo) {
  exclusion().mutable_start_time()->set_seconds(kEndOfTime);
  EXPECT_THAT(BrokenRules(plan_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "plan.policy.exclusions[0].startTime")));
}

TEST_F(ValidatePlanTest, ExclusionNamesNoEmptyOrLongId) {
  exclusion().add_vm_ids("");
  exclusion().add_vm_ids(std::string(1025, 'x'));
  exclusion().add_replication_group_ids("");
  exclusion().add_replication_group_ids(std::string(1025, 'x'));
  EXPECT_THAT(
      BrokenRules(plan_),
      ElementsAre(
          Breaks(Violation::EMPTY_ID, "plan.policy.exclusions[0].vmIds[1]"),
          Breaks(Violation::ID_TOO_LONG, "plan.policy.exclusions[0].vmIds[2]"),
          Breaks(Violation::EMPTY_ID,
                 "plan.policy.exclusions[0].replicationGroupIds[1]"),
          Breaks(Violation::ID_TOO_LONG,
                 "plan.policy.exclusions[0].replicationGroupIds[2]")));
}

TEST_F(ValidatePlanTest, ExclusionsMayOverlapAndNameAVmTwice) {
  exclusion().add_vm_ids("web");
  *policy().add_exclusions() = exclusion();
  policy().add_exclusions();
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
}

// Pins.

TEST_F(ValidatePlanTest, PinNamesAVmAndAPointOrAGroupAndAMarker) {
  for (int form = 0; form < 16; ++form) {
    plan_.clear_pins();
    Pin* pin = plan_.add_pins();
    if (form & 1) pin->set_vm_id("web");
    if (form & 2) pin->set_recovery_point_id("p0");
    if (form & 4) pin->set_replication_group_id("shop");
    if (form & 8) pin->set_consistency_marker("m");
    if (form == 3 || form == 12) {
      EXPECT_THAT(BrokenRules(plan_), IsEmpty());
    } else {
      EXPECT_THAT(BrokenRules(plan_),
                  ElementsAre(Breaks(Violation::PIN_FORM, "plan.pins[0]")));
    }
  }
}

TEST_F(ValidatePlanTest, PinHasShortIds) {
  const std::string too_long(1025, 'x');
  plan_.mutable_pins(0)->set_vm_id(too_long);
  plan_.mutable_pins(0)->set_recovery_point_id(too_long);
  plan_.mutable_pins(1)->set_replication_group_id(too_long);
  plan_.mutable_pins(1)->set_consistency_marker(too_long);
  EXPECT_THAT(
      BrokenRules(plan_),
      ElementsAre(
          Breaks(Violation::ID_TOO_LONG, "plan.pins[0].vmId"),
          Breaks(Violation::ID_TOO_LONG, "plan.pins[0].recoveryPointId"),
          Breaks(Violation::ID_TOO_LONG, "plan.pins[1].replicationGroupId"),
          Breaks(Violation::ID_TOO_LONG, "plan.pins[1].consistencyMarker")));
}

TEST_F(ValidatePlanTest, VmOrGroupIsPinnedOnce) {
  *plan_.add_pins() = plan_.pins(0);
  *plan_.add_pins() = plan_.pins(1);
  plan_.mutable_pins(3)->set_consistency_marker("other");
  const auto broken = BrokenRules(plan_);
  ASSERT_THAT(broken,
              ElementsAre(Breaks(Violation::PIN_TWICE, "plan.pins[2].vmId"),
                          Breaks(Violation::PIN_TWICE,
                                 "plan.pins[3].replicationGroupId")));
  EXPECT_EQ(broken[0].message(), "\"web\" is pinned at plan.pins[0] too");
}

TEST_F(ValidatePlanTest, VmAndGroupOfOneIdMayBothBePinned) {
  plan_.mutable_pins(1)->set_replication_group_id("web");
  EXPECT_THAT(BrokenRules(plan_), IsEmpty());
}

// Against an inventory.

class ValidatePlanAgainstTest : public ::testing::Test {
 protected:
  void PinVm(const std::string& vm_id, const std::string& point_id) {
    Pin* pin = plan_.add_pins();
    pin->set_vm_id(vm_id);
    pin->set_recovery_point_id(point_id);
  }
  void PinGroup(const std::string& group_id, const std::string& marker) {
    Pin* pin = plan_.add_pins();
    pin->set_replication_group_id(group_id);
    pin->set_consistency_marker(marker);
  }

  Inventory inventory_ = FromText<Inventory>(R"pb(
    vms {
      id: "web"
      replication_group_id: "shop"
      recovery_points {
        id: "p0"
        capture_time { seconds: 100 }
        consistency_marker: "m0"
      }
    }
    vms {
      id: "db"
      replication_group_id: "shop"
      recovery_points {
        id: "p1"
        capture_time { seconds: 100 }
        consistency_marker: "m1"
      }
    }
    vms {
      id: "lone"
      recovery_points {
        id: "p2"
        capture_time { seconds: 100 }
        consistency_marker: "m2"
      }
    }
    vms { id: "labelled" replication_group_id: "label" }
    replication_groups { id: "shop" multi_vm_consistency: true }
    replication_groups { id: "label" }
    replication_groups { id: "empty" multi_vm_consistency: true }
  )pb");
  RecoveryPlan plan_ = FromText<RecoveryPlan>(R"pb(
    boot_groups {
      id: "only"
      vm_ids: [ "web", "lone", "labelled", "ghost" ]
    }
  )pb");
};

TEST_F(ValidatePlanAgainstTest, PinsInThePlanAreLegal) {
  PinVm("web", "p0");
  PinVm("lone", "p2");
  PinGroup("shop", "m0");
  EXPECT_THAT(BrokenRules(plan_, inventory_), IsEmpty());
}

TEST_F(ValidatePlanAgainstTest, PlanMayNameVmsThatAreNowhere) {
  EXPECT_THAT(BrokenRules(plan_, inventory_), IsEmpty());
}

TEST_F(ValidatePlanAgainstTest, MarkerOfAnyVmOfTheGroupCanBePinned) {
  PinGroup("shop", "m1");  // on db, which the plan does not name
  EXPECT_THAT(BrokenRules(plan_, inventory_), IsEmpty());
}

TEST_F(ValidatePlanAgainstTest, PinnedVmIsInTheInventory) {
  PinVm("ghost", "p0");
  const auto broken = BrokenRules(plan_, inventory_);
  ASSERT_THAT(broken, ElementsAre(Breaks(Violation::PIN_OUTSIDE_PLAN,
                                         "plan.pins[0].vmId")));
  EXPECT_THAT(broken[0].message(), HasSubstr("no VM \"ghost\""));
}

TEST_F(ValidatePlanAgainstTest, PinnedVmIsInThePlan) {
  PinVm("db", "p1");
  EXPECT_THAT(
      BrokenRules(plan_, inventory_),
      ElementsAre(Breaks(Violation::PIN_OUTSIDE_PLAN, "plan.pins[0].vmId")));
}

TEST_F(ValidatePlanAgainstTest, PlanWithoutBootGroupsNamesEveryVm) {
  PinVm("db", "p1");
  plan_.clear_boot_groups();
  EXPECT_THAT(BrokenRules(plan_, inventory_), IsEmpty());
}

TEST_F(ValidatePlanAgainstTest, PlanWithEmptyBootGroupsNamesNoVm) {
  PinVm("web", "p0");
  PinGroup("shop", "m0");
  plan_.mutable_boot_groups(0)->clear_vm_ids();
  EXPECT_THAT(
      BrokenRules(plan_, inventory_),
      ElementsAre(Breaks(Violation::PIN_OUTSIDE_PLAN, "plan.pins[0].vmId"),
                  Breaks(Violation::PIN_OUTSIDE_PLAN,
                         "plan.pins[1].replicationGroupId")));
}

TEST_F(ValidatePlanAgainstTest, PinnedPointIsOneOfTheVm) {
  PinVm("web", "p1");
  const auto broken = BrokenRules(plan_, inventory_);
  ASSERT_THAT(broken, ElementsAre(Breaks(Violation::PIN_TARGET_ABSENT,
                                         "plan.pins[0].recoveryPointId")));
  EXPECT_EQ(broken[0].message(), "the VM \"web\" has no point \"p1\"");
}

TEST_F(ValidatePlanAgainstTest, PinnedGroupIsInTheInventory) {
  PinGroup("store", "m0");
  EXPECT_THAT(BrokenRules(plan_, inventory_),
              ElementsAre(Breaks(Violation::PIN_OUTSIDE_PLAN,
                                 "plan.pins[0].replicationGroupId")));
}

TEST_F(ValidatePlanAgainstTest, PinnedGroupHasMultiVmConsistency) {
  PinGroup("label", "m0");
  EXPECT_THAT(BrokenRules(plan_, inventory_),
              ElementsAre(Breaks(Violation::PIN_OUTSIDE_PLAN,
                                 "plan.pins[0].replicationGroupId")));
}

TEST_F(ValidatePlanAgainstTest, PinnedGroupHasAVmInThePlan) {
  PinGroup("shop", "m0");
  plan_.mutable_boot_groups(0)->mutable_vm_ids()->DeleteSubrange(0, 1);
  EXPECT_THAT(BrokenRules(plan_, inventory_),
              ElementsAre(Breaks(Violation::PIN_OUTSIDE_PLAN,
                                 "plan.pins[0].replicationGroupId")));
}

TEST_F(ValidatePlanAgainstTest, EmptyGroupHasNoVmInAnyPlan) {
  PinGroup("empty", "m0");
  plan_.clear_boot_groups();
  EXPECT_THAT(BrokenRules(plan_, inventory_),
              ElementsAre(Breaks(Violation::PIN_OUTSIDE_PLAN,
                                 "plan.pins[0].replicationGroupId")));
}

TEST_F(ValidatePlanAgainstTest, PinnedMarkerIsOneOfTheGroup) {
  PinGroup("shop", "m2");  // on lone only
  EXPECT_THAT(BrokenRules(plan_, inventory_),
              ElementsAre(Breaks(Violation::PIN_TARGET_ABSENT,
                                 "plan.pins[0].consistencyMarker")));
}

TEST_F(ValidatePlanAgainstTest, PinOfAnotherFormIsNotLookedUp) {
  plan_.add_pins()->set_vm_id("ghost");
  PinVm("web", std::string(1025, 'x'));
  PinVm(std::string(1025, 'x'), "p0");
  PinGroup("shop", std::string(1025, 'x'));
  EXPECT_THAT(BrokenRules(plan_, inventory_), IsEmpty());
}

TEST_F(ValidatePlanAgainstTest, ExcludedGroupIsInTheInventory) {
  plan_.mutable_policy()->add_exclusions();
  Exclusion* exclusion = plan_.mutable_policy()->add_exclusions();
  exclusion->add_replication_group_ids("shop");
  exclusion->add_replication_group_ids("store");
  exclusion->add_replication_group_ids("");
  EXPECT_THAT(
      BrokenRules(plan_, inventory_),
      ElementsAre(Breaks(Violation::UNKNOWN_GROUP,
                         "plan.policy.exclusions[1].replicationGroupIds[1]")));
}

TEST_F(ValidatePlanAgainstTest, ExclusionMayNameAnUnknownVmOrAnyGroup) {
  Exclusion* exclusion = plan_.mutable_policy()->add_exclusions();
  exclusion->add_vm_ids("ghost");
  exclusion->add_replication_group_ids("label");
  exclusion->add_replication_group_ids("empty");
  EXPECT_THAT(BrokenRules(plan_, inventory_), IsEmpty());
}

}  // namespace
}  // namespace recoveryline
