#include "engine/batch/loss_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

namespace recoveryline {
namespace {

using core::Nanos;

constexpr Nanos kMostNanos = std::numeric_limits<Nanos>::max();

LossHistogram Of(const std::vector<Nanos>& losses) {
  LossHistogram histogram;
  for (const Nanos loss : losses) histogram.Add(loss);
  return histogram;
}

// The smallest loss that at least `percent` in 100 do not exceed.
Nanos Exact(std::vector<Nanos> losses, int percent) {
  std::sort(losses.begin(), losses.end());
  const size_t wanted =
      (losses.size() * static_cast<size_t>(percent) + 99) / 100;
  return losses[wanted - 1];
}

TEST(LossHistogramTest, SmallLossesAreExact) {
  const LossHistogram histogram = Of({0, 1, 2, 127, 126});
  EXPECT_EQ(histogram.count(), 5);
  EXPECT_EQ(histogram.Percentile(1), 0);
  EXPECT_EQ(histogram.Percentile(20), 0);
  EXPECT_EQ(histogram.Percentile(21), 1);
  EXPECT_EQ(histogram.Percentile(60), 2);
  EXPECT_EQ(histogram.Percentile(61), 126);
  EXPECT_EQ(histogram.Percentile(100), 127);
}

TEST(LossHistogramTest, NoPercentileIsAboveTheLargest) {
  EXPECT_EQ(Of({1'000'000'007}).Percentile(50), 1'000'000'007);
  EXPECT_EQ(Of({kMostNanos}).Percentile(100), kMostNanos);
  EXPECT_EQ(Of({kMostNanos, kMostNanos - 1}).largest(), kMostNanos);
}

TEST(LossHistogramTest, PercentilesAreExactOrOnePercentAbove) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<Nanos> losses(1 + random() % 300);
    for (Nanos& loss : losses) {
      loss = static_cast<Nanos>(random() >> (1 + random() % 63));
    }
    const LossHistogram histogram = Of(losses);
    for (const int percent : {1, 33, 50, 90, 99, 100}) {
      const Nanos exact = Exact(losses, percent);
      const Nanos shown = histogram.Percentile(percent);
      EXPECT_GE(shown, exact);
      EXPECT_LE(static_cast<double>(shown), 1.01 * static_cast<double>(exact));
    }
    EXPECT_EQ(histogram.largest(), Exact(losses, 100));
  }
}

TEST(LossHistogramTest, PartsAddUp) {
  std::mt19937_64 random(4);
  std::vector<Nanos> losses(1'000);
  for (Nanos& loss : losses) loss = static_cast<Nanos>(random() % 1'000'000);
  const LossHistogram whole = Of(losses);
  LossHistogram merged = Of({losses.begin() + 300, losses.end()});
  merged.Merge(Of({losses.begin(), losses.begin() + 300}));
  merged.Merge(LossHistogram());
  EXPECT_EQ(merged.count(), 1'000);
  EXPECT_EQ(merged.largest(), whole.largest());
  for (int percent = 1; percent <= 100; ++percent) {
    EXPECT_EQ(merged.Percentile(percent), whole.Percentile(percent));
  }
}

TEST(LossHistogramTest, AMessageCarriesAllOfIt) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 100; ++round) {
    std::vector<Nanos> losses(random() % 50);
    for (Nanos& loss : losses) {
      loss = static_cast<Nanos>(random() >> (1 + random() % 63));
    }
    const LossHistogram histogram = Of(losses);
    const auto read = LossHistogram::FromCounts(histogram.ToCounts());
    ASSERT_TRUE(read);
    ASSERT_EQ(read->count(), histogram.count());
    if (losses.empty()) continue;
    EXPECT_EQ(read->largest(), histogram.largest());
    for (int percent = 1; percent <= 100; ++percent) {
      EXPECT_EQ(read->Percentile(percent), histogram.Percentile(percent));
    }
  }
}

TEST(LossHistogramTest, CountsOfNoHistogramAreRefused) {
  const v1::LossCounts good = Of({1, 5, 5, kMostNanos}).ToCounts();
  ASSERT_EQ(good.buckets_size(), 3);
  EXPECT_TRUE(LossHistogram::FromCounts(good));
  const auto refuses = [&good](auto change) {
    v1::LossCounts counts = good;
    change(&counts);
    return !LossHistogram::FromCounts(counts);
  };
  using Counts = v1::LossCounts*;
  EXPECT_TRUE(refuses([](Counts c) { c->add_counts(1); }));
  EXPECT_TRUE(refuses([](Counts c) { c->add_buckets(1 << 20); }));
  EXPECT_TRUE(refuses([](Counts c) { c->set_counts(0, 0); }));
  EXPECT_TRUE(refuses([](Counts c) { c->set_counts(0, -1); }));
  EXPECT_TRUE(refuses([](Counts c) { c->set_counts(1, kMostNanos); }));
  EXPECT_TRUE(refuses([](Counts c) { c->set_buckets(0, -1); }));
  EXPECT_TRUE(refuses([](Counts c) { c->set_buckets(1, 1); }));
  EXPECT_TRUE(refuses([](Counts c) { c->set_buckets(2, 1 << 20); }));
  EXPECT_TRUE(refuses([](Counts c) { c->set_buckets(2, 100); }));
  EXPECT_TRUE(refuses([](Counts c) { c->clear_largest(); }));
  EXPECT_TRUE(refuses([](Counts c) { c->clear_buckets(); }));
  EXPECT_TRUE(refuses([](Counts c) { c->mutable_largest()->set_seconds(-1); }));
}

}  // namespace
}  // namespace recoveryline
