// The reference's blocking VMs, pending data and warnings, sentence by
// sentence.

#include "tests/reference/reference_explanation.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/reference/reference_time.h"
#include "tests/reference/small_world.h"

namespace recoveryline::reference {
namespace {

// "a" alone and "b", "c", "d" of the group "g", all captured at 50 with
// marker "m", under LATEST_APP_CONSISTENT.
class ReferenceExplanationTest : public ::testing::Test {
 protected:
  ReferenceExplanationTest() {
    group_ = world_.AddGroup("g");
    a_ = world_.AddVm("a");
    b_ = world_.AddVm("b", "g");
    c_ = world_.AddVm("c", "g");
    d_ = world_.AddVm("d", "g");
    for (v1::Vm* vm : {a_, b_, c_, d_}) world_.AddPoint(vm, "p", 50, "m");
    UseOption(v1::Policy::LATEST_APP_CONSISTENT);
  }

  void UseOption(v1::Policy::Option option) {
    world_.policy()->set_option(option);
  }
  std::string Blocking() const {
    return BlockingOf(world_.Decide().group_selections(0));
  }
  std::string Warnings() const { return WarningsOf(world_.Decide()); }
  bool Pending() const {
    return world_.Decide().vm_selections(0).process_pending_data();
  }

  SmallWorld world_;
  v1::ReplicationGroup* group_ = nullptr;
  v1::Vm* a_ = nullptr;
  v1::Vm* b_ = nullptr;
  v1::Vm* c_ = nullptr;
  v1::Vm* d_ = nullptr;
};

TEST_F(ReferenceExplanationTest, AMachineBlocksWhereTheRestHaveNewer) {
  EXPECT_EQ(Blocking(), "");
  world_.AddPoint(b_, "q", 70, "n");
  world_.AddPoint(c_, "q", 72, "n");
  EXPECT_EQ(Blocking(), "d 20");
}

TEST_F(ReferenceExplanationTest, TheGreatestGainComesFirstThenTheSmallerId) {
  for (v1::Vm* vm : {b_, c_}) world_.AddPoint(vm, "q", 60, "n");
  for (v1::Vm* vm : {b_, d_}) world_.AddPoint(vm, "r", 70, "o");
  for (v1::Vm* vm : {c_, d_}) world_.AddPoint(vm, "s", 60, "q");
  EXPECT_EQ(Blocking(), "c 20, b 10, d 10");
}

TEST_F(ReferenceExplanationTest, WithoutAChoiceThereIsNoGain) {
  d_->mutable_recovery_points(0)->clear_consistency_marker();
  EXPECT_EQ(Blocking(), "d -");
}

TEST_F(ReferenceExplanationTest, ASecondRuleCountsForBlocking) {
  world_.policy()->clear_option();
  world_.AddRule(v1::RecoveryPoint::APPLICATION_CONSISTENT, v1::Rule::COMMON);
  world_.AddRule(v1::RecoveryPoint::CRASH_CONSISTENT, v1::Rule::INDEPENDENT);
  d_->mutable_recovery_points(0)->clear_consistency_marker();
  *d_->mutable_recovery_points(0)->mutable_capture_time() = ToTimestamp(45);
  // Now the line is independent, from 45 on; without d it is common at 50.
  EXPECT_EQ(Blocking(), "d 5");
  *d_->mutable_recovery_points(0)->mutable_capture_time() = ToTimestamp(50);
  EXPECT_EQ(Blocking(), "");
}

TEST_F(ReferenceExplanationTest, PreconditionsCountForBlocking) {
  d_->clear_recovery_points();
  EXPECT_EQ(Blocking(), "d -");
  world_.AddPoint(d_, "p", 50, "m");
  d_->clear_protection_state();
  EXPECT_EQ(Blocking(), "d -");
}

TEST_F(ReferenceExplanationTest, AMachineOutsideThePlanCanBlock) {
  world_.PlanFor({"b", "c"});
  EXPECT_EQ(Blocking(), "d -");
  world_.policy()->set_allow_incomplete_groups(true);
  EXPECT_EQ(Blocking(), "");  // Not of the unit any more.
}

TEST_F(ReferenceExplanationTest, AMachineNowhereIsNotOfTheUnit) {
  group_->add_expected_vm_ids("x");
  EXPECT_EQ(Blocking(), "");
}

TEST_F(ReferenceExplanationTest, TheMachineLeavesExpectedVmIdsToo) {
  group_->add_expected_vm_ids("d");
  d_->mutable_recovery_points(0)->clear_consistency_marker();
  EXPECT_EQ(Blocking(), "d -");
}

TEST_F(ReferenceExplanationTest, TheMachineLeavesThePinsToo) {
  UseOption(v1::Policy::CUSTOM);
  world_.PinVm("b", "p");
  world_.PinVm("c", "p");
  EXPECT_EQ(Blocking(), "d -");  // Without d, every VM has a pin.
  world_.PinVm("d", "p");
  EXPECT_EQ(Blocking(), "");
}

TEST_F(ReferenceExplanationTest, AUnitOfOneHasNoBlockingMachines) {
  world_.policy()->set_allow_incomplete_groups(true);
  world_.PlanFor({"b"});
  b_->clear_recovery_points();
  EXPECT_EQ(Blocking(), "");
}

TEST_F(ReferenceExplanationTest, IndependentLinesAreHeldBackByTheOldest) {
  UseOption(v1::Policy::LATEST_PROCESSED);
  world_.AddPoint(b_, "q", 70);
  world_.AddPoint(c_, "q", 60);
  EXPECT_EQ(Blocking(), "d 10");
}

TEST_F(ReferenceExplanationTest, PendingDataIsForLatestAlone) {
  EXPECT_FALSE(Pending());
  UseOption(v1::Policy::LATEST);
  EXPECT_TRUE(Pending());
  UseOption(v1::Policy::OPTION_UNSPECIFIED);
  EXPECT_TRUE(Pending());
  UseOption(v1::Policy::LATEST_PROCESSED);
  EXPECT_FALSE(Pending());
  EXPECT_EQ(Warnings(), "GROUP_INDEPENDENT g");
}

TEST_F(ReferenceExplanationTest, ATargetOrAMinimumForbidsPendingData) {
  UseOption(v1::Policy::LATEST);
  world_.PlanFor({"a"});
  *world_.policy()->mutable_target_time() = ToTimestamp(100);
  EXPECT_FALSE(Pending());
  EXPECT_EQ(Warnings(), "PENDING_DATA_IGNORED a");
  world_.policy()->clear_target_time();
  world_.policy()->set_minimum_cleanliness(v1::RecoveryPoint::UNKNOWN);
  EXPECT_FALSE(Pending());
}

TEST_F(ReferenceExplanationTest, AnExclusionThatEndsLaterForbidsPendingData) {
  UseOption(v1::Policy::LATEST);
  world_.AddExclusion(10, 50);
  EXPECT_TRUE(Pending());
  v1::Exclusion* exclusion = world_.policy()->mutable_exclusions(0);
  *exclusion->mutable_start_time() = ToTimestamp(1000);
  *exclusion->mutable_end_time() = ToTimestamp(1001);
  EXPECT_FALSE(Pending());
  exclusion->clear_end_time();
  EXPECT_FALSE(Pending());
  exclusion->add_vm_ids("b");
  EXPECT_TRUE(Pending());
}

TEST_F(ReferenceExplanationTest, APinForbidsPendingData) {
  UseOption(v1::Policy::LATEST);
  world_.PlanFor({"b", "c", "d"});
  EXPECT_TRUE(Pending());
  world_.PinVm("c", "p");
  EXPECT_TRUE(Pending());
  EXPECT_EQ(Warnings(), "GROUP_INDEPENDENT g, PENDING_DATA_IGNORED c");
  world_.PinGroup("g", "m");
  EXPECT_FALSE(Pending());
}

TEST_F(ReferenceExplanationTest, PendingDataIsForChosenPointsAlone) {
  UseOption(v1::Policy::LATEST);
  *world_.policy()->mutable_target_time() = ToTimestamp(10);
  EXPECT_EQ(Warnings(), "");
}

TEST_F(ReferenceExplanationTest, WarningsStandInTheirOrder) {
  UseOption(v1::Policy::OPTION_UNSPECIFIED);
  *world_.policy()->mutable_target_time() = ToTimestamp(100);
  world_.policy()->set_allow_incomplete_groups(true);
  world_.policy()->set_allow_not_replicating(true);
  world_.AddExclusion(1, 2)->add_vm_ids("y");
  world_.AddExclusion(1, 2)->add_vm_ids("x");
  world_.policy()->mutable_exclusions(1)->add_vm_ids("y");
  world_.policy()->mutable_exclusions(1)->add_vm_ids("a");
  group_->add_expected_vm_ids("a");
  group_->add_expected_vm_ids("x");
  world_.AddPoint(b_, "q", 101);
  b_->clear_protection_state();
  world_.PlanFor({"b", "a", "x", "c"});
  EXPECT_EQ(Warnings(),
            "OPTION_DEFAULTED plan, EXCLUSION_UNKNOWN_VM y, "
            "EXCLUSION_UNKNOWN_VM x, EXPECTED_VM_ELSEWHERE a, "
            "GROUP_INCOMPLETE g, GROUP_INDEPENDENT g, NOT_REPLICATING b, "
            "CAPTURE_IN_FUTURE b, PENDING_DATA_IGNORED b, "
            "PENDING_DATA_IGNORED a, PENDING_DATA_IGNORED c");
}

TEST_F(ReferenceExplanationTest, APlanOfNobodyWarns) {
  world_.PlanFor({});
  EXPECT_EQ(Warnings(), "PLAN_EMPTY plan");
  EXPECT_EQ(world_.Decide().outcome(), v1::Decision::NONE);
  UseOption(v1::Policy::OPTION_UNSPECIFIED);
  EXPECT_EQ(Warnings(), "PLAN_EMPTY plan, OPTION_DEFAULTED plan");
}

TEST_F(ReferenceExplanationTest, TheFutureBeginsAfterEitherTime) {
  world_.PlanFor({"a"});
  EXPECT_EQ(Warnings(), "");
  world_.world()->decision_time = ToTimestamp(49);
  EXPECT_EQ(Warnings(), "CAPTURE_IN_FUTURE a");
  world_.world()->decision_time = ToTimestamp(100);
  *world_.inventory()->mutable_as_of_time() = ToTimestamp(49);
  EXPECT_EQ(Warnings(), "CAPTURE_IN_FUTURE a");
  world_.inventory()->clear_as_of_time();
  EXPECT_EQ(Warnings(), "");
}

TEST_F(ReferenceExplanationTest, OnlyWhatGoesOnWarnsOfReplication) {
  world_.PlanFor({"a"});
  a_->clear_protection_state();
  EXPECT_EQ(Warnings(), "");
  world_.plan()->set_purpose(v1::RecoveryPlan::TEST);
  EXPECT_EQ(Warnings(), "NOT_REPLICATING a");
}

TEST_F(ReferenceExplanationTest, AGroupOfOneDoesNotWarnOfIndependence) {
  UseOption(v1::Policy::LATEST_PROCESSED);
  world_.policy()->set_allow_incomplete_groups(true);
  world_.PlanFor({"b"});
  EXPECT_EQ(Warnings(), "GROUP_INCOMPLETE g");
}

}  // namespace
}  // namespace recoveryline::reference
