#include "engine/core/interval_set.h"

#include <gtest/gtest.h>

#include <vector>

namespace recoveryline::core {
namespace {

TEST(IntervalSetTest, EndIsExclusive) {
  const IntervalSet set = IntervalSet::FromUnsorted({{10, 20}});
  EXPECT_EQ(set.Find(9), nullptr);
  ASSERT_NE(set.Find(10), nullptr);
  EXPECT_NE(set.Find(19), nullptr);
  EXPECT_EQ(set.Find(20), nullptr);
}

TEST(IntervalSetTest, TouchingIntervalsBecomeOne) {
  const IntervalSet set = IntervalSet::FromUnsorted({{20, 30}, {10, 20}});
  ASSERT_EQ(set.intervals().size(), 1u);
  EXPECT_EQ(set.intervals()[0], (Interval{10, 30}));
}

TEST(IntervalSetTest, EmptyIntervalsAreDropped) {
  EXPECT_TRUE(IntervalSet::FromUnsorted({{10, 10}, {7, 3}}).empty());
}

TEST(IntervalSetTest, AnIntervalWithoutEndHoldsTheLastInstant) {
  const IntervalSet set = IntervalSet::FromUnsorted({{5, kForever}});
  EXPECT_NE(set.Find(kMaxInstant), nullptr);
  EXPECT_TRUE(set.EndsAfter(kMaxInstant));
  const IntervalSet last = IntervalSet::FromUnsorted({{kMaxInstant, kForever}});
  EXPECT_NE(last.Find(kMaxInstant), nullptr);
  EXPECT_EQ(last.Find(kMaxInstant - 1), nullptr);
}

TEST(IntervalSetTest, EndsAfterSeesTheLastEnd) {
  const IntervalSet set = IntervalSet::FromUnsorted({{1, 3}, {5, 9}});
  EXPECT_TRUE(set.EndsAfter(8));
  EXPECT_FALSE(set.EndsAfter(9));
  EXPECT_FALSE(IntervalSet().EndsAfter(kMinInstant));
}

// All sets of up to three intervals over instants 0..4, against a plain list.
TEST(IntervalSetExhaustiveTest, FindAndMeetsAgreeWithAListOfIntervals) {
  std::vector<Interval> all;
  for (Instant start = 0; start <= 4; ++start) {
    for (Instant end = 0; end <= 5; ++end) {
      all.push_back({start, end == 5 ? kForever : end});
    }
  }
  for (const Interval& a : all) {
    for (const Interval& b : all) {
      for (const Interval& c : all) {
        const std::vector<Interval> list = {a, b, c};
        const IntervalSet set = IntervalSet::FromUnsorted(list);
        ASSERT_TRUE(set.IsNormal());
        const auto holds = [&](Instant t) {
          return a.Contains(t) || b.Contains(t) || c.Contains(t);
        };
        for (Instant t = -1; t <= 6; ++t) {
          const Interval* found = set.Find(t);
          ASSERT_EQ(found != nullptr, holds(t)) << t;
          if (found != nullptr) {  // maximal to the left
            ASSERT_FALSE(holds(found->start - 1));
          }
          bool meets = false;
          for (Instant last = t; last <= 6; ++last) {
            meets = meets || holds(last);
            ASSERT_EQ(set.Meets(t, last), meets) << t << " " << last;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace recoveryline::core
