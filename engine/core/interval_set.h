// IntervalSet: an immutable set of instants, stored as sorted disjoint
// half-open intervals. It answers "which capture times are ruled out?"
//
//   IntervalSet holes = IntervalSet::FromUnsorted({{12, 14}, {13, 20}});
//   holes.Find(19)->start;                  // 12: jump there
//   holes.Find(20);                         // null: the end is exclusive
//
// An interval that ends at kForever has no end: it holds every instant from
// its start on, the last one included.
//
// Invariants (IsNormal() checks them; the constructor asserts it):
//   (1) No interval is empty.
//   (2) intervals()[i].end < intervals()[i + 1].start: sorted, disjoint and
//       never touching, so each set has one representation.
//
// Cost: FromUnsorted O(n log n), one allocation; Find O(log n), none.
// Thread-safety: immutable; concurrent reads are safe.

#ifndef RECOVERYLINE_ENGINE_CORE_INTERVAL_SET_H_
#define RECOVERYLINE_ENGINE_CORE_INTERVAL_SET_H_

#include <span>
#include <vector>

#include "engine/core/instant.h"

namespace recoveryline::core {

// [start, end)
struct Interval {
  Instant start = kMinInstant;
  Instant end = kForever;

  bool Contains(Instant t) const {
    return start <= t && (t < end || end == kForever);
  }
  bool Empty() const { return end <= start && end != kForever; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

class IntervalSet {
 public:
  // The empty set.
  IntervalSet() = default;

  // The union of `intervals`, which may be empty, overlap, touch and stand in
  // any order.
  static IntervalSet FromUnsorted(std::vector<Interval> intervals);

  bool empty() const { return intervals_.empty(); }
  std::span<const Interval> intervals() const { return intervals_; }

  // The interval that holds `t`, or null.
  const Interval* Find(Instant t) const;

  // Whether the set holds an instant of [first, last].
  bool Meets(Instant first, Instant last) const;

  // Whether an interval of the set ends after `t`.
  bool EndsAfter(Instant t) const {
    return !empty() &&
           (intervals_.back().end > t || intervals_.back().end == kForever);
  }

  bool IsNormal() const;

 private:
  explicit IntervalSet(std::vector<Interval> normal);

  std::vector<Interval>::const_iterator FirstStartingAfter(Instant t) const;

  std::vector<Interval> intervals_;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_INTERVAL_SET_H_
