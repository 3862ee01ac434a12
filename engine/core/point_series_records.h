// The bytes of a PointSeries and how they are read. Only point_series*.cc, the
// sweeps that go through all of them (series_sweep.cc, stays.cc) and
// point_series_search.h include this.

#ifndef RECOVERYLINE_ENGINE_CORE_POINT_SERIES_RECORDS_H_
#define RECOVERYLINE_ENGINE_CORE_POINT_SERIES_RECORDS_H_

#include <algorithm>
#include <cstring>

#include "engine/core/point_series.h"
#include "engine/core/series_parts.h"

namespace recoveryline::core {

// A record begins with a word: the capture offset in 48 bits, a byte of flags,
// a byte that counts how many points directly before have the same effective
// cleanliness (at most kLongestRun). A timed record goes on with the high 32
// bits of available_from's and of expire_time's offset. Their low 16 bits are
// in a column after all records, read only where the high ones decide nothing.
//
// A wide record has the capture offset in 64 bits, the same two bytes, six
// unused ones, and, where timed, both offsets in 64 bits.
inline constexpr int kNarrowBits = 48;
inline constexpr int kLowBits = 16;
inline constexpr int kAvailableHighAt = 8;
inline constexpr int kExpireHighAt = 12;
inline constexpr int kWideAvailableAt = 16;
inline constexpr int kWideExpireAt = 24;
constexpr int FlagsAt(bool wide) { return wide ? 8 : kNarrowBits / 8; }

inline constexpr uint8_t kLongestRun = 255;
inline constexpr uint8_t kNeverExpires = 1u << 7;  // beside the 7 flags
inline constexpr uint64_t kLargestOffset = ~uint64_t{0};

struct PointSeries::Summary {
  uint64_t min_available = kLargestOffset;
  uint64_t max_expire = 0;  // kLargestOffset where a record never expires
  FlagSet flags;

  // False only where no record passes.
  bool MayPass(uint64_t decision, const FlagSet& accepted) const {
    return min_available <= decision &&
           (max_expire > decision || max_expire == kLargestOffset) &&
           flags.Meets(accepted);
  }
  void Add(const Summary& other) {
    min_available = std::min(min_available, other.min_available);
    max_expire = std::max(max_expire, other.max_expire);
    flags.Add(other.flags);
  }
};
static_assert(sizeof(FlagSet) + 2 * sizeof(uint64_t) == kSummaryBytes);

// REQUIRES: from <= to. Nothing is lost over the whole range of instants.
inline uint64_t Distance(Instant from, Instant to) {
  return static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
}

// Whole units; a division by a constant, since it is on every query's path.
inline uint64_t PointSeries::Units(uint64_t nanos) const {
  return unit_nanos_ == 100 ? nanos / 100 : nanos;
}

template <typename Word>
Word Load(const std::byte* from) {
  Word word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

// Positions that a search may take for an index.
inline bool AllBelow(std::span<const Position> positions, Position limit) {
  uint32_t largest = 0;  // a negative one is larger than any limit
  for (const Position p : positions) {
    largest = std::max(largest, static_cast<uint32_t>(p));
  }
  return positions.empty() || largest < static_cast<uint32_t>(limit);
}

inline const std::byte* PointSeries::RecordAt(Position position) const {
  return records_ + (int64_t{position} << stride_bits_);
}

inline uint64_t PointSeries::CaptureAt(Position position) const {
  const auto word = Load<uint64_t>(RecordAt(position));
  return wide_ ? word : word & ((uint64_t{1} << kNarrowBits) - 1);
}

inline uint64_t PointSeries::AvailableAt(Position position) const {
  if (!timed_) return CaptureAt(position);
  if (wide_) return Load<uint64_t>(RecordAt(position) + kWideAvailableAt);
  return uint64_t{Load<uint32_t>(RecordAt(position) + kAvailableHighAt)}
             << kLowBits |
         Load<uint16_t>(RecordAt(size_) + int64_t{position} * kLowBytes);
}

// kLargestOffset: never.
inline uint64_t PointSeries::ExpireAt(Position position) const {
  if ((FlagByte(position) & kNeverExpires) != 0) return kLargestOffset;
  if (wide_) return Load<uint64_t>(RecordAt(position) + kWideExpireAt);
  return uint64_t{Load<uint32_t>(RecordAt(position) + kExpireHighAt)}
             << kLowBits |
         Load<uint16_t>(RecordAt(size_) + int64_t{position} * kLowBytes + 2);
}

inline uint8_t PointSeries::FlagByte(Position position) const {
  return static_cast<uint8_t>(RecordAt(position)[FlagsAt(wide_)]);
}

inline const std::byte* PointSeries::EntryOf(uint64_t bucket) const {
  return directory_ + bucket * EntryBytes(size_);
}

inline Position PointSeries::FirstInBucket(uint64_t bucket) const {
  return EntryBytes(size_) == sizeof(uint16_t)
             ? Load<uint16_t>(EntryOf(bucket))
             : Load<Position>(EntryOf(bucket));
}

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_POINT_SERIES_RECORDS_H_
