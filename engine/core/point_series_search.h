// What a search of a PointSeries asks of its records. Only point_series*.cc
// include this.

#ifndef RECOVERYLINE_ENGINE_CORE_POINT_SERIES_SEARCH_H_
#define RECOVERYLINE_ENGINE_CORE_POINT_SERIES_SEARCH_H_

#include <optional>

#include "engine/core/point_series.h"
#include "engine/core/point_series_records.h"

namespace recoveryline::core {

// An Eligibility's instants as offsets of one series, rounded so that
// comparing offsets compares instants.
struct PointSeries::Offsets {
  uint64_t decision = 0;
  uint64_t target = 0;
  uint64_t floor = 0;
};

// The position to look at after a refused one: where it was not clean enough,
// the first of another cleanliness, since damage lasts for runs of points.
inline Position PointSeries::AfterRefused(Position position,
                                          const Requirements& asked) const {
  const bool unclean = !asked.trust_unjudged &&
                       Flags::EffectiveCleanlinessOf(FlagByte(position)) <
                           asked.minimum_cleanliness;
  const auto run =
      static_cast<Position>(RecordAt(position)[FlagsAt(wide_) + 1]);
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
  if (timed_ && !wide_) {
    const uint64_t decision = offsets.decision >> kLowBits;
    const std::byte* record = RecordAt(position);
    const auto available = Load<uint32_t>(record + kAvailableHighAt);
    const auto expire = Load<uint32_t>(record + kExpireHighAt);
    if (available < decision && decision < expire) return true;
    if (available > decision) return false;
    if (expire < decision && (byte & kNeverExpires) == 0) return false;
  }
  return AvailableAt(position) <= offsets.decision &&
         ((byte & kNeverExpires) != 0 || ExpireAt(position) > offsets.decision);
}

// Whether the best candidate is the answer: it passes, and neither the floor
// nor an exclusion rules it out.
inline bool PointSeries::Takes(Position position, const Offsets& offsets,
                               const Eligibility& ask) const {
  return CaptureAt(position) >= offsets.floor &&
         Passes(position, offsets, ask.accepted) &&
         (ask.exclusions == nullptr ||
          ask.exclusions->Find(capture_time(position)) == nullptr);
}

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_POINT_SERIES_SEARCH_H_
