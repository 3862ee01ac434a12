#include "engine/core/selection_checker.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

#include "tests/core/literal_choice.h"

namespace recoveryline::core {
namespace {

using Kind = Fault::Kind;

RecoveryPoint At(Instant capture, Marker marker = kNoMarker,
                 Consistency consistency = Consistency::kCrash) {
  return {.capture_time = capture,
          .available_from = capture,
          .consistency = consistency,
          .marker = marker};
}

// A unit with the series that it points to.
struct World {
  SmallUnit small;
  Policy policy;
  std::vector<std::unique_ptr<PointSeries>> series;
  std::vector<std::unique_ptr<IntervalSet>> exclusions;

  explicit World(std::vector<std::vector<RecoveryPoint>> points) {
    policy.decision_time = 100;
    policy.target_time = 100;
    for (std::vector<RecoveryPoint>& of_member : points) {
      series.push_back(
          std::make_unique<PointSeries>(PointSeries::FromOrdered(of_member)));
      small.unit.members.push_back({.points = series.back().get()});
    }
    small.points = std::move(points);
  }

  World& Rules(std::vector<Rule> rules) {
    policy.rules = std::move(rules);
    return *this;
  }
  Member& member(size_t i) { return small.unit.members[i]; }
  UnitChoice Right() const { return LiteralChoice(small, policy); }
  UnitChoice Choose(int rule, std::vector<Position> positions) const {
    return ChoiceOf(small, policy, rule, positions);
  }
  std::optional<Fault> Check(const UnitChoice& choice) const {
    return CheckChoice(small.unit, policy, choice);
  }
  // kBlocking where there is none: no test expects that of a choice.
  Kind KindOf(const UnitChoice& choice) const {
    const std::optional<Fault> fault = Check(choice);
    return fault.has_value() ? fault->kind : Kind::kBlocking;
  }
};

constexpr Rule kAlone{.scope = Scope::kIndependent};
constexpr Rule kMarker{.scope = Scope::kCommonMarker};
constexpr Rule kApplication{.consistencies =
                                AtLeast(Consistency::kApplication)};

Rule Window(Nanos max_skew) {
  return {.scope = Scope::kCommonCaptureTime, .max_skew = max_skew};
}

TEST(SelectionCheckerTest, TheBestPointOfAVmIsRight) {
  World world({{At(1), At(2), At(3)}});
  world.Rules({kAlone});
  EXPECT_FALSE(world.Check(world.Choose(0, {2})));
  const auto fault = world.Check(world.Choose(0, {1}));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, Kind::kBetterExists);
  EXPECT_EQ(fault->member, 0);
  EXPECT_EQ(fault->position, 2);
}

TEST(SelectionCheckerTest, AnIneligiblePointIsNamedWithItsReason) {
  World world({{At(1), At(200)}});
  world.Rules({kAlone});
  const auto fault = world.Check(world.Choose(0, {1}));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, Kind::kNotEligible);
  EXPECT_EQ(fault->fate, Fate::kNotYetAvailable);
  EXPECT_EQ(fault->position, 1);
}

TEST(SelectionCheckerTest, NeverExpiringHoldsAtTheLastInstant) {
  World world({{At(1)}});
  world.Rules({kAlone});
  world.policy.decision_time = kMaxInstant;
  EXPECT_FALSE(world.Check(world.Choose(0, {0})));
}

TEST(SelectionCheckerTest, EachPreconditionIsPutToAllMembersBeforeTheNext) {
  World world({{At(1)}, {}});
  world.Rules({kAlone});
  world.policy.pins_required = true;
  world.member(0).replicating = false;
  world.member(1).named = false;
  const auto right = [&] {
    const auto fault = world.Check({});
    return fault.has_value() ? fault->outcome : UnitOutcome::kSelected;
  };
  EXPECT_EQ(right(), UnitOutcome::kGroupIncomplete);
  world.member(1).named = true;
  world.small.unit.expected_missing = true;
  EXPECT_EQ(right(), UnitOutcome::kGroupIncomplete);
  world.small.unit.expected_missing = false;
  EXPECT_EQ(right(), UnitOutcome::kNotReplicating);
  world.policy.replication_required = false;
  EXPECT_EQ(right(), UnitOutcome::kNoRecoveryPoints);
  world.member(1).points = world.member(0).points;
  EXPECT_EQ(right(), UnitOutcome::kNotPinned);
  world.member(0).pinned = 0;
  world.member(1).pinned = 0;
  world.policy.not_before = 2;
  EXPECT_EQ(right(), UnitOutcome::kPinNotEligible);
}

