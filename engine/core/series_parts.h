// How large the parts of a PointSeries are and where they stand. Only
// point_series*.cc and point_series*.h include this.

#ifndef RECOVERYLINE_ENGINE_CORE_SERIES_PARTS_H_
#define RECOVERYLINE_ENGINE_CORE_SERIES_PARTS_H_

#include <cstddef>
#include <cstdint>

#include "engine/core/recovery_point.h"
#include "engine/core/series_image.h"

namespace recoveryline::core {

constexpr int StrideBits(bool wide, bool timed) {
  return 3 + (wide ? 1 : 0) + (timed ? 1 : 0);
}

inline constexpr int kLowBytes = 4;  // of both times of one point

// An entry of the directory can be any position or the size.
constexpr size_t EntryBytes(Position size) {
  return size < 1 << 16 ? sizeof(uint16_t) : sizeof(Position);
}

// 32 records, or 32 summaries of the level below.
inline constexpr int kBlockBits = 5;
inline constexpr Position kBlockSize = 1 << kBlockBits;
constexpr Position BlocksFor(Position count) {
  return static_cast<Position>((int64_t{count} + kBlockSize - 1) >> kBlockBits);
}

// Where the parts of a series of these many points stand.
struct SeriesParts {
  size_t summaries_at;
  size_t directory_at;
  size_t line_count;  // of all
};

// How many summaries all levels have together.
constexpr Position SummariesFor(Position records) {
  Position blocks = BlocksFor(records);
  Position sum = blocks;
  while (blocks > 1) {
    blocks = BlocksFor(blocks);
    sum += blocks;
  }
  return sum;
}

inline constexpr size_t kSummaryBytes = 32;

inline SeriesParts PartsOf(Position size, int stride_bits, bool narrow_times,
                           uint32_t bucket_count) {
  const auto points = static_cast<size_t>(size);
  const size_t records =
      (points << stride_bits) + (narrow_times ? points * kLowBytes : 0);
  SeriesParts parts;
  parts.summaries_at = (records + 7) / 8 * 8;
  parts.directory_at = parts.summaries_at +
                       static_cast<size_t>(SummariesFor(size)) * kSummaryBytes;
  parts.line_count =
      (parts.directory_at + (size_t{bucket_count} + 1) * EntryBytes(size) +
       sizeof(SeriesLine) - 1) /
      sizeof(SeriesLine);
  return parts;
}

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_SERIES_PARTS_H_
