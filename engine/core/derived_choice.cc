#include "engine/core/derived_choice.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <tuple>

#include "engine/core/line_survey.h"
#include "engine/core/point_judge.h"
#include "engine/core/selection_checker.h"

namespace recoveryline::core {
namespace {

// What the chosen points have in common, and how new they may be.
struct Wanted {
  Marker marker = kNoMarker;  // kNoMarker: any
  Instant newest = kMaxInstant;
};

// The marker whose line is the best. REQUIRES: there is one.
Marker BestMarker(const Unit& unit, const Rule& rule, PointJudge* judge) {
  bool each_has_one = false;
  std::optional<std::tuple<Instant, Instant, Marker>> best;
  for (const auto& [marker, line] :
       SurveyMarkers(unit, rule, kMinInstant, judge, &each_has_one)) {
    if (line.holder_count != static_cast<int>(unit.members.size())) continue;
    const auto rank = std::make_tuple(line.earliest, line.latest, -marker);
    if (!best.has_value() || rank > *best) best = rank;
  }
  return best.has_value() ? -std::get<2>(*best) : kNoMarker;
}

Position BestOf(const Unit& unit, int member, const Rule& rule,
                const Wanted& wanted, PointJudge* judge) {
  const PointSeries& points = *unit.members[static_cast<size_t>(member)].points;
  for (Position p = points.size() - 1; p >= 0; --p) {
    const RecoveryPoint point = points.point(p);
    if (point.capture_time > wanted.newest) continue;
    if (wanted.marker != kNoMarker && point.marker != wanted.marker) continue;
    if (judge->Judge(member, p, point, rule.consistencies) == Fate::kNone) {
      return p;
    }
  }
  return kNoPosition;
}

// REQUIRES: the rule serves the unit.
void TakeLine(const Unit& unit, const Policy& policy, const Rule& rule,
              UnitChoice* choice) {
  PointJudge judge(unit, policy);
  Wanted wanted;
  choice->guarantee = Guarantee::kIndependent;
  if (NeedsCommon(unit, rule) && rule.scope == Scope::kCommonMarker) {
    choice->guarantee = Guarantee::kMarker;
    wanted.marker = choice->marker = BestMarker(unit, rule, &judge);
  } else if (NeedsCommon(unit, rule)) {
    choice->guarantee = Guarantee::kSkewBounded;
    const LineSurvey survey = Survey(unit, rule, kMinInstant, &judge);
    wanted.newest =
        SaturatingAdd(survey.whole.value_or(kMinInstant), rule.max_skew);
  }
  choice->earliest = kMaxInstant;
  choice->latest = kMinInstant;
  for (int i = 0; i < static_cast<int>(unit.members.size()); ++i) {
    const Position p = BestOf(unit, i, rule, wanted, &judge);
    choice->positions.push_back(p);
    if (p == kNoPosition) continue;
    const Instant t =
        unit.members[static_cast<size_t>(i)].points->point(p).capture_time;
    choice->earliest = std::min(choice->earliest, t);
    choice->latest = std::max(choice->latest, t);
  }
}

}  // namespace

// What is wrong with having no choice says what is right.
UnitChoice DeriveChoice(const Unit& unit, const Policy& policy) {
  UnitChoice choice;
  const std::optional<Fault> fault = CheckChoice(unit, policy, choice);
  if (!fault.has_value()) return choice;
  choice.outcome = fault->outcome;
  if (fault->outcome != UnitOutcome::kSelected) return choice;
  choice.rule = fault->rule;
  TakeLine(unit, policy, policy.rules[static_cast<size_t>(fault->rule)],
           &choice);
  return choice;
}

}  // namespace recoveryline::core
