#include "engine/batch/loss_histogram.h"

#include <algorithm>
#include <limits>

#include "engine/timestamps.h"

namespace recoveryline {

uint64_t LossHistogram::EndOf(size_t bucket) {
  if (bucket < kLinear) return bucket;
  const int shift = static_cast<int>(bucket / kLinear) - 1;
  return ((kLinear + bucket % kLinear + 1) << shift) - 1;
}

std::optional<LossHistogram> LossHistogram::FromCounts(
    const v1::LossCounts& counts) {
  LossHistogram histogram;
  const int size = counts.buckets_size();
  if (counts.counts_size() != size || counts.has_largest() != (size > 0)) {
    return std::nullopt;
  }
  if (size == 0) return histogram;
  histogram.buckets_.resize(kBuckets, 0);
  for (int i = 0; i < size; ++i) {
    const int64_t bucket = counts.buckets(i);
    const int64_t count = counts.counts(i);
    const int64_t least = i == 0 ? 0 : int64_t{counts.buckets(i - 1)} + 1;
    if (bucket < least || bucket >= static_cast<int64_t>(kBuckets) ||
        count <= 0 ||
        count > std::numeric_limits<int64_t>::max() - histogram.count_) {
      return std::nullopt;
    }
    histogram.buckets_[static_cast<size_t>(bucket)] = count;
    histogram.count_ += count;
  }
  const std::optional<core::Nanos> largest = ToNanos(counts.largest());
  if (!largest || *largest < 0 ||
      BucketOf(static_cast<uint64_t>(*largest)) !=
          static_cast<size_t>(counts.buckets(size - 1))) {
    return std::nullopt;
  }
  histogram.largest_ = *largest;
  return histogram;
}

v1::LossCounts LossHistogram::ToCounts() const {
  v1::LossCounts counts;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    if (buckets_[i] == 0) continue;
    counts.add_buckets(static_cast<int32_t>(i));
    counts.add_counts(buckets_[i]);
  }
  if (count_ > 0) *counts.mutable_largest() = ToDuration(largest_);
  return counts;
}

void LossHistogram::Merge(const LossHistogram& other) {
  if (other.buckets_.empty()) return;
  if (buckets_.empty()) buckets_.resize(kBuckets, 0);
  for (size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  largest_ = std::max(largest_, other.largest_);
}

core::Nanos LossHistogram::Percentile(int percent) const {
  // Rounded up: at least one loss is counted.
  const int64_t wanted =
      count_ / 100 * percent + (count_ % 100 * percent + 99) / 100;
  int64_t seen = 0;
  size_t bucket = 0;
  while ((seen += buckets_[bucket]) < wanted) ++bucket;
  return std::min(largest_, static_cast<core::Nanos>(EndOf(bucket)));
}

}  // namespace recoveryline
