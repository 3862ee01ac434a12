#include "engine/batch/loss_histogram.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "engine/timestamps.h"

namespace recoveryline {
namespace {

// The leading bits that tell buckets apart: a bucket is 1/128 of its start.
constexpr int kBits = 7;
constexpr uint64_t kLinear = uint64_t{1} << kBits;  // exact below
// One bucket a number below kLinear, then kLinear for each power of two up to
// 2^63.
constexpr size_t kBuckets = (64 - kBits) * kLinear;

size_t BucketOf(uint64_t loss) {
  if (loss < kLinear) return loss;
  const int shift = static_cast<int>(std::bit_width(loss)) - 1 - kBits;
  return static_cast<size_t>(shift + 1) * kLinear +
         static_cast<size_t>((loss >> shift) - kLinear);
}

// The largest loss in a bucket.
uint64_t EndOf(size_t bucket) {
  if (bucket < kLinear) return bucket;
  const int shift = static_cast<int>(bucket / kLinear) - 1;
  return ((kLinear + bucket % kLinear + 1) << shift) - 1;
}

}  // namespace

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

void LossHistogram::Add(core::Nanos loss) {
  if (buckets_.empty()) buckets_.resize(kBuckets, 0);
  ++buckets_[BucketOf(static_cast<uint64_t>(loss))];
  ++count_;
  largest_ = std::max(largest_, loss);
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
