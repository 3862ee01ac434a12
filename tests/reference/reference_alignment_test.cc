// The alignment of a plan, a case by hand a sentence.

#include <gtest/gtest.h>

#include <string>

#include "tests/reference/reference_time.h"
#include "tests/reference/small_world.h"

namespace recoveryline::reference {
namespace {

constexpr auto kCrash = v1::RecoveryPoint::CRASH_CONSISTENT;

// Wants one line for the whole plan.
void Align(int64_t max_skew, SmallWorld* world) {
  *world->policy()->mutable_plan_alignment()->mutable_max_skew() =
      ToDuration(max_skew);
}

// "70..73 of 2: a 10, g -": the line, its units, who holds it back.
std::string LineOf(const v1::Decision& decision) {
  const v1::Alignment& line = decision.alignment();
  std::string text = "none";
  if (line.has_earliest_capture_time()) {
    text = std::to_string(ToNanos(line.earliest_capture_time())) + ".." +
           std::to_string(ToNanos(line.latest_capture_time()));
  }
  text += " of " + std::to_string(line.unit_count());
  for (const v1::HoldingUnit& unit : line.holding_units()) {
    text += ", " + unit.vm_id() + unit.replication_group_id() + " ";
    text += unit.has_gain() ? std::to_string(ToNanos(unit.gain())) : "-";
  }
  return text;
}

// Machines "a" and "b", by themselves, with points at these instants.
void AddTwo(const std::vector<int64_t>& of_a, const std::vector<int64_t>& of_b,
            SmallWorld* world) {
  v1::Vm* a = world->AddVm("a");
  for (int64_t t : of_a) world->AddPoint(a, "a" + std::to_string(t), t);
  v1::Vm* b = world->AddVm("b");
  for (int64_t t : of_b) world->AddPoint(b, "b" + std::to_string(t), t);
}

TEST(PlanAlignmentTest, WithoutItEachUnitStandsByItself) {
  SmallWorld world;
  AddTwo({60, 90}, {62}, &world);
  EXPECT_EQ(PointsOf(world.Decide()), "a=a90 b=b62");
  EXPECT_FALSE(world.Decide().has_alignment());
}

TEST(PlanAlignmentTest, AllUnitsGoBackToOneStretchOfTime) {
  SmallWorld world;
  AddTwo({60, 90}, {62}, &world);
  Align(5, &world);
  EXPECT_EQ(PointsOf(world.Decide()), "a=a60 b=b62");
  // Without b, a would be at 90; without a, b would be at 62.
  EXPECT_EQ(LineOf(world.Decide()), "60..62 of 2, b 30, a 2");
  EXPECT_EQ(world.Decide().alignment().guarantee(),
            v1::GroupSelection::SKEW_BOUNDED);
  EXPECT_EQ(ToNanos(world.Decide().alignment().skew()), 2);
}

TEST(PlanAlignmentTest, BothEndsOfTheWindowAreIncluded) {
  SmallWorld world;
  AddTwo({60}, {65}, &world);
  Align(5, &world);
  EXPECT_EQ(PointsOf(world.Decide()), "a=a60 b=b65");
  Align(4, &world);
  EXPECT_EQ(OutcomesOf(world.Decide()), "NOT_ALIGNED NOT_ALIGNED");
}

TEST(PlanAlignmentTest, AMaxSkewLeftOutIsZero) {
  SmallWorld world;
  AddTwo({60, 61, 80}, {61, 79}, &world);
  world.policy()->mutable_plan_alignment();
  EXPECT_EQ(PointsOf(world.Decide()), "a=a61 b=b61");
  EXPECT_TRUE(world.Decide().alignment().has_max_skew());
}

TEST(PlanAlignmentTest, WithoutALineNobodyHasAChoice) {
  SmallWorld world;
  AddTwo({60}, {70}, &world);
  Align(9, &world);
  const v1::Decision decision = world.Decide();
  EXPECT_EQ(OutcomesOf(decision), "NOT_ALIGNED NOT_ALIGNED");
  EXPECT_EQ(decision.outcome(), v1::Decision::NONE);
  EXPECT_EQ(LineOf(decision), "none of 2, a -, b -");
  EXPECT_EQ(decision.alignment().guarantee(),
            v1::GroupSelection::GUARANTEE_UNSPECIFIED);
  EXPECT_EQ(RejectionsOf(decision.vm_selections(0)), "NOT_ALIGNED 1 a60");
}

TEST(PlanAlignmentTest, UnitsWithoutAChoiceTakeNoPart) {
  SmallWorld world;
  AddTwo({60, 90}, {}, &world);
  world.AddVm("c")->set_protection_state(v1::Vm::NOT_PROTECTED);
  Align(0, &world);
  EXPECT_EQ(OutcomesOf(world.Decide()),
            "SELECTED NO_RECOVERY_POINTS NOT_REPLICATING");
  EXPECT_EQ(LineOf(world.Decide()), "90..90 of 1");
}

TEST(PlanAlignmentTest, APlanWithoutAChoiceHasNoLine) {
  SmallWorld world;
  world.AddVm("a");
  Align(5, &world);
  EXPECT_EQ(OutcomesOf(world.Decide()), "NO_RECOVERY_POINTS");
  EXPECT_EQ(LineOf(world.Decide()), "none of 0");
}

// Two machines in "g" with markers, one beside it.
void AddGroupAndVm(SmallWorld* world) {
  world->AddGroup("g");
  v1::Vm* x = world->AddVm("x", "g");
  world->AddPoint(x, "x90", 90, "new");
  world->AddPoint(x, "x72", 72, "old");
  world->AddPoint(x, "x70", 70, "old");
  v1::Vm* y = world->AddVm("y", "g");
  world->AddPoint(y, "y91", 91, "new");
  world->AddPoint(y, "y85", 85);
  world->AddPoint(y, "y69", 69, "old");
  v1::Vm* z = world->AddVm("z");
  world->AddPoint(z, "z71", 71);
  world->AddPoint(z, "z50", 50);
}

TEST(PlanAlignmentTest, AGroupKeepsItsMarkerAndItsGuarantee) {
  SmallWorld world;
  AddGroupAndVm(&world);
  world.AddRule(kCrash, v1::Rule::COMMON);
  Align(10, &world);
  const v1::Decision decision = world.Decide();
  EXPECT_EQ(PointsOf(decision), "x=x72 y=y69 z=z71");
  const v1::GroupSelection& group = decision.group_selections(0);
  EXPECT_EQ(group.guarantee(), v1::GroupSelection::MARKER);
  EXPECT_EQ(group.consistency_marker(), "old");
  EXPECT_EQ(ToNanos(group.skew()), 3);
}

TEST(PlanAlignmentTest, ANarrowWindowTakesAnotherCarrierOfTheMarker) {
  SmallWorld world;
  AddGroupAndVm(&world);
  world.AddRule(kCrash, v1::Rule::COMMON);
  Align(2, &world);
  // [69, 71] lacks x72, which carries the marker too and is better.
  EXPECT_EQ(PointsOf(world.Decide()), "x=x70 y=y69 z=z71");
}

TEST(PlanAlignmentTest, ACaptureTimeRuleKeepsItsOwnSkew) {
  SmallWorld world;
  AddGroupAndVm(&world);
  world.AddSkewRule(kCrash, 1);
  Align(18, &world);
  // Within 18 of z71 the group has x72 with y85, but not within 1 of each
  // other; x70 and y69 are.
  EXPECT_EQ(PointsOf(world.Decide()), "x=x70 y=y69 z=z71");
  EXPECT_EQ(world.Decide().group_selections(0).guarantee(),
            v1::GroupSelection::SKEW_BOUNDED);
}

TEST(PlanAlignmentTest, AnIndependentGroupTakesWhatIsInTheWindow) {
  SmallWorld world;
  AddGroupAndVm(&world);
  world.AddRule(kCrash, v1::Rule::INDEPENDENT);
  Align(15, &world);
  EXPECT_EQ(PointsOf(world.Decide()), "x=x72 y=y85 z=z71");
}

TEST(PlanAlignmentTest, TheRuleThatServedStays) {
  SmallWorld world;
  AddGroupAndVm(&world);
  // The first rule serves the group at 90; at 71 only the second one would.
  world.inventory()
      ->mutable_vms(1)
      ->mutable_recovery_points(2)
      ->clear_consistency();
  world.AddRule(kCrash, v1::Rule::COMMON);
  world.AddRule(kCrash, v1::Rule::INDEPENDENT);
  Align(15, &world);
  EXPECT_EQ(OutcomesOf(world.Decide()), "NOT_ALIGNED NOT_ALIGNED NOT_ALIGNED");
}

TEST(PlanAlignmentTest, PointsOutsideOfTheLineAreNotAligned) {
  SmallWorld world;
  AddGroupAndVm(&world);
  v1::Vm* x = world.inventory()->mutable_vms(0);
  world.AddPoint(x, "x95", 95, "alone");
  world.AddRule(kCrash, v1::Rule::COMMON);
  Align(10, &world);
  const v1::Decision decision = world.Decide();
  // By itself the group goes to "new": x95 was refused there, too.
  EXPECT_EQ(RejectionsOf(decision.vm_selections(0)),
            "NOT_COMMON 1 x95, NOT_ALIGNED 1 x90");
  EXPECT_EQ(RejectionsOf(decision.vm_selections(1)), "NOT_ALIGNED 2 y91");
  EXPECT_EQ(RejectionsOf(decision.group_selections(0)),
            "NOT_COMMON 1 x95 of x, NOT_ALIGNED 3 x90 of x");
}

TEST(PlanAlignmentTest, APointInsideThatIsNotCommonIsNotCommon) {
  SmallWorld world;
  AddGroupAndVm(&world);
  v1::Vm* x = world.inventory()->mutable_vms(0);
  world.AddPoint(x, "x74", 74, "alone");
  world.AddRule(kCrash, v1::Rule::COMMON);
  Align(10, &world);
  EXPECT_EQ(RejectionsOf(world.Decide().vm_selections(0)),
            "NOT_COMMON 1 x74, NOT_ALIGNED 1 x90");
}

TEST(PlanAlignmentTest, WithoutALineTheRuleThatServedExplains) {
  SmallWorld world;
  AddTwo({60}, {90}, &world);
  world.AddRule(v1::RecoveryPoint::APPLICATION_CONSISTENT,
                v1::Rule::INDEPENDENT);
  world.AddRule(kCrash, v1::Rule::INDEPENDENT);
  world.inventory()
      ->mutable_vms(0)
      ->mutable_recovery_points(0)
      ->set_consistency(kCrash);
  Align(5, &world);
  // The second rule serves a: its point is eligible under that one.
  EXPECT_EQ(RejectionsOf(world.Decide().vm_selections(0)), "NOT_ALIGNED 1 a60");
}

TEST(PlanAlignmentTest, BlockingVmsAreThoseOfTheGroupByItself) {
  SmallWorld world;
  AddGroupAndVm(&world);
  v1::Vm* y = world.inventory()->mutable_vms(1);
  y->mutable_recovery_points()->DeleteSubrange(0, 1);  // y91
  world.AddRule(kCrash, v1::Rule::COMMON);
  Align(0, &world);
  const v1::Decision decision = world.Decide();
  EXPECT_EQ(decision.group_selections(0).outcome(),
            v1::VmSelection::NOT_ALIGNED);
  // "old" is at 69; without y the group is x alone, at 90.
  EXPECT_EQ(BlockingOf(decision.group_selections(0)), "y 21, x 16");
}

TEST(PlanAlignmentTest, AUnitMayHoldTheLineWithoutBeingAtItsStart) {
  SmallWorld world;
  AddTwo({40, 60}, {41, 50}, &world);
  Align(1, &world);
  // Without b, a is at 60; without a, b is at 50, though b41 is not at the
  // start of [40, 41].
  EXPECT_EQ(LineOf(world.Decide()), "40..41 of 2, b 20, a 10");
}

TEST(PlanAlignmentTest, WhereTwoUnitsHoldTogetherNeitherIsNamed) {
  SmallWorld world;
  AddTwo({40, 90}, {40}, &world);
  world.AddPoint(world.AddVm("c"), "c40", 40);
  Align(0, &world);
  EXPECT_EQ(LineOf(world.Decide()), "40..40 of 3");
}

TEST(PlanAlignmentTest, PinsRestrictTheLine) {
  SmallWorld world;
  AddTwo({60, 90}, {61, 91}, &world);
  world.PinVm("a", "a60");
  Align(5, &world);
  EXPECT_EQ(PointsOf(world.Decide()), "a=a60 b=b61");
}

TEST(PlanAlignmentTest, PendingDataWouldCarryAVmOffTheLine) {
  SmallWorld world;
  AddTwo({90}, {90}, &world);
  world.policy()->set_option(v1::Policy::LATEST);
  EXPECT_TRUE(world.Decide().vm_selections(0).process_pending_data());
  Align(0, &world);
  EXPECT_FALSE(world.Decide().vm_selections(0).process_pending_data());
  EXPECT_EQ(WarningsOf(world.Decide()),
            "PENDING_DATA_IGNORED a, PENDING_DATA_IGNORED b");
}

TEST(PlanAlignmentTest, ExclusionsAndTargetTimeHoldBeside) {
  SmallWorld world;
  AddTwo({60, 80, 90}, {60, 80, 90}, &world);
  world.AddExclusion(75, 85)->add_vm_ids("b");
  *world.policy()->mutable_target_time() = ToTimestamp(89);
  Align(3, &world);
  EXPECT_EQ(PointsOf(world.Decide()), "a=a60 b=b60");
}

TEST(PlanAlignmentTest, TheEndsOfTimeSaturate) {
  SmallWorld world;
  AddTwo({kFirstNano, kFirstNano + 3}, {kFirstNano + 2}, &world);
  Align(kLastNano, &world);
  EXPECT_EQ(ToNanos(world.Decide().alignment().earliest_capture_time()),
            kFirstNano + 2);
  EXPECT_EQ(OutcomesOf(world.Decide()), "SELECTED SELECTED");
}

}  // namespace
}  // namespace recoveryline::reference
