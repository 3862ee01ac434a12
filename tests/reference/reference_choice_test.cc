// The reference's units, rules and outcomes, sentence by sentence.

#include <gtest/gtest.h>

#include <string>

#include "tests/reference/reference_time.h"
#include "tests/reference/small_world.h"

namespace recoveryline::reference {
namespace {

constexpr auto kCrash = v1::RecoveryPoint::CRASH_CONSISTENT;
constexpr auto kApp = v1::RecoveryPoint::APPLICATION_CONSISTENT;
constexpr auto kCommon = v1::Rule::COMMON;
constexpr auto kIndependent = v1::Rule::INDEPENDENT;

// Two machines "a" and "b" of the group "g".
class ReferenceChoiceTest : public ::testing::Test {
 protected:
  ReferenceChoiceTest() {
    group_ = world_.AddGroup("g");
    a_ = world_.AddVm("a", "g");
    b_ = world_.AddVm("b", "g");
  }

  std::string Points() const { return PointsOf(world_.Decide()); }
  std::string Outcomes() const { return OutcomesOf(world_.Decide()); }
  v1::GroupSelection GroupRow() const {
    return world_.Decide().group_selections(0);
  }
  void UseOption(v1::Policy::Option option) {
    world_.policy()->set_option(option);
  }

  SmallWorld world_;
  v1::ReplicationGroup* group_ = nullptr;
  v1::Vm* a_ = nullptr;
  v1::Vm* b_ = nullptr;
};

TEST_F(ReferenceChoiceTest, IndependentTakesTheBestOfEach) {
  world_.AddRule(kCrash, kIndependent);
  world_.AddPoint(a_, "p", 80, "m");
  world_.AddPoint(b_, "p", 80, "m");
  world_.AddPoint(b_, "q", 90);
  EXPECT_EQ(Points(), "a=p b=q");
  EXPECT_EQ(GroupRow().guarantee(), v1::GroupSelection::INDEPENDENT);
  EXPECT_EQ(GroupRow().consistency_marker(), "");
}

TEST_F(ReferenceChoiceTest, AMarkerIsCommonWhenEachMachineCarriesIt) {
  world_.AddRule(kCrash, kCommon);
  world_.AddPoint(a_, "p", 80, "m");
  world_.AddPoint(a_, "q", 90, "n");
  world_.AddPoint(b_, "p", 80, "m");
  EXPECT_EQ(Points(), "a=p b=p");
  EXPECT_EQ(GroupRow().guarantee(), v1::GroupSelection::MARKER);
  EXPECT_EQ(GroupRow().consistency_marker(), "m");
}

TEST_F(ReferenceChoiceTest, TheEmptyMarkerIsNotCommon) {
  world_.AddRule(kCrash, kCommon);
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 80);
  EXPECT_EQ(Outcomes(), "NO_COMMON_POINT NO_COMMON_POINT");
}

TEST_F(ReferenceChoiceTest, APointThatIsNotEligibleCarriesNoMarker) {
  world_.AddRule(kApp, kCommon);
  world_.AddPoint(a_, "p", 80, "m");
  world_.AddPoint(b_, "p", 80, "m")->set_consistency(kCrash);
  world_.AddPoint(b_, "q", 70);
  EXPECT_EQ(Outcomes(), "NO_COMMON_POINT NO_COMMON_POINT");
}

TEST_F(ReferenceChoiceTest, AMachinesPointForAMarkerIsItsBest) {
  world_.AddRule(kCrash, kCommon);
  world_.AddPoint(a_, "p", 80, "m");
  world_.AddPoint(a_, "q", 82, "m");
  world_.AddPoint(a_, "r", 82, "m");
  world_.AddPoint(b_, "p", 81, "m");
  EXPECT_EQ(Points(), "a=q b=p");
}

TEST_F(ReferenceChoiceTest, TheGreatestEarliestCaptureWins) {
  world_.AddRule(kCrash, kCommon);
  world_.AddPoint(a_, "m", 70, "m");
  world_.AddPoint(b_, "m", 99, "m");
  world_.AddPoint(a_, "n", 72, "n");
  world_.AddPoint(b_, "n", 71, "n");
  EXPECT_EQ(Points(), "a=n b=n");
}

TEST_F(ReferenceChoiceTest, ThenTheGreatestLatestCaptureWins) {
  world_.AddRule(kCrash, kCommon);
  world_.AddPoint(a_, "m", 70, "m");
  world_.AddPoint(b_, "m", 71, "m");
  world_.AddPoint(a_, "n", 72, "n");
  world_.AddPoint(b_, "n", 70, "n");
  EXPECT_EQ(Points(), "a=n b=n");
}

TEST_F(ReferenceChoiceTest, ThenTheBytewiseSmallestMarkerWins) {
  world_.AddRule(kCrash, kCommon);
  for (const std::string marker : {"\xc3\xa9", "n2", "n10"}) {
    world_.AddPoint(a_, marker, 70, marker);
    world_.AddPoint(b_, marker, 71, marker);
  }
  EXPECT_EQ(GroupRow().consistency_marker(), "n10");
}

TEST_F(ReferenceChoiceTest, AWindowIsClosed) {
  v1::Rule* rule = world_.AddSkewRule(kCrash, 10);
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 90);
  EXPECT_EQ(Points(), "a=p b=p");
  EXPECT_EQ(GroupRow().guarantee(), v1::GroupSelection::SKEW_BOUNDED);
  EXPECT_EQ(ToNanos(GroupRow().skew()), 10);
  *rule->mutable_max_skew() = ToDuration(9);
  EXPECT_EQ(Outcomes(), "NO_COMMON_POINT NO_COMMON_POINT");
}

