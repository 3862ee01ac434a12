// Many searches at once: while one waits for memory, others go on.
//
// A search touches the series, its directory and a few records, each found in
// the one before. A batch of searches takes these steps together, so that the
// cache misses of a step overlap. Most first candidates pass; the searches
// whose candidate fails go on after what they need next is on its way.

#include <algorithm>
#include <array>

#include "engine/core/point_series.h"
#include "engine/core/point_series_records.h"

namespace recoveryline::core {

class BatchSearch {
 public:
  // About as many misses as a core overlaps.
  static constexpr size_t kSize = 16;

  BatchSearch(std::span<const PointSeries> all, std::span<const int> which,
              const Eligibility& ask, Instant newest, std::span<Position> out)
      : all_(all), which_(which), ask_(ask), newest_(newest), out_(out) {}

  // Searches [first, first + kSize) of `which`, as far as there are any.
  void Search(size_t first) {
    FindBuckets(first);
    FindRecords();
    TakeFirstCandidates();
    for (size_t i = 0; i < open_; ++i) {
      const Pending& p = batch_[i];
      out_[p.out] = p.series->Search(p.end - 1, p.offsets, ask_);
    }
  }

 private:
  struct Pending {
    const PointSeries* series;
    PointSeries::Offsets offsets;
    uint64_t bucket;
    Position end;  // what is searched ends before it
    size_t out;
  };

  const PointSeries& SeriesAt(size_t i) const {
    return all_[static_cast<size_t>(which_[i])];
  }
  static void Prefetch(const PointSeries& series, Position position) {
    const int64_t record = std::max(position, 0);
    __builtin_prefetch(series.records_.get() + record * series.stride_bytes_);
  }

  void FindBuckets(size_t first) {
    const size_t end = std::min(first + kSize, which_.size());
    const size_t ahead = std::min(end + kSize, which_.size());
    for (size_t i = end; i < ahead; ++i) __builtin_prefetch(&SeriesAt(i));
    open_ = 0;
    for (size_t i = first; i < end; ++i) {
      Pending& p = batch_[open_];
      p.series = &SeriesAt(i);
      p.out = i;
      out_[i] = kNoPosition;
      if (!p.series->ToOffsets(ask_, newest_, &p.offsets)) continue;
      p.bucket = std::min<uint64_t>(p.offsets.target >> p.series->bucket_shift_,
                                    p.series->bucket_count_ - 1);
      __builtin_prefetch(p.series->directory_ + p.bucket);
      ++open_;
    }
  }

  void FindRecords() {
    for (size_t i = 0; i < open_; ++i) {
      Pending& p = batch_[i];
      p.end = static_cast<Position>(p.series->directory_[p.bucket + 1]);
      // Three records; an offset is read with what follows it.
      for (const int back : {0, 1, 3}) Prefetch(*p.series, p.end - back);
    }
  }

  void TakeFirstCandidates() {
    size_t failed = 0;
    for (size_t i = 0; i < open_; ++i) {
      Pending& p = batch_[i];
      const PointSeries& s = *p.series;
      const Position low = static_cast<Position>(s.directory_[p.bucket]);
      p.end = s.FirstAboveIn(p.offsets.target, low, p.end);
      if (p.end == 0) continue;
      if (s.Takes(p.end - 1, p.offsets, ask_)) {
        out_[p.out] = p.end - 1;
        continue;
      }
      p.end = s.AfterRefused(p.end - 1, ask_.requirements) + 1;
      Prefetch(s, p.end - 1);
      Prefetch(s, p.end);  // a record may lie on two lines
      batch_[failed++] = p;
    }
    open_ = failed;
  }

  const std::span<const PointSeries> all_;
  const std::span<const int> which_;
  const Eligibility& ask_;
  const Instant newest_;
  const std::span<Position> out_;
  size_t open_ = 0;  // batch_[0, open_) is searched
  std::array<Pending, kSize> batch_;
};

void PointSeries::BestOfEach(std::span<const PointSeries> all,
                             std::span<const int> which, const Eligibility& ask,
                             std::span<Position> out) {
  const std::optional<Instant> newest = NewestWanted(ask);
  if (!newest) {
    std::fill_n(out.begin(), which.size(), kNoPosition);
    return;
  }
  BatchSearch batch(all, which, ask, *newest, out);
  for (size_t i = 0; i < which.size(); i += BatchSearch::kSize) {
    batch.Search(i);
  }
}

}  // namespace recoveryline::core
