#include "tests/core/literal_choice.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace recoveryline::core {
namespace {

using Line = std::vector<Position>;

const RecoveryPoint& PointOf(const SmallUnit& small, size_t member,
                             Position position) {
  return small.points[member][static_cast<size_t>(position)];
}

Cleanliness Effective(const std::vector<RecoveryPoint>& points,
                      const RecoveryPoint& point) {
  if (point.cleanliness != Cleanliness::kUnknown) return point.cleanliness;
  std::map<Instant, Cleanliness> worst;
  for (const RecoveryPoint& other : points) {
    if (other.cleanliness == Cleanliness::kUnknown ||
        other.capture_time > point.capture_time) {
      continue;
    }
    const auto [at, is_new] =
        worst.try_emplace(other.capture_time, other.cleanliness);
    at->second = std::min(at->second, other.cleanliness);
  }
  if (worst.empty()) return Cleanliness::kUnknown;
  return std::min(Cleanliness::kUnknown, worst.rbegin()->second);
}

Fate FateUnder(const SmallUnit& small, const Policy& policy,
               ConsistencySet consistencies, size_t member, Position position) {
  const RecoveryPoint& p = PointOf(small, member, position);
  const Member& m = small.unit.members[member];
  if (policy.decision_time < p.available_from) return Fate::kNotYetAvailable;
  if (p.expire_time != kForever && policy.decision_time >= p.expire_time) {
    return Fate::kExpired;
  }
  if (p.capture_time > policy.target_time) return Fate::kAfterTargetTime;
  if (p.capture_time < policy.not_before) return Fate::kBeforeFloor;
  if (m.exclusions != nullptr) {
    for (const Interval& i : m.exclusions->intervals()) {
      if (i.Contains(p.capture_time)) return Fate::kExcluded;
    }
  }
  if (!(consistencies & Exactly(p.consistency))) return Fate::kInconsistent;
  if (p.partial && !policy.allow_partial) return Fate::kPartialDisks;
  const Cleanliness clean = policy.trust_unjudged
                                ? p.cleanliness
                                : Effective(small.points[member], p);
  if (clean < policy.minimum_cleanliness) return Fate::kNotClean;
  const bool candidate =
      (m.pinned == kNoPosition || m.pinned == position) &&
      (!small.unit.PinnedByMarker() || small.unit.pinned_marker == p.marker);
  return candidate ? Fate::kNone : Fate::kNotPinned;
}

// Positions that a rule for such a consistency leaves the member.
Line Eligible(const SmallUnit& small, const Policy& policy,
              ConsistencySet consistencies, size_t member) {
  Line eligible;
  for (size_t p = 0; p < small.points[member].size(); ++p) {
    const auto position = static_cast<Position>(p);
    if (FateUnder(small, policy, consistencies, member, position) ==
        Fate::kNone) {
      eligible.push_back(position);
    }
  }
  return eligible;
}

std::vector<Line> Combinations(const std::vector<Line>& of_member) {
  std::vector<Line> lines = {{}};
  for (const Line& positions : of_member) {
    std::vector<Line> longer;
    for (const Line& line : lines) {
      for (const Position p : positions) {
        longer.push_back(line);
        longer.back().push_back(p);
      }
    }
    lines = std::move(longer);
  }
  return lines;
}

bool IsCommon(const SmallUnit& small, const Rule& rule, const Line& line) {
  if (line.size() == 1 || rule.scope == Scope::kIndependent) return true;
  Instant earliest = kMaxInstant;
  Instant latest = kMinInstant;
  bool one_marker = true;
  for (size_t i = 0; i < line.size(); ++i) {
    const RecoveryPoint& p = PointOf(small, i, line[i]);
    earliest = std::min(earliest, p.capture_time);
    latest = std::max(latest, p.capture_time);
    one_marker &=
        p.marker != kNoMarker && p.marker == PointOf(small, 0, line[0]).marker;
  }
  return rule.scope == Scope::kCommonMarker
             ? one_marker
             : latest <= SaturatingAdd(earliest, rule.max_skew);
}

// Greater is better: the order of the rule's kind, then of each VM's points.
auto RankOf(const SmallUnit& small, const Rule& rule, const Line& line) {
  Instant earliest = kMaxInstant;
  Instant latest = kMinInstant;
  for (size_t i = 0; i < line.size(); ++i) {
    const Instant t = PointOf(small, i, line[i]).capture_time;
    earliest = std::min(earliest, t);
    latest = std::max(latest, t);
  }
  const bool by_marker = line.size() > 1 && rule.scope == Scope::kCommonMarker;
  const bool by_window =
      line.size() > 1 && rule.scope == Scope::kCommonCaptureTime;
  return std::make_tuple(
      by_marker || by_window ? earliest : 0, by_marker ? latest : 0,
      by_marker ? -PointOf(small, 0, line[0]).marker : 0, line);
}

// The better of each VM's points in lines that tie otherwise is the better in
// all of them, so comparing lines by their positions finds it.
std::optional<Line> BestLine(const SmallUnit& small, const Policy& policy,
                             const Rule& rule) {
  std::optional<Line> best;
  for (const Line& line : EligibleLines(small, policy, rule.consistencies)) {
    if (!IsCommon(small, rule, line)) continue;
    if (!best || RankOf(small, rule, line) > RankOf(small, rule, *best)) {
      best = line;
    }
  }
  return best;
}

std::optional<UnitOutcome> Precondition(const SmallUnit& small,
                                        const Policy& policy) {
  const std::vector<Member>& members = small.unit.members;
  bool pin_not_eligible = false;
  bool incomplete = small.unit.expected_missing;
  bool still = false;
  bool empty = false;
  bool all_pinned = true;
  for (size_t i = 0; i < members.size(); ++i) {
    incomplete |= !members[i].named;
    still |= !members[i].replicating;
    empty |= small.points[i].empty();
    all_pinned &= members[i].pinned != kNoPosition;
    if (members[i].pinned == kNoPosition && !small.unit.PinnedByMarker()) {
      continue;
    }
    bool some_rule = false;
    for (const Rule& rule : policy.rules) {
      some_rule |= small.unit.MayTake(rule) &&
                   !Eligible(small, policy, rule.consistencies, i).empty();
    }
    pin_not_eligible |= !some_rule;
  }
  if (incomplete) return UnitOutcome::kGroupIncomplete;
  if (still && policy.replication_required) return UnitOutcome::kNotReplicating;
  if (empty) return UnitOutcome::kNoRecoveryPoints;
  if (policy.pins_required && !all_pinned && !small.unit.PinnedByMarker()) {
    return UnitOutcome::kNotPinned;
  }
  if (pin_not_eligible) return UnitOutcome::kPinNotEligible;
  return std::nullopt;
}

std::vector<Blocking> LiteralBlocking(const SmallUnit& small,
                                      const Policy& policy,
                                      const UnitChoice& choice) {
  std::vector<Blocking> blocking;
  if (small.points.size() < 2) return blocking;
  for (size_t i = 0; i < small.points.size(); ++i) {
    const UnitChoice rest = LiteralChoice(small.Without(i), policy);
    if (rest.outcome != UnitOutcome::kSelected) continue;
    const int member = static_cast<int>(i);
    if (choice.outcome != UnitOutcome::kSelected) {
      blocking.push_back({.member = member, .gain = kForever});
    } else if (rest.earliest > choice.earliest) {
      blocking.push_back(
          {.member = member,
           .gain = SaturatingSubtract(rest.earliest, choice.earliest)});
    }
  }
  std::stable_sort(
      blocking.begin(), blocking.end(),
      [](const Blocking& a, const Blocking& b) { return a.gain > b.gain; });
  return blocking;
}

}  // namespace

