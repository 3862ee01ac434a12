// Timeline: the choice for one unit as a step function of time. It answers
// "which points would we have had, at any moment?"
//
//   Timeline timeline = TimelineOf(unit, policy, {.from = a, .to = b});
//   for (size_t i = 0; i < timeline.size(); ++i)     // timeline_sweep.h
//     use(timeline[i].begin, timeline.end(i), timeline.Choice(i));
//
// A step is a half-open interval of an axis, from its begin to the next one's.
// What moves on the axis is the decision time, with or without the target time,
// or the target time alone: then the steps are the lines one can go back to.
//
// A choice depends on nothing but which points are eligible, and a point's
// eligibility on nothing that moves but available_from <= D < expire_time and
// capture_time <= T. Where T is D, the last follows from the first, since no
// point is available before its capture. Hence:
//   (1) Where D moves, the choice changes at an available_from or an
//       expire_time of some point of a member; where T moves alone, at a
//       capture_time. Between two of these instants it is constant.
// Invariants (IsNormal() checks them):
//   (2) Steps lie side by side: the first begins at from(), begins rise, and
//       the last ends at to(). None is empty.
//   (3) Neighbours differ: in their outcome or, where both have a choice, in
//       its rule or its points.
//
// Cost: 40 bytes a step; positions 4 bytes a member and line of common points,
// or 16 for each change of a member's own best point.
// Thread-safety: immutable but for the sweep that makes it.

#ifndef RECOVERYLINE_ENGINE_CORE_TIMELINE_H_
#define RECOVERYLINE_ENGINE_CORE_TIMELINE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/instant.h"
#include "engine/core/policy.h"
#include "engine/core/recovery_point.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

enum class TimelineAxis : uint8_t {
  kLatest,    // the decision time moves, and the target time with it
  kDecision,  // the decision time moves; the target time is the policy's
  kTarget,    // the target time moves; the decision time is the policy's
};

// [from, to) of an axis; nothing where `to` is not after `from`. The last
// instant that there is belongs to no span.
struct TimelineSpan {
  Instant from = kMinInstant;
  Instant to = kForever;
  TimelineAxis axis = TimelineAxis::kLatest;

  // The question that is asked at `at`.
  Policy PolicyAt(const Policy& policy, Instant at) const;
};

struct TimelineStep {
  Instant begin = 0;
  // With kSelected alone, all of these:
  Instant earliest = 0;
  Instant latest = 0;
  int rule = -1;
  int32_t line = -1;  // where the timeline keeps the positions
  UnitOutcome outcome = UnitOutcome::kNoEligiblePoint;
  Guarantee guarantee = Guarantee::kNone;
};

// From `begin` on this is the best point.
struct BestStep {
  Instant begin = 0;
  Position position = kNoPosition;
};

// Sets of several members' steps: member m of set s has those from
// begins[s * (members + 1) + m] to before the next begin.
struct MemberSteps {
  std::vector<BestStep> steps;
  std::vector<size_t> begins;
};

class Timeline {
 public:
  // Of an empty span.
  Timeline() = default;

  const TimelineSpan& span() const { return span_; }
  size_t size() const { return steps_.size(); }
  std::span<const TimelineStep> steps() const { return steps_; }

  // REQUIRES in all of these: i < size().
  const TimelineStep& operator[](size_t i) const { return steps_[i]; }
  Instant end(size_t i) const {
    return i + 1 < steps_.size() ? steps_[i + 1].begin : span_.to;
  }
  bool selected(size_t i) const {
    return steps_[i].outcome == UnitOutcome::kSelected;
  }
  // As ChooseForUnit() gives it at every instant of the step.
  UnitChoice Choice(size_t i) const;
  // REQUIRES: selected(i); `member` is one of the unit's.
  Position position(size_t i, size_t member) const;
  // kNoMarker unless the guarantee is kMarker.
  Marker marker(size_t i) const;

  // The step that holds `at`. REQUIRES: the span holds it.
  size_t IndexAt(Instant at) const;

  bool IsNormal() const;

 private:
  friend class TimelineSweep;

  void Clear(const TimelineSpan& span, size_t member_count);
  // Whether each member's point is found by itself; then a step's line tells
  // which set of members_ holds them.
  bool ByMember(const TimelineStep& step) const {
    return member_count_ > 1 && step.guarantee == Guarantee::kIndependent;
  }

  TimelineSpan span_ = {.from = 0, .to = 0};
  size_t member_count_ = 0;
  std::vector<TimelineStep> steps_;
  // Of a unit of one, a step's line is the position. Else there is a row of
  // positions a line, one a member, and its marker,
  std::vector<Position> rows_;
  std::vector<Marker> markers_;
  // or, for a rule without common points, a set of members' steps.
  MemberSteps members_;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_TIMELINE_H_
