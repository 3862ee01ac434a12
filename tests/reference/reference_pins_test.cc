// The reference's pins, sentence by sentence.

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
class ReferencePinsTest : public ::testing::Test {
 protected:
  ReferencePinsTest() {
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

TEST_F(ReferencePinsTest, ThePinsRestrictTheCandidates) {
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(a_, "q", 90);
  world_.AddPoint(b_, "p", 80);
  world_.PinVm("a", "p");
  EXPECT_EQ(Points(), "a=p b=p");
}

TEST_F(ReferencePinsTest, ThePinsDoNotBypassTheRules) {
  world_.AddRule(kApp, kIndependent);
  world_.AddPoint(a_, "p", 80)->set_consistency(kCrash);
  world_.AddPoint(a_, "q", 90);
  world_.AddPoint(b_, "p", 80);
  world_.PinVm("a", "p");
  EXPECT_EQ(Outcomes(), "PIN_NOT_ELIGIBLE PIN_NOT_ELIGIBLE");
  world_.AddRule(kCrash, kIndependent);
  EXPECT_EQ(Points(), "a=p b=p");
}

TEST_F(ReferencePinsTest, TheNewestLineThatContainsThePinIsTaken) {
  world_.AddRule(kCrash, kCommon);
  world_.AddPoint(a_, "m", 70, "m");
  world_.AddPoint(a_, "n", 90, "n");
  world_.AddPoint(b_, "m", 70, "m");
  world_.AddPoint(b_, "n", 90, "n");
  world_.PinVm("a", "m");
  EXPECT_EQ(Points(), "a=m b=m");
}

TEST_F(ReferencePinsTest, AMarkerPinLeavesThePointsThatCarryIt) {
  world_.AddPoint(a_, "m", 70, "m");
  world_.AddPoint(a_, "n", 90, "n");
  world_.AddPoint(b_, "m", 70, "m");
  world_.AddPoint(b_, "m2", 71, "m");
  world_.PinGroup("g", "m");
  EXPECT_EQ(Points(), "a=m b=m2");
  EXPECT_EQ(GroupRow().guarantee(), v1::GroupSelection::INDEPENDENT);
}

// "a" has an eligible point under the first rule and "b" another, but the one
// that "a" is pinned to is eligible under the second rule only, "b" not.
TEST_F(ReferencePinsTest, NoCommonPointSpeaksOfCandidates) {
  world_.AddRule(kApp, kIndependent);
  world_.AddRule(kCrash, kIndependent)->set_match(v1::Rule::EXACTLY);
  world_.AddPoint(a_, "p", 80)->set_consistency(kCrash);
  world_.AddPoint(a_, "q", 90);
  world_.AddPoint(b_, "p", 80);
  world_.PinVm("a", "p");
  EXPECT_EQ(Outcomes(), "NO_ELIGIBLE_POINT NO_ELIGIBLE_POINT");
}

TEST_F(ReferencePinsTest, PinsOnOneUnitIntersect) {
  world_.AddPoint(a_, "m", 70, "m");
  world_.AddPoint(a_, "m2", 75, "m");
  world_.AddPoint(b_, "m", 70, "m");
  world_.PinGroup("g", "m");
  world_.PinVm("a", "m");
  EXPECT_EQ(Points(), "a=m b=m");
  world_.AddPoint(a_, "n", 80, "n");
  world_.plan()->mutable_pins(1)->set_recovery_point_id("n");
  EXPECT_EQ(Outcomes(), "PIN_NOT_ELIGIBLE PIN_NOT_ELIGIBLE");
}

TEST_F(ReferencePinsTest, CustomWantsEveryUnitPinned) {
  UseOption(v1::Policy::CUSTOM);
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(a_, "q", 85);
  world_.AddPoint(b_, "p", 90);
  world_.PinVm("a", "p");
  EXPECT_EQ(Outcomes(), "NOT_PINNED NOT_PINNED");
  world_.PinVm("b", "p");
  EXPECT_EQ(Points(), "a=p b=p");
  EXPECT_EQ(GroupRow().rule_index(), 0);
  EXPECT_EQ(GroupRow().guarantee(), v1::GroupSelection::INDEPENDENT);
}

TEST_F(ReferencePinsTest, CustomByMarkerIsCommon) {
  UseOption(v1::Policy::CUSTOM);
  world_.AddPoint(a_, "p", 80, "m");
  world_.AddPoint(b_, "p", 90, "m");
  world_.PinGroup("g", "m");
  world_.PinVm("a", "p");  // Both kinds: pinned by its marker.
  EXPECT_EQ(GroupRow().rule_index(), 1);
  EXPECT_EQ(GroupRow().guarantee(), v1::GroupSelection::MARKER);
  EXPECT_EQ(GroupRow().consistency_marker(), "m");
}

TEST_F(ReferencePinsTest, CustomWithPinsOfFewerMachinesThanTheUnit) {
  UseOption(v1::Policy::CUSTOM);
  world_.policy()->set_allow_incomplete_groups(true);
  world_.AddPoint(a_, "p", 80);
  world_.AddPoint(b_, "p", 90);
  world_.PinVm("a", "p");
  world_.PlanFor({"a"});
  EXPECT_EQ(Points(), "a=p");
}

}  // namespace
}  // namespace recoveryline::reference
