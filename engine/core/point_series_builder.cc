// Builds the bytes of a PointSeries: records, summaries and directory in one
// block of memory, in this order.

#include <algorithm>
#include <cassert>
#include <cstring>
#include <numeric>

#include "engine/core/point_series.h"
#include "engine/core/point_series_records.h"

namespace recoveryline::core {
namespace {

constexpr int64_t kHundredNanos = 100;
constexpr uint64_t kLargestNarrow = (uint64_t{1} << kNarrowBits) - 1;

template <typename Word>
void Store(std::byte* to, Word word) {
  std::memcpy(to, &word, sizeof(word));
}

[[maybe_unused]] bool InTotalOrder(std::span<const RecoveryPoint> points) {
  return std::is_sorted(points.begin(), points.end(),
                        [](const RecoveryPoint& a, const RecoveryPoint& b) {
                          return a.capture_time != b.capture_time
                                     ? a.capture_time < b.capture_time
                                     : a.consistency < b.consistency;
                        });
}

// For each point the worst verdict it inherits: kUnknown for none.
std::vector<Cleanliness> Inherited(std::span<const RecoveryPoint> points) {
  std::vector<Cleanliness> inherited(points.size(), Cleanliness::kUnknown);
  Cleanliness in_force = Cleanliness::kUnknown;
  for (size_t begin = 0; begin < points.size();) {
    // Points of one instant judge together, and each other.
    Cleanliness worst = Cleanliness::kClean;
    bool judged = false;
    size_t end = begin;
    for (; end < points.size() &&
           points[end].capture_time == points[begin].capture_time;
         ++end) {
      if (points[end].cleanliness == Cleanliness::kUnknown) continue;
      judged = true;
      worst = std::min(worst, points[end].cleanliness);
    }
    if (judged) in_force = std::min(worst, Cleanliness::kUnknown);
    for (; begin < end; ++begin) {
      if (points[begin].cleanliness == Cleanliness::kUnknown) {
        inherited[begin] = in_force;
      }
    }
  }
  return inherited;
}

}  // namespace

class PointSeriesBuilder {
 public:
  explicit PointSeriesBuilder(std::span<const RecoveryPoint> points)
      : points_(points) {}

  // Instead of Build(). Offsets stay those of `all`, and so what is inherited.
  PointSeries BuildNewest(const PointSeries& all, Position count) {
    series_.size_ = count;
    series_.base_ = all.base_;
    series_.unit_nanos_ = all.unit_nanos_;
    series_.stride_bits_ = all.stride_bits_;
    series_.wide_ = all.wide_;
    series_.timed_ = all.timed_;
    series_.bucket_count_ = kNewestBucketCount;
    series_.bucket_shift_ = kNewestBucketShift;
    Allocate();
    const Position first = all.size_ - count;
    const auto points = static_cast<size_t>(count);
    const size_t bytes = points << all.stride_bits_;
    std::memcpy(start_, all.RecordAt(first), bytes);
    if (all.timed_ && !all.wide_) {
      std::memcpy(start_ + bytes,
                  all.RecordAt(all.size_) + int64_t{first} * kLowBytes,
                  points * kLowBytes);
    }
    WriteSummaries();
    WriteDirectory();
    return std::move(series_);
  }

  PointSeries Build() {
    series_.size_ = static_cast<Position>(points_.size());
    series_.base_ = points_.front().capture_time;
    ChooseLayout();
    ChooseBuckets();
    Allocate();
    WriteRecords();
    WriteSummaries();
    WriteDirectory();
    WriteMarkers();
    return std::move(series_);
  }

 private:
  void ChooseLayout() {
    bool hundreds = true;
    bool timed = false;
    uint64_t largest = 0;
    const auto see = [&](Instant t) {
      const uint64_t distance = Distance(series_.base_, t);
      hundreds = hundreds && distance % kHundredNanos == 0;
      largest = std::max(largest, distance);
    };
    for (const RecoveryPoint& p : points_) {
      see(p.capture_time);
      if (p.available_from != p.capture_time) {
        timed = true;
        see(p.available_from);
      }
      if (p.expire_time != kForever) {
        timed = true;
        see(p.expire_time);
      }
    }
    if (hundreds && largest / kHundredNanos <= kLargestNarrow) {
      series_.unit_nanos_ = kHundredNanos;
    } else {
      series_.wide_ = largest > kLargestNarrow;
    }
    series_.timed_ = timed;
    series_.stride_bits_ =
        static_cast<uint8_t>(StrideBits(series_.wide_, timed));
  }

  // Buckets of equal width, a power of two, so that finding one is a shift:
  // the narrowest with at most one bucket a point, or half as many where an
  // entry takes twice the bytes.
  void ChooseBuckets() {
    const uint64_t last = Offset(points_.back().capture_time);
    const uint64_t most = std::max<uint64_t>(
        2, points_.size() * sizeof(uint16_t) / EntryBytes(series_.size_));
    series_.bucket_shift_ = 0;
    while (last >> series_.bucket_shift_ >= most) ++series_.bucket_shift_;
    series_.bucket_count_ =
        static_cast<uint32_t>((last >> series_.bucket_shift_) + 1);
  }

  void Allocate() {
    const SeriesParts parts =
        PartsOf(series_.size_, series_.stride_bits_,
                series_.timed_ && !series_.wide_, series_.bucket_count_);
    series_.owned_ = std::make_unique<SeriesLine[]>(parts.line_count);
    start_ = series_.owned_.get()->bytes;
    summaries_ = new (start_ + parts.summaries_at)
        PointSeries::Summary[static_cast<size_t>(SummariesFor(series_.size_))];
    directory_ = start_ + parts.directory_at;
    series_.records_ = start_;
    series_.summaries_ = summaries_;
    series_.directory_ = directory_;
  }

