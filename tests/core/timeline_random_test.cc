// A timeline chooses at every instant as ChooseForUnit() does: at the begin of
// each step, one nanosecond before its end, somewhere between, and where some
// point's eligibility changes. RECOVERYLINE_TIMELINE_WORLDS sets how many
// worlds there are.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>

#include "engine/core/timeline_sweep.h"
#include "tests/core/random_units.h"

namespace recoveryline::core {
namespace {

uint64_t WorldCount() {
  const char* text = std::getenv("RECOVERYLINE_TIMELINE_WORLDS");
  return text == nullptr ? 4'000 : std::strtoull(text, nullptr, 10);
}

bool Same(const UnitChoice& a, const UnitChoice& b) {
  return a.outcome == b.outcome && a.rule == b.rule &&
         a.guarantee == b.guarantee && a.marker == b.marker &&
         a.positions == b.positions && a.earliest == b.earliest &&
         a.latest == b.latest;
}

TimelineSpan RandomSpan(RandomPoints* random) {
  TimelineSpan span{.axis = static_cast<TimelineAxis>(random->Below(3))};
  if (random->OneIn(2)) span.from = random->Time();
  if (random->OneIn(2))
    span.to = SaturatingAdd(random->Time(), 40 * random->step());
  return span;
}

// What was seen in all worlds.
struct Seen {
  std::map<UnitOutcome, int> outcomes;
  std::map<Guarantee, int> guarantees;
  int steps = 0;
};

class WorldCheck {
 public:
  WorldCheck(RandomPoints* random, const RandomUnit& world,
             const TimelineSpan& span, const Timeline& timeline)
      : random_(random), world_(world), span_(span), timeline_(timeline) {}

  void Run(Seen* seen) {
    ASSERT_TRUE(timeline_.IsNormal());
    for (size_t i = 0; i < timeline_.size(); ++i) {
      const Instant begin = timeline_[i].begin;
      const Instant last = timeline_.end(i) - 1;
      ExpectSame(i, begin);
      ExpectSame(i, last);
      ExpectSame(i, Between(begin, last));
      ++seen->outcomes[timeline_[i].outcome];
      ++seen->guarantees[timeline_[i].guarantee];
      ++seen->steps;
    }
    for (int k = 0; timeline_.size() > 0 && k < 20; ++k) {
      const Instant t = random_->Time();
      if (span_.from <= t && t < span_.to) ExpectSame(timeline_.IndexAt(t), t);
    }
  }

 private:
  Instant Between(Instant begin, Instant last) {
    const uint64_t apart =
        static_cast<uint64_t>(last) - static_cast<uint64_t>(begin);
    const auto parts = static_cast<uint64_t>(1 + random_->Below(1'000));
    return static_cast<Instant>(static_cast<uint64_t>(begin) + apart / parts);
  }

  void ExpectSame(size_t step, Instant at) {
    const UnitChoice right =
        ChooseForUnit(world_.unit(), span_.PolicyAt(world_.policy(), at));
    ASSERT_TRUE(Same(timeline_.Choice(step), right))
        << "step " << step << " of " << timeline_.size() << " at " << at
        << " on axis " << static_cast<int>(span_.axis) << ": outcome "
        << static_cast<int>(timeline_[step].outcome) << ", right "
        << static_cast<int>(right.outcome) << "; rule " << timeline_[step].rule
        << ", right " << right.rule;
  }

  RandomPoints* const random_;
  const RandomUnit& world_;
  const TimelineSpan span_;
  const Timeline& timeline_;
};

TEST(TimelineRandomTest, ChoosesAtEveryInstantAsForOne) {
  Seen seen;
  TimelineSweep sweep;
  const uint64_t worlds = WorldCount();
  for (uint64_t seed = 0; seed < worlds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomPoints random(seed);
    const RandomUnit world(&random);
    const TimelineSpan span = RandomSpan(&random);
    WorldCheck(&random, world, span,
               sweep.Run(world.unit(), world.policy(), world.lists(), span))
        .Run(&seen);
    if (testing::Test::HasFailure()) return;
  }
  std::printf("%d steps\n", seen.steps);
  const int least = static_cast<int>(worlds / 100);
  for (int outcome = 0; outcome < 8; ++outcome) {
    EXPECT_GT(seen.outcomes[static_cast<UnitOutcome>(outcome)], least)
        << outcome;
  }
  for (const Guarantee guarantee :
       {Guarantee::kMarker, Guarantee::kSkewBounded, Guarantee::kIndependent}) {
    EXPECT_GT(seen.guarantees[guarantee], least);
  }
}

// The sweep against the slow way, which shares its result alone.
TEST(TimelineRandomTest, SweepAndMomentsAgree) {
  TimelineSweep sweep;
  TimelineSweep slow;
  for (uint64_t seed = 0; seed < WorldCount() / 2; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomPoints random(seed + 1'000'000'000);
    const RandomUnit world(&random, 90);
    const TimelineSpan span = RandomSpan(&random);
    const Timeline& swept =
        sweep.Run(world.unit(), world.policy(), world.lists(), span);
    const Timeline& right =
        slow.RunByMoments(world.unit(), world.policy(), world.lists(), span);
    ASSERT_EQ(swept.size(), right.size());
    for (size_t i = 0; i < right.size(); ++i) {
      ASSERT_EQ(swept[i].begin, right[i].begin) << "step " << i;
      ASSERT_TRUE(Same(swept.Choice(i), right.Choice(i))) << "step " << i;
    }
  }
}

}  // namespace
}  // namespace recoveryline::core
