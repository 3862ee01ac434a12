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
  void Add(core::Nanos loss);
  void Merge(const LossHistogram& other);

  int64_t count() const { return count_; }
  // REQUIRES in both: count() > 0.
  core::Nanos largest() const { return largest_; }
  // The smallest loss that at least `percent` in 100 do not exceed.
  // REQUIRES: 0 < percent <= 100.
  core::Nanos Percentile(int percent) const;

 private:
  std::vector<int64_t> buckets_;  // empty, or all of them
  int64_t count_ = 0;
  core::Nanos largest_ = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_LOSS_HISTOGRAM_H_