SmallUnit SmallUnit::Without(size_t member) const {
  SmallUnit rest = *this;
  rest.unit.members.erase(rest.unit.members.begin() +
                          static_cast<std::ptrdiff_t>(member));
  rest.points.erase(rest.points.begin() + static_cast<std::ptrdiff_t>(member));
  return rest;
}

std::vector<Line> EligibleLines(const SmallUnit& small, const Policy& policy,
                                ConsistencySet consistencies) {
  std::vector<Line> eligible;
  for (size_t i = 0; i < small.points.size(); ++i) {
    eligible.push_back(Eligible(small, policy, consistencies, i));
  }
  return Combinations(eligible);
}

std::vector<Line> AllLines(const SmallUnit& small) {
  std::vector<Line> all;
  for (const std::vector<RecoveryPoint>& points : small.points) {
    Line& positions = all.emplace_back();
    for (size_t p = 0; p < points.size(); ++p) {
      positions.push_back(static_cast<Position>(p));
    }
  }
  return Combinations(all);
}

UnitChoice ChoiceOf(const SmallUnit& small, const Policy& policy, int rule,
                    const Line& positions) {
  UnitChoice choice;
  choice.outcome = UnitOutcome::kSelected;
  choice.rule = rule;
  choice.positions = positions;
  choice.earliest = kMaxInstant;
  choice.latest = kMinInstant;
  for (size_t i = 0; i < positions.size(); ++i) {
    const Instant t = PointOf(small, i, positions[i]).capture_time;
    choice.earliest = std::min(choice.earliest, t);
    choice.latest = std::max(choice.latest, t);
  }
  const Scope scope = policy.rules[static_cast<size_t>(rule)].scope;
  choice.guarantee = Guarantee::kIndependent;
  if (positions.size() == 1 || scope == Scope::kIndependent) return choice;
  choice.guarantee = Guarantee::kSkewBounded;
  if (scope == Scope::kCommonCaptureTime) return choice;
  choice.guarantee = Guarantee::kMarker;
  choice.marker = PointOf(small, 0, positions[0]).marker;
  return choice;
}

