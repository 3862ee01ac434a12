#include "engine/core/explanation.h"

#include <algorithm>
#include <array>
#include <optional>

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

// One member of a unit as its explanation sees it.
struct Explained {
  Candidates candidates;
  UnitOutcome outcome = UnitOutcome::kNoEligiblePoint;
  // What it would take by itself; kNoPosition without alignment.
  Position own = kNoPosition;
  std::optional<CaptureWindow> window;

  Fate FateOf(Position position) const {
    const Refusal refusal =
        candidates.points->RefusalOf(position, candidates.ask);
    if (refusal != Refusal::kNone) return static_cast<Fate>(refusal);
    if (!candidates.IsCandidate(position)) return Fate::kNotPinned;
    // Before kSelected a precondition failed: nothing refused the point.
    if (outcome < UnitOutcome::kSelected) return Fate::kNone;
    return position <= own && !InWindow(position) ? Fate::kNotAligned
                                                  : Fate::kNotCommon;
  }

 private:
  bool InWindow(Position position) const {
    return window &&
           window->Contains(candidates.points->capture_time(position));
  }
};

Explained ExplainedMember(const Unit& unit, const Policy& policy,
                          const UnitChoice& choice, const OwnChoice* own,
                          size_t member) {
  const bool aligned =
      own != nullptr && own->choice.outcome == UnitOutcome::kSelected;
  Explained explained;
  explained.candidates = CandidatesOf(
      unit, unit.members[member], policy,
      ExplainingRule(unit, policy, aligned ? own->choice : choice));
  explained.outcome = choice.outcome;
  if (aligned) {
    explained.own = own->choice.positions[member];
    explained.window = own->window;
  }
  return explained;
}

std::vector<RefusedPoints> CountRefused(const Explained& explained,
                                        Position above) {
  std::array<RefusedPoints, kFateCount> by_fate;
  for (Position p = explained.candidates.points->size() - 1; p > above; --p) {
    const Fate fate = explained.FateOf(p);
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
            const OwnChoice* own, int member, Position position) {
  return ExplainedMember(unit, policy, choice, own, static_cast<size_t>(member))
      .FateOf(position);
}

UnitExplanation Explain(const Unit& unit, const Policy& policy,
                        const UnitChoice& choice, const OwnChoice* own) {
  const bool selected = choice.outcome == UnitOutcome::kSelected;
  UnitExplanation why;
  why.members.resize(unit.members.size());
  for (size_t i = 0; i < unit.members.size(); ++i) {
    const Position chosen = selected ? choice.positions[i] : kNoPosition;
    why.members[i].refused =
        CountRefused(ExplainedMember(unit, policy, choice, own, i), chosen);
    if (selected) {
      why.members[i].consistency_cost =
          ConsistencyCost(unit, unit.members[i], policy, chosen);
    }
  }
  why.blocking =
      BlockingMembers(unit, policy, own != nullptr ? own->choice : choice);
  return why;
}

}  // namespace recoveryline::core
