#include "engine/core/point_judge.h"

#include <algorithm>
#include <cstddef>

namespace recoveryline::core {
namespace {

// Whether some interval holds `t`. The intervals are sorted and disjoint.
bool Excluded(const IntervalSet* exclusions, Instant t) {
  if (exclusions == nullptr) return false;
  const auto intervals = exclusions->intervals();
  const auto after =
      std::partition_point(intervals.begin(), intervals.end(),
                           [t](const Interval& i) { return i.start <= t; });
  if (after == intervals.begin()) return false;
  const Interval& last = *(after - 1);
  return t < last.end || last.end == kForever;
}

}  // namespace

bool IsMeantFor(const Rule& rule, const Unit& unit) {
  const bool by_marker = unit.pinned_marker != kNoMarker;
  switch (rule.serves) {
    case Serves::kEveryUnit:
      return true;
    case Serves::kPinnedPerVm:
      return !by_marker;
    case Serves::kPinnedByMarker:
      return by_marker;
  }
  return false;
}

void VerdictHistory::ReadInstant() {
  const Instant at = points_->point(unread_ - 1).capture_time;
  bool judged = false;
  Cleanliness worst = Cleanliness::kClean;
  for (; unread_ > 0; --unread_) {
    const RecoveryPoint point = points_->point(unread_ - 1);
    if (point.capture_time != at) break;
    if (point.cleanliness == Cleanliness::kUnknown) continue;
    judged = true;
    worst = std::min(worst, point.cleanliness);
  }
  if (!judged) return;
  const Cleanliness inherited =
      worst == Cleanliness::kClean ? Cleanliness::kUnknown : worst;
  if (!newest_first_.empty() && newest_first_.back().inherited == inherited) {
    newest_first_.back().since = at;
  } else {
    newest_first_.push_back({.since = at, .inherited = inherited});
  }
}

Cleanliness VerdictHistory::InheritedAt(Instant t) {
  while (unread_ > 0 &&
         (newest_first_.empty() || newest_first_.back().since > t)) {
    ReadInstant();
  }
  const auto change = std::partition_point(
      newest_first_.begin(), newest_first_.end(),
      [t](const Change& newer) { return newer.since > t; });
  return change == newest_first_.end() ? Cleanliness::kUnknown
                                       : change->inherited;
}

PointJudge::PointJudge(const Unit& unit, const Policy& policy)
    : unit_(unit), policy_(policy) {
  histories_.reserve(unit.members.size());
  for (const Member& member : unit.members) {
    histories_.emplace_back(*member.points);
  }
}

bool PointJudge::CleanEnough(int member, const RecoveryPoint& point) {
  const Cleanliness minimum = policy_.minimum_cleanliness;
  // What is inherited can only be worse than the point's own verdict.
  if (point.cleanliness < minimum) return false;
  if (point.cleanliness != Cleanliness::kUnknown || policy_.trust_unjudged ||
      minimum == Cleanliness::kInfected) {
    return true;
  }
  return histories_[static_cast<size_t>(member)].InheritedAt(
             point.capture_time) >= minimum;
}

Fate PointJudge::JudgeEligibility(int member, const RecoveryPoint& point,
                                  ConsistencySet consistencies) {
  const Instant asked_at = policy_.decision_time;
  if (asked_at < point.available_from) return Fate::kNotYetAvailable;
  if (point.expire_time != kForever && asked_at >= point.expire_time) {
    return Fate::kExpired;
  }
  if (point.capture_time > policy_.target_time) return Fate::kAfterTargetTime;
  if (point.capture_time < policy_.not_before) return Fate::kBeforeFloor;
  if (Excluded(unit_.members[static_cast<size_t>(member)].exclusions,
               point.capture_time)) {
    return Fate::kExcluded;
  }
  if (point.consistency == Consistency::kUnset ||
      (consistencies & Exactly(point.consistency)) == 0) {
    return Fate::kInconsistent;
  }
  if (point.partial && !policy_.allow_partial) return Fate::kPartialDisks;
  return CleanEnough(member, point) ? Fate::kNone : Fate::kNotClean;
}

Fate PointJudge::Judge(int member, Position position,
                       const RecoveryPoint& point,
                       ConsistencySet consistencies) {
  const Fate fate = JudgeEligibility(member, point, consistencies);
  if (fate != Fate::kNone) return fate;
  const Position pinned = unit_.members[static_cast<size_t>(member)].pinned;
  if ((pinned != kNoPosition && pinned != position) ||
      (unit_.pinned_marker != kNoMarker &&
       unit_.pinned_marker != point.marker)) {
    return Fate::kNotPinned;
  }
  return Fate::kNone;
}

Position PointJudge::Best(int member, ConsistencySet consistencies,
                          Instant floor) {
  const PointSeries& points =
      *unit_.members[static_cast<size_t>(member)].points;
  for (Position p = points.size() - 1; p >= 0; --p) {
    const RecoveryPoint point = points.point(p);
    if (point.capture_time < floor) break;
    if (Judge(member, p, point, consistencies) == Fate::kNone) return p;
  }
  return kNoPosition;
}

}  // namespace recoveryline::core
