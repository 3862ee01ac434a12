#include "engine/core/stays.h"

#include <algorithm>
#include <span>

#include "engine/core/point_series_records.h"

namespace recoveryline::core {
namespace {

// The last capture time that is wanted somewhere in the span.
Instant NewestIn(const Eligibility& ask, const TimelineSpan& span) {
  const Instant last = span.to - 1;
  return span.axis == TimelineAxis::kDecision ? std::min(last, ask.target_time)
                                              : last;
}

}  // namespace

std::optional<Stay> StayOf(const RecoveryPoint& point, const Eligibility& ask,
                           const TimelineSpan& span) {
  const bool expires = point.expire_time != kForever;
  Stay stay;
  if (span.axis != TimelineAxis::kTarget) {
    if (point.capture_time > NewestIn(ask, span)) return std::nullopt;
    stay = {.begin = point.available_from,
            .end = expires ? point.expire_time : span.to};
  } else if (point.available_from <= ask.decision_time &&
             (!expires || ask.decision_time < point.expire_time)) {
    stay = {.begin = point.capture_time, .end = span.to};
  }
  stay.begin = std::max(stay.begin, span.from);
  stay.end = std::min(stay.end, span.to);
  if (stay.end <= stay.begin) return std::nullopt;
  return stay;
}

std::optional<Stay> StayOf(const Candidates& candidates, Position position,
                           const TimelineSpan& span) {
  const PointSeries& series = *candidates.points;
  const Eligibility& ask = candidates.ask;
  if (!candidates.IsCandidate(position) ||
      !ask.accepted.Has(series.flags(position))) {
    return std::nullopt;
  }
  const RecoveryPoint point = series.point(position);
  if (point.capture_time < ask.not_before ||
      (ask.exclusions != nullptr &&
       ask.exclusions->Find(point.capture_time) != nullptr)) {
    return std::nullopt;
  }
  std::optional<Stay> stay = StayOf(point, ask, span);
  if (stay) stay->position = position;
  return stay;
}

// The unpinned points of one series, from the best to the worst.
class StayReader {
 public:
  StayReader(const Candidates& candidates, const TimelineSpan& span,
             std::vector<Stay>* stays)
      : series_(*candidates.points),
        ask_(candidates.ask),
        span_(span),
        stays_(stays) {}

  // Leaves out what the exclusions hold.
  void Run() {
    Position end = series_.UpperBound(NewestIn(ask_, span_));
    const Position begin = series_.LowerBound(ask_.not_before);
    if (ask_.exclusions != nullptr) {
      const std::span<const Interval> holes = ask_.exclusions->intervals();
      for (size_t i = holes.size(); i > 0; --i) {
        const Interval& hole = holes[i - 1];
        if (hole.end != kForever) {
          Read(std::max(begin, series_.LowerBound(hole.end)), end);
        }
        end = std::min(end, series_.LowerBound(hole.start));
      }
    }
    Read(begin, end);
  }

 private:
  void Read(Position begin, Position end) {
    if (span_.axis == TimelineAxis::kTarget) {
      ReadWanted(begin, end);
    } else {
      ReadThere(begin, end);
    }
  }

  // Those that are there when the decision is made.
  void ReadWanted(Position begin, Position end) {
    for (Position p = end - 1; p >= begin; --p) {
      const Instant decision = ask_.decision_time;
      if (Accepts(p) && At(series_.AvailableAt(p)) <= decision &&
          decision < ExpireAt(p, kForever)) {
        Add(At(series_.CaptureAt(p)), span_.to, p);
      }
    }
  }

  void ReadThere(Position begin, Position end) {
    for (Position p = end - 1; p >= begin; --p) {
      if (!Accepts(p)) continue;
      Add(At(series_.AvailableAt(p)), ExpireAt(p, span_.to), p);
    }
  }

  bool Accepts(Position p) const {
    return ask_.accepted.Has(series_.FlagByte(p) & (Flags::kCount - 1));
  }
  Instant At(uint64_t offset) const {
    return static_cast<Instant>(static_cast<uint64_t>(series_.base_) +
                                offset * series_.unit_nanos_);
  }
  Instant ExpireAt(Position p, Instant never) const {
    const uint64_t expire = series_.ExpireAt(p);
    return expire == kLargestOffset ? never : At(expire);
  }