TEST(SelectionCheckerTest, NoChoiceIsRefutedWhereARuleServes) {
  World world({{At(1)}});
  world.Rules({kApplication, kAlone});
  const auto fault = world.Check({});
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, Kind::kOutcome);
  EXPECT_EQ(fault->outcome, UnitOutcome::kSelected);
  EXPECT_EQ(fault->rule, 1);
}

TEST(SelectionCheckerTest, NoCommonPointNeedsARuleThatEveryMemberMeets) {
  World world({{At(1, 0)}, {At(2, 1)}});
  world.Rules({kMarker});
  UnitChoice choice;
  EXPECT_EQ(world.Check(choice)->outcome, UnitOutcome::kNoCommonPoint);
  choice.outcome = UnitOutcome::kNoCommonPoint;
  EXPECT_FALSE(world.Check(choice));
  world.policy.not_before = 2;
  EXPECT_EQ(world.Check(choice)->outcome, UnitOutcome::kNoEligiblePoint);
}

TEST(SelectionCheckerTest, AnEarlierRuleThatServesRefutesALaterOne) {
  World world({{At(1, kNoMarker, Consistency::kApplication), At(2)}});
  world.Rules({kApplication, kAlone});
  EXPECT_FALSE(world.Check(world.Choose(0, {0})));
  const auto fault = world.Check(world.Choose(1, {1}));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, Kind::kRule);
  EXPECT_EQ(fault->rule, 0);
}

