#include "engine/core/stays.h"

#include <algorithm>

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

void CollectStays(const Candidates& candidates, const TimelineSpan& span,
                  std::vector<Stay>* stays) {
  const PointSeries& series = *candidates.points;
  const Position first = series.LowerBound(candidates.ask.not_before);
  Stay best{.begin = kMaxInstant, .end = kMinInstant};  // of fact (1)
  for (Position p = series.UpperBound(NewestIn(candidates.ask, span)) - 1;
       p >= first; --p) {
    const auto stay = StayOf(candidates, p, span);
    if (!stay || (best.begin <= stay->begin && stay->end <= best.end)) continue;
    best = *stay;
    stays->push_back(best);
  }
}

void BestOfStays::Keep(const Stay& stay) {
  heap_.push_back(stay);
  std::push_heap(heap_.begin(), heap_.end(), [](const Stay& a, const Stay& b) {
    return a.position < b.position;
  });
}

void BestOfStays::DropTop() {
  std::pop_heap(heap_.begin(), heap_.end(), [](const Stay& a, const Stay& b) {
    return a.position < b.position;
  });
  heap_.pop_back();
}

void BestOfStays::Append(std::vector<Stay>* stays, Instant from, Instant to,
                         std::vector<BestStep>* steps) {
  const auto comes_later = [](const Stay& a, const Stay& b) {
    return a.begin > b.begin;
  };
  if (!std::is_sorted(stays->begin(), stays->end(), comes_later)) {
    std::sort(stays->begin(), stays->end(), comes_later);
  }
  const size_t first = steps->size();
  steps->push_back({from, kNoPosition});
  const auto change_to = [&](Instant at, Position position) {
    if (steps->back().begin == at) steps->pop_back();
    if (steps->size() == first || steps->back().position != position) {
      steps->push_back({at, position});
    }
  };
  const auto pass = [&](Instant until) {
    while (!heap_.empty() && heap_[0].end <= until) {
      const Instant at = heap_[0].end;
      while (!heap_.empty() && heap_[0].end <= at) DropTop();
      change_to(at, heap_.empty() ? kNoPosition : heap_[0].position);
    }
  };
  heap_.clear();
  for (; !stays->empty(); stays->pop_back()) {
    const Stay& stay = stays->back();
    pass(stay.begin);
    if (!heap_.empty() && stay.position < heap_[0].position) {
      if (heap_[0].end < stay.end) Keep(stay);
      continue;
    }
    while (!heap_.empty() && heap_[0].end <= stay.end) DropTop();
    Keep(stay);
    change_to(stay.begin, stay.position);
  }
  pass(to - 1);
}

}  // namespace recoveryline::core
