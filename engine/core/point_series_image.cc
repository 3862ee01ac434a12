// PointSeries over bytes that somebody else holds.

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/core/point_series.h"
#include "engine/core/point_series_records.h"

namespace recoveryline::core {
namespace {

template <typename T>
bool SameBytes(std::span<const T> a, std::span<const T> b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size_bytes()) == 0);
}

}  // namespace

size_t PointSeries::index_bytes() const {
  return sizeof(PointSeries) + image().lines.size_bytes();
}

SeriesImage PointSeries::image() const {
  if (sourced_) return Whole().image();
  SeriesImage image{.base = base_,
                    .size = size_,
                    .bucket_count = bucket_count_,
                    .bucket_shift = bucket_shift_,
                    .unit_nanos = unit_nanos_,
                    .wide = wide_,
                    .timed = timed_,
                    .lines = {},
                    .markers = {},
                    .carriers = {},
                    .carried = {}};
  if (size_ == 0) return image;
  image.lines = {
      reinterpret_cast<const SeriesLine*>(records_),
      PartsOf(size_, stride_bits_, timed_ && !wide_, bucket_count_).line_count};
  if (marks_ != nullptr) {
    image.markers = marks_->markers;
    image.carriers = marks_->carriers;
    image.carried = marks_->carried;
  }
  return image;
}

std::optional<PointSeries> PointSeries::FromImage(const SeriesImage& image) {
  if (image.size < 0 || image.bucket_shift >= 64 ||
      (image.unit_nanos != 1 && image.unit_nanos != 100)) {
    return std::nullopt;
  }
  PointSeries series;
  if (image.size == 0) return series;
  const int stride_bits = StrideBits(image.wide, image.timed);
  const SeriesParts parts = PartsOf(
      image.size, stride_bits, image.timed && !image.wide, image.bucket_count);
  if (image.bucket_count == 0 || image.lines.size() != parts.line_count) {
    return std::nullopt;
  }
  series.records_ = image.lines.data()->bytes;
  series.summaries_ =
      reinterpret_cast<const Summary*>(series.records_ + parts.summaries_at);
  series.directory_ = series.records_ + parts.directory_at;
  series.base_ = image.base;
  series.size_ = image.size;
  series.bucket_count_ = image.bucket_count;
  series.bucket_shift_ = image.bucket_shift;
  series.unit_nanos_ = image.unit_nanos;
  series.stride_bits_ = static_cast<uint8_t>(stride_bits);
  series.wide_ = image.wide;
  series.timed_ = image.timed;
  Position largest = 0;
  Position smallest = 0;
  for (uint64_t bucket = 0; bucket <= image.bucket_count; ++bucket) {
    largest = std::max(largest, series.FirstInBucket(bucket));
    smallest = std::min(smallest, series.FirstInBucket(bucket));
  }
  if (smallest < 0 || largest > image.size) return std::nullopt;
  if (image.markers.empty()) return series;
  if (image.markers.size() != static_cast<size_t>(image.size) ||
      image.carriers.size() != image.carried.size() ||
      !AllBelow(image.carriers, image.size)) {
    return std::nullopt;
  }
  series.marks_ = std::make_unique<SeriesMarks>(
      SeriesMarks{image.markers, image.carriers, image.carried, {}, {}, {}});
  return series;
}

bool PointSeries::IsNormal() const {
  if (sourced_) return Whole().IsNormal();
  std::vector<RecoveryPoint> points;
  points.reserve(static_cast<size_t>(size_));
  for (Position p = 0; p < size_; ++p) points.push_back(point(p));
  for (size_t i = 0; i < points.size(); ++i) {
    const RecoveryPoint& p = points[i];
    if (p.available_from < p.capture_time ||
        (p.expire_time != kForever && p.expire_time <= p.available_from)) {
      return false;
    }
    if (i == 0) continue;
    const RecoveryPoint& before = points[i - 1];
    if (p.capture_time < before.capture_time ||
        (p.capture_time == before.capture_time &&
         p.consistency < before.consistency)) {
      return false;
    }
  }
  const PointSeries again = FromOrdered(points);
  const SeriesImage mine = image();
  const SeriesImage normal = again.image();
  return mine.base == normal.base && mine.bucket_count == normal.bucket_count &&
         mine.bucket_shift == normal.bucket_shift &&
         mine.unit_nanos == normal.unit_nanos && mine.wide == normal.wide &&
         mine.timed == normal.timed && SameBytes(mine.lines, normal.lines) &&
         SameBytes(mine.markers, normal.markers) &&
         SameBytes(mine.carriers, normal.carriers) &&
         SameBytes(mine.carried, normal.carried);
}

}  // namespace recoveryline::core
