// Who causes a gap: by hand, and against choosing again without each member.

#include "engine/core/gap_cause.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "engine/core/timeline_sweep.h"
#include "tests/core/random_units.h"

namespace recoveryline::core {
namespace {

RecoveryPoint Point(Instant capture, Instant available, Marker marker) {
  return {.capture_time = capture,
          .available_from = available,
          .consistency = Consistency::kCrash,
          .marker = marker};
}

TEST(GapCauseTest, MemberWhosePointCameLateCausedTheGap) {
  const auto prompt = PointSeries::FromOrdered(
      std::vector{Point(0, 0, 0), Point(10, 10, 1), Point(20, 20, 2)});
  const auto late = PointSeries::FromOrdered(
      std::vector{Point(0, 5, 0), Point(10, 18, 1), Point(20, 45, 2)});
  Unit unit;
  for (const PointSeries* points : {&prompt, &late, &prompt}) {
    unit.members.push_back({.points = points});
  }
  Policy policy;
  policy.rules.push_back({.scope = Scope::kCommonMarker});
  const TimelineSpan span{.from = 0, .to = 46};
  const Timeline timeline = TimelineOf(unit, policy, span);
  const auto oldest = OldestStep(timeline);
  ASSERT_TRUE(oldest);
  EXPECT_EQ(timeline.end(*oldest), 45);
  const GapCause cause = CauseOf(unit, policy, timeline, *oldest);
  EXPECT_EQ(cause.at, 44);
  ASSERT_EQ(cause.blocking.size(), 1u);
  EXPECT_EQ(cause.blocking[0].member, 1);
  EXPECT_EQ(cause.blocking[0].gain, 10);

  const auto without = LongestWithoutChoice(timeline);
  ASSERT_EQ(without, 0u);
  const GapCause none = CauseOf(unit, policy, timeline, *without);
  EXPECT_EQ(none.at, 4);
  ASSERT_EQ(none.blocking.size(), 1u);
  EXPECT_EQ(none.blocking[0].member, 1);
  EXPECT_EQ(none.blocking[0].gain, kForever);
}

TEST(GapCauseTest, LastStepOfTheLongestStretchIsToldOf) {
  const auto series = PointSeries::FromOrdered(
      std::vector{RecoveryPoint{.capture_time = 10,
                                .available_from = 10,
                                .expire_time = 12,
                                .consistency = Consistency::kCrash}});
  Unit unit;
  unit.members.push_back({.points = &series});
  Policy policy;
  policy.rules.emplace_back();
  EXPECT_EQ(
      LongestWithoutChoice(TimelineOf(unit, policy, {.from = 0, .to = 20})),
      0u);
  EXPECT_EQ(
      LongestWithoutChoice(TimelineOf(unit, policy, {.from = 5, .to = 20})),
      2u);
  EXPECT_EQ(
      LongestWithoutChoice(TimelineOf(unit, policy, {.from = 10, .to = 12})),
      std::nullopt);
  EXPECT_EQ(OldestStep(TimelineOf(unit, policy, {.from = 0, .to = 9})),
            std::nullopt);
}

// A member blocks where the unit without it chooses something newer just
// before the end of the step.
TEST(GapCauseRandomTest, GainsAreThoseOfChoosingWithoutTheMember) {
  int gains = 0;
  for (uint64_t seed = 0; seed < 3'000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomPoints random(seed);
    const RandomUnit world(&random);
    const size_t members = world.unit().members.size();
    if (members < 2) continue;
    const TimelineSpan span{.from = random.Time(), .to = random.Time()};
    const Timeline timeline = TimelineOf(world.unit(), world.policy(), span);
    for (const auto& step :
         {OldestStep(timeline), LongestWithoutChoice(timeline)}) {
      if (!step) continue;
      const GapCause cause =
          CauseOf(world.unit(), world.policy(), timeline, *step);
      const Policy before =
          span.PolicyAt(world.policy(), timeline.end(*step) - 1);
      std::map<int, Nanos> said;
      for (const Blocking& b : cause.blocking) said[b.member] = b.gain;
      std::map<int, Nanos> right;
      for (size_t m = 0; m < members; ++m) {
        Unit rest = world.unit();
        rest.members.erase(rest.members.begin() + static_cast<ptrdiff_t>(m));
        const UnitChoice choice = ChooseForUnit(rest, before);
        if (choice.outcome != UnitOutcome::kSelected) continue;
        if (!timeline.selected(*step)) {
          right[static_cast<int>(m)] = kForever;
        } else if (choice.earliest > timeline[*step].earliest) {
          right[static_cast<int>(m)] =
              SaturatingSubtract(choice.earliest, timeline[*step].earliest);
        }
      }
      ASSERT_EQ(said, right);
      gains += static_cast<int>(right.size());
    }
  }
  EXPECT_GT(gains, 300);
}

}  // namespace
}  // namespace recoveryline::core
