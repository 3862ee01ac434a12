// LineSurvey: how new a line does a rule give, to all members of a unit and to
// all but one? For the checker alone.
//
//   LineSurvey survey = Survey(unit, rule, kMinInstant, &judge);
//   survey.whole;              // earliest capture of the unit's newest line
//   survey.without[i];         // the same as if member i did not exist
//
// Every eligible candidate captured at or after a floor is read once, by
// itself, and counted for its marker or its capture time; what n - 1 members
// have is a line for the unit without the one that lacks it. Lines of a floor
// are exactly the lines whose earliest capture is at or after it.
//
// Cost: O(points at or after the floor), for common capture times sorted.
// Thread-safety: that of PointJudge.

#ifndef RECOVERYLINE_ENGINE_CORE_LINE_SURVEY_H_
#define RECOVERYLINE_ENGINE_CORE_LINE_SURVEY_H_

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/core/instant.h"
#include "engine/core/point_judge.h"
#include "engine/core/policy.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

struct LineSurvey {
  // The greatest earliest capture time of a line of all members.
  std::optional<Instant> whole;
  // The same for all members but this one; of a unit of two or more.
  std::vector<std::optional<Instant>> without;
  // Whether every member has an eligible candidate, common or not.
  bool each_has_one = false;
};

LineSurvey Survey(const Unit& unit, const Rule& rule, Instant floor,
                  PointJudge* judge);

// What a marker gives: each member counts with its best eligible candidate.
struct MarkerLine {
  int holder_count = 0;
  int last_holder = -1;
  int64_t holder_sum = 0;  // of the members that hold it
  Instant earliest = kForever;
  Instant second_earliest = kForever;
  int earliest_holder = -1;
  Instant latest = kMinInstant;
};
using MarkerLines = absl::flat_hash_map<Marker, MarkerLine>;

// One for each marker that an eligible candidate at or after the floor
// carries.
MarkerLines SurveyMarkers(const Unit& unit, const Rule& rule, Instant floor,
                          PointJudge* judge, bool* each_has_one);

// Whether the members of the unit need a point in common under the rule.
inline bool NeedsCommon(const Unit& unit, const Rule& rule) {
  return unit.members.size() > 1 && rule.scope != Scope::kIndependent;
}

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_LINE_SURVEY_H_
