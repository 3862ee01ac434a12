// The reference's rows, explanations and warnings, sentence by sentence.

#include "tests/reference/reference_selector.h"

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

// "a" alone and "b", "c" of the group "g", all captured at 80 with marker "m".
class ReferenceSelectorTest : public ::testing::Test {
 protected:
  ReferenceSelectorTest() {
    group_ = world_.AddGroup("g");
    a_ = world_.AddVm("a");
    b_ = world_.AddVm("b", "g");
    c_ = world_.AddVm("c", "g");
    for (v1::Vm* vm : {a_, b_, c_}) world_.AddPoint(vm, "p", 80, "m");
    world_.policy()->set_option(v1::Policy::LATEST);
  }

  void UseOwnRules() { world_.policy()->clear_option(); }
  v1::VmSelection Row(int index) const {
    return world_.Decide().vm_selections(index);
  }
  v1::GroupSelection GroupRow() const {
    return world_.Decide().group_selections(0);
  }
  std::string Warnings() const { return WarningsOf(world_.Decide()); }

  SmallWorld world_;
  v1::ReplicationGroup* group_ = nullptr;
  v1::Vm* a_ = nullptr;
  v1::Vm* b_ = nullptr;
  v1::Vm* c_ = nullptr;
};

TEST_F(ReferenceSelectorTest, TheDecisionTimeGivenComesFirst) {
  EXPECT_EQ(ToNanos(world_.Decide().decision_time()), 100);
  EXPECT_EQ(ToNanos(world_.Decide().target_time()), 100);
  world_.world()->decision_time = ToTimestamp(90);
  EXPECT_EQ(ToNanos(world_.Decide().decision_time()), 90);
  EXPECT_EQ(ToNanos(world_.Decide().target_time()), 90);
  *world_.policy()->mutable_target_time() = ToTimestamp(200);
  EXPECT_EQ(ToNanos(world_.Decide().target_time()), 200);
}

TEST_F(ReferenceSelectorTest, EffectiveRulesHaveEveryDefaultFilledIn) {
  UseOwnRules();
  world_.policy()->add_rules()->set_consistency(kApp);
  world_.policy()->add_rules()->set_consistency(kCrash);
  world_.policy()->mutable_rules(1)->set_common_match(v1::Rule::CAPTURE_TIME);
  const v1::Decision decision = world_.Decide();
  EXPECT_EQ(decision.option(), v1::Policy::OPTION_UNSPECIFIED);
  ASSERT_EQ(decision.effective_rules_size(), 2);
  const v1::Rule& first = decision.effective_rules(0);
  EXPECT_EQ(first.consistency(), kApp);
  EXPECT_EQ(first.match(), v1::Rule::AT_LEAST);
  EXPECT_EQ(first.group_scope(), kIndependent);
  EXPECT_EQ(first.common_match(), v1::Rule::MARKER);
  EXPECT_FALSE(first.has_max_skew());
  EXPECT_TRUE(decision.effective_rules(1).has_max_skew());
}

TEST_F(ReferenceSelectorTest, CustomStandsForTwoRules) {
  world_.policy()->set_option(v1::Policy::CUSTOM);
  const v1::Decision decision = world_.Decide();
  ASSERT_EQ(decision.effective_rules_size(), 2);
  EXPECT_EQ(decision.effective_rules(0).group_scope(), kIndependent);
  EXPECT_EQ(decision.effective_rules(1).group_scope(), kCommon);
  EXPECT_EQ(decision.effective_rules(1).common_match(), v1::Rule::MARKER);
}

TEST_F(ReferenceSelectorTest, RowsFollowThePlan) {
  world_.PlanFor({"c", "x", "b"});
  a_->set_display_name("A");
  c_->set_display_name("C");
  const v1::Decision decision = world_.Decide();
  EXPECT_EQ(PointsOf(decision), "c=p x=- b=p");
  EXPECT_EQ(decision.vm_selections(0).boot_group_id(), "boot");
  EXPECT_EQ(decision.vm_selections(0).display_name(), "C");
  EXPECT_EQ(decision.vm_selections(0).replication_group_id(), "g");
  EXPECT_EQ(decision.vm_selections(1).boot_group_id(), "boot");
  EXPECT_EQ(decision.vm_selections(1).replication_group_id(), "");
}

TEST_F(ReferenceSelectorTest, WithoutBootGroupsAllMachinesTakePart) {
  EXPECT_EQ(PointsOf(world_.Decide()), "a=p b=p c=p");
  EXPECT_EQ(Row(0).boot_group_id(), "");
}

