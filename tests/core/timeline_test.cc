// A timeline by hand, and over all small worlds against trying every line at
// every instant.

#include "engine/core/timeline.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/core/timeline_sweep.h"
#include "tests/core/literal_choice.h"

namespace recoveryline::core {
namespace {

RecoveryPoint Point(Instant capture, Instant available, Instant expire,
                    Marker marker = kNoMarker) {
  return {.capture_time = capture,
          .available_from = available,
          .expire_time = expire,
          .consistency = Consistency::kCrash,
          .marker = marker};
}

// A unit of its own series.
class World {
 public:
  explicit World(const std::vector<std::vector<RecoveryPoint>>& points)
      : series_(points.size()) {
    for (size_t m = 0; m < points.size(); ++m) {
      series_[m] = PointSeries::FromOrdered(points[m]);
      small_.unit.members.push_back({.points = &series_[m]});
    }
    small_.points = points;
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Unit& unit() { return small_.unit; }
  const SmallUnit& small() const { return small_; }

 private:
  std::vector<PointSeries> series_;
  SmallUnit small_;
};

Policy PolicyOf(std::vector<Rule> rules) {
  Policy policy;
  policy.rules = std::move(rules);
  return policy;
}

const Rule kCrash{.consistencies = AtLeast(Consistency::kCrash)};
const Rule kApplication{.consistencies = AtLeast(Consistency::kApplication)};
const Rule kCommon{.consistencies = AtLeast(Consistency::kCrash),
                   .scope = Scope::kCommonMarker};

// Begins, with what is chosen there: the outcome's number, negative, or the
// first member's position.
std::vector<std::pair<Instant, int>> Steps(const Timeline& timeline) {
  EXPECT_TRUE(timeline.IsNormal());
  std::vector<std::pair<Instant, int>> steps;
  for (size_t i = 0; i < timeline.size(); ++i) {
    steps.emplace_back(timeline[i].begin,
                       timeline.selected(i)
                           ? timeline.position(i, 0)
                           : -static_cast<int>(timeline[i].outcome));
  }
  return steps;
}

using Expected = std::vector<std::pair<Instant, int>>;
constexpr int kNone = -static_cast<int>(UnitOutcome::kNoEligiblePoint);
constexpr int kNotCommon = -static_cast<int>(UnitOutcome::kNoCommonPoint);

TEST(TimelineTest, PointsComeWhenAvailableAndGoWhenExpired) {
  World world({{Point(0, 5, 30), Point(10, 12, 20)}});
  EXPECT_EQ(Steps(TimelineOf(world.unit(), PolicyOf({kCrash}),
                             {.from = 0, .to = 40})),
            (Expected{{0, kNone}, {5, 0}, {12, 1}, {20, 0}, {30, kNone}}));
}

TEST(TimelineTest, PointThatComesLateIsPassedOver) {
  World world({{Point(0, 50, 60), Point(10, 12, 60), Point(20, 21, kForever)}});
  EXPECT_EQ(Steps(TimelineOf(world.unit(), PolicyOf({kCrash}),
                             {.from = 0, .to = 100})),
            (Expected{{0, kNone}, {12, 1}, {21, 2}}));
}

TEST(TimelineTest, SpanCutsTheFirstAndTheLastStep) {
  World world({{Point(0, 0, kForever), Point(10, 10, kForever)}});
  const Timeline timeline =
      TimelineOf(world.unit(), PolicyOf({kCrash}), {.from = 4, .to = 11});
  EXPECT_EQ(Steps(timeline), (Expected{{4, 0}, {10, 1}}));
  EXPECT_EQ(timeline.end(0), 10);
  EXPECT_EQ(timeline.end(1), 11);
  EXPECT_EQ(timeline.IndexAt(9), 0u);
  EXPECT_EQ(timeline.IndexAt(10), 1u);
}

TEST(TimelineTest, EmptySpanHasNoSteps) {
  World world({{Point(0, 0, kForever)}});
  EXPECT_EQ(
      TimelineOf(world.unit(), PolicyOf({kCrash}), {.from = 4, .to = 4}).size(),
      0u);
}

TEST(TimelineTest, TargetTimeHoldsBackWhatIsNewer) {
  World world({{Point(0, 0, kForever), Point(10, 10, kForever)}});
  Policy policy = PolicyOf({kCrash});
  policy.target_time = 9;
  EXPECT_EQ(
      Steps(TimelineOf(world.unit(), policy,
                       {.from = 0, .to = 40, .axis = TimelineAxis::kDecision})),
      (Expected{{0, 0}}));
}

TEST(TimelineTest, TargetTimeWalksOverTheCaptures) {
  World world({{Point(0, 0, kForever), Point(10, 35, kForever),
                Point(20, 20, 25), Point(30, 30, kForever)}});
  Policy policy = PolicyOf({kCrash});
  policy.decision_time = 32;
  const TimelineSpan span{.from = -5, .to = 50, .axis = TimelineAxis::kTarget};
  EXPECT_EQ(Steps(TimelineOf(world.unit(), policy, span)),
            (Expected{{-5, kNone}, {0, 0}, {30, 3}}));
}

TEST(TimelineTest, TargetTimeBoundsTheLatestPointOfALine) {
  World world({{Point(0, 0, kForever, 0), Point(10, 10, kForever, 1)},
               {Point(3, 3, kForever, 0), Point(17, 17, kForever, 1)}});
  Policy policy = PolicyOf({kCommon});
  policy.decision_time = 100;
  const TimelineSpan span{.from = 0, .to = 50, .axis = TimelineAxis::kTarget};
  EXPECT_EQ(Steps(TimelineOf(world.unit(), policy, span)),
            (Expected{{0, kNone}, {3, 0}, {17, 1}}));
}

TEST(TimelineTest, RuleFillsWhatTheRulesBeforeItLeaveOpen) {
  RecoveryPoint strong = Point(10, 10, 20);
  strong.consistency = Consistency::kApplication;
  World world({{Point(0, 0, kForever), strong, Point(15, 15, 40)}});
  const Timeline timeline = TimelineOf(
      world.unit(), PolicyOf({kApplication, kCrash}), {.from = 0, .to = 50});
  EXPECT_EQ(Steps(timeline), (Expected{{0, 0}, {10, 1}, {20, 2}, {40, 0}}));
  EXPECT_EQ(timeline[0].rule, 1);
  EXPECT_EQ(timeline[1].rule, 0);
  EXPECT_EQ(timeline[2].rule, 1);
}

TEST(TimelineTest, MemberThatLagsHoldsTheLineBack) {
  World world({{Point(0, 1, kForever, 0), Point(10, 11, kForever, 1)},
               {Point(0, 4, kForever, 0), Point(9, 30, kForever, 1)}});
  const Timeline timeline =
      TimelineOf(world.unit(), PolicyOf({kCommon}), {.from = 0, .to = 40});
  EXPECT_EQ(Steps(timeline), (Expected{{0, kNone}, {4, 0}, {30, 1}}));
  EXPECT_EQ(timeline.marker(2), 1);
  EXPECT_EQ(timeline[2].earliest, 9);
  EXPECT_EQ(timeline[2].latest, 10);
  EXPECT_EQ(timeline.Choice(2).guarantee, Guarantee::kMarker);
}

TEST(TimelineTest, WithoutACommonPointItIsSaidWhereEachHasOne) {
  World world({{Point(0, 1, kForever, 0)}, {Point(0, 4, 20, 1)}});
  EXPECT_EQ(Steps(TimelineOf(world.unit(), PolicyOf({kCommon}),
                             {.from = 0, .to = 40})),
            (Expected{{0, kNone}, {4, kNotCommon}, {20, kNone}}));
}

TEST(TimelineTest, MembersChangeOneByOne) {
  World world({{Point(0, 0, kForever), Point(10, 10, kForever)},
               {Point(0, 5, kForever), Point(10, 12, kForever)}});
  const Timeline timeline =
      TimelineOf(world.unit(), PolicyOf({kCrash}), {.from = 0, .to = 40});
  EXPECT_EQ(Steps(timeline), (Expected{{0, kNone}, {5, 0}, {10, 1}, {12, 1}}));
  EXPECT_EQ(timeline.position(2, 1), 0);
  EXPECT_EQ(timeline.position(3, 1), 1);
  EXPECT_EQ(timeline[2].earliest, 0);
  EXPECT_EQ(timeline[2].latest, 10);
}

TEST(TimelineTest, FailedPreconditionLastsForTheWholeSpan) {
  World world({{Point(0, 0, kForever)}});
  world.unit().members[0].replicating = false;
  EXPECT_EQ(Steps(TimelineOf(world.unit(), PolicyOf({kCrash}),
                             {.from = -9, .to = 40})),
            (Expected{{-9, -static_cast<int>(UnitOutcome::kNotReplicating)}}));
}

TEST(TimelineTest, PinThatHasExpiredIsNotEligible) {
  World world({{Point(0, 0, 20), Point(10, 10, kForever)}});
  world.unit().members[0].pinned = 0;
  EXPECT_EQ(Steps(TimelineOf(world.unit(), PolicyOf({kCrash}),
                             {.from = 0, .to = 40})),
            (Expected{{0, 0},
                      {20, -static_cast<int>(UnitOutcome::kPinNotEligible)}}));
}

// Windows of an hour over a point a minute hold so many that the sweep leaves
// them to asking at each instant.
TEST(TimelineTest, LargeWindowsAreAskedForAtEachInstant) {
  std::vector<std::vector<RecoveryPoint>> points(2);
  for (Instant t = 0; t < 200; ++t) {
    points[0].push_back(Point(t, t + 1, t + 90));
    points[1].push_back(Point(t, t + 3, t + 90));
  }
  World world(points);
  const Timeline timeline = TimelineOf(
      world.unit(),
      PolicyOf({{.scope = Scope::kCommonCaptureTime, .max_skew = 60}}),
      {.from = 0, .to = 1'000});
  ASSERT_TRUE(timeline.IsNormal());
  EXPECT_EQ(timeline[0].outcome, UnitOutcome::kNoEligiblePoint);
  const UnitChoice choice = timeline.Choice(timeline.IndexAt(100));
  EXPECT_EQ(choice.guarantee, Guarantee::kSkewBounded);
  EXPECT_EQ(choice.positions, (std::vector<Position>{99, 97}));
  EXPECT_EQ(choice.earliest, 97);
  EXPECT_EQ(timeline.steps().back().begin, 289);
  EXPECT_EQ(timeline.steps().back().outcome, UnitOutcome::kNoEligiblePoint);
}

// All points of few capture times, delays, ends and markers.
std::vector<RecoveryPoint> AllPoints() {
  std::vector<RecoveryPoint> all;
  for (const Instant capture : {0, 1}) {
    for (const Instant delay : {0, 1}) {
      for (const Instant end : {Instant{1}, Instant{2}, kForever}) {
        for (const Marker marker : {kNoMarker, Marker{0}}) {
          all.push_back(Point(capture, capture + delay,
                              SaturatingAdd(capture + delay, end), marker));
        }
      }
    }
  }
  return all;
}

int ExpectLiteral(World* world, const Policy& policy) {
  int checked = 0;
  for (const TimelineAxis axis :
       {TimelineAxis::kLatest, TimelineAxis::kDecision,
        TimelineAxis::kTarget}) {
    const TimelineSpan span{.from = -1, .to = 5, .axis = axis};
    const Timeline timeline = TimelineOf(world->unit(), policy, span);
    EXPECT_TRUE(timeline.IsNormal());
    for (Instant at = span.from; at < span.to; ++at, ++checked) {
      const UnitChoice right =
          LiteralChoice(world->small(), span.PolicyAt(policy, at));
      const UnitChoice said = timeline.Choice(timeline.IndexAt(at));
      EXPECT_EQ(said.outcome, right.outcome) << "at " << at;
      EXPECT_EQ(said.rule, right.rule);
      EXPECT_EQ(said.positions, right.positions);
      EXPECT_EQ(said.marker, right.marker);
    }
  }
  return checked;
}

TEST(TimelineExhaustiveTest, TwoMembersWithTwoPointsAndOne) {
  const std::vector<RecoveryPoint> all = AllPoints();
  std::vector<Policy> policies = {
      PolicyOf({kCommon, kCrash}), PolicyOf({kCommon}),
      PolicyOf({{.scope = Scope::kCommonCaptureTime, .max_skew = 0}})};
  for (Policy& policy : policies) policy.decision_time = policy.target_time = 1;
  int checked = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = i; j < all.size(); ++j) {
      for (const RecoveryPoint& other : all) {
        World world({{all[i], all[j]}, {other}});
        for (const Policy& policy : policies) {
          checked += ExpectLiteral(&world, policy);
        }
      }
      if (HasFailure()) return;
    }
  }
  EXPECT_EQ(checked, 300 * 24 * 3 * 3 * 6);
}

}  // namespace
}  // namespace recoveryline::core
