// Explanation: why not a better point, and who holds the unit back?
//
//   UnitExplanation why = Explain(unit, policy, choice);
//   why.members[0].refused;    // better points, by reason
//   why.blocking;              // who costs the group how much
//
// Better points are counted under the rule that served, else under the first
// that the unit may take. Blocking members are found for all members at once:
// one pass over the points newer than the choice a rule (all points for a rule
// that did not serve), not one choice a member.
//
// Cost: O(points better than the choice); without a choice O(points * rules).
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_CORE_EXPLANATION_H_
#define RECOVERYLINE_ENGINE_CORE_EXPLANATION_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/core/candidates.h"
#include "engine/core/policy.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

// The fate of a point that was not taken: Refusal's reasons, then why an
// eligible point was not taken either. kNone: nothing refused it.
enum class Fate : uint8_t {
  kNone,
  kNotYetAvailable,
  kExpired,
  kAfterTargetTime,
  kBeforeFloor,
  kExcluded,
  kInconsistent,
  kPartialDisks,
  kNotClean,
  kNotPinned,
  kNotCommon,
  kNotAligned,
};
inline constexpr int kFateCount = 12;

struct RefusedPoints {
  Fate fate = Fate::kNone;
  int64_t count = 0;
  Position example = kNoPosition;  // the best of them
};

struct MemberExplanation {
  std::vector<RefusedPoints> refused;  // by Fate, counts above 0
  // How much newer the best candidate is that is eligible for at least
  // kCrash, whatever the others have; 0 without a choice.
  Nanos consistency_cost = 0;
};

struct UnitExplanation {
  std::vector<MemberExplanation> members;
  std::vector<Blocking> blocking;  // greatest gain first, then by member
};

// What the units of a plan were aligned to says why a unit goes back further
// than it would by itself; see plan_alignment.h.
struct OwnChoice {
  UnitChoice choice;                    // of the unit by itself
  std::optional<CaptureWindow> window;  // nothing: there is none for all
};

// Without `own`, the choice is the unit's own one. With it, the rule of that
// one explains, blocking members are its own, and an eligible point that is
// not better than it and was captured outside of the window is kNotAligned.
UnitExplanation Explain(const Unit& unit, const Policy& policy,
                        const UnitChoice& choice,
                        const OwnChoice* own = nullptr);

// The fate of one point of a member, as Explain() counts it.
Fate FateOf(const Unit& unit, const Policy& policy, const UnitChoice& choice,
            const OwnChoice* own, int member, Position position);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_EXPLANATION_H_