TEST_F(ReferenceChoiceTest, TheWindowBeginsAtTheGreatestInstantPossible) {
  world_.AddSkewRule(kCrash, 20);
  world_.AddPoint(a_, "p", 60);
  world_.AddPoint(a_, "q", 75);
  world_.AddPoint(b_, "p", 70);
  world_.AddPoint(b_, "q", 80);
  // From 75 on: q and q; p of b lies before the window.
  EXPECT_EQ(Points(), "a=q b=q");
  EXPECT_EQ(ToNanos(GroupRow().earliest_capture_time()), 75);
}

TEST_F(ReferenceChoiceTest, EachTakesItsBestInTheWindow) {
  world_.AddSkewRule(kCrash, 20);
  world_.AddPoint(a_, "p", 60);
  world_.AddPoint(b_, "p", 70);
  world_.AddPoint(b_, "q", 80);
  world_.AddPoint(b_, "r", 81);
  EXPECT_EQ(Points(), "a=p b=q");
}

TEST_F(ReferenceChoiceTest, AWindowOverTheEndOfTimeSaturates) {
  world_.world()->decision_time = ToTimestamp(kLastNano);
  world_.AddSkewRule(kCrash, kLastNano);
  world_.AddPoint(a_, "p", 1);
  world_.AddPoint(b_, "p", kLastNano);
  EXPECT_EQ(Points(), "a=p b=p");
}

TEST_F(ReferenceChoiceTest, NoSkewMeansOneInstant) {
  world_.AddSkewRule(kCrash, 0);
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 80);
  world_.AddPoint(b_, "q", 81);
  EXPECT_EQ(Points(), "a=p b=p");
  EXPECT_EQ(GroupRow().guarantee(), v1::GroupSelection::SKEW_BOUNDED);
}

TEST_F(ReferenceChoiceTest, AUnitOfOneNeedsNothingInCommon) {
  world_.inventory()->mutable_vms()->RemoveLast();
  world_.AddRule(kCrash, kCommon);
  world_.AddPoint(a_, "p", 80);
  EXPECT_EQ(Points(), "a=p");
  EXPECT_EQ(GroupRow().guarantee(), v1::GroupSelection::INDEPENDENT);
}

