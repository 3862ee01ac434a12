#include "engine/core/point_series.h"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/core/point_series_records.h"
#include "engine/core/point_series_search.h"
#include "engine/core/point_series_sourced.h"

namespace recoveryline::core {

// --- Reading one point ---

Instant PointSeries::capture_time(Position position) const {
  if (sourced_) [[unlikely]]
    return SourcedSearch(*this).capture_time(position);
  return static_cast<Instant>(static_cast<uint64_t>(base_) +
                              CaptureAt(position) * unit_nanos_);
}

uint8_t PointSeries::flags(Position position) const {
  if (sourced_) [[unlikely]]
    return SourcedSearch(*this).flags(position);
  return FlagByte(position) & (Flags::kCount - 1);
}

Marker PointSeries::marker(Position position) const {
  if (sourced_) [[unlikely]]
    return SourcedSearch(*this).marker(position);
  return marks_ == nullptr ? kNoMarker
                           : marks_->markers[static_cast<size_t>(position)];
}

RecoveryPoint PointSeries::point(Position position) const {
  if (sourced_) [[unlikely]]
    return SourcedSearch(*this).point(position);
  const auto instant = [&](uint64_t offset) {
    return static_cast<Instant>(static_cast<uint64_t>(base_) +
                                offset * unit_nanos_);
  };
  const uint8_t byte = FlagByte(position);
  const uint64_t expire = ExpireAt(position);
  RecoveryPoint p;
  p.capture_time = instant(CaptureAt(position));
  p.available_from = instant(AvailableAt(position));
  p.expire_time = expire == kLargestOffset ? kForever : instant(expire);
  p.consistency = Flags::ConsistencyOf(byte);
  p.cleanliness = Flags::CleanlinessOf(byte);
  p.partial = Flags::PartialOf(byte);
  p.marker = marker(position);
  return p;
}

Refusal PointSeries::RefusalOf(Position position,
                               const Eligibility& ask) const {
  if (sourced_) [[unlikely]] {
    return SourcedSearch(*this).RefusalOf(position, ask);
  }
  const RecoveryPoint p = point(position);
  if (ask.decision_time < p.available_from) return Refusal::kNotYetAvailable;
  if (p.expire_time != kForever && ask.decision_time >= p.expire_time) {
    return Refusal::kExpired;
  }
  if (p.capture_time > ask.target_time) return Refusal::kAfterTargetTime;
  if (p.capture_time < ask.not_before) return Refusal::kBeforeFloor;
  if (ask.exclusions != nullptr && ask.exclusions->Find(p.capture_time)) {
    return Refusal::kExcluded;
  }
  const uint8_t f = flags(position);
  if (!ask.requirements.ConsistentEnough(f)) return Refusal::kInconsistent;
  if (!ask.requirements.CompleteEnough(f)) return Refusal::kPartialDisks;
  if (!ask.requirements.CleanEnough(f)) return Refusal::kNotClean;
  return Refusal::kNone;
}

// --- Finding a capture time ---

// Halves without a branch on what is read: which half is a coin toss.
Position PointSeries::FirstAboveIn(uint64_t offset, Position low,
                                   Position high) const {
  for (Position count = high - low; count > 0;) {
    const Position half = (count + 1) / 2;
    low += CaptureAt(low + half - 1) <= offset ? half : 0;
    count -= half;
  }
  return low;
}

Position PointSeries::FirstAbove(uint64_t offset) const {
  const uint64_t bucket = offset >> bucket_shift_;
  if (bucket >= bucket_count_) return size_;
  return FirstAboveIn(offset, FirstInBucket(bucket), FirstInBucket(bucket + 1));
}

Position PointSeries::UpperBound(Instant t) const {
  if (sourced_) [[unlikely]]
    return SourcedSearch(*this).UpperBound(t);
  if (size_ == 0 || t < base_) return 0;
  return FirstAbove(Units(Distance(base_, t)));
}

Position PointSeries::LowerBound(Instant t) const {
  return t == kMinInstant ? 0 : UpperBound(t - 1);
}

SeriesCarriers PointSeries::Carriers() const {
  if (sourced_) [[unlikely]]
    return source_->Carriers();
  if (marks_ == nullptr) return {};
  return {marks_->carriers, marks_->carried};
}

std::span<const Position> PointSeries::Carriers(Marker marker) const {
  const SeriesCarriers all = Carriers();
  const auto [first, last] =
      std::equal_range(all.markers.begin(), all.markers.end(), marker);
  return all.positions.subspan(static_cast<size_t>(first - all.markers.begin()),
                               static_cast<size_t>(last - first));
}

// --- Searching backward ---

std::optional<Instant> NewestWanted(const Eligibility& ask) {
  const Interval* hole = ask.exclusions == nullptr
                             ? nullptr
                             : ask.exclusions->Find(ask.target_time);
  if (hole == nullptr) return ask.target_time;
  if (hole->start == kMinInstant) return std::nullopt;
  return hole->start - 1;
}

bool PointSeries::ToOffsets(const Eligibility& ask, Instant newest,
                            Offsets* offsets) const {
  // No point is captured before the base, or available before its capture.
  if (size_ == 0 || ask.decision_time < base_ || newest < base_) return false;
  offsets->decision = Units(Distance(base_, ask.decision_time));
  offsets->target = Units(Distance(base_, newest));
  offsets->floor = 0;
  if (ask.not_before > base_) {
    // Rounded up: distance >= 1, so that subtracting 1 cannot wrap.
    offsets->floor = Units(Distance(base_, ask.not_before) - 1) + 1;
  }
  return true;
}

// The last block of level 0 at or before `block` that may hold a passing
// record, or -1. A refused block goes up a level where it is the first of the
// block above, or where that one is refused as well.
Position PointSeries::LastLiveBlock(Position block, const Offsets& offsets,
                                    const FlagSet& accepted) const {
  std::array<const Summary*, 8> level_start;
  level_start[0] = summaries_;
  Position blocks = BlocksFor(size_);
  size_t levels = 1;
  for (; blocks > 1; blocks = BlocksFor(blocks), ++levels) {
    level_start[levels] = level_start[levels - 1] + blocks;
  }
  const auto may_pass = [&](size_t level, Position of) {
    return level_start[level][of].MayPass(offsets.decision, accepted);
  };
  size_t level = 0;
  while (block >= 0) {
    if (may_pass(level, block)) {
      if (level == 0) return block;
      --level;
      block = block * kBlockSize + kBlockSize - 1;  // complete: not the last
    } else if (level + 1 < levels &&
               (block % kBlockSize == 0 ||
                !may_pass(level + 1, block >> kBlockBits))) {
      ++level;
      block = (block >> kBlockBits) - 1;
    } else {
      --block;
    }
  }
  return -1;
}

Position PointSeries::Search(Position start, const Offsets& offsets,
                             const Eligibility& ask) const {
  const bool excluding = ask.exclusions != nullptr && !ask.exclusions->empty();
  Position block_end = -1;  // records in (block_end - 32, block_end] are live
  bool leapt = false;       // to `i`, without a look at the summary there
  for (Position i = start; i >= 0;) {
    if (CaptureAt(i) < offsets.floor) return kNoPosition;
    Position next = kNoPosition;
    if (Passes(i, offsets, ask.accepted)) {
      if (!excluding) return i;
      const Interval* hole = ask.exclusions->Find(capture_time(i));
      if (hole == nullptr) return i;
      // Below `i`, whatever an image's directory says.
      next = std::min(LowerBound(hole->start), i) - 1;
    } else {
      next = AfterRefused(i, ask.requirements);
    }
    // Behind a run of unclean points the next one mostly passes: it is tried
    // at once, but not twice in a row.
    leapt = !leapt && next < i - 1;
    i = next;
    if (leapt || i < 0) continue;
    if (i >> kBlockBits != block_end >> kBlockBits) {
      const Position block =
          LastLiveBlock(i >> kBlockBits, offsets, ask.accepted);
      if (block < 0) return kNoPosition;
      block_end = block * kBlockSize + kBlockSize - 1;
      i = std::min(i, block_end);
    }
  }
  return kNoPosition;
}

Position PointSeries::Best(const Eligibility& ask, Position before) const {
  if (sourced_) [[unlikely]]
    return SourcedSearch(*this).Best(ask, before);
  const std::optional<Instant> newest = NewestWanted(ask);
  Offsets offsets;
  if (!newest || !ToOffsets(ask, *newest, &offsets)) return kNoPosition;
  const Position end = std::min(before, FirstAbove(offsets.target));
  return Search(end - 1, offsets, ask);
}

}  // namespace recoveryline::core
