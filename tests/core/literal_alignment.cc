#include "tests/core/literal_alignment.h"

#include <algorithm>
#include <set>

namespace recoveryline::core {
namespace {

// The unit's choice under the rule that serves it by itself, in the window
// that begins at `t`; nothing where there is none.
std::optional<UnitChoice> ChoiceIn(const SmallUnit& unit, const Policy& policy,
                                   const UnitChoice& own, Nanos max_skew,
                                   Instant t) {
  Policy inside = policy;
  inside.rules = {policy.rules[static_cast<size_t>(own.rule)]};
  inside.not_before = std::max(policy.not_before, t);
  inside.target_time = std::min(policy.target_time, SaturatingAdd(t, max_skew));
  UnitChoice choice = LiteralChoice(unit, inside);
  if (choice.outcome != UnitOutcome::kSelected) return std::nullopt;
  choice.rule = own.rule;
  return choice;
}

// The greatest instant at which all units but `left_out` have a choice; nothing
// where there is none, or nobody is left.
std::optional<Instant> Greatest(const std::deque<SmallUnit>& units,
                                const Policy& policy, Nanos max_skew,
                                const std::vector<UnitChoice>& own,
                                size_t left_out) {
  std::set<Instant> instants;
  for (size_t u = 0; u < units.size(); ++u) {
    if (u == left_out || own[u].outcome != UnitOutcome::kSelected) continue;
    for (const auto& points : units[u].points) {
      for (const RecoveryPoint& p : points) instants.insert(p.capture_time);
    }
  }
  for (auto t = instants.rbegin(); t != instants.rend(); ++t) {
    bool each_has_one = true;
    for (size_t u = 0; u < units.size() && each_has_one; ++u) {
      if (u == left_out || own[u].outcome != UnitOutcome::kSelected) continue;
      each_has_one =
          ChoiceIn(units[u], policy, own[u], max_skew, *t).has_value();
    }
    if (each_has_one) return *t;
  }
  return std::nullopt;
}

}  // namespace

LiteralLine LiteralAlign(const std::deque<SmallUnit>& units,
                         const Policy& policy, Nanos max_skew,
                         const std::vector<UnitChoice>& own) {
  LiteralLine line;
  line.t = Greatest(units, policy, max_skew, own, units.size());
  for (size_t u = 0; u < units.size(); ++u) {
    line.choices.push_back(own[u]);
    if (own[u].outcome != UnitOutcome::kSelected) continue;
    if (line.t) {
      line.choices[u] = *ChoiceIn(units[u], policy, own[u], max_skew, *line.t);
    } else {
      line.choices[u] = UnitChoice();
      line.choices[u].outcome = UnitOutcome::kNotAligned;
    }
    const auto without = Greatest(units, policy, max_skew, own, u);
    if (!without || (line.t && *without <= *line.t)) continue;
    line.holding.push_back(
        {.unit = static_cast<int>(u),
         .gain = line.t ? SaturatingSubtract(*without, *line.t) : kForever});
  }
  std::stable_sort(line.holding.begin(), line.holding.end(),
                   [](const HoldingUnit& a, const HoldingUnit& b) {
                     return a.gain > b.gain;
                   });
  return line;
}

}  // namespace recoveryline::core