TEST_F(ReferenceChoiceTest, TheFirstRuleThatServesAllIsTaken) {
  world_.AddRule(kApp, kCommon);
  world_.AddRule(kCrash, kIndependent);
  world_.AddPoint(a_, "p", 80, "m");
  world_.AddPoint(b_, "p", 80, "m")->set_consistency(kCrash);
  EXPECT_EQ(Points(), "a=p b=p");
  EXPECT_EQ(GroupRow().rule_index(), 1);
  EXPECT_EQ(world_.Decide().vm_selections(0).rule_index(), 1);
}

TEST_F(ReferenceChoiceTest, AUnitGetsAllOrNothing) {
  world_.AddRule(kApp, kIndependent);
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 80)->set_consistency(kCrash);
  EXPECT_EQ(Points(), "a=- b=-");
  EXPECT_EQ(Outcomes(), "NO_ELIGIBLE_POINT NO_ELIGIBLE_POINT");
}

TEST_F(ReferenceChoiceTest, AGroupThatIsALabelIsNoUnit) {
  group_->set_multi_vm_consistency(false);
  world_.AddRule(kApp, kCommon);
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 80)->set_consistency(kCrash);
  EXPECT_EQ(Points(), "a=p b=-");
  EXPECT_EQ(world_.Decide().group_selections_size(), 0);
}

TEST_F(ReferenceChoiceTest, EachOptionStandsForItsRules) {
  world_.AddPoint(a_, "app", 60, "m");
  world_.AddPoint(b_, "app", 60, "m");
  world_.AddPoint(a_, "App", 65);
  world_.AddPoint(a_, "crash", 70, "n")->set_consistency(kCrash);
  world_.AddPoint(b_, "crash", 70, "n")->set_consistency(kCrash);
  world_.AddPoint(b_, "file", 80)
      ->set_consistency(v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT);
  EXPECT_EQ(Points(), "a=crash b=file");
  UseOption(v1::Policy::LATEST);
  EXPECT_EQ(Points(), "a=crash b=file");
  UseOption(v1::Policy::LATEST_PROCESSED);
  EXPECT_EQ(Points(), "a=crash b=file");
  UseOption(v1::Policy::LATEST_CRASH_CONSISTENT);
  EXPECT_EQ(Points(), "a=crash b=crash");
  UseOption(v1::Policy::LATEST_APP_CONSISTENT);
  EXPECT_EQ(Points(), "a=app b=app");
  UseOption(v1::Policy::LATEST_MULTI_VM_APP_CONSISTENT);
  EXPECT_EQ(Points(), "a=app b=app");
  UseOption(v1::Policy::LATEST_APP_CONSISTENT_PER_VM);
  EXPECT_EQ(Points(), "a=App b=app");
  UseOption(v1::Policy::LATEST_MULTI_VM_PROCESSED);
  EXPECT_EQ(Points(), "a=crash b=crash");
}

TEST_F(ReferenceChoiceTest, AGroupOfWhichThePlanLacksOneIsRefused) {
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 80);
  world_.PlanFor({"a"});
  EXPECT_EQ(Outcomes(), "GROUP_INCOMPLETE");
  world_.policy()->set_allow_incomplete_groups(true);
  EXPECT_EQ(Points(), "a=p");
  EXPECT_EQ(GroupRow().guarantee(), v1::GroupSelection::INDEPENDENT);
}

TEST_F(ReferenceChoiceTest, AGroupOfWhichTheInventoryLacksOneIsRefused) {
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 80);
  group_->add_expected_vm_ids("a");
  EXPECT_EQ(Points(), "a=p b=p");
  group_->add_expected_vm_ids("c");
  EXPECT_EQ(Outcomes(), "GROUP_INCOMPLETE GROUP_INCOMPLETE");
  world_.policy()->set_allow_incomplete_groups(true);
  EXPECT_EQ(Points(), "a=p b=p");
}

TEST_F(ReferenceChoiceTest, AnExpectedMachineElsewhereIsNotMissing) {
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 80);
  world_.AddPoint(world_.AddVm("c"), "p", 80);
  group_->add_expected_vm_ids("c");
  EXPECT_EQ(Points(), "a=p b=p c=p");
}