TEST(SelectionCheckerTest, ShapesThatNoSelectorMakesAreRefused) {
  World world({{At(1)}, {At(1)}});
  world.Rules({kAlone});
  const UnitChoice right = world.Right();
  for (const int rule : {-1, 1, 1'000'000'000}) {
    UnitChoice choice = right;
    choice.rule = rule;
    EXPECT_EQ(world.KindOf(choice), Kind::kShape) << rule;
  }
  for (const Position position : {-1, 1, 1'000'000'000}) {
    UnitChoice choice = right;
    choice.positions[1] = position;
    EXPECT_EQ(world.KindOf(choice), Kind::kShape) << position;
  }
  UnitChoice shorter = right;
  shorter.positions.pop_back();
  EXPECT_EQ(world.KindOf(shorter), Kind::kShape);
  UnitChoice longer = right;
  longer.positions.push_back(0);
  EXPECT_EQ(world.KindOf(longer), Kind::kShape);
  world.policy.not_before = 2;
  UnitChoice none;
  none.rule = 0;
  EXPECT_EQ(world.KindOf(none), Kind::kShape);
}

TEST(SelectionCheckerTest, MarkersMustBeCarriedByAll) {
  World world({{At(1, 0), At(2, 1)}, {At(1, 0), At(2, 2), At(3)}});
  world.Rules({kMarker});
  EXPECT_FALSE(world.Check(world.Choose(0, {0, 0})));
  EXPECT_EQ(world.KindOf(world.Choose(0, {1, 1})), Kind::kNotCommon);
  EXPECT_EQ(world.KindOf(world.Choose(0, {1, 2})), Kind::kNotCommon);
}

TEST(SelectionCheckerTest, MarkersAreRankedByEarliestThenLatestThenSmallest) {
  World world({{At(1, 2), At(1, 3), At(2, 0), At(2, 1)},
               {At(2, 2), At(3, 0), At(3, 1), At(4, 3)}});
  world.Rules({kMarker});
  EXPECT_FALSE(world.Check(world.Choose(0, {2, 1})));
  EXPECT_EQ(world.Check(world.Choose(0, {3, 2}))->marker, 0);
  EXPECT_EQ(world.KindOf(world.Choose(0, {0, 0})), Kind::kBetterExists);
  EXPECT_EQ(world.KindOf(world.Choose(0, {1, 3})), Kind::kBetterExists);
}

TEST(SelectionCheckerTest, AVmsPointForAMarkerIsItsBestOne) {
  World world({{At(1, 0), At(2, 0)}, {At(1, 0)}});
  world.Rules({kMarker});
  EXPECT_FALSE(world.Check(world.Choose(0, {1, 0})));
  const auto fault = world.Check(world.Choose(0, {0, 0}));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->member, 0);
  EXPECT_EQ(fault->position, 1);
}

TEST(SelectionCheckerTest, TheSkewWindowIsClosed) {
  World world({{At(10), At(20)}, {At(15), At(25)}});
  world.Rules({Window(5)});
  EXPECT_FALSE(world.Check(world.Choose(0, {1, 1})));
  EXPECT_EQ(world.KindOf(world.Choose(0, {1, 0})), Kind::kBetterExists);
  EXPECT_EQ(world.KindOf(world.Choose(0, {0, 0})), Kind::kBetterExists);
  world.Rules({Window(4)});
  EXPECT_EQ(world.KindOf(world.Choose(0, {1, 1})), Kind::kNotCommon);
}

TEST(SelectionCheckerTest, EachVmTakesItsBestPointInTheWindow) {
  World world({{At(10)}, {At(10), At(12)}});
  world.Rules({Window(5)});
  EXPECT_FALSE(world.Check(world.Choose(0, {0, 1})));
  EXPECT_EQ(world.Check(world.Choose(0, {0, 0}))->position, 1);
}

TEST(SelectionCheckerTest, AWindowAtTheLastInstantSaturates) {
  World world({{At(kMaxInstant)}, {At(kMaxInstant)}});
  world.policy.decision_time = world.policy.target_time = kMaxInstant;
  world.Rules({Window(kMaxInstant)});
  EXPECT_FALSE(world.Check(world.Choose(0, {0, 0})));
}

TEST(SelectionCheckerTest, FiguresMustBeThoseOfThePoints) {
  World world({{At(1, 0)}, {At(2, 0)}});
  world.Rules({kMarker});
  const UnitChoice right = world.Right();
  UnitChoice choice = right;
  choice.earliest = 2;
  EXPECT_EQ(world.KindOf(choice), Kind::kFigures);
  choice = right;
  choice.latest = 1;
  EXPECT_EQ(world.KindOf(choice), Kind::kFigures);
  choice = right;
  choice.marker = kNoMarker;
  EXPECT_EQ(world.KindOf(choice), Kind::kFigures);
  choice = right;
  choice.guarantee = Guarantee::kSkewBounded;
  EXPECT_EQ(world.KindOf(choice), Kind::kFigures);
}

TEST(SelectionCheckerTest, DamagePersistsUntilAPointIsJudgedClean) {
  World world({{At(1), At(2), At(3), At(3)}});
  std::vector<RecoveryPoint>& points = world.small.points[0];
  points[0].cleanliness = Cleanliness::kInfected;
  points[2].cleanliness = Cleanliness::kClean;
  const PointSeries judged = PointSeries::FromOrdered(points);
  world.member(0).points = &judged;
  world.Rules({kAlone});
  EXPECT_FALSE(world.Check(world.Choose(0, {3})));
  EXPECT_EQ(world.Check(world.Choose(0, {1}))->fate, Fate::kNotClean);
  world.policy.trust_unjudged = true;
  EXPECT_EQ(world.KindOf(world.Choose(0, {1})), Kind::kBetterExists);
}

TEST(SelectionCheckerTest, ExplanationsAreComparedEntryByEntry) {
  World world(
      {{At(1, 0), At(4, 1)}, {At(2, 0), At(5, 2)}, {At(3, 0), At(6, 1)}});
  world.Rules({kMarker});
  const UnitChoice choice = world.Right();
  const UnitExplanation right =
      LiteralExplanation(world.small, world.policy, choice);
  // Without member 1 marker 1 is common; without member 0 marker 0 is newer.
  ASSERT_EQ(right.blocking.size(), 2u);
  EXPECT_EQ(right.blocking[0].member, 1);
  EXPECT_EQ(right.blocking[0].gain, 3);
  EXPECT_EQ(right.blocking[1].member, 0);
  EXPECT_EQ(right.blocking[1].gain, 1);
  const auto kind_of = [&](const UnitExplanation& why) {
    const auto fault =
        CheckExplanation(world.small.unit, world.policy, choice, why);
    return fault.has_value() ? fault->kind : Kind::kOutcome;
  };
  EXPECT_EQ(kind_of(right), Kind::kOutcome);
  UnitExplanation why = right;
  why.members[0].refused[0].count = 2;
  EXPECT_EQ(kind_of(why), Kind::kRefusals);
  why = right;
  why.members[0].refused[0].example = 0;
  EXPECT_EQ(kind_of(why), Kind::kRefusals);
  why = right;
  why.members[0].refused[0].fate = Fate::kExpired;
  EXPECT_EQ(kind_of(why), Kind::kRefusals);
  why = right;
  why.members[2].refused.clear();
  EXPECT_EQ(kind_of(why), Kind::kRefusals);
  why = right;
  why.members.pop_back();
  EXPECT_EQ(kind_of(why), Kind::kRefusals);
  why = right;
  why.members[1].consistency_cost += 1;
  EXPECT_EQ(kind_of(why), Kind::kConsistencyCost);
  why = right;
  why.blocking[0].gain += 1;
  EXPECT_EQ(kind_of(why), Kind::kBlocking);
  why = right;
  why.blocking[0].member = 0;
  EXPECT_EQ(kind_of(why), Kind::kBlocking);
  why = right;
  why.blocking.clear();
  EXPECT_EQ(kind_of(why), Kind::kBlocking);
  why = right;
  why.blocking.push_back({.member = 2, .gain = 1});
  EXPECT_EQ(kind_of(why), Kind::kBlocking);
}

TEST(SelectionCheckerTest, TheFirstRuleThatServesTheRestDecides) {
  // Without member 2 the first rule serves, with an older line: not blocking.
  World world({{At(1, 0), At(5, 1)}, {At(1, 0), At(5, 1)}, {At(5, 1)}});
  world.Rules({kMarker, kMarker});
  world.policy.rules[0].consistencies = Exactly(Consistency::kApplication);
  for (size_t i = 0; i < 2; ++i) {
    world.small.points[i][0].consistency = Consistency::kApplication;
    *world.series[i] = PointSeries::FromOrdered(world.small.points[i]);
  }
  const UnitChoice choice = world.Right();
  EXPECT_EQ(choice.rule, 1);
  EXPECT_FALSE(world.Check(choice));
  EXPECT_TRUE(Recount(world.small.unit, world.policy, choice).blocking.empty());
}

TEST(SelectionCheckerTest, OnlyTheOneMemberThatFailsAPreconditionBlocks) {
  World world({{At(1, 0)}, {At(2, 0)}, {}});
  world.Rules({kMarker});
  const UnitChoice choice = world.Right();
  EXPECT_EQ(choice.outcome, UnitOutcome::kNoRecoveryPoints);
  const auto blocking =
      Recount(world.small.unit, world.policy, choice).blocking;
  ASSERT_EQ(blocking.size(), 1u);
  EXPECT_EQ(blocking[0].member, 2);
  world.member(0).named = false;
  EXPECT_TRUE(
      Recount(world.small.unit, world.policy, world.Right()).blocking.empty());
}

TEST(SelectionCheckerTest, BlockingIsExactInAGroupOfAThousand) {
  // Marker k, captured at k, is lacked by member k alone; marker 0 by none.
  constexpr int kMembers = 1'000;
  constexpr int kMarkers = 50;
  std::vector<std::vector<RecoveryPoint>> points(kMembers);
  for (int i = 0; i < kMembers; ++i) {
    for (int k = 0; k <= kMarkers; ++k) {
      if (k != 0 && k == i) continue;
      points[static_cast<size_t>(i)].push_back(At(k, k));
    }
  }
  World world(std::move(points));
  for (const Rule& rule : {kMarker, Window(0)}) {
    world.Rules({rule});
    const UnitChoice choice =
        world.Choose(0, std::vector<Position>(kMembers, 0));
    EXPECT_FALSE(world.Check(choice));
    const auto blocking =
        Recount(world.small.unit, world.policy, choice).blocking;
    ASSERT_EQ(blocking.size(), static_cast<size_t>(kMarkers));
    for (int k = 0; k < kMarkers; ++k) {
      EXPECT_EQ(blocking[static_cast<size_t>(k)].member, kMarkers - k);
      EXPECT_EQ(blocking[static_cast<size_t>(k)].gain, kMarkers - k);
    }
  }
}

}  // namespace
}  // namespace recoveryline::core
