// The inside of PointSeries: how its bytes are read. Only point_series*.cc
// include this.

#ifndef RECOVERYLINE_ENGINE_CORE_POINT_SERIES_RECORDS_H_
#define RECOVERYLINE_ENGINE_CORE_POINT_SERIES_RECORDS_H_

#include <algorithm>
#include <cstring>
#include <optional>

#include "engine/core/point_series.h"

namespace recoveryline::core {

// A record: the capture offset, a byte of flags, a byte that counts how many
// points directly before have the same effective cleanliness (at most
// kLongestRun), then the offsets of available_from and expire_time where those
// columns are stored.
inline constexpr int kFlagBytes = 2;
inline constexpr uint8_t kLongestRun = 255;
inline constexpr uint8_t kNeverExpires = 1u << 7;  // beside the 7 flags
inline constexpr uint64_t kLargestOffset = ~uint64_t{0};
// Offsets are read 8 bytes at a time, also the last one.
inline constexpr int kPaddingBytes = 8;

// 32 records, or 32 summaries of the level below.
inline constexpr int kBlockBits = 5;
inline constexpr Position kBlockSize = 1 << kBlockBits;
constexpr Position BlocksFor(Position count) {
  return static_cast<Position>((int64_t{count} + kBlockSize - 1) >> kBlockBits);
}

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

// An Eligibility's instants as offsets of one series, rounded so that
// comparing offsets compares instants.
struct PointSeries::Offsets {
  uint64_t decision = 0;
  uint64_t target = 0;
  uint64_t floor = 0;
};

// REQUIRES: from <= to. Nothing is lost over the whole range of instants.
inline uint64_t Distance(Instant from, Instant to) {
  return static_cast<uint64_t>(to) - static_cast<uint64_t>(from);
}

// Whole units; a division by a constant, since it is on every query's path.
inline uint64_t PointSeries::Units(uint64_t nanos) const {
  return unit_nanos_ == 100 ? nanos / 100 : nanos;
}

inline uint64_t PointSeries::OffsetAt(Position position, int at) const {
  uint64_t word = 0;
  std::memcpy(&word, records_.get() + int64_t{position} * stride_bytes_ + at,
              sizeof(word));
  return width_bytes_ == 6 ? word & ((uint64_t{1} << 48) - 1) : word;
}

inline uint8_t PointSeries::FlagByte(Position position) const {
  return static_cast<uint8_t>(
      records_[int64_t{position} * stride_bytes_ + width_bytes_]);
}

inline bool PointSeries::NeverExpires(Position position) const {
  return (FlagByte(position) & kNeverExpires) != 0;
}

// --- What a search asks of a record ---

// The position to look at after a refused one: where it was not clean enough,
// the first of another cleanliness, since damage lasts for runs of points.
inline Position PointSeries::AfterRefused(Position position,
                                          const Requirements& asked) const {
  const bool unclean = !asked.trust_unjudged &&
                       Flags::EffectiveCleanlinessOf(FlagByte(position)) <
                           asked.minimum_cleanliness;
  const auto run = static_cast<Position>(
      records_[int64_t{position} * stride_bytes_ + width_bytes_ + 1]);
  return position - 1 - (unclean ? run : 0);
}

// The newest capture time that the target time and the exclusions leave: where
// the target itself is ruled out, the search starts before the hole. Nothing
// where the hole has no beginning.
std::optional<Instant> NewestWanted(const Eligibility& ask);

// Whether it is eligible but for its capture time.
inline bool PointSeries::Passes(Position position, const Offsets& offsets,
                                const FlagSet& accepted) const {
  const uint8_t byte = FlagByte(position);
  if (!accepted.Has(byte & (Flags::kCount - 1))) return false;
  const int available_at = available_at_;  // 0: the capture offset
  if (OffsetAt(position, available_at) > offsets.decision) return false;
  return (byte & kNeverExpires) != 0 ||
         OffsetAt(position, expire_at_) > offsets.decision;
}

// Whether the best candidate is the answer: it passes, and neither the floor
// nor an exclusion rules it out.
inline bool PointSeries::Takes(Position position, const Offsets& offsets,
                               const Eligibility& ask) const {
  return OffsetAt(position, 0) >= offsets.floor &&
         Passes(position, offsets, ask.accepted) &&
         (ask.exclusions == nullptr ||
          ask.exclusions->Find(capture_time(position)) == nullptr);
}

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_POINT_SERIES_RECORDS_H_
