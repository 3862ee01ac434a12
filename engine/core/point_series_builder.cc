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
constexpr uint64_t kLargestCompact = (uint64_t{1} << 48) - 1;

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
  uint64_t FromBase(Instant t) const { return Distance(series_.base_, t); }

  void ChooseLayout() {
    bool hundreds = true;
    bool available = false;
    bool expires = false;
    uint64_t largest = 0;
    const auto see = [&](Instant t) {
      const uint64_t distance = FromBase(t);
      hundreds = hundreds && distance % kHundredNanos == 0;
      largest = std::max(largest, distance);
    };
    for (const RecoveryPoint& p : points_) {
      see(p.capture_time);
      if (p.available_from != p.capture_time) {
        available = true;
        see(p.available_from);
      }
      if (p.expire_time != kForever) {
        expires = true;
        see(p.expire_time);
      }
    }
    if (hundreds && largest / kHundredNanos <= kLargestCompact) {
      series_.unit_nanos_ = kHundredNanos;
      series_.width_bytes_ = 6;
    } else {
      series_.unit_nanos_ = 1;
      series_.width_bytes_ = largest <= kLargestCompact ? 6 : 8;
    }
    int at = series_.width_bytes_ + kFlagBytes;
    if (available) series_.available_at_ = Column(&at);
    if (expires) series_.expire_at_ = Column(&at);
    series_.stride_bytes_ = static_cast<uint8_t>(at);
  }

  uint8_t Column(int* at) const {
    const int column = *at;
    *at += series_.width_bytes_;
    return static_cast<uint8_t>(column);
  }

  // Buckets of equal width, a power of two, so that finding one is a shift:
  // the narrowest with at most half as many buckets as points.
  void ChooseBuckets() {
    const uint64_t last =
        FromBase(points_.back().capture_time) / series_.unit_nanos_;
    const uint64_t most = std::max<uint64_t>(2, points_.size() / 2);
    series_.bucket_shift_ = 0;
    while (last >> series_.bucket_shift_ >= most) ++series_.bucket_shift_;
    series_.bucket_count_ =
        static_cast<uint32_t>((last >> series_.bucket_shift_) + 1);
  }

  void Allocate() {
    constexpr size_t kAlign = alignof(PointSeries::Summary);
    size_t bytes = points_.size() * series_.stride_bytes_ + kPaddingBytes;
    bytes = (bytes + kAlign - 1) / kAlign * kAlign;
    const size_t summaries_at = bytes;
    bytes += static_cast<size_t>(SummariesFor(series_.size_)) *
             sizeof(PointSeries::Summary);
    const size_t directory_at = bytes;
    bytes += (size_t{series_.bucket_count_} + 1) * sizeof(uint32_t);
    series_.records_ = std::make_unique<std::byte[]>(bytes);
    std::byte* start = series_.records_.get();
    summaries_ = new (start + summaries_at)
        PointSeries::Summary[static_cast<size_t>(SummariesFor(series_.size_))];
    directory_ =
        new (start + directory_at) uint32_t[size_t{series_.bucket_count_} + 1];
    series_.summaries_ = summaries_;
    series_.directory_ = directory_;
  }

  void WriteOffset(std::byte* record, int at, Instant t) const {
    const uint64_t offset = FromBase(t) / series_.unit_nanos_;
    std::memcpy(record + at, &offset, series_.width_bytes_);
  }

  void WriteRecords() {
    const std::vector<Cleanliness> inherited = Inherited(points_);
    std::byte* record = series_.records_.get();
    Cleanliness effective = Cleanliness::kUnknown;  // of the point before
    uint8_t run = 0;
    for (size_t i = 0; i < points_.size(); ++i) {
      const RecoveryPoint& p = points_[i];
      const bool never = p.expire_time == kForever;
      const uint8_t flags =
          Flags::Of(p.consistency, p.cleanliness, inherited[i], p.partial,
                    p.marker != kNoMarker);
      WriteOffset(record, 0, p.capture_time);
      record[series_.width_bytes_] =
          static_cast<std::byte>(flags | (never ? kNeverExpires : 0));
      const bool same =
          i > 0 && Flags::EffectiveCleanlinessOf(flags) == effective;
      run = !same ? 0 : run == kLongestRun ? run : run + 1;
      effective = Flags::EffectiveCleanlinessOf(flags);
      record[series_.width_bytes_ + 1] = static_cast<std::byte>(run);
      if (series_.available_at_ != 0) {
        WriteOffset(record, series_.available_at_, p.available_from);
      }
      if (series_.expire_at_ != 0 && !never) {
        WriteOffset(record, series_.expire_at_, p.expire_time);
      }
      record += series_.stride_bytes_;
    }
  }

  void WriteSummaries() {
    for (Position i = 0; i < series_.size_; ++i) {
      PointSeries::Summary one;
      one.min_available = series_.OffsetAt(i, series_.available_at_);
      one.max_expire = series_.NeverExpires(i)
                           ? kLargestOffset
                           : series_.OffsetAt(i, series_.expire_at_);
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
    uint32_t bucket = 0;  // directory_[0, bucket) is written
    for (Position i = 0; i < series_.size_; ++i) {
      const uint64_t of_point = series_.OffsetAt(i, 0) >> series_.bucket_shift_;
      while (bucket <= of_point)
        directory_[bucket++] = static_cast<uint32_t>(i);
    }
    directory_[bucket] = static_cast<uint32_t>(series_.size_);
    assert(bucket == series_.bucket_count_);
  }

  void WriteMarkers() {
    PointSeries::MarkerColumn column;
    column.of_position.reserve(points_.size());
    for (const RecoveryPoint& p : points_) {
      if (p.marker != kNoMarker) {
        column.carriers.push_back(
            static_cast<Position>(column.of_position.size()));
      }
      column.of_position.push_back(p.marker);
    }
    if (column.carriers.empty()) return;
    std::stable_sort(column.carriers.begin(), column.carriers.end(),
                     [&](Position a, Position b) {
                       return column.of_position[static_cast<size_t>(a)] <
                              column.of_position[static_cast<size_t>(b)];
                     });
    for (const Position p : column.carriers) {
      column.carried.push_back(column.of_position[static_cast<size_t>(p)]);
    }
    series_.markers_ =
        std::make_unique<PointSeries::MarkerColumn>(std::move(column));
  }

  std::span<const RecoveryPoint> points_;
  PointSeries series_;
  PointSeries::Summary* summaries_ = nullptr;  // inside series_.records_
  uint32_t* directory_ = nullptr;              // inside series_.records_
};

PointSeries PointSeries::FromOrdered(std::span<const RecoveryPoint> points) {
  assert(InTotalOrder(points));
  if (points.empty()) return PointSeries();
  return PointSeriesBuilder(points).Build();
}

}  // namespace recoveryline::core
