// PlanAlignment: the newest stretch of time that all units of a plan can go
// back to, each by its own rule.
//
//   std::vector<UnitChoice> choices = ...;      // each unit by itself
//   Alignment line = AlignUnits(units, policy, max_skew, &choices);
//   if (line.window) use(choices);              // all captured inside of it
//
// Units without a choice take no part. Of the others each keeps the rule that
// served it. The window is [t, t + max_skew] for the greatest t such that each
// rule still serves its unit where points captured outside of the window are
// not eligible; the unit then takes what the rule prefers in there.
//
// Facts that make one question a step enough, "the newest line of a unit whose
// points are captured at or before u":
//   (1) Its earliest capture e bounds t as long as t + max_skew <= u: a line
//       in a window that starts after e would be newer. So t may fall to e.
//   (2) It is the unit's choice in every window that holds it: with fewer
//       points other lines only become worse.
//   (3) Whoever is asked again was captured after t + max_skew, and answers
//       with something captured at or before that. So nobody is asked more
//       often than it has capture times.
//   (4) A unit that is chosen for VM by VM falls apart into its VMs.
//   (5) While two units have no line after e, no unit is the only one that
//       lacks one. So the second smallest e bounds the instants at which one
//       unit holds the rest back; once it is known, its own e does. It need not
//       be captured at t: a unit that is there at t may lack what the others
//       have later.
//
// Cost: at most one search a point and O(log n) beside it, for t and for those
// who hold it back each; mostly a few a unit, since who is asked next is drawn
// at random: in the order of time, units that are captured one after the other
// would move t from one to the next.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_CORE_PLAN_ALIGNMENT_H_
#define RECOVERYLINE_ENGINE_CORE_PLAN_ALIGNMENT_H_

#include <optional>
#include <span>
#include <vector>

#include "engine/core/policy.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

// A unit without which the rest would have a later t, or one at all.
struct HoldingUnit {
  int unit = 0;
  Nanos gain = kForever;  // kForever: there is no t with it
};

struct Alignment {
  int unit_count = 0;  // that take part
  // [t, t + max_skew]; nothing where there is no t, or nobody takes part.
  std::optional<CaptureWindow> window;
  // With a window: the latest capture of the line; its earliest is t.
  Instant latest = 0;
  std::vector<HoldingUnit> holding;  // greatest gain first, then by unit
};

// Replaces the choices of the units that take part: by those in the window, or
// by kNotAligned.
// REQUIRES: (*choices)[i] is ChooseForUnit(*units[i], policy); max_skew >= 0.
Alignment AlignUnits(std::span<const Unit* const> units, const Policy& policy,
                     Nanos max_skew, std::vector<UnitChoice>* choices);

// A unit that takes part, by the rule that served it.
struct Participant {
  const Unit* unit = nullptr;
  int rule = 0;
};

// The greatest t, nothing for none. REQUIRES: participants are not empty.
std::optional<Instant> AlignedInstant(std::span<const Participant> participants,
                                      const Policy& policy, Nanos max_skew);

// HoldingUnit::unit counts participants; of a single one there is no rest.
// REQUIRES: `t` is AlignedInstant() of the same.
std::vector<HoldingUnit> HoldingUnits(std::span<const Participant> participants,
                                      const Policy& policy, Nanos max_skew,
                                      std::optional<Instant> t);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_PLAN_ALIGNMENT_H_
