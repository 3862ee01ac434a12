// AlignmentSurvey: is there a later instant that all units of a plan can go
// back to, and who prevents it? For the checker alone.
//
//   AlignmentSurvey survey = SurveyAlignment(units, policy, max_skew, t);
//   survey.later;              // an instant after t that serves all: t is
//   wrong survey.without[u];         // the greatest one that serves all but
//   unit u
//
// For each unit, each eligible candidate captured after a floor is read once;
// what they give are ranges of instants at which a window of max_skew may
// begin. Ranges are intersected where all must have one, and united where one
// will do; nothing is searched, and nothing leaps.
//
// Cost: O(n log n) for n points after the floor.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_CORE_ALIGNMENT_SURVEY_H_
#define RECOVERYLINE_ENGINE_CORE_ALIGNMENT_SURVEY_H_

#include <optional>
#include <span>
#include <vector>

#include "engine/core/instant.h"
#include "engine/core/policy.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

// A unit and the rule that it keeps.
struct AlignedUnit {
  const Unit* unit = nullptr;
  int rule = 0;
};

struct AlignmentSurvey {
  // The greatest instant after the floor that serves every unit.
  std::optional<Instant> later;
  // The greatest one that serves all units but this one, by unit; with a
  // single unit there are no others.
  std::vector<std::optional<Instant>> without;
};

// No floor: all instants.
AlignmentSurvey SurveyAlignment(std::span<const AlignedUnit> units,
                                const Policy& policy, Nanos max_skew,
                                std::optional<Instant> floor);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_ALIGNMENT_SURVEY_H_
