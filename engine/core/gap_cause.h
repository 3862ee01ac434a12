// GapCause: who is to blame for a step of a timeline.
//
//   if (auto step = OldestStep(timeline))
//     GapCause cause = CauseOf(unit, policy, timeline, *step);
//
// Just before a step ends the choice is as old as it gets: the members that
// block it there (blocking.h) are those that caused it, each with how much
// newer the choice would have been without it.
//
// Cost: that of one choice and of BlockingMembers().
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_CORE_GAP_CAUSE_H_
#define RECOVERYLINE_ENGINE_CORE_GAP_CAUSE_H_

#include <optional>
#include <vector>

#include "engine/core/timeline.h"

namespace recoveryline::core {

struct GapCause {
  Instant at = 0;  // the last instant of the step
  // Greatest gain first, kForever where there was no choice; none for a unit
  // of one, or where no single member made the difference.
  std::vector<Blocking> blocking;
};

// The step with the greatest age at its end, the first of several; nothing
// where there never was a choice.
// REQUIRES: the decision time moves on the timeline's axis.
std::optional<size_t> OldestStep(const Timeline& timeline);

// The last step of the longest stretch without a choice, the first of several;
// nothing where there always was one.
std::optional<size_t> LongestWithoutChoice(const Timeline& timeline);

// REQUIRES: the timeline is of this unit and policy; step < timeline.size().
GapCause CauseOf(const Unit& unit, const Policy& policy,
                 const Timeline& timeline, size_t step);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_GAP_CAUSE_H_
