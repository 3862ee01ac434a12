// A sweep answers each moment as a search does.

#include "engine/core/series_sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/core/random_points.h"

namespace recoveryline::core {
namespace {

// Runs the sweep and asks at each moment again; how many moments have a point.
int ExpectSwept(SeriesSweep* sweep, const Moments& moments,
                const PointSeries& series, const PointSeries& next,
                Eligibility ask) {
  std::vector<Position> positions(moments.size());
  // In between the capture times, so that both sides of the minimum happen.
  const Instant middle =
      series.size() == 0 ? 0 : series.capture_time(series.size() / 2);
  std::vector<Instant> earliest(moments.size(), middle);
  const bool has_all = sweep->Run(series, next, ask, positions, earliest);
  int found = 0;
  for (size_t i = 0; i < moments.size(); ++i) {
    ask.decision_time = moments[i].decision_time;
    ask.target_time = moments[i].target_time;
    const Position best = series.Best(ask, series.size());
    EXPECT_EQ(positions[i], best) << "moment " << i;
    EXPECT_EQ(earliest[i], best == kNoPosition
                               ? kMinInstant
                               : std::min(middle, series.capture_time(best)));
    found += best != kNoPosition ? 1 : 0;
  }
  EXPECT_EQ(has_all, found == static_cast<int>(moments.size()));
  return found;
}

TEST(MomentsTest, StandInTheOrderOfWhatIsWanted) {
  const std::vector<Moment> asked = {{.decision_time = 9, .target_time = 9},
                                     {.decision_time = 3, .target_time = 8},
                                     {.decision_time = 9, .target_time = 4},
                                     {.decision_time = 3, .target_time = 3}};
  const Moments moments(asked);
  ASSERT_EQ(moments.size(), 4u);
  EXPECT_EQ(moments.asked_as(0), 1u);
  EXPECT_EQ(moments.asked_as(1), 3u);
  EXPECT_EQ(moments.asked_as(2), 2u);
  EXPECT_EQ(moments.asked_as(3), 0u);
  EXPECT_TRUE(moments.decisions_rise());
  EXPECT_FALSE(moments.newest_decides());
  EXPECT_TRUE(Moments(std::vector<Moment>{{3, 8}, {9, 9}}).newest_decides());
  EXPECT_FALSE(Moments(std::vector<Moment>{{9, 3}, {5, 4}}).decisions_rise());
}

TEST(InstantIndexRandomTest, FindsAsASearchDoes) {
  for (uint64_t seed = 0; seed < 2'000; ++seed) {
    RandomPoints random(seed);
    std::vector<Instant> instants(static_cast<size_t>(1 + random.Below(200)));
    for (Instant& t : instants) t = random.Time();
    if (random.OneIn(4)) instants.push_back(kMaxInstant);
    if (random.OneIn(4)) instants.push_back(kMinInstant);
    std::sort(instants.begin(), instants.end());
    const InstantIndex index(instants);
    EXPECT_EQ(index.last(), instants.back());
    for (int i = 0; i < 50; ++i) {
      const Instant t = random.OneIn(9)   ? kMaxInstant
                        : random.OneIn(9) ? kMinInstant
                                          : random.Time();
      EXPECT_EQ(index.reader().FirstFrom(t),
                std::lower_bound(instants.begin(), instants.end(), t) -
                    instants.begin())
          << "seed " << seed;
    }
  }
}

TEST(SeriesSweepTest, WithoutMomentsNothingIsAsked) {
  const Moments moments(std::vector<Moment>{});
  SeriesSweep sweep(moments);
  const PointSeries series = PointSeries();
  EXPECT_EQ(ExpectSwept(&sweep, moments, series, series, {}), 0);
}

// A point every minute that is there for an hour, asked about far apart, so
// that searches are cheaper than going through the points.
TEST(SeriesSweepTest, FewMomentsAmongManyPoints) {
  std::vector<RecoveryPoint> points;
  for (int i = 0; i < 70'000; ++i) {
    points.push_back({.capture_time = i * Instant{60},
                      .available_from = i * Instant{60} + 30,
                      .expire_time = i * Instant{60} + 3'600,
                      .consistency = Consistency::kCrash});
  }
  const PointSeries series = PointSeries::FromOrdered(points);
  std::vector<Moment> asked;
  for (Instant t = -500'000; t < 5'000'000; t += 100'007) {
    asked.push_back({t, t});
  }
  const Moments moments(asked);
  SeriesSweep sweep(moments);
  EXPECT_EQ(ExpectSwept(&sweep, moments, series, series, {}), 43);
}

TEST(SeriesSweepRandomTest, AnswersAsSearchesDo) {
  int found = 0;
  for (uint64_t seed = 0; seed < 4'000; ++seed) {
    SCOPED_TRACE(seed);
    RandomPoints random(seed);
    std::vector<Moment> asked(static_cast<size_t>(1 + random.Below(90)));
    const int shape = random.Below(4);
    const Instant target = random.Time();
    for (Moment& moment : asked) {
      moment.decision_time = random.Time();
      moment.target_time = shape == 0   ? moment.decision_time
                           : shape == 1 ? target
                           : shape == 2 ? kMaxInstant
                                        : random.Time();
    }
    const Moments moments(asked);
    SeriesSweep sweep(moments);
    std::vector<RecoveryPoint> points =
        random.Series(random.OneIn(20) ? 600 : 60);
    if (!points.empty() && points.back().capture_time < kMaxInstant - 7 &&
        random.OneIn(3)) {  // so far away that offsets need 64 bits
      RecoveryPoint far = random.Point(0);
      far.capture_time = far.available_from = kMaxInstant - 7;
      far.expire_time = kForever;
      points.push_back(far);
    }
    PointSeries series = PointSeries::FromOrdered(points);
    for (int run = 0; run < 3; ++run) {
      const IntervalSet exclusions = random.Exclusions();
      PointSeries next = PointSeries::FromOrdered(random.Series(40));
      found += ExpectSwept(&sweep, moments, series, next,
                           random.Ask(random.OneIn(3) ? nullptr : &exclusions));
      series = std::move(next);
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_GT(found, 50'000);
}

}  // namespace
}  // namespace recoveryline::core
