#include "engine/core/explanation.h"

#include <algorithm>
#include <array>

#include "engine/core/blocking.h"
#include "engine/core/selector.h"

namespace recoveryline::core {
namespace {

// The rule that explains the choice: the one that served, else the first that
// the unit may take.
const Rule& ExplainingRule(const Unit& unit, const Policy& policy,
                           const UnitChoice& choice) {
  if (choice.outcome == UnitOutcome::kSelected) {
    return policy.rules[static_cast<size_t>(choice.rule)];
  }
  for (const Rule& rule : policy.rules) {
    if (unit.MayTake(rule)) return rule;
  }
  return policy.rules.front();
}

// Refusal and Fate name the same reasons in the same order.
static_assert(static_cast<int>(Fate::kNotClean) ==
              static_cast<int>(Refusal::kNotClean));

Fate FateUnder(const Candidates& candidates, Position position,
               UnitOutcome outcome) {
  const Refusal refusal =
      candidates.points->RefusalOf(position, candidates.ask);
  if (refusal != Refusal::kNone) return static_cast<Fate>(refusal);
  if (!candidates.IsCandidate(position)) return Fate::kNotPinned;
  // Before kSelected a precondition failed: nothing refused the point.
  return outcome < UnitOutcome::kSelected ? Fate::kNone : Fate::kNotCommon;
}

std::vector<RefusedPoints> CountRefused(const Candidates& candidates,
                                        Position above, UnitOutcome outcome) {
  std::array<RefusedPoints, kFateCount> by_fate;
  for (Position p = candidates.points->size() - 1; p > above; --p) {
    const Fate fate = FateUnder(candidates, p, outcome);
    RefusedPoints& refused = by_fate[static_cast<size_t>(fate)];
    if (refused.count++ == 0) refused.example = p;
    refused.fate = fate;
  }
  std::vector<RefusedPoints> counted;
  for (const RefusedPoints& refused : by_fate) {
    if (refused.fate != Fate::kNone) counted.push_back(refused);
  }
  return counted;
}

Nanos ConsistencyCost(const Unit& unit, const Member& member,
                      const Policy& policy, Position chosen) {
  Rule any;
  any.consistencies = AtLeast(Consistency::kCrash);
  const PointSeries& points = *member.points;
  const Position best =
      CandidatesOf(unit, member, policy, any).Best(points.size());
  return SaturatingSubtract(points.capture_time(best),
                            points.capture_time(chosen));
}

}  // namespace

Fate FateOf(const Unit& unit, const Policy& policy, const UnitChoice& choice,
            int member, Position position) {
  const Member& m = unit.members[static_cast<size_t>(member)];
  return FateUnder(
      CandidatesOf(unit, m, policy, ExplainingRule(unit, policy, choice)),
      position, choice.outcome);
}

UnitExplanation Explain(const Unit& unit, const Policy& policy,
                        const UnitChoice& choice) {
  const bool selected = choice.outcome == UnitOutcome::kSelected;
  const Rule& rule = ExplainingRule(unit, policy, choice);
  UnitExplanation why;
  why.members.resize(unit.members.size());
  for (size_t i = 0; i < unit.members.size(); ++i) {
    const Member& member = unit.members[i];
    const Position chosen = selected ? choice.positions[i] : kNoPosition;
    why.members[i].refused = CountRefused(
        CandidatesOf(unit, member, policy, rule), chosen, choice.outcome);
    if (selected) {
      why.members[i].consistency_cost =
          ConsistencyCost(unit, member, policy, chosen);
    }
  }
  why.blocking = BlockingMembers(unit, policy, choice);
  return why;
}

}  // namespace recoveryline::core
