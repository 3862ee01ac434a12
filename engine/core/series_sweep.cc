#include "engine/core/series_sweep.h"

#include <algorithm>

#include "engine/core/point_series_records.h"

namespace recoveryline::core {
namespace {

// How many points a moment may cost before a search for it is cheaper.
constexpr int64_t kWorthNoting = 4;

constexpr uint64_t kCaptureMask = (uint64_t{1} << kNarrowBits) - 1;

}  // namespace

class SeriesSweep::OneSeries {
 public:
  OneSeries(SeriesSweep* sweep, const PointSeries& series,
            const PointSeries& next, const Eligibility& ask,
            std::span<Position> positions, std::span<Instant> captures)
      : moments_(sweep->moments_),
        first_seen_(sweep->first_seen_),
        open_(sweep->open_),
        refused_(sweep->refused_),
        series_(series),
        next_(next),
        ask_(ask),
        positions_(positions),
        captures_(captures) {}

  void Run() {
    const size_t count = moments_.size();
    if (count == 0) return;
    Search(0);
    const Position begin =
        std::max(positions_[0] + 1, series_.LowerBound(ask_.not_before));
    const Position end = series_.UpperBound(moments_.newest().last());
    if (end - begin > kWorthNoting * static_cast<int64_t>(count)) {
      for (size_t i = 1; i < count; ++i) Search(i);
      return;
    }
    if (series_.timed_ && !series_.wide_) {
      NoteAndFollow<NarrowTimed>(begin, end);
    } else {
      NoteAndFollow<AnyLayout>(begin, end);
    }
  }

 private:
  // What the loops need of a series, in registers.
  struct Scale {
    explicit Scale(const PointSeries& series)
        : base(static_cast<uint64_t>(series.base_)), unit(series.unit_nanos_) {}
    Instant At(uint64_t offset) const {
      return static_cast<Instant>(base + offset * unit);
    }
    uint64_t base;
    uint64_t unit;
  };

  // How records are read: fast where they are as they mostly are.
  struct NarrowTimed {
    explicit NarrowTimed(const PointSeries& series)
        : records(series.records_), low(series.RecordAt(series.size_)) {}
    const std::byte* At(Position p) const { return records + int64_t{p} * 16; }
    uint64_t Capture(Position p) const {
      return Load<uint64_t>(At(p)) & kCaptureMask;
    }
    uint8_t Flags(Position p) const {
      return static_cast<uint8_t>(At(p)[FlagsAt(/*wide=*/false)]);
    }
    uint64_t Available(Position p) const {
      return uint64_t{Load<uint32_t>(At(p) + kAvailableHighAt)} << kLowBits |
             Load<uint16_t>(low + int64_t{p} * kLowBytes);
    }
    // A time from which on it may be gone.
    Instant Until(Position p, const Scale& instant) const {
      return instant.At(uint64_t{Load<uint32_t>(At(p) + kExpireHighAt)}
                        << kLowBits);
    }
    void Prefetch(Position p) const {
      __builtin_prefetch(At(p));
      __builtin_prefetch(low + int64_t{p} * kLowBytes);
    }
    const std::byte* records;
    const std::byte* low;
  };
  struct AnyLayout {
    explicit AnyLayout(const PointSeries& of) : series(of) {}
    uint64_t Capture(Position p) const { return series.CaptureAt(p); }
    uint8_t Flags(Position p) const { return series.FlagByte(p); }
    uint64_t Available(Position p) const { return series.AvailableAt(p); }
    Instant Until(Position p, const Scale& instant) const {
      const uint64_t expire = series.ExpireAt(p);
      return expire == kLargestOffset ? kForever : instant.At(expire);
    }
    void Prefetch(Position) const {}
    const PointSeries& series;
  };

  template <typename Layout>
  void NoteAndFollow(Position begin, Position end) {
    const Layout layout(series_);
    if (!moments_.decisions_rise()) {
      NoteIncluded<true, false>(layout, begin, end);
      Follow</*kMayBeEarly=*/true>(layout);
    } else if (moments_.newest_decides()) {
      NoteIncluded<false, true>(layout, begin, end);
      Follow</*kMayBeEarly=*/false>(layout);
    } else {
      NoteIncluded<true, true>(layout, begin, end);
      Follow</*kMayBeEarly=*/false>(layout);
    }
  }

  // Leaves out what the exclusions hold.
  template <bool kByCapture, bool kByAvailable, typename Layout>
  void NoteIncluded(const Layout& layout, Position begin, Position end) {
    if (ask_.exclusions != nullptr) {
      for (const Interval& hole : ask_.exclusions->intervals()) {
        const Position before = std::min(series_.LowerBound(hole.start), end);
        Note<kByCapture, kByAvailable>(layout, begin, before);
        if (hole.end == kForever) return;
        begin = std::max(begin, series_.LowerBound(hole.end));
      }
    }
    Note<kByCapture, kByAvailable>(layout, begin, end);
  }

