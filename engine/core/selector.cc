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

// The first precondition that fails without looking at what is eligible.
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

// Whether the rule serves the unit; then `*choice` is the choice.
bool Serve(const Unit& unit, const Policy& policy, int rule_index,
           std::vector<Candidates>* scratch, UnitChoice* choice) {
  const Rule& rule = policy.rules[static_cast<size_t>(rule_index)];
  scratch->clear();
  const Eligibility ask = policy.Ask(rule.consistencies);
  for (const Member& m : unit.members) {
    Candidates& c = scratch->emplace_back(
        Candidates{m.points, ask, m.pinned, unit.pinned_marker});
    c.ask.exclusions = m.exclusions;
  }
  // What one VM has, it has in common with itself.
  const Scope scope =
      unit.members.size() == 1 ? Scope::kIndependent : rule.scope;
  std::optional<CommonLine> line;
  switch (scope) {
    case Scope::kIndependent:
      line = BestOfEach(*scratch);
      choice->guarantee = Guarantee::kIndependent;
      break;
    case Scope::kCommonMarker:
      line = NewestCommonMarker(*scratch);
      choice->guarantee = Guarantee::kMarker;
      break;
    case Scope::kCommonCaptureTime:
      line = NewestCommonWindow(*scratch, rule.max_skew);
      choice->guarantee = Guarantee::kSkewBounded;
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

UnitChoice ChooseForUnit(const Unit& unit, const Policy& policy) {
  UnitChoice choice;
  if (const auto failed = FailedPrecondition(unit, policy)) {
    choice.outcome = *failed;
    return choice;
  }
  std::vector<Candidates> scratch;
  scratch.reserve(unit.members.size());
  for (int i = 0; i < static_cast<int>(policy.rules.size()); ++i) {
    if (unit.MayTake(policy.rules[static_cast<size_t>(i)]) &&
        Serve(unit, policy, i, &scratch, &choice)) {
      return choice;
    }
  }
  choice = UnitChoice();
  choice.outcome = WhyNoneServed(unit, policy);
  return choice;
}

}  // namespace recoveryline::core