  uint64_t Offset(Instant t) const {
    return Distance(series_.base_, t) / series_.unit_nanos_;
  }

  void WriteRecords() {
    const std::vector<Cleanliness> inherited = Inherited(points_);
    std::byte* record = start_;
    Cleanliness effective = Cleanliness::kUnknown;  // of the point before
    uint8_t run = 0;
    for (size_t i = 0; i < points_.size(); ++i) {
      const RecoveryPoint& p = points_[i];
      const bool never = p.expire_time == kForever;
      const uint8_t flags =
          Flags::Of(p.consistency, p.cleanliness, inherited[i], p.partial,
                    p.marker != kNoMarker);
      const bool same =
          i > 0 && Flags::EffectiveCleanlinessOf(flags) == effective;
      run = !same ? 0 : run == kLongestRun ? run : run + 1;
      effective = Flags::EffectiveCleanlinessOf(flags);
      Store(record, Offset(p.capture_time));
      record[FlagsAt(series_.wide_)] =
          static_cast<std::byte>(flags | (never ? kNeverExpires : 0));
      record[FlagsAt(series_.wide_) + 1] = static_cast<std::byte>(run);
      if (series_.timed_) {
        WriteTimes(i, Offset(p.available_from),
                   never ? kLargestOffset : Offset(p.expire_time));
      }
      record += size_t{1} << series_.stride_bits_;
    }
  }

  void WriteTimes(size_t i, uint64_t available, uint64_t expire) {
    std::byte* record = start_ + (i << series_.stride_bits_);
    if (series_.wide_) {
      Store(record + kWideAvailableAt, available);
      Store(record + kWideExpireAt, expire);
      return;
    }
    std::byte* low =
        start_ + (points_.size() << series_.stride_bits_) + i * kLowBytes;
    Store(record + kAvailableHighAt,
          static_cast<uint32_t>(available >> kLowBits));
    Store(record + kExpireHighAt, static_cast<uint32_t>(expire >> kLowBits));
    Store(low, static_cast<uint16_t>(available));
    Store(low + sizeof(uint16_t), static_cast<uint16_t>(expire));
  }

  void WriteSummaries() {
    for (Position i = 0; i < series_.size_; ++i) {
      PointSeries::Summary one;
      one.min_available = series_.AvailableAt(i);
      one.max_expire = series_.ExpireAt(i);
      one.flags.Add(series_.flags(i));
      summaries_[i >> kBlockBits].Add(one);
    }
    PointSeries::Summary* level = summaries_;
    for (Position count = BlocksFor(series_.size_); count > 1;) {
      PointSeries::Summary* above = level + count;
      for (Position i = 0; i < count; ++i) {
        above[i >> kBlockBits].Add(level[i]);
      }
      level = above;
      count = BlocksFor(count);
    }
  }

  void WriteDirectory() {
    uint32_t bucket = 0;  // the buckets [0, bucket) are written
    const auto write = [&](Position first) {
      std::byte* entry = directory_ + bucket++ * EntryBytes(series_.size_);
      if (EntryBytes(series_.size_) == sizeof(uint16_t)) {
        Store(entry, static_cast<uint16_t>(first));
      } else {
        Store(entry, first);
      }
    };
    for (Position i = 0; i < series_.size_; ++i) {
      const uint64_t of_point = series_.CaptureAt(i) >> series_.bucket_shift_;
      while (bucket <= of_point) write(i);
    }
    while (bucket <= series_.bucket_count_) write(series_.size_);
  }

  void WriteMarkers() {
    auto marks = std::make_unique<SeriesMarks>();
    std::vector<Marker>& markers = marks->owned_markers;
    std::vector<Position>& carriers = marks->owned_carriers;
    markers.reserve(points_.size());
    for (const RecoveryPoint& p : points_) {
      if (p.marker != kNoMarker) {
        carriers.push_back(static_cast<Position>(markers.size()));
      }
      markers.push_back(p.marker);
    }
    if (carriers.empty()) return;
    std::stable_sort(carriers.begin(), carriers.end(),
                     [&](Position a, Position b) {
                       return markers[static_cast<size_t>(a)] <
                              markers[static_cast<size_t>(b)];
                     });
    for (const Position p : carriers) {
      marks->owned_carried.push_back(markers[static_cast<size_t>(p)]);
    }
    marks->markers = markers;
    marks->carriers = carriers;
    marks->carried = marks->owned_carried;
    series_.marks_ = std::move(marks);
  }

  std::span<const RecoveryPoint> points_;
  PointSeries series_;
  PointSeries::Summary* summaries_ = nullptr;  // inside series_.owned_
  std::byte* start_ = nullptr;                 // of series_.owned_
  std::byte* directory_ = nullptr;             // inside series_.owned_
};

PointSeries PointSeries::FromOrdered(std::span<const RecoveryPoint> points) {
  assert(InTotalOrder(points));
  if (points.empty()) return PointSeries();
  return PointSeriesBuilder(points).Build();
}

PointSeries PointSeries::Newest(Position count) const {
  assert(0 < count && count <= size_);
  return PointSeriesBuilder({}).BuildNewest(Whole(), count);
}

}  // namespace recoveryline::core