TEST_F(ReferenceChoiceTest, AMachineOutsideTheUnitDoesNotCountAgainstIt) {
  world_.policy()->set_allow_incomplete_groups(true);
  world_.AddRule(kApp, kCommon);
  world_.AddPoint(a_, "p", 80);
  b_->set_protection_state(v1::Vm::FAILED_OVER);
  world_.PlanFor({"a"});
  EXPECT_EQ(Points(), "a=p");
}

TEST_F(ReferenceChoiceTest, FailbackNeedsEveryMachineReplicating) {
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 80);
  b_->clear_protection_state();
  EXPECT_EQ(Outcomes(), "NOT_REPLICATING NOT_REPLICATING");
  b_->set_protection_state(v1::Vm::RESYNCHRONIZING);
  world_.plan()->set_purpose(v1::RecoveryPlan::FAILBACK);
  EXPECT_EQ(Outcomes(), "NOT_REPLICATING NOT_REPLICATING");
  world_.policy()->set_allow_not_replicating(true);
  EXPECT_EQ(Points(), "a=p b=p");
  world_.policy()->set_allow_not_replicating(false);
  world_.plan()->set_purpose(v1::RecoveryPlan::FAILOVER);
  EXPECT_EQ(Points(), "a=p b=p");
  world_.plan()->set_purpose(v1::RecoveryPlan::TEST);
  EXPECT_EQ(Points(), "a=p b=p");
}

TEST_F(ReferenceChoiceTest, EveryMachineNeedsAPoint) {
  world_.AddPoint(a_, "p", 80);
  EXPECT_EQ(Outcomes(), "NO_RECOVERY_POINTS NO_RECOVERY_POINTS");
}

// Each precondition is tried on all machines before the next one.
TEST_F(ReferenceChoiceTest, OutcomesAreTriedInOrder) {
  UseOption(v1::Policy::CUSTOM);
  group_->add_expected_vm_ids("c");
  b_->clear_protection_state();
  EXPECT_EQ(Outcomes(), "GROUP_INCOMPLETE GROUP_INCOMPLETE");
  group_->clear_expected_vm_ids();
  EXPECT_EQ(Outcomes(), "NOT_REPLICATING NOT_REPLICATING");
  b_->set_protection_state(v1::Vm::REPLICATING);
  world_.AddPoint(b_, "p", 80, "m");
  EXPECT_EQ(Outcomes(), "NO_RECOVERY_POINTS NO_RECOVERY_POINTS");
  world_.AddPoint(a_, "p", 101, "m");
  EXPECT_EQ(Outcomes(), "NOT_PINNED NOT_PINNED");
  world_.PinGroup("g", "m");
  EXPECT_EQ(Outcomes(), "PIN_NOT_ELIGIBLE PIN_NOT_ELIGIBLE");
  *a_->mutable_recovery_points(0)->mutable_capture_time() = ToTimestamp(81);
  EXPECT_EQ(Outcomes(), "SELECTED SELECTED");
}

TEST_F(ReferenceChoiceTest, AMachineThatIsNowhereIsNotFoundAlone) {
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 80);
  world_.PlanFor({"b", "c", "a"});
  EXPECT_EQ(Outcomes(), "SELECTED NOT_FOUND SELECTED");
}

TEST_F(ReferenceChoiceTest, NoCommonPointMeansThatSomeRuleHadPointsForAll) {
  world_.AddRule(kApp, kCommon);
  world_.AddRule(kCrash, kCommon);
  world_.AddPoint(a_, "p", 80, "m");
  v1::RecoveryPoint* point = world_.AddPoint(b_, "p", 80, "n");
  point->set_consistency(kCrash);
  EXPECT_EQ(Outcomes(), "NO_COMMON_POINT NO_COMMON_POINT");
  point->clear_consistency();
  EXPECT_EQ(Outcomes(), "NO_ELIGIBLE_POINT NO_ELIGIBLE_POINT");
}

}  // namespace
}  // namespace recoveryline::reference
