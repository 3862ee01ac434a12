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
            std::span<Position> positions, std::span<Instant> earliest)
      : moments_(sweep->moments_),
        first_seen_(sweep->first_seen_),
        open_(sweep->open_),
        leavers_(sweep->leavers_),
        refused_(sweep->refused_),
        series_(series),
        next_(next),
        ask_(ask),
        positions_(positions),
        earliest_(earliest) {}

  bool Run() {
    if (moments_.size() > 0) Sweep();
    return has_all_;
  }

 private:
  void Sweep() {
    const size_t count = moments_.size();
    Search(0);
    const Position begin =
        std::max(positions_[0] + 1, series_.LowerBound(ask_.not_before));
    const Position end = series_.UpperBound(moments_.newest().last());
    if (end - begin > kWorthNoting * static_cast<int64_t>(count)) {
      for (size_t i = 1; i < count; ++i) Search(i);
      return;
    }
    if (series_.wide_) {
      NoteAndFollow<AnyLayout>(begin, end);
    } else if (series_.timed_) {
      NoteAndFollow<Narrow<true>>(begin, end);
    } else {
      NoteAndFollow<Narrow<false>>(begin, end);
    }
  }

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
  template <bool kTimed>
  struct Narrow {
    static constexpr int kBytes = kTimed ? 16 : 8;
    static constexpr int kRecordsALine = 64 / kBytes;
    // How much later than about when it is said to be, in units.
    static constexpr uint64_t kSlack =
        kTimed ? (uint64_t{1} << kLowBits) - 1 : 0;

    Narrow(const PointSeries& of, Instant latest)
        : records(of.records_), series(of) {
      if (latest >= of.base_) {
        may_leave = static_cast<int64_t>(of.Units(Distance(of.base_, latest)) >>
                                         kLowBits);
      }
    }
    const std::byte* At(Position p) const {
      return records + int64_t{p} * kBytes;
    }
    uint64_t Capture(Position p) const {
      return Load<uint64_t>(At(p)) & kCaptureMask;
    }
    uint8_t Flags(Position p) const {
      return static_cast<uint8_t>(At(p)[FlagsAt(/*wide=*/false)]);
    }
    uint64_t AboutAvailable(Position p) const {
      if constexpr (!kTimed) return Capture(p);
      return uint64_t{Load<uint32_t>(At(p) + kAvailableHighAt)} << kLowBits;
    }
    bool MayLeave(Position p) const {
      if constexpr (!kTimed) return false;
      return Load<uint32_t>(At(p) + kExpireHighAt) <= may_leave;
    }
    void PrefetchLineOf(Position p) const { __builtin_prefetch(At(p)); }

    const std::byte* records;
    const PointSeries& series;
    int64_t may_leave = -1;  // the high bits of times up to the latest
  };
  struct AnyLayout {
    static constexpr int kRecordsALine = 8;
    static constexpr uint64_t kSlack = 0;

    AnyLayout(const PointSeries& of, Instant last) : series(of), latest(last) {}
    uint64_t Capture(Position p) const { return series.CaptureAt(p); }
    uint8_t Flags(Position p) const { return series.FlagByte(p); }
    uint64_t AboutAvailable(Position p) const { return series.AvailableAt(p); }
    bool MayLeave(Position p) const {
      return series.ExpireAt(p) != kLargestOffset &&
             Scale(series).At(series.ExpireAt(p)) <= latest;
    }
    void PrefetchLineOf(Position) const {}

    const PointSeries& series;
    Instant latest;
  };

  template <typename Layout>
  void NoteAndFollow(Position begin, Position end) {
    const Layout layout(series_, moments_.latest_decision());
    leavers_.clear();
    if (!moments_.decisions_rise()) {
      NoteIncluded<true, false>(layout, begin, end);
      FollowAnyDecisions(layout);
    } else if (moments_.newest_decides()) {
      NoteIncluded<false, true>(layout, begin, end);
      FollowRisingDecisions(layout);
    } else {
      NoteIncluded<true, true>(layout, begin, end);
      FollowRisingDecisions(layout);
    }
    std::fill(first_seen_.begin(), first_seen_.end(), kNoPosition);
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

  // What tells where a point is noted, in registers.
  template <bool kByCapture, bool kByAvailable, typename Layout>
  struct FirstMoments {
    uint32_t Of(const Layout& layout, Position p) const {
      uint32_t first = refused[layout.Flags(p)];
      if constexpr (kByCapture) {
        first =
            std::max(first, newest.FirstFrom(instant.At(layout.Capture(p))));
      }
      if constexpr (kByAvailable) first = std::max(first, Available(layout, p));
      return first;
    }
    uint32_t Available(const Layout& layout, Position p) const {
      const Instant about = instant.At(layout.AboutAvailable(p));
      if constexpr (Layout::kSlack == 0) return decisions.FirstFrom(about);
      const uint32_t first = decisions.FirstFrom(about, slack);
      if (first != InstantIndex::kUnsure) [[likely]]
        return first;
      return decisions.FirstFrom(instant.At(series.AvailableAt(p)));
    }

    const PointSeries& series;
    const uint32_t* refused;
    InstantIndex::Reader newest;
    InstantIndex::Reader decisions;
    Scale instant{series};
    Nanos slack = static_cast<Nanos>(Layout::kSlack * instant.unit);
  };

  // Notes each acceptable point at the first moment that wants its capture
  // time, and that is not before it is available.
  template <bool kByCapture, bool kByAvailable, typename Layout>
  void Note(const Layout& at, Position begin, Position end) {
    const Layout layout = at;
    const Layout next(next_, moments_.latest_decision());
    const FirstMoments<kByCapture, kByAvailable, Layout> moments{
        series_, refused_.data(), moments_.newest().reader(),
        moments_.decisions().reader()};
    Position* const first_seen = first_seen_.data();
    while (begin < end) {
      const Position line_end = std::min(end, begin + Layout::kRecordsALine);
      next.PrefetchLineOf(begin);
      for (; begin < line_end; ++begin) {
        const uint32_t first = moments.Of(layout, begin);
        first_seen[first] = begin;
        if (layout.MayLeave(begin)) [[unlikely]]
          leavers_.push_back({begin, first});
      }
    }
  }

  // The best point seen so far, of whichever moment: it is the answer where it
  // is still there, and no answer is better.
  template <typename Layout, typename Visit>
  void FollowBest(const Layout& layout, Visit visit) {
    const auto count = static_cast<uint32_t>(moments_.size());
    const Scale instant(series_);
    const Position* const first_seen = first_seen_.data();
    Position* const positions = positions_.data();
    Instant* const earliest = earliest_.data();
    Position best = positions[0];
    uint32_t i = 0;
    for (; i < count && std::max(best, first_seen[i]) == kNoPosition; ++i) {
      positions[i] = kNoPosition;
      earliest[i] = kMinInstant;
    }
    for (; i < count; ++i) {
      best = std::max(best, first_seen[i]);
      positions[i] = best;
      earliest[i] = std::min(earliest[i], instant.At(layout.Capture(best)));
      visit(i, best);
    }
  }

  // A point that leaves was the best from the moment that it was noted at, if
  // ever; and it is gone from some moment on.
  template <typename Layout>
  void FollowRisingDecisions(const Layout& layout) {
    if (positions_[0] != kNoPosition) leavers_.push_back({positions_[0], 0});
    FollowBest(layout, [](uint32_t, Position) {});
    const Scale instant(series_);
    const InstantIndex::Reader decisions = moments_.decisions().reader();
    for (const auto& [position, first] : leavers_) {
      if (first == moments_.size() || positions_[first] != position) continue;
      const uint64_t expire = series_.ExpireAt(position);
      if (expire == kLargestOffset) continue;
      size_t i = std::max(first, decisions.FirstFrom(instant.At(expire)));
      for (; i < moments_.size() && positions_[i] == position; ++i) {
        SearchBehind(i);
      }
    }
  }

  template <typename Layout>
  void FollowAnyDecisions(const Layout& layout) {
    const Scale instant(series_);
    const uint64_t slack = Layout::kSlack * instant.unit;
    const Moment* const moments = &moments_[0];
    uint32_t* const open = open_.data();
    size_t open_count = 0;
    FollowBest(layout, [&](uint32_t i, Position best) {
      const Instant decision = moments[i].decision_time;
      const Instant available = instant.At(layout.AboutAvailable(best));
      const bool early =
          decision < available || Distance(available, decision) < slack;
      open[open_count] = i;
      open_count += early || layout.MayLeave(best) ? 1 : 0;
    });
    for (size_t k = 0; k < open_count; ++k) {
      if (!IsThere(positions_[open[k]], moments[open[k]].decision_time)) {
        SearchBehind(open[k]);
      }
    }
  }

  // The best point seen is not there; nothing newer can be.
  void SearchBehind(size_t i) {
    if (HaveExpired(positions_[i], moments_[i].decision_time)) {
      KeepNone(i);
    } else {
      Search(i);
    }
  }

  // Whether all points up to `last` have, as far as is known from looking on
  // where a moment decided no later came to an end.
  bool HaveExpired(Position last, Instant decision) {
    if (decision < expired_at_) return false;
    expired_at_ = decision;
    const Scale instant(series_);
    for (; expired_count_ <= last; ++expired_count_) {
      const uint64_t expire = series_.ExpireAt(expired_count_);
      if (expire == kLargestOffset || decision < instant.At(expire)) break;
    }
    return expired_count_ > last;
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
    if (positions_[i] == kNoPosition) {
      KeepNone(i);
    } else {
      earliest_[i] =
          std::min(earliest_[i], series_.capture_time(positions_[i]));
    }
  }

  void KeepNone(size_t i) {
    positions_[i] = kNoPosition;
    earliest_[i] = kMinInstant;
    has_all_ = false;
  }

  const Moments& moments_;
  std::vector<Position>& first_seen_;
  std::vector<uint32_t>& open_;
  std::vector<Leaver>& leavers_;
  const std::array<uint32_t, 256>& refused_;
  const PointSeries& series_;
  const PointSeries& next_;
  Eligibility ask_;
  const std::span<Position> positions_;
  const std::span<Instant> earliest_;
  bool has_all_ = true;
  // The first points are gone at this decision time and later.
  Position expired_count_ = 0;
  Instant expired_at_ = kMinInstant;
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

bool SeriesSweep::Run(const PointSeries& series, const PointSeries& next,
                      const Eligibility& ask, std::span<Position> positions,
                      std::span<Instant> earliest) {
  if (ask.accepted != accepted_) Accept(ask.accepted);
  // What a source has to read first cannot be fetched on the way.
  const PointSeries& whole = series.Whole();
  return OneSeries(this, whole, next.sourced_ ? whole : next, ask, positions,
                   earliest)
      .Run();
}

}  // namespace recoveryline::core
