// TimelineSweep: makes the timelines of one unit after the other.
//
//   TimelineSweep sweep;                     // scratch for all units
//   const Timeline& timeline = sweep.Run(unit, policy, lists, span);
//
// Invariant: at every instant of the span the timeline's choice is what
// ChooseForUnit() gives for span.PolicyAt(policy, instant).
//
// Thread-safety: for one thread. What it returns holds until the next Run().

#ifndef RECOVERYLINE_ENGINE_CORE_TIMELINE_SWEEP_H_
#define RECOVERYLINE_ENGINE_CORE_TIMELINE_SWEEP_H_

#include <vector>

#include "engine/core/selector.h"
#include "engine/core/timeline.h"

namespace recoveryline::core {

class TimelineSweep {
 public:
  // REQUIRES: `lists` is empty, or as ChooseForUnit() asks.
  const Timeline& Run(const Unit& unit, const Policy& policy,
                      const CommonLists& lists, const TimelineSpan& span);

  // The same by asking at each instant of invariant (1) of the timeline.
  const Timeline& RunByMoments(const Unit& unit, const Policy& policy,
                               const CommonLists& lists,
                               const TimelineSpan& span);

 private:
  void CollectInstants(const Unit& unit, const TimelineSpan& span);
  void Append(Instant begin, const UnitChoice& choice);

  Timeline timeline_;
  std::vector<Instant> instants_;
};

// One timeline, without lists.
Timeline TimelineOf(const Unit& unit, const Policy& policy,
                    const TimelineSpan& span);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_TIMELINE_SWEEP_H_