  void Add(Instant begin, Instant end, Position p) {
    begin = std::max(begin, span_.from);
    end = std::min(end, span_.to);
    if (end <= begin || (best_.begin <= begin && end <= best_.end)) return;
    best_ = {.begin = begin, .end = end, .position = p};
    stays_->push_back(best_);
  }

  const PointSeries& series_;
  const Eligibility& ask_;
  const TimelineSpan& span_;
  std::vector<Stay>* const stays_;
  Stay best_{.begin = kMaxInstant, .end = kMinInstant};  // of fact (1)
};

void CollectStays(const Candidates& candidates, const TimelineSpan& span,
                  std::vector<Stay>* stays) {
  const PointSeries& series = *candidates.points;
  const auto add = [&](Position p) {
    if (const auto stay = StayOf(candidates, p, span)) stays->push_back(*stay);
  };
  if (candidates.pinned != kNoPosition) {
    add(candidates.pinned);
  } else if (candidates.pinned_marker != kNoMarker) {
    const auto carriers = series.Carriers(candidates.pinned_marker);
    std::for_each(carriers.rbegin(), carriers.rend(), add);
  } else if (series.size() > 0) {
    StayReader(candidates, span, stays).Run();
  }
}

// --- The best of them ---

namespace {

bool ComesLater(const Stay& a, const Stay& b) { return a.begin > b.begin; }

bool IsWorse(const Stay& a, const Stay& b) { return a.position < b.position; }

// As they mostly stand in order but for a few, each is put in its place; where
// that moves too many, they are sorted at a stroke.
void PutLatestFirst(std::vector<Stay>* stays) {
  size_t moves_left = 8 * stays->size();
  for (size_t i = 1; i < stays->size(); ++i) {
    if (!ComesLater((*stays)[i], (*stays)[i - 1])) continue;
    const Stay stay = (*stays)[i];
    size_t to = i;
    for (; to > 0 && ComesLater(stay, (*stays)[to - 1]); --to) {
      (*stays)[to] = (*stays)[to - 1];
      if (--moves_left > 0) continue;
      (*stays)[to - 1] = stay;
      std::sort(stays->begin(), stays->end(), ComesLater);
      return;
    }
    (*stays)[to] = stay;
  }
}

}  // namespace

void BestOfStays::DropTop() {
  top_ = Stay();
  if (below_.empty()) return;
  std::pop_heap(below_.begin(), below_.end(), IsWorse);
  top_ = below_.back();
  below_.pop_back();
}

void BestOfStays::PutBelow(const Stay& stay) {
  below_.push_back(stay);
  std::push_heap(below_.begin(), below_.end(), IsWorse);
}

inline void BestOfStays::ChangeTo(Instant at, Position position) {
  BestStep* const next = last_->begin == at ? last_ : last_ + 1;
  const bool changes = next == first_ || next[-1].position != position;
  *next = {at, position};
  last_ = changes ? next : next - 1;
}

void BestOfStays::PassTo(Instant now) {
  while (top_.position != kNoPosition && top_.end <= now) {
    const Instant gone = top_.end;
    while (top_.position != kNoPosition && top_.end <= gone) DropTop();
    ChangeTo(gone, top_.position);
  }
}

void BestOfStays::Append(std::vector<Stay>* stays, Instant from, Instant to,
                         std::vector<BestStep>* steps) {
  PutLatestFirst(stays);
  // A stay changes the best one twice at most. One more is written to.
  const size_t steps_before = steps->size();
  steps->resize(steps_before + 2 * stays->size() + 2);
  first_ = last_ = &(*steps)[steps_before];
  *first_ = {from, kNoPosition};
  top_ = Stay();
  below_.clear();
  for (; !stays->empty(); stays->pop_back()) {
    const Stay& stay = stays->back();
    if (top_.end <= stay.begin) PassTo(stay.begin);
    if (stay.position < top_.position) {
      if (top_.end < stay.end) PutBelow(stay);
      continue;
    }
    while (top_.position != kNoPosition && top_.end <= stay.end) DropTop();
    if (top_.position != kNoPosition) PutBelow(top_);
    top_ = stay;
    ChangeTo(stay.begin, stay.position);
  }
  PassTo(to - 1);
  steps->resize(steps_before + static_cast<size_t>(last_ - first_) + 1);
}

}  // namespace recoveryline::core
