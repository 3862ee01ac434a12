// LossHistogram: percentiles of any number of losses in bounded memory.
//
//   LossHistogram losses;
//   losses.Add(loss);
//   losses.Percentile(50);                   // the median, or 1 % above it
//
// A loss is counted in one of at most kBuckets buckets, each of which is less
// than 1 % wide; a percentile is the upper end of its bucket, or the largest
// loss where that is smaller. Losses below 128 ns are exact.
//
// Invariant: adding in any order, or in parts that are merged, gives the same,
// also where a part went through a message.
// Cost: Add O(1); Percentile O(kBuckets). 57 KiB.
// Thread-safety: none; one a thread, then Merge().

#ifndef RECOVERYLINE_ENGINE_BATCH_LOSS_HISTOGRAM_H_
#define RECOVERYLINE_ENGINE_BATCH_LOSS_HISTOGRAM_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/core/instant.h"
#include "recoveryline/v1/shard.pb.h"

namespace recoveryline {

class LossHistogram {
 public:
  // Nothing where no histogram has these counts.
  static std::optional<LossHistogram> FromCounts(const v1::LossCounts& counts);
  v1::LossCounts ToCounts() const;

  // REQUIRES: loss >= 0.
  void Add(core::Nanos loss) {
    if (buckets_.empty()) buckets_.resize(kBuckets, 0);
    ++buckets_[BucketOf(static_cast<uint64_t>(loss))];
    ++count_;
    largest_ = std::max(largest_, loss);
  }
  void Merge(const LossHistogram& other);

  int64_t count() const { return count_; }
  // REQUIRES in both: count() > 0.
  core::Nanos largest() const { return largest_; }
  // The smallest loss that at least `percent` in 100 do not exceed.
  // REQUIRES: 0 < percent <= 100.
  core::Nanos Percentile(int percent) const;

 private:
  // The leading bits that tell buckets apart: a bucket is 1/128 of its start.
  static constexpr int kBits = 7;
  static constexpr uint64_t kLinear = uint64_t{1} << kBits;  // exact below
  // One bucket a number below kLinear, then kLinear for each power of two up
  // to 2^63.
  static constexpr size_t kBuckets = (64 - kBits) * kLinear;

  static size_t BucketOf(uint64_t loss) {
    if (loss < kLinear) return loss;
    const int shift = static_cast<int>(std::bit_width(loss)) - 1 - kBits;
    return static_cast<size_t>(shift + 1) * kLinear +
           static_cast<size_t>((loss >> shift) - kLinear);
  }
  static uint64_t EndOf(size_t bucket);  // the largest loss in it

  std::vector<int64_t> buckets_;  // empty, or all of them
  int64_t count_ = 0;
  core::Nanos largest_ = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_LOSS_HISTOGRAM_H_
