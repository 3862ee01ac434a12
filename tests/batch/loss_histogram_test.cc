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

}  // namespace
}  // namespace recoveryline
