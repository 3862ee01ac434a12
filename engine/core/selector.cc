#include "engine/core/selector.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "engine/core/common_line.h"

namespace recoveryline::core {
namespace {

bool HasEligibleCandidate(const Unit& unit, const Member& member,
                          const Policy& policy, const Rule& rule) {
  return CandidatesOf(unit, member, policy, rule).Best(member.points->size()) !=
         kNoPosition;
}

bool IsPinned(const Unit& unit, const Member& member) {
  return unit.PinnedByMarker() || member.pinned != kNoPosition;
}

// A pinned member has no eligible candidate under any rule.
bool PinFails(const Unit& unit, const Member& member, const Policy& policy) {
  return IsPinned(unit, member) &&
         std::none_of(policy.rules.begin(), policy.rules.end(),
                      [&](const Rule& rule) {
                        return unit.MayTake(rule) &&
                               HasEligibleCandidate(unit, member, policy, rule);
                      });
}

// Each member's best candidate, whatever the others have.
std::optional<CommonLine> BestOfEach(std::span<const Candidates> members) {
  CommonLine line;
  line.earliest = kMaxInstant;
  line.latest = kMinInstant;
  for (const Candidates& c : members) {
    const Position best = c.Best(c.points->size());
    if (best == kNoPosition) return std::nullopt;
    line.positions.push_back(best);
    line.earliest = std::min(line.earliest, c.points->capture_time(best));
    line.latest = std::max(line.latest, c.points->capture_time(best));
  }
  return line;
}

// The newest line of a list.
std::optional<CommonLine> BestOfList(const CommonPoints& list, const Unit& unit,
                                     const Policy& policy) {
  std::vector<const IntervalSet*> exclusions;
  for (const Member& m : unit.members) exclusions.push_back(m.exclusions);
  CommonLine line;
  line.positions.resize(unit.members.size());
  const auto best = list.Best({.decision_time = policy.decision_time,
                               .target_time = policy.target_time,
                               .not_before = policy.not_before,
                               .exclusions = exclusions},
                              line.positions);
  if (!best) return std::nullopt;
  line.marker = best->marker;
  line.earliest = best->earliest;
  line.latest = best->latest;
  return line;
}

// Whether the rule serves the unit; then `*choice` is the choice.
bool Serve(const Unit& unit, const Policy& policy, int rule_index,
           const CommonPoints* list, std::vector<Candidates>* scratch,
           UnitChoice* choice) {
  const Rule& rule = policy.rules[static_cast<size_t>(rule_index)];
  scratch->clear();
  for (const Member& m : unit.members) {
    scratch->push_back(CandidatesOf(unit, m, policy, rule));
  }
  const Scope scope = ScopeFor(unit, rule);
  choice->guarantee = GuaranteeOf(scope);
  std::optional<CommonLine> line;
  switch (scope) {
    case Scope::kIndependent:
      line = BestOfEach(*scratch);
      break;
    case Scope::kCommonMarker:
      line = list != nullptr ? BestOfList(*list, unit, policy)
                             : NewestCommonMarker(*scratch);
      break;
    case Scope::kCommonCaptureTime:
      line = list != nullptr ? BestOfList(*list, unit, policy)
                             : NewestCommonWindow(*scratch, rule.max_skew);
      break;
  }
  if (!line) return false;
  choice->outcome = UnitOutcome::kSelected;
  choice->rule = rule_index;
  choice->marker = line->marker;
  choice->positions = std::move(line->positions);
  choice->earliest = line->earliest;
  choice->latest = line->latest;
  return true;
}

// Why no rule served.
UnitOutcome WhyNoneServed(const Unit& unit, const Policy& policy) {
  const std::vector<Member>& members = unit.members;
  if (std::any_of(members.begin(), members.end(),
                  [&](const Member& m) { return PinFails(unit, m, policy); })) {
    return UnitOutcome::kPinNotEligible;
  }
  for (const Rule& rule : policy.rules) {
    if (unit.MayTake(rule) &&
        std::all_of(members.begin(), members.end(), [&](const Member& m) {
          return HasEligibleCandidate(unit, m, policy, rule);
        })) {
      return UnitOutcome::kNoCommonPoint;
    }
  }
  return UnitOutcome::kNoEligiblePoint;
}

}  // namespace

std::optional<UnitOutcome> FailedPrecondition(const Unit& unit,
                                              const Policy& policy) {
  const auto any = [&](auto fails) {
    return std::any_of(unit.members.begin(), unit.members.end(), fails);
  };
  if (unit.expected_missing || any([](const Member& m) { return !m.named; })) {
    return UnitOutcome::kGroupIncomplete;
  }
  if (policy.replication_required &&
      any([](const Member& m) { return !m.replicating; })) {
    return UnitOutcome::kNotReplicating;
  }
  if (any([](const Member& m) { return m.points->size() == 0; })) {
    return UnitOutcome::kNoRecoveryPoints;
  }
  if (policy.pins_required && !unit.Pinned()) return UnitOutcome::kNotPinned;
  return std::nullopt;
}

Candidates CandidatesOf(const Unit& unit, const Member& member,
                        const Policy& policy, const Rule& rule) {
  Candidates c{.points = member.points,
               .ask = policy.Ask(rule.consistencies),
               .pinned = member.pinned,
               .pinned_marker = unit.pinned_marker};
  c.ask.exclusions = member.exclusions;
  return c;
}

bool FailsPrecondition(const Unit& unit, const Member& member,
                       const Policy& policy) {
  return !member.named ||
         (policy.replication_required && !member.replicating) ||
         member.points->size() == 0 ||
         (policy.pins_required && !IsPinned(unit, member)) ||
         PinFails(unit, member, policy);
}

Scope ScopeFor(const Unit& unit, const Rule& rule) {
  return unit.members.size() == 1 ? Scope::kIndependent : rule.scope;
}

Guarantee GuaranteeOf(Scope scope) {
  switch (scope) {
    case Scope::kIndependent:
      return Guarantee::kIndependent;
    case Scope::kCommonMarker:
      return Guarantee::kMarker;
    case Scope::kCommonCaptureTime:
      return Guarantee::kSkewBounded;
  }
  return Guarantee::kNone;
}

bool HasPins(const Unit& unit) {
  return std::any_of(unit.members.begin(), unit.members.end(),
                     [&](const Member& m) { return IsPinned(unit, m); });
}

bool MayUseLists(const Unit& unit) {
  return unit.members.size() > 1 && !HasPins(unit);
}

UnitChoice ChooseForUnit(const Unit& unit, const Policy& policy) {
  return ChooseForUnit(unit, policy, CommonLists());
}

UnitChoice ChooseForUnit(const Unit& unit, const Policy& policy,
                         const CommonLists& lists) {
  UnitChoice choice;
  if (const auto failed = FailedPrecondition(unit, policy)) {
    choice.outcome = *failed;
    return choice;
  }
  std::vector<Candidates> scratch;
  scratch.reserve(unit.members.size());
  for (int i = 0; i < static_cast<int>(policy.rules.size()); ++i) {
    if (!unit.MayTake(policy.rules[static_cast<size_t>(i)])) continue;
    const auto* list = lists.empty() || !lists[static_cast<size_t>(i)]
                           ? nullptr
                           : &*lists[static_cast<size_t>(i)];
    if (Serve(unit, policy, i, list, &scratch, &choice)) return choice;
  }
  choice = UnitChoice();
  choice.outcome = WhyNoneServed(unit, policy);
  return choice;
}

std::optional<UnitChoice> ChooseUnder(const Unit& unit, const Policy& policy,
                                      int rule) {
  UnitChoice choice;
  std::vector<Candidates> scratch;
  scratch.reserve(unit.members.size());
  if (!Serve(unit, policy, rule, nullptr, &scratch, &choice)) {
    return std::nullopt;
  }
  return choice;
}

std::optional<CommonPoints> ListFor(std::span<const PointSeries* const> members,
                                    const Policy& policy, const Rule& rule) {
  const Requirements asked = policy.Ask(rule.consistencies).requirements;
  switch (rule.scope) {
    case Scope::kIndependent:
      break;
    case Scope::kCommonMarker:
      return CommonPoints::ByMarker(members, asked);
    case Scope::kCommonCaptureTime:
      return CommonPoints::ByCaptureTime(members, asked, rule.max_skew);
  }
  return std::nullopt;
}

}  // namespace recoveryline::core