  // Notes each acceptable point at the first moment that wants its capture
  // time, and that is not before it is available.
  template <bool kByCapture, bool kByAvailable, typename Layout>
  void Note(const Layout& layout, Position begin, Position end) {
    const Layout next(next_);
    const InstantIndex::Reader newest = moments_.newest().reader();
    const InstantIndex::Reader decisions = moments_.decisions().reader();
    Position* const first_seen = first_seen_.data();
    const Scale instant(series_);
    for (Position p = begin; p < end; ++p) {
      next.Prefetch(p);
      uint32_t first = refused_[layout.Flags(p)];
      if constexpr (kByCapture) {
        first =
            std::max(first, newest.FirstFrom(instant.At(layout.Capture(p))));
      }
      if constexpr (kByAvailable) {
        first = std::max(first,
                         decisions.FirstFrom(instant.At(layout.Available(p))));
      }
      first_seen[first] = p;
    }
  }

  // Goes through the moments with the best point seen so far, and searches
  // where it may have expired.
  template <bool kMayBeEarly, typename Layout>
  void Follow(const Layout& layout) {
    const auto count = static_cast<uint32_t>(moments_.size());
    const Moment* const moments = &moments_[0];
    const Scale instant(series_);
    Position* const first_seen = first_seen_.data();
    Position* const positions = positions_.data();
    Instant* const captures = captures_.data();
    uint32_t* const open = open_.data();
    size_t open_count = 0;
    Position best = positions[0];
    uint32_t i = 0;
    for (; i < count && std::max(best, first_seen[i]) == kNoPosition; ++i) {
      positions[i] = kNoPosition;
      captures[i] = kMinInstant;
    }
    for (; i < count; ++i) {
      best = std::max(best, first_seen[i]);
      first_seen[i] = kNoPosition;
      positions[i] = best;
      const Instant decision = moments[i].decision_time;
      const Instant capture = instant.At(layout.Capture(best));
      captures[i] = capture;
      bool sure = decision < layout.Until(best, instant);
      if constexpr (kMayBeEarly) {
        sure &= instant.At(layout.Available(best)) <= decision;
      }
      open[open_count] = i;
      open_count += sure ? 0 : 1;
    }
    first_seen[count] = kNoPosition;
    for (size_t k = 0; k < open_count; ++k) {
      if (!IsThere(positions[open[k]], moments[open[k]].decision_time)) {
        Search(open[k]);
      }
    }
  }

  bool IsThere(Position position, Instant decision) const {
    const Scale instant(series_);
    const uint64_t expire = series_.ExpireAt(position);
    return instant.At(series_.AvailableAt(position)) <= decision &&
           (expire == kLargestOffset || decision < instant.At(expire));
  }

  void Search(size_t i) {
    ask_.decision_time = moments_[i].decision_time;
    ask_.target_time = moments_[i].target_time;
    positions_[i] = series_.Best(ask_, series_.size());
    captures_[i] = positions_[i] == kNoPosition
                       ? kMinInstant
                       : series_.capture_time(positions_[i]);
  }

  const Moments& moments_;
  std::vector<Position>& first_seen_;
  std::vector<uint32_t>& open_;
  const std::array<uint32_t, 256>& refused_;
  const PointSeries& series_;
  const PointSeries& next_;
  Eligibility ask_;
  const std::span<Position> positions_;
  const std::span<Instant> captures_;
};

SeriesSweep::SeriesSweep(const Moments& moments)
    : moments_(moments),
      first_seen_(moments.size() + 1, kNoPosition),
      open_(moments.size()) {
  Accept(accepted_);
}

void SeriesSweep::Accept(const FlagSet& accepted) {
  accepted_ = accepted;
  for (size_t f = 0; f < refused_.size(); ++f) {
    refused_[f] = accepted.Has(f & (Flags::kCount - 1))
                      ? 0
                      : static_cast<uint32_t>(moments_.size());
  }
}

void SeriesSweep::Run(const PointSeries& series, const PointSeries& next,
                      const Eligibility& ask, std::span<Position> positions,
                      std::span<Instant> captures) {
  if (ask.accepted != accepted_) Accept(ask.accepted);
  // What a source has to read first cannot be fetched on the way.
  const PointSeries& whole = series.Whole();
  OneSeries(this, whole, next.sourced_ ? whole : next, ask, positions, captures)
      .Run();
}

}  // namespace recoveryline::core
