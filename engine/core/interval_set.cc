#include "engine/core/interval_set.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace recoveryline::core {

IntervalSet::IntervalSet(std::vector<Interval> normal)
    : intervals_(std::move(normal)) {
  assert(IsNormal());
}

IntervalSet IntervalSet::FromUnsorted(std::vector<Interval> intervals) {
  std::erase_if(intervals, [](const Interval& i) { return i.Empty(); });
  std::sort(
      intervals.begin(), intervals.end(),
      [](const Interval& a, const Interval& b) { return a.start < b.start; });
  size_t kept = 0;  // intervals[0, kept) is normal
  for (const Interval& next : intervals) {
    if (kept > 0 && next.start <= intervals[kept - 1].end) {
      Instant& end = intervals[kept - 1].end;
      end = std::max(end, next.end);
    } else {
      intervals[kept++] = next;
    }
  }
  intervals.resize(kept);
  return IntervalSet(std::move(intervals));
}

std::vector<Interval>::const_iterator IntervalSet::FirstStartingAfter(
    Instant t) const {
  return std::upper_bound(
      intervals_.begin(), intervals_.end(), t,
      [](Instant value, const Interval& i) { return value < i.start; });
}

const Interval* IntervalSet::Find(Instant t) const {
  const auto after = FirstStartingAfter(t);
  if (after == intervals_.begin()) return nullptr;
  const Interval& candidate = *std::prev(after);
  return candidate.Contains(t) ? &candidate : nullptr;
}

bool IntervalSet::Meets(Instant first, Instant last) const {
  const auto after = FirstStartingAfter(last);
  if (after == intervals_.begin()) return false;
  const Interval& candidate = *std::prev(after);
  return candidate.end > first || candidate.end == kForever;
}

bool IntervalSet::IsNormal() const {
  for (size_t i = 0; i < intervals_.size(); ++i) {
    if (intervals_[i].Empty()) return false;
    if (i > 0 && intervals_[i].start <= intervals_[i - 1].end) return false;
  }
  return true;
}

}  // namespace recoveryline::core
