#include "engine/core/point_series.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "engine/core/point_series_batch.h"
#include "tests/core/random_points.h"

namespace recoveryline::core {
namespace {

constexpr Instant kHour = 3'600'000'000'000;
constexpr Instant kDay = 24 * kHour;
constexpr Instant kNow = 1'700'000'000'123'456'700;

RecoveryPoint Crash(Instant t) {
  return {.capture_time = t,
          .available_from = t,
          .consistency = Consistency::kCrash};
}

Eligibility At(Instant t) { return {.decision_time = t, .target_time = t}; }

std::vector<RecoveryPoint> Hourly(int count) {
  std::vector<RecoveryPoint> points;
  for (int i = 0; i < count; ++i) points.push_back(Crash(kNow + i * kHour));
  return points;
}

TEST(PointSeriesTest, AnEmptySeriesHasNoBest) {
  const PointSeries none = PointSeries::FromOrdered({});
  EXPECT_EQ(none.size(), 0);
  EXPECT_EQ(none.Best(At(kNow), none.size()), kNoPosition);
  EXPECT_EQ(none.LowerBound(kNow), 0);
  EXPECT_TRUE(none.Carriers(0).empty());
}

TEST(PointSeriesTest, AvailableFromIsInclusiveAndExpireTimeExclusive) {
  RecoveryPoint p = Crash(kNow);
  p.available_from = kNow + 100;
  p.expire_time = kNow + 200;
  const PointSeries series = PointSeries::FromOrdered({{p}});
  EXPECT_EQ(series.Best(At(kNow + 99), 1), kNoPosition);
  EXPECT_EQ(series.Best(At(kNow + 100), 1), 0);
  EXPECT_EQ(series.Best(At(kNow + 199), 1), 0);
  EXPECT_EQ(series.Best(At(kNow + 200), 1), kNoPosition);
}

TEST(PointSeriesTest, RefusalsComeInTheOrderOfTheContract) {
  RecoveryPoint p = Crash(kNow);
  p.available_from = kNow + 10;
  p.expire_time = kNow + 20;
  p.partial = true;
  p.cleanliness = Cleanliness::kInfected;
  const PointSeries series = PointSeries::FromOrdered({{p}});
  const IntervalSet holes = IntervalSet::FromUnsorted({{kNow, kNow + 1}});
  Eligibility ask{.decision_time = kNow + 9,
                  .target_time = kNow - 1,
                  .not_before = kNow + 1,
                  .exclusions = &holes};
  ask.requirements.consistencies = AtLeast(Consistency::kApplication);
  EXPECT_EQ(series.RefusalOf(0, ask), Refusal::kNotYetAvailable);
  ask.decision_time = kNow + 20;
  EXPECT_EQ(series.RefusalOf(0, ask), Refusal::kExpired);
  ask.decision_time = kNow + 10;
  EXPECT_EQ(series.RefusalOf(0, ask), Refusal::kAfterTargetTime);
  ask.target_time = kNow;
  EXPECT_EQ(series.RefusalOf(0, ask), Refusal::kBeforeFloor);
  ask.not_before = kNow;
  EXPECT_EQ(series.RefusalOf(0, ask), Refusal::kExcluded);
  ask.exclusions = nullptr;
  EXPECT_EQ(series.RefusalOf(0, ask), Refusal::kInconsistent);
  ask.requirements.consistencies = AtLeast(Consistency::kCrash);
  EXPECT_EQ(series.RefusalOf(0, ask), Refusal::kPartialDisks);
  ask.requirements.allow_partial = true;
  EXPECT_EQ(series.RefusalOf(0, ask), Refusal::kNotClean);
  ask.requirements.minimum_cleanliness = Cleanliness::kInfected;
  EXPECT_EQ(series.RefusalOf(0, ask), Refusal::kNone);
}

TEST(PointSeriesTest, DamagePersistsUntilSomethingIsJudgedClean) {
  std::vector<RecoveryPoint> points = Hourly(5);
  points[1].cleanliness = Cleanliness::kInfected;
  points[3].cleanliness = Cleanliness::kClean;
  const PointSeries series = PointSeries::FromOrdered(points);
  Eligibility ask = At(kNow + kDay);
  std::vector<Position> clean;
  for (Position p = 0; p < 5; ++p) {
    if (series.RefusalOf(p, ask) == Refusal::kNone) clean.push_back(p);
  }
  EXPECT_EQ(clean, (std::vector<Position>{0, 3, 4}));
  EXPECT_EQ(series.Best(ask, 3), 0);
}

TEST(PointSeriesTest, TheWorstVerdictOfAnInstantIsInherited) {
  std::vector<RecoveryPoint> points = {Crash(kNow), Crash(kNow), Crash(kNow)};
  points[0].cleanliness = Cleanliness::kClean;
  points[1].cleanliness = Cleanliness::kSuspicious;
  const PointSeries series = PointSeries::FromOrdered(points);
  EXPECT_EQ(series.Best(At(kNow), 3), 0);  // clean by its own verdict
  EXPECT_EQ(series.RefusalOf(2, At(kNow)), Refusal::kNotClean);
}

TEST(PointSeriesTest, AnExclusionIsLeptOver) {
  const PointSeries series = PointSeries::FromOrdered(Hourly(100));
  const IntervalSet holes =
      IntervalSet::FromUnsorted({{kNow + 40 * kHour, kNow + 99 * kHour + 1}});
  Eligibility ask = At(kNow + 200 * kHour);
  ask.exclusions = &holes;
  EXPECT_EQ(series.Best(ask, series.size()), 39);
}

TEST(PointSeriesTest, HundredNanosecondsDoNotTie) {
  const PointSeries series =
      PointSeries::FromOrdered({{Crash(kNow), Crash(kNow + 100)}});
  EXPECT_EQ(series.Best(At(kNow + 100), 2), 1);
  EXPECT_EQ(series.Best(At(kNow + 99), 2), 0);
}

TEST(PointSeriesTest, DefaultTimesAreNotStored) {
  // 20 bytes a point with its times, 8 without, to within a line.
  std::vector<RecoveryPoint> points = Hourly(1000);
  const size_t plain = PointSeries::FromOrdered(points).index_bytes();
  for (RecoveryPoint& p : points) {
    p.available_from += 100;
    p.expire_time = p.capture_time + kDay;
  }
  const size_t full = PointSeries::FromOrdered(points).index_bytes();
  EXPECT_NEAR(static_cast<double>(full - plain), 12'000, 64);
  EXPECT_LE(full, 24u * 1000u);
}

TEST(PointSeriesTest, TimesThatDifferInTheirLowBitsAlone) {
  // 2^16 units of 100 ns: what a record holds beside its capture time.
  constexpr Instant kCoarse = Instant{100} << 16;
  for (const Instant from : {kCoarse, kCoarse + 100, 2 * kCoarse - 100}) {
    for (const Instant held :
         {Instant{100}, kCoarse - 100, kCoarse, kCoarse + 100, kDay}) {
      RecoveryPoint p = Crash(kNow);
      p.available_from = kNow + from;
      p.expire_time = p.available_from + held;
      const PointSeries series = PointSeries::FromOrdered({&p, 1});
      EXPECT_EQ(series.Best(At(p.available_from - 100), 1), kNoPosition);
      EXPECT_EQ(series.Best(At(p.available_from), 1), 0);
      EXPECT_EQ(series.Best(At(p.expire_time - 100), 1), 0);
      EXPECT_EQ(series.Best(At(p.expire_time), 1), kNoPosition);
      EXPECT_EQ(series.point(0).available_from, p.available_from);
      EXPECT_EQ(series.point(0).expire_time, p.expire_time);
    }
  }
}

TEST(PointSeriesTest, WhatNeverExpiresIsThereCenturiesLater) {
  std::vector<RecoveryPoint> points = {Crash(kNow), Crash(kNow + kHour)};
  points[1].expire_time = kNow + kDay;
  const PointSeries series = PointSeries::FromOrdered(points);
  EXPECT_EQ(series.Best(At(kNow + 24 * 365 * kHour), 2), 0);
  EXPECT_EQ(series.Best(At(kMaxInstant), 2), 0);
}

TEST(PointSeriesTest, DirectoriesOfManyPoints) {
  // Around the size from which an entry has 32 bits.
  for (const int size : {65'535, 65'536, 70'000}) {
    std::vector<RecoveryPoint> points;
    for (int i = 0; i < size; ++i) {
      points.push_back(Crash(kNow + i * Instant{1'000'000'000}));
    }
    const PointSeries series = PointSeries::FromOrdered(points);
    std::vector<Position> best(1);
    for (Position p = 0; p < size; p += p < size - 100 ? 97 : 1) {
      const Eligibility ask = At(series.capture_time(p));
      ASSERT_EQ(series.Best(ask, size), p);
      BestOfEach(std::span(&series, 1), std::vector<int>{0}, ask, best);
      ASSERT_EQ(best[0], p);
    }
  }
}

TEST(PointSeriesTest, TheWholeRangeOfInstantsIsExact) {
  std::vector<RecoveryPoint> points = {Crash(kMinInstant), Crash(0),
                                       Crash(kMaxInstant)};
  points[0].expire_time = kMaxInstant - 1;
  const PointSeries series = PointSeries::FromOrdered(points);
  EXPECT_EQ(series.Best(At(kMaxInstant), 3), 2);
  EXPECT_EQ(series.Best(At(kMaxInstant - 1), 3), 1);
  EXPECT_EQ(series.Best(At(-1), 3), 0);
  EXPECT_EQ(series.Best(At(kMinInstant), 3), 0);
  EXPECT_EQ(series.capture_time(0), kMinInstant);
  EXPECT_EQ(series.capture_time(2), kMaxInstant);
  EXPECT_EQ(series.point(1).expire_time, kForever);
}

TEST(PointSeriesTest, CarriersAreTheMarkedPositionsInOrder) {
  std::vector<RecoveryPoint> points = Hourly(6);
  points[4].marker = 7;
  points[1].marker = 7;
  points[2].marker = 3;
  const PointSeries series = PointSeries::FromOrdered(points);
  const auto seven = series.Carriers(7);
  EXPECT_EQ(std::vector<Position>(seven.begin(), seven.end()),
            (std::vector<Position>{1, 4}));
  EXPECT_TRUE(series.Carriers(5).empty());
  EXPECT_TRUE(series.Carriers(kNoMarker).empty());
}

// Every layout, every query, against a walk over the points.
TEST(PointSeriesRandomTest, BestAgreesWithAWalk) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    RandomPoints random(seed);
    const std::vector<RecoveryPoint> points =
        random.Series(random.OneIn(100) ? 3000 : 80);
    const PointSeries series = PointSeries::FromOrdered(points);
    const auto size = static_cast<Position>(points.size());
    ASSERT_EQ(series.size(), size);
    for (int question = 0; question < 20; ++question) {
      const IntervalSet exclusions = random.Exclusions();
      const Eligibility ask = random.Ask(&exclusions);
      const Position before = random.OneIn(2) ? size : random.Below(size + 1);
      Position best = before - 1;
      while (best >= 0 && !IsEligible(points, static_cast<size_t>(best), ask)) {
        --best;
      }
      ASSERT_EQ(series.Best(ask, before), best);
      const Instant t = random.Time();
      const auto below = [t](const RecoveryPoint& p) {
        return p.capture_time < t;
      };
      ASSERT_EQ(series.LowerBound(t),
                std::count_if(points.begin(), points.end(), below));
      if (size == 0) continue;
      const Position any = random.Below(size);
      const RecoveryPoint& want = points[static_cast<size_t>(any)];
      const RecoveryPoint got = series.point(any);
      ASSERT_EQ(got.capture_time, want.capture_time);
      ASSERT_EQ(got.available_from, want.available_from);
      ASSERT_EQ(got.expire_time, want.expire_time);
      ASSERT_EQ(got.consistency, want.consistency);
      ASSERT_EQ(got.cleanliness, want.cleanliness);
      ASSERT_EQ(got.partial, want.partial);
      ASSERT_EQ(got.marker, want.marker);
      ASSERT_EQ(series.RefusalOf(any, ask) == Refusal::kNone,
                IsEligible(points, static_cast<size_t>(any), ask));
    }
  }
}

TEST(PointSeriesRandomTest, BestOfEachAgreesWithBest) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    RandomPoints random(seed);
    std::vector<PointSeries> all;
    for (int i = 0; i < 40; ++i) {
      // Some with many points at few instants.
      all.push_back(
          PointSeries::FromOrdered(random.Series(i % 8 == 0 ? 1'000 : 50)));
    }
    std::vector<int> which(static_cast<size_t>(random.Below(60)));
    for (int& w : which) w = random.Below(40);
    const IntervalSet exclusions = random.Exclusions();
    const Eligibility ask = random.Ask(&exclusions);
    std::vector<Position> best(which.size());
    BestOfEach(all, which, ask, best);
    for (size_t i = 0; i < which.size(); ++i) {
      const PointSeries& series = all[static_cast<size_t>(which[i])];
      ASSERT_EQ(best[i], series.Best(ask, series.size()));
    }
  }
}

}  // namespace
}  // namespace recoveryline::core
