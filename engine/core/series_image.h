// SeriesImage: the parts of a PointSeries, to be kept in a file and used where
// they lie.
//
//   file.Write(series.image().lines);
//   std::optional<PointSeries> again = PointSeries::FromImage({...});
//
// Numbers are of the machine's byte order. What the lines hold is said in
// point_series_records.h.
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_ENGINE_CORE_SERIES_IMAGE_H_
#define RECOVERYLINE_ENGINE_CORE_SERIES_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/instant.h"
#include "engine/core/recovery_point.h"

namespace recoveryline::core {

// 64 bytes, as memory is fetched.
struct alignas(64) SeriesLine {
  std::byte bytes[64];
};

// The parts of a PointSeries. Numbers are of the machine's byte order.
struct SeriesImage {
  Instant base = 0;  // the first capture time
  Position size = 0;
  uint32_t bucket_count = 0;
  uint8_t bucket_shift = 0;
  uint8_t unit_nanos = 1;
  bool wide = false;
  bool timed = false;
  // Records, low bits, summaries and directory.
  std::span<const SeriesLine> lines;
  // Of each position, or empty where no point is marked.
  std::span<const Marker> markers;
  // The marked positions sorted by (marker, position), and their markers.
  std::span<const Position> carriers;
  std::span<const Marker> carried;
};

// Of the image of PointSeries::Newest(): so few points are soon halved, and two
// buckets hold whatever offset.
inline constexpr uint32_t kNewestBucketCount = 2;
inline constexpr uint8_t kNewestBucketShift = 63;

// The markers of a series, and their memory where it is the series' own.
struct SeriesMarks {
  std::span<const Marker> markers;
  std::span<const Position> carriers;
  std::span<const Marker> carried;
  std::vector<Marker> owned_markers;
  std::vector<Position> owned_carriers;
  std::vector<Marker> owned_carried;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_SERIES_IMAGE_H_
