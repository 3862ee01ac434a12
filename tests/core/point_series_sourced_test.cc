// A series whose points a source has: it answers as the whole, and the whole is
// read only where the newest points do not have the answer.

#include <gtest/gtest.h>

#include <vector>

#include "engine/core/point_series.h"
#include "engine/core/point_series_batch.h"
#include "engine/core/series_source.h"
#include "tests/core/random_points.h"

namespace recoveryline::core {
namespace {

class CountingSource : public SeriesSource {
 public:
  CountingSource(const PointSeries& whole, Position newest)
      : whole_(whole),
        newest_(whole.Newest(newest)),
        carriers_{whole.image().carriers, whole.image().carried} {}

  const PointSeries& Newest() const override { return newest_; }
  SeriesCarriers Carriers() const override { return carriers_; }
  const PointSeries& Whole() const override {
    ++reads_;
    return readable_ ? whole_ : none_;
  }

  int reads() const { return reads_; }
  void Damage() { readable_ = false; }
  SeriesCarriers& carriers() { return carriers_; }

 private:
  const PointSeries& whole_;
  const PointSeries newest_;
  SeriesCarriers carriers_;
  const PointSeries none_ = PointSeries();
  bool readable_ = true;
  mutable int reads_ = 0;
};

// A point each second; every other one has a marker.
std::vector<RecoveryPoint> Seconds(int count) {
  std::vector<RecoveryPoint> points;
  for (int i = 0; i < count; ++i) {
    RecoveryPoint p;
    p.capture_time = Instant{i} * 1'000'000'000;
    p.available_from = p.capture_time;
    p.consistency = Consistency::kCrash;
    if (i % 2 == 0) p.marker = i / 2;
    points.push_back(p);
  }
  return points;
}

Eligibility AskAt(Instant t) {
  Eligibility ask{.decision_time = t, .target_time = t};
  ask.accepted = ask.requirements.Accepted();
  return ask;
}

TEST(PointSeriesSourcedTest, TheWholeIsReadForOlderPointsAlone) {
  const PointSeries whole = PointSeries::FromOrdered(Seconds(100));
  const CountingSource source(whole, 30);
  const auto series = PointSeries::FromSource(source, 100);
  ASSERT_TRUE(series.has_value());
  EXPECT_EQ(series->size(), 100);
  EXPECT_EQ(series->Best(AskAt(80'500'000'000), 100), 80);
  EXPECT_EQ(series->UpperBound(70'000'000'000), 71);
  EXPECT_EQ(series->point(70).marker, 35);
  EXPECT_EQ(series->marker(3), kNoMarker);
  ASSERT_EQ(series->Carriers(20).size(), 1u);
  EXPECT_EQ(series->Carriers(20)[0], 40);
  EXPECT_EQ(source.reads(), 0);
  EXPECT_EQ(series->capture_time(69), 69'000'000'000);
  EXPECT_EQ(source.reads(), 1);
  EXPECT_EQ(series->Best(AskAt(12'000'000'000), 100), 12);
  EXPECT_EQ(series->Best(AskAt(80'500'000'000), 20), 19);
  EXPECT_GT(source.reads(), 1);
  EXPECT_EQ(&series->Whole(), &whole);
  EXPECT_TRUE(series->IsNormal());
}

TEST(PointSeriesSourcedTest, WhereAllPointsAreNewestTheWholeIsNeverRead) {
  const PointSeries whole = PointSeries::FromOrdered(Seconds(20));
  const CountingSource source(whole, 20);
  const auto series = PointSeries::FromSource(source, 20);
  ASSERT_TRUE(series.has_value());
  EXPECT_EQ(series->Best(AskAt(-1), 20), kNoPosition);
  EXPECT_EQ(series->Best(AskAt(0), 20), 0);
  EXPECT_EQ(series->LowerBound(0), 0);
  EXPECT_EQ(source.reads(), 0);
}

TEST(PointSeriesSourcedTest, UnreadablePointsAreSafeToAskFor) {
  const PointSeries whole = PointSeries::FromOrdered(Seconds(100));
  CountingSource source(whole, 30);
  const auto series = PointSeries::FromSource(source, 100);
  ASSERT_TRUE(series.has_value());
  source.Damage();
  const Eligibility ask = AskAt(12'000'000'000);
  EXPECT_EQ(series->Best(ask, 100), kNoPosition);
  EXPECT_LE(series->UpperBound(12'000'000'000), 100);
  for (Position p = 0; p < 100; ++p) {
    series->point(p);
    series->flags(p);
    series->RefusalOf(p, ask);
  }
  EXPECT_EQ(series->capture_time(80), 80'000'000'000);
  EXPECT_GT(source.reads(), 0);
}

TEST(PointSeriesSourcedTest, WhatDoesNotFitIsRefused) {
  const PointSeries whole = PointSeries::FromOrdered(Seconds(100));
  CountingSource source(whole, 30);
  EXPECT_FALSE(PointSeries::FromSource(source, 29).has_value());
  EXPECT_FALSE(PointSeries::FromSource(source, 98).has_value());
  const std::vector<Position> outside = {-1};
  const std::vector<Marker> markers = {1, 2};
  source.carriers() = {outside, {markers.data(), 1}};
  EXPECT_FALSE(PointSeries::FromSource(source, 100).has_value());
  source.carriers() = {{}, markers};
  EXPECT_FALSE(PointSeries::FromSource(source, 100).has_value());
}

TEST(PointSeriesSourcedRandomTest, AnswersAsTheWhole) {
  for (uint64_t seed = 0; seed < 3'000; ++seed) {
    SCOPED_TRACE(seed);
    RandomPoints random(seed);
    const PointSeries whole = PointSeries::FromOrdered(random.Series(60));
    const Position size = whole.size();
    if (size == 0) continue;
    const CountingSource source(whole, 1 + random.Below(size));
    const auto series = PointSeries::FromSource(source, size);
    ASSERT_TRUE(series.has_value());
    for (Position p = 0; p < size; ++p) {
      ASSERT_EQ(series->capture_time(p), whole.capture_time(p));
      ASSERT_EQ(series->flags(p), whole.flags(p));
      ASSERT_EQ(series->marker(p), whole.marker(p));
      const RecoveryPoint got = series->point(p);
      const RecoveryPoint want = whole.point(p);
      ASSERT_EQ(got.available_from, want.available_from);
      ASSERT_EQ(got.expire_time, want.expire_time);
      ASSERT_EQ(got.cleanliness, want.cleanliness);
      ASSERT_EQ(got.marker, want.marker);
    }
    for (int i = 0; i < 20; ++i) {
      const IntervalSet exclusions = random.Exclusions();
      const Eligibility ask = random.Ask(&exclusions);
      const Position before = random.Below(size + 1);
      ASSERT_EQ(series->Best(ask, before), whole.Best(ask, before));
      const Position any = random.Below(size);
      ASSERT_EQ(series->RefusalOf(any, ask), whole.RefusalOf(any, ask));
      const Instant t = random.Time();
      ASSERT_EQ(series->LowerBound(t), whole.LowerBound(t));
      ASSERT_EQ(series->UpperBound(t), whole.UpperBound(t));
      Position best = kNoPosition;
      BestOfEach(std::span(&*series, 1), std::vector<int>{0}, ask, {&best, 1});
      ASSERT_EQ(best, whole.Best(ask, size));
    }
  }
}

}  // namespace
}  // namespace recoveryline::core
