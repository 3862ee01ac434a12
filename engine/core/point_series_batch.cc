// A search touches the series, its directory, a record and, where the first
// candidate fails, another record: each is found in the one before. So the
// searches go in batches through four stages, and at each step every stage
// works on a batch of its own: what a stage prefetches has the time of a whole
// step to arrive before the next stage reads it.

#include "engine/core/point_series_batch.h"

#include <algorithm>
#include <array>

#include "engine/core/point_series_records.h"
#include "engine/core/point_series_search.h"

namespace recoveryline::core {

class BatchSearch {
 public:
  BatchSearch(const SeriesTable& all, std::span<const int> which,
              const Eligibility& ask, Instant newest, std::span<Position> out)
      : all_(all), which_(which), ask_(ask), newest_(newest), out_(out) {}

  void Run() {
    const size_t batches = (which_.size() + kBatchSize - 1) / kBatchSize;
    for (size_t step = 0; step < batches + kStages - 1; ++step) {
      const auto in_stage = [&](size_t stage) {
        return &batches_[(step + kStages - stage) % kStages];
      };
      FindBuckets(step * kBatchSize, in_stage(0));
      FindRecords(in_stage(1));
      TakeFirstCandidates(in_stage(2));
      SearchOn(in_stage(3));
    }
  }

 private:
  static constexpr size_t kStages = 4;
  // Half as many and a stage is too short for what it waits for, twice as many
  // and they wait for a free line buffer.
  static constexpr size_t kBatchSize = 8;
  // Of a bucket: they lie on two lines or three, fetched already.
  static constexpr Position kFewRecords = 8;

  struct Pending {
    const PointSeries* series;
    PointSeries::Offsets offsets;
    uint64_t bucket;
    Position low;  // the first of the bucket
    Position end;  // what is searched ends before it
    size_t out;
  };
  struct Batch {
    size_t size = 0;
    std::array<Pending, kBatchSize> pending;
  };

  const PointSeries& SeriesAt(size_t i) const { return all_[which_[i]]; }
  static void Prefetch(const PointSeries& series, Position position) {
    __builtin_prefetch(series.RecordAt(std::max(position, 0)));
  }

  // Takes up the searches from `first` on, as far as there are any.
  void FindBuckets(size_t first, Batch* batch) {
    batch->size = 0;
    const size_t end = std::min(first + kBatchSize, which_.size());
    const size_t ahead = std::min(end + kBatchSize, which_.size());
    for (size_t i = end; i < ahead; ++i) __builtin_prefetch(&SeriesAt(i));
    for (size_t i = first; i < end; ++i) {
      Pending& p = batch->pending[batch->size];
      p.series = &SeriesAt(i);
      p.out = i;
      if (p.series->sourced_) [[unlikely]] {
        out_[i] = p.series->Best(ask_, p.series->size());
        continue;
      }
      out_[i] = kNoPosition;
      if (!p.series->ToOffsets(ask_, newest_, &p.offsets)) continue;
      p.bucket = std::min<uint64_t>(p.offsets.target >> p.series->bucket_shift_,
                                    p.series->bucket_count_ - 1);
      __builtin_prefetch(p.series->EntryOf(p.bucket));
      ++batch->size;
    }
  }

  void FindRecords(Batch* batch) {
    for (size_t i = 0; i < batch->size; ++i) {
      Pending& p = batch->pending[i];
      p.low = p.series->FirstInBucket(p.bucket);
      p.end = p.series->FirstInBucket(p.bucket + 1);
      // Where the whole bucket is too new, it is the point before the bucket.
      Prefetch(*p.series, p.low - 1);
      Prefetch(*p.series, p.end - 1);
      Prefetch(*p.series, Half(p) - 1);
    }
  }

  // The end of the first half of what is left of a bucket.
  static Position Half(const Pending& p) {
    return p.low + (p.end - p.low + 1) / 2;
  }

  // Halves large buckets, all searches in step, so that they wait together.
  void HalveLargeBuckets(Batch* batch) {
    for (bool left = true; left;) {
      left = false;
      for (size_t i = 0; i < batch->size; ++i) {
        Pending& p = batch->pending[i];
        if (p.end - p.low <= kFewRecords) continue;
        const Position half = Half(p);
        if (p.series->CaptureAt(half - 1) <= p.offsets.target) {
          p.low = half;
        } else {
          p.end = half - 1;
        }
        Prefetch(*p.series, Half(p) - 1);
        left = true;
      }
    }
  }

  // Most first candidates pass. The others stay in the batch.
  void TakeFirstCandidates(Batch* batch) {
    HalveLargeBuckets(batch);
    size_t failed = 0;
    for (size_t i = 0; i < batch->size; ++i) {
      Pending& p = batch->pending[i];
      const PointSeries& s = *p.series;
      p.end = s.FirstAboveIn(p.offsets.target, p.low, p.end);
      if (p.end == 0) continue;
      if (s.Takes(p.end - 1, p.offsets, ask_)) {
        out_[p.out] = p.end - 1;
        continue;
      }
      p.end = s.AfterRefused(p.end - 1, ask_.requirements) + 1;
      Prefetch(s, p.end - 1);
      __builtin_prefetch(s.summaries_ + (std::max(p.end - 1, 0) >> kBlockBits));
      batch->pending[failed++] = p;
    }
    batch->size = failed;
  }

  void SearchOn(Batch* batch) {
    for (size_t i = 0; i < batch->size; ++i) {
      const Pending& p = batch->pending[i];
      out_[p.out] = p.series->Search(p.end - 1, p.offsets, ask_);
    }
    batch->size = 0;
  }

  const SeriesTable all_;
  const std::span<const int> which_;
  const Eligibility& ask_;
  const Instant newest_;
  const std::span<Position> out_;
  std::array<Batch, kStages> batches_;
};

void BestOfEach(const SeriesTable& all, std::span<const int> which,
                const Eligibility& ask, std::span<Position> out) {
  const std::optional<Instant> newest = NewestWanted(ask);
  if (!newest) {
    std::fill_n(out.begin(), which.size(), kNoPosition);
    return;
  }
  BatchSearch(all, which, ask, *newest, out).Run();
}

}  // namespace recoveryline::core