TEST_F(ReferenceSelectorTest, GroupRowsFollowTheirFirstMachines) {
  world_.AddGroup("e");
  world_.AddPoint(world_.AddVm("d", "e"), "p", 80);
  world_.PlanFor({"d", "b", "c"});
  EXPECT_EQ(GroupRow().replication_group_id(), "e");
  world_.plan()->clear_boot_groups();
  world_.PlanFor({"a", "b", "d", "c"});
  EXPECT_EQ(GroupRow().replication_group_id(), "g");
}

TEST_F(ReferenceSelectorTest, TheOutcomeOfThePlanIsOfItsMachines) {
  EXPECT_EQ(world_.Decide().outcome(), v1::Decision::COMPLETE);
  b_->clear_recovery_points();
  EXPECT_EQ(world_.Decide().outcome(), v1::Decision::PARTIAL);
  a_->clear_recovery_points();
  EXPECT_EQ(world_.Decide().outcome(), v1::Decision::NONE);
}

TEST_F(ReferenceSelectorTest, AgeAndDataLossAreMeasuredFromTheCapture) {
  EXPECT_EQ(ToNanos(Row(0).age()), 20);
  EXPECT_EQ(ToNanos(Row(0).data_loss()), 20);
  *world_.policy()->mutable_incident_time() = ToTimestamp(85);
  EXPECT_EQ(ToNanos(Row(0).age()), 20);
  EXPECT_EQ(ToNanos(Row(0).data_loss()), 5);
  *world_.policy()->mutable_incident_time() = ToTimestamp(200);
  EXPECT_EQ(ToNanos(Row(0).data_loss()), 20);
  *world_.policy()->mutable_incident_time() = ToTimestamp(70);
  EXPECT_EQ(ToNanos(Row(0).data_loss()), 0);
  EXPECT_TRUE(Row(0).has_data_loss());
}

TEST_F(ReferenceSelectorTest, DifferencesSaturate) {
  *a_->mutable_recovery_points(0)->mutable_capture_time() =
      ToTimestamp(kFirstNano);
  EXPECT_EQ(ToNanos(Row(0).age()), kLastNano);
}

TEST_F(ReferenceSelectorTest, AUnitLosesDataSinceItsEarliestCapture) {
  world_.AddPoint(c_, "q", 95);
  *world_.policy()->mutable_rpo_objective() = ToDuration(19);
  EXPECT_EQ(ToNanos(GroupRow().data_loss()), 20);
  EXPECT_TRUE(GroupRow().rpo_exceeded());
  EXPECT_EQ(ToNanos(Row(2).data_loss()), 5);
  EXPECT_TRUE(Row(2).rpo_exceeded());
  *world_.policy()->mutable_rpo_objective() = ToDuration(20);
  EXPECT_FALSE(GroupRow().rpo_exceeded());
  EXPECT_FALSE(Row(2).rpo_exceeded());
}

TEST_F(ReferenceSelectorTest, AnObjectiveOfNothingCounts) {
  *world_.policy()->mutable_rpo_objective() = ToDuration(0);
  EXPECT_TRUE(Row(0).rpo_exceeded());
  world_.policy()->clear_rpo_objective();
  EXPECT_FALSE(Row(0).rpo_exceeded());
}

TEST_F(ReferenceSelectorTest, ConsistencyCostComparesWithAnyConsistency) {
  world_.policy()->set_option(v1::Policy::LATEST_APP_CONSISTENT);
  world_.AddPoint(b_, "q", 95)->set_consistency(kCrash);
  world_.AddPoint(b_, "r", 97)->clear_consistency();
  world_.AddPoint(c_, "q", 90);
  EXPECT_EQ(ToNanos(Row(1).consistency_cost()), 15);
  EXPECT_EQ(ToNanos(Row(2).consistency_cost()), 10);
  EXPECT_EQ(ToNanos(Row(0).consistency_cost()), 0);
  EXPECT_TRUE(Row(0).has_consistency_cost());
  world_.PinVm("b", "p");  // Only candidates count.
  EXPECT_EQ(ToNanos(Row(1).consistency_cost()), 0);
}

TEST_F(ReferenceSelectorTest, AGroupRowSpansItsPoints) {
  world_.AddPoint(c_, "q", 95);
  EXPECT_EQ(ToNanos(GroupRow().earliest_capture_time()), 80);
  EXPECT_EQ(ToNanos(GroupRow().latest_capture_time()), 95);
  EXPECT_EQ(ToNanos(GroupRow().skew()), 15);
}

TEST_F(ReferenceSelectorTest, RejectionsAreOfBetterPointsOnly) {
  UseOwnRules();
  world_.AddRule(kApp, kIndependent);
  world_.AddPoint(a_, "q", 90)->set_consistency(kCrash);
  world_.AddPoint(a_, "r", 91)->set_consistency(kCrash);
  world_.AddPoint(a_, "o", 70)->set_consistency(kCrash);
  EXPECT_EQ(RejectionsOf(Row(0)), "INCONSISTENT 2 r");
}

