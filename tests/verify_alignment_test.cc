// Decisions on an aligned plan that are wrong are refuted where they are wrong.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/verify.h"
#include "tests/reference/reference_time.h"
#include "tests/reference/small_world.h"

namespace recoveryline {
namespace {

using reference::OutcomesOf;
using reference::PointsOf;
using reference::SmallWorld;
using reference::ToDuration;
using reference::ToTimestamp;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using v1::Decision;

auto At(const std::string& path) {
  return Field("field_path", &Refutation::field_path, path);
}

// The reference's answer, as a right Decision.
Decision RightDecision(const SmallWorld& world) {
  Decision decision = world.Decide();
  for (v1::Warning& warning : *decision.mutable_warnings()) {
    warning.set_message("a sentence");
  }
  return decision;
}

std::vector<Refutation> Refuted(SmallWorld world, const Decision& decision) {
  return Verify(*world.inventory(), *world.plan(), decision, {});
}

void Align(int64_t max_skew, SmallWorld* world) {
  *world->policy()->mutable_plan_alignment()->mutable_max_skew() =
      ToDuration(max_skew);
}

// "a" and "b" are together at 60 and at 70; each has a newer point, too, and
// they agree on crash-consistent ones at 90.
SmallWorld TwoVms() {
  SmallWorld world;
  for (const char* id : {"a", "b"}) {
    v1::Vm* vm = world.AddVm(id);
    world.AddPoint(vm, "p60", 60);
    world.AddPoint(vm, "p70", 70);
    world.AddPoint(vm, "crash", 90)
        ->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
    world.AddPoint(vm, "own", *id == 'a' ? 80 : 85);
  }
  world.AddRule(v1::RecoveryPoint::APPLICATION_CONSISTENT,
                v1::Rule::INDEPENDENT);
  world.AddRule(v1::RecoveryPoint::CRASH_CONSISTENT, v1::Rule::INDEPENDENT);
  Align(0, &world);
  return world;
}

TEST(VerifyAlignmentTest, EveryFieldIsNamed) {
  const SmallWorld world = TwoVms();
  const Decision right = RightDecision(world);
  ASSERT_THAT(Refuted(world, right), IsEmpty());
  ASSERT_EQ(right.alignment().holding_units_size(), 2);
  struct Corruption {
    std::string path;
    std::function<void(v1::Alignment*)> apply;
  };
  const std::vector<Corruption> corruptions = {
      {"alignment.maxSkew", [](auto* a) { a->clear_max_skew(); }},
      {"alignment.unitCount", [](auto* a) { a->set_unit_count(3); }},
      {"alignment.guarantee",
       [](auto* a) { a->set_guarantee(v1::GroupSelection::MARKER); }},
      {"alignment.latestCaptureTime",
       [](auto* a) { a->mutable_latest_capture_time()->set_nanos(71); }},
      {"alignment.skew", [](auto* a) { a->mutable_skew()->set_nanos(1); }},
      {"alignment.holdingUnits", [](auto* a) { a->clear_holding_units(); }},
      {"alignment.holdingUnits[0].gain",
       [](auto* a) { a->mutable_holding_units(0)->clear_gain(); }},
      {"alignment.holdingUnits[1].vmId",
       [](auto* a) { a->mutable_holding_units(1)->set_vm_id("c"); }},
      {"alignment.holdingUnits[1].replicationGroupId",
       [](auto* a) {
         a->mutable_holding_units(1)->set_replication_group_id("g");
       }},
  };
  for (const Corruption& corruption : corruptions) {
    Decision decision = right;
    corruption.apply(decision.mutable_alignment());
    EXPECT_THAT(Refuted(world, decision), Contains(At(corruption.path)));
  }
}

TEST(VerifyAlignmentTest, AnOlderLineIsRefuted) {
  SmallWorld world = TwoVms();
  SmallWorld older = world;
  *older.policy()->mutable_target_time() = ToTimestamp(69);
  Decision decision = RightDecision(older);
  ASSERT_EQ(PointsOf(decision), "a=p60 b=p60");
  *decision.mutable_target_time() = ToTimestamp(100);
  EXPECT_THAT(Refuted(world, decision),
              Contains(testing::AllOf(
                  At("alignment.earliestCaptureTime"),
                  Field("message", &Refutation::message,
                        HasSubstr("a line of the whole plan at")))));
}

TEST(VerifyAlignmentTest, ChoicesThatAreNotAlignedAreRefuted) {
  SmallWorld world = TwoVms();
  SmallWorld apart = world;
  apart.policy()->clear_plan_alignment();
  Decision decision = RightDecision(apart);
  EXPECT_THAT(Refuted(world, decision),
              Contains(At("alignment.earliestCaptureTime")));
  *decision.mutable_alignment() = RightDecision(world).alignment();
  EXPECT_THAT(Refuted(world, decision),
              Contains(testing::AllOf(At("vmSelections[0].recoveryPointId"),
                                      Field("message", &Refutation::message,
                                            HasSubstr("NOT_ALIGNED")))));
}

TEST(VerifyAlignmentTest, ALineUnderAWeakerRuleIsRefuted) {
  SmallWorld world = TwoVms();
  SmallWorld weaker = world;
  weaker.policy()->mutable_rules(0)->set_match(v1::Rule::EXACTLY);
  weaker.policy()->mutable_rules(0)->set_consistency(
      v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT);
  Decision decision = RightDecision(weaker);
  ASSERT_EQ(PointsOf(decision), "a=crash b=crash");
  *decision.mutable_effective_rules(0) =
      RightDecision(world).effective_rules(0);
  // At 90 only the second rule serves; the first one serves each VM by itself.
  EXPECT_THAT(Refuted(world, decision),
              Contains(At("vmSelections[0].ruleIndex")));
}

TEST(VerifyAlignmentTest, ALineThatExistsIsNotDenied) {
  SmallWorld world = TwoVms();
  SmallWorld without = world;
  *without.policy()->mutable_not_before() = ToTimestamp(71);
  const Decision decision = RightDecision(without);
  ASSERT_EQ(OutcomesOf(decision), "NOT_ALIGNED NOT_ALIGNED");
  EXPECT_THAT(Refuted(world, decision),
              Contains(At("alignment.earliestCaptureTime")));
}

TEST(VerifyAlignmentTest, ALineThatDoesNotExistIsRefuted) {
  SmallWorld world = TwoVms();
  *world.policy()->mutable_not_before() = ToTimestamp(71);
  ASSERT_THAT(Refuted(world, RightDecision(world)), IsEmpty());
  SmallWorld wider = world;
  Align(5, &wider);
  Decision decision = RightDecision(wider);
  ASSERT_EQ(PointsOf(decision), "a=own b=own");
  *decision.mutable_alignment()->mutable_max_skew() = ToDuration(0);
  EXPECT_THAT(Refuted(world, decision),
              Contains(At("vmSelections[1].recoveryPointId")));
}

TEST(VerifyAlignmentTest, NobodyIsLeftBehind) {
  const SmallWorld world = TwoVms();
  Decision decision = RightDecision(world);
  decision.mutable_vm_selections(1)->set_outcome(v1::VmSelection::NOT_ALIGNED);
  EXPECT_THAT(Refuted(world, decision),
              Contains(At("vmSelections[1].outcome")));
}

TEST(VerifyAlignmentTest, AnAlignmentStandsWhereItIsWantedAlone) {
  SmallWorld world = TwoVms();
  world.inventory()->clear_vms();
  ASSERT_THAT(Refuted(world, RightDecision(world)), IsEmpty());
  Decision decision = RightDecision(world);
  decision.clear_alignment();
  EXPECT_THAT(Refuted(world, decision), Contains(At("alignment")));
  world.policy()->clear_plan_alignment();
  decision = RightDecision(world);
  ASSERT_THAT(Refuted(world, decision), IsEmpty());
  decision.mutable_alignment();
  EXPECT_THAT(Refuted(world, decision), Contains(At("alignment")));
}

}  // namespace
}  // namespace recoveryline
