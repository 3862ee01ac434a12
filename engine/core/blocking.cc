#include "engine/core/blocking.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "engine/core/candidates.h"
#include "engine/core/selector.h"

namespace recoveryline::core {
namespace {

// For each member the earliest capture time of the line that a rule finds for
// the rest; nothing where the rule does not serve the rest.
using WithoutEach = std::vector<std::optional<Instant>>;

void Raise(std::optional<Instant>* to, Instant t) {
  if (!*to || **to < t) *to = t;
}

// One member's eligible candidates captured after `floor`, best first.
// `floor` may be left out.
template <typename Visit>
void ForEachEligible(const Candidates& c, std::optional<Instant> floor,
                     Visit visit) {
  for (Position p = c.Best(c.points->size()); p != kNoPosition; p = c.Best(p)) {
    const Instant t = c.points->capture_time(p);
    if (floor && t <= *floor) return;
    visit(p, t);
  }
}

// Each member takes its best point: the rest has a line unless some other
// member has none, as early as the earliest of the others.
WithoutEach IndependentWithoutEach(const std::vector<Candidates>& members) {
  std::vector<std::optional<Instant>> best(members.size());
  size_t lacking = 0;
  for (size_t i = 0; i < members.size(); ++i) {
    const Position p = members[i].Best(members[i].points->size());
    if (p == kNoPosition) {
      ++lacking;
    } else {
      best[i] = members[i].points->capture_time(p);
    }
  }
  // The two earliest; those that lack a point stand apart.
  Instant first = kMaxInstant;
  Instant second = kMaxInstant;
  for (const std::optional<Instant>& t : best) {
    if (!t) continue;
    second = std::min(second, std::max(first, *t));
    first = std::min(first, *t);
  }
  WithoutEach without(members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    if (lacking > (best[i] ? 0u : 1u)) continue;
    without[i] = best[i] && *best[i] == first ? second : first;
  }
  return without;
}

// What is known of one marker after some members.
struct Carried {
  int count = 0;           // members that have it
  int64_t member_sum = 0;  // the sum of their numbers
  int last_member = -1;
  Instant earliest = kMaxInstant;
};

// The member that is not among `count` = all but one, whose sum is known.
size_t Missing(size_t members, int64_t member_sum) {
  const auto n = static_cast<int64_t>(members);
  return static_cast<size_t>(n * (n - 1) / 2 - member_sum);
}

WithoutEach MarkerWithoutEach(const std::vector<Candidates>& members,
                              std::optional<Instant> floor) {
  absl::flat_hash_map<Marker, Carried> markers;
  for (size_t i = 0; i < members.size(); ++i) {
    const int member = static_cast<int>(i);
    Candidates marked = members[i];
    marked.ask.accepted = marked.ask.accepted & kMarkedFlags;
    ForEachEligible(marked, floor, [&](Position p, Instant t) {
      const Marker marker = marked.points->marker(p);
      if (marker == kNoMarker) return;  // pinned, and without a marker
      Carried& carried = markers[marker];
      if (carried.last_member == member) return;  // the best one counts
      carried.last_member = member;
      ++carried.count;
      carried.member_sum += member;
      carried.earliest = std::min(carried.earliest, t);
    });
  }
  WithoutEach without(members.size());
  for (const auto& [marker, carried] : markers) {
    if (carried.count + 1 != static_cast<int>(members.size())) continue;
    Raise(&without[Missing(members.size(), carried.member_sum)],
          carried.earliest);
  }
  return without;
}

// A window [t, t + max_skew] slides from the newest capture time to the
// oldest; the members with a point in it are counted.
WithoutEach WindowWithoutEach(const std::vector<Candidates>& members,
                              std::optional<Instant> floor, Nanos max_skew) {
  std::vector<std::pair<Instant, size_t>> captures;  // with the member
  for (size_t i = 0; i < members.size(); ++i) {
    ForEachEligible(members[i], floor,
                    [&](Position, Instant t) { captures.emplace_back(t, i); });
  }
  std::sort(captures.rbegin(), captures.rend());
  std::vector<int> in_window(members.size(), 0);
  size_t covered = 0;  // members with a point in the window
  int64_t covered_sum = 0;
  size_t leaving = 0;  // captures[leaving, next) are in the window
  WithoutEach without(members.size());
  for (size_t next = 0; next < captures.size();) {
    const Instant t = captures[next].first;
    for (; next < captures.size() && captures[next].first == t; ++next) {
      const size_t member = captures[next].second;
      if (in_window[member]++ > 0) continue;
      ++covered;
      covered_sum += static_cast<int64_t>(member);
    }
    for (; captures[leaving].first > SaturatingAdd(t, max_skew); ++leaving) {
      const size_t member = captures[leaving].second;
      if (--in_window[member] > 0) continue;
      --covered;
      covered_sum -= static_cast<int64_t>(member);
    }
    if (covered + 1 == members.size()) {
      Raise(&without[Missing(members.size(), covered_sum)], t);
    }
  }
  return without;
}

WithoutEach RuleWithoutEach(const Unit& unit, const Policy& policy,
                            const Rule& rule, std::optional<Instant> floor) {
  std::vector<Candidates> members;
  for (const Member& m : unit.members) {
    members.push_back(CandidatesOf(unit, m, policy, rule));
  }
  if (members.size() == 2) {  // the rest is one VM
    WithoutEach without = IndependentWithoutEach(members);
    return without;
  }
  switch (rule.scope) {
    case Scope::kIndependent:
      return IndependentWithoutEach(members);
    case Scope::kCommonMarker:
      return MarkerWithoutEach(members, floor);
    case Scope::kCommonCaptureTime:
      return WindowWithoutEach(members, floor, rule.max_skew);
  }
  return WithoutEach(members.size());
}

// Fact (1) where one member fails a precondition: the rest is chosen for.
std::vector<Blocking> OnlyBlocking(const Unit& unit, const Policy& policy,
                                   size_t member) {
  Unit rest = unit;
  rest.members.erase(rest.members.begin() + static_cast<ptrdiff_t>(member));
  if (ChooseForUnit(rest, policy).outcome != UnitOutcome::kSelected) return {};
  return {Blocking{.member = static_cast<int>(member)}};
}

}  // namespace

std::vector<Blocking> BlockingMembers(const Unit& unit, const Policy& policy,
                                      const UnitChoice& choice) {
  const size_t count = unit.members.size();
  if (count < 2 || unit.expected_missing) return {};
  const bool selected = choice.outcome == UnitOutcome::kSelected;
  if (choice.outcome < UnitOutcome::kSelected) {
    std::optional<size_t> failing;
    for (size_t i = 0; i < count; ++i) {
      if (!FailsPrecondition(unit, unit.members[i], policy)) continue;
      if (failing) return {};
      failing = i;
    }
    return failing ? OnlyBlocking(unit, policy, *failing)
                   : std::vector<Blocking>();
  }
  // The first rule that serves a rest decides, even for an older line.
  std::vector<bool> decided(count, false);
  std::vector<Blocking> blocking;
  const size_t rules =
      selected ? static_cast<size_t>(choice.rule) + 1 : policy.rules.size();
  for (size_t r = 0; r < rules; ++r) {
    if (!unit.MayTake(policy.rules[r])) continue;
    const bool served = selected && r + 1 == rules;
    const WithoutEach without = RuleWithoutEach(
        unit, policy, policy.rules[r],
        served ? std::optional<Instant>(choice.earliest) : std::nullopt);
    for (size_t i = 0; i < count; ++i) {
      if (decided[i] || !without[i]) continue;
      decided[i] = true;
      Blocking b{.member = static_cast<int>(i)};
      if (selected) b.gain = SaturatingSubtract(*without[i], choice.earliest);
      if (b.gain > 0) blocking.push_back(b);
    }
  }
  std::stable_sort(blocking.begin(), blocking.end(),
                   [](const Blocking& a, const Blocking& b) {
                     return a.gain != b.gain ? a.gain > b.gain
                                             : a.member < b.member;
                   });
  return blocking;
}

}  // namespace recoveryline::core