UnitChoice LiteralChoice(const SmallUnit& small, const Policy& policy) {
  UnitChoice choice;
  if (const auto failed = Precondition(small, policy)) {
    choice.outcome = *failed;
    return choice;
  }
  for (size_t r = 0; r < policy.rules.size(); ++r) {
    const Rule& rule = policy.rules[r];
    if (!small.unit.MayTake(rule)) continue;
    if (const auto line = BestLine(small, policy, rule)) {
      return ChoiceOf(small, policy, static_cast<int>(r), *line);
    }
    bool each_has_one = true;
    for (size_t i = 0; i < small.points.size(); ++i) {
      each_has_one &= !Eligible(small, policy, rule.consistencies, i).empty();
    }
    if (each_has_one) choice.outcome = UnitOutcome::kNoCommonPoint;
  }
  return choice;
}

UnitExplanation LiteralExplanation(const SmallUnit& small, const Policy& policy,
                                   const UnitChoice& choice) {
  const bool selected = choice.outcome == UnitOutcome::kSelected;
  size_t rule = 0;
  while (!selected && !small.unit.MayTake(policy.rules[rule])) ++rule;
  if (selected) rule = static_cast<size_t>(choice.rule);
  UnitExplanation why;
  for (size_t i = 0; i < small.points.size(); ++i) {
    MemberExplanation& of_member = why.members.emplace_back();
    std::map<Fate, RefusedPoints> refused;
    const Position chosen = selected ? choice.positions[i] : kNoPosition;
    for (Position p = chosen + 1;
         p < static_cast<Position>(small.points[i].size()); ++p) {
      Fate fate =
          FateUnder(small, policy, policy.rules[rule].consistencies, i, p);
      if (fate == Fate::kNone && choice.outcome < UnitOutcome::kSelected) {
        continue;
      }
      if (fate == Fate::kNone) fate = Fate::kNotCommon;
      refused[fate] = {
          .fate = fate, .count = refused[fate].count + 1, .example = p};
      if (selected && FateUnder(small, policy, AtLeast(Consistency::kCrash), i,
                                p) == Fate::kNone) {
        of_member.consistency_cost =
            SaturatingSubtract(PointOf(small, i, p).capture_time,
                               PointOf(small, i, chosen).capture_time);
      }
    }
    for (const auto& [fate, row] : refused) of_member.refused.push_back(row);
  }
  why.blocking = LiteralBlocking(small, policy, choice);
  return why;
}

}  // namespace recoveryline::core