TEST_F(ReferenceSelectorTest, WithoutAChoiceAllPointsAreExplainedByRuleOne) {
  UseOwnRules();
  world_.AddRule(kApp, kIndependent);
  world_.AddRule(v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT, kIndependent);
  a_->mutable_recovery_points(0)->set_consistency(kCrash);
  *world_.AddPoint(a_, "q", 70)->mutable_expire_time() = ToTimestamp(71);
  EXPECT_EQ(RejectionsOf(Row(0)), "EXPIRED 1 q, INCONSISTENT 1 p");
}

TEST_F(ReferenceSelectorTest, WhatAnotherMachineLacksIsNotCommon) {
  world_.policy()->set_option(v1::Policy::LATEST_APP_CONSISTENT);
  world_.AddPoint(c_, "q", 90, "n");
  world_.AddPoint(c_, "r", 95);
  world_.AddPoint(b_, "q", 90, "n")->set_consistency(kCrash);
  EXPECT_EQ(RejectionsOf(Row(1)), "INCONSISTENT 1 q");
  EXPECT_EQ(RejectionsOf(Row(2)), "NOT_COMMON 2 r");
  EXPECT_EQ(RejectionsOf(GroupRow()),
            "INCONSISTENT 1 q of b, NOT_COMMON 2 r of c");
}

TEST_F(ReferenceSelectorTest, TheRuleThatServedExplains) {
  UseOwnRules();
  world_.AddRule(kApp, kCommon);
  world_.AddRule(kCrash, kIndependent);
  b_->mutable_recovery_points(0)->set_consistency(kCrash);
  world_.AddPoint(b_, "q", 90)->clear_consistency();
  EXPECT_EQ(RejectionsOf(Row(1)), "INCONSISTENT 1 q");
}

TEST_F(ReferenceSelectorTest, WhatIsNoCandidateIsNotPinned) {
  world_.AddPoint(a_, "q", 90);
  *world_.AddPoint(a_, "r", 91)->mutable_expire_time() = ToTimestamp(92);
  world_.PinVm("a", "p");
  EXPECT_EQ(RejectionsOf(Row(0)), "EXPIRED 1 r, NOT_PINNED 1 q");
}

TEST_F(ReferenceSelectorTest, AFailedPreconditionRefusesNoCandidate) {
  *world_.AddPoint(b_, "q", 70)->mutable_expire_time() = ToTimestamp(71);
  c_->clear_recovery_points();
  EXPECT_EQ(OutcomesOf(world_.Decide()),
            "SELECTED NO_RECOVERY_POINTS NO_RECOVERY_POINTS");
  EXPECT_EQ(RejectionsOf(Row(1)), "EXPIRED 1 q");
}

TEST_F(ReferenceSelectorTest, APinThatIsNotEligibleIsExplained) {
  *world_.AddPoint(b_, "q", 90)->mutable_expire_time() = ToTimestamp(91);
  world_.PinVm("b", "q");
  EXPECT_EQ(OutcomesOf(world_.Decide()),
            "SELECTED PIN_NOT_ELIGIBLE PIN_NOT_ELIGIBLE");
  EXPECT_EQ(RejectionsOf(Row(1)), "EXPIRED 1 q, NOT_PINNED 1 p");
  EXPECT_EQ(RejectionsOf(Row(2)), "");
}

TEST_F(ReferenceSelectorTest, AnEligiblePointIsNotCommonWhereAnotherHasNone) {
  *c_->mutable_recovery_points(0)->mutable_expire_time() = ToTimestamp(81);
  EXPECT_EQ(RejectionsOf(Row(1)), "NOT_COMMON 1 p");
  EXPECT_EQ(RejectionsOf(GroupRow()), "EXPIRED 1 p of c, NOT_COMMON 1 p of b");
}

TEST_F(ReferenceSelectorTest, GroupRejectionsAreOfPlannedMachines) {
  *b_->mutable_recovery_points(0)->mutable_expire_time() = ToTimestamp(81);
  *c_->mutable_recovery_points(0)->mutable_expire_time() = ToTimestamp(81);
  world_.PlanFor({"c", "b"});
  EXPECT_EQ(RejectionsOf(GroupRow()), "EXPIRED 2 p of c");
  world_.plan()->clear_boot_groups();
  world_.PlanFor({"b"});
  EXPECT_EQ(GroupRow().outcome(), v1::VmSelection::GROUP_INCOMPLETE);
  EXPECT_EQ(RejectionsOf(GroupRow()), "EXPIRED 1 p of b");
}

}  // namespace
}  // namespace recoveryline::reference
