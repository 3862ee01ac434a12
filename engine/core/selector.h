// Selector: which point does each VM of a unit go back to?
//
//   UnitChoice choice = ChooseForUnit(unit, policy);
//   if (choice.outcome == UnitOutcome::kSelected) use(choice.positions);
//
// The preconditions are tried first, each on all members; then the rules in
// order, and the first under which every member gets a point serves. Nothing
// is weakened: a unit that no rule serves has no choice.
//
// Cost: one backward search a member and rule; common points by leapfrog (see
// common_line.h). Allocates the positions and one scratch vector.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_CORE_SELECTOR_H_
#define RECOVERYLINE_ENGINE_CORE_SELECTOR_H_

#include <optional>
#include <span>
#include <vector>

#include "engine/core/candidates.h"
#include "engine/core/common_points.h"
#include "engine/core/policy.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

UnitChoice ChooseForUnit(const Unit& unit, const Policy& policy);

// The same, with the common points of the unit's members listed before: one
// entry a rule of the policy, absent where the rule needs no list; or no entry
// at all. REQUIRES: the lists are of these members and rules.
using CommonLists = std::vector<std::optional<CommonPoints>>;
UnitChoice ChooseForUnit(const Unit& unit, const Policy& policy,
                         const CommonLists& lists);
// The choice under one rule alone, preconditions aside; nothing where it does
// not serve the unit.
std::optional<UnitChoice> ChooseUnder(const Unit& unit, const Policy& policy,
                                      int rule);
// Such a list of these members, of what no question changes; absent where the
// rule asks for no common point.
std::optional<CommonPoints> ListFor(std::span<const PointSeries* const> members,
                                    const Policy& policy, const Rule& rule);

// The scope under which `rule` serves the unit: what one VM has, it has in
// common with itself.
Scope ScopeFor(const Unit& unit, const Rule& rule);
Guarantee GuaranteeOf(Scope scope);

// Whether a member or the whole unit is pinned.
bool HasPins(const Unit& unit);

// Whether lists can help: the unit has several members, and no pins.
bool MayUseLists(const Unit& unit);

// The first precondition that fails without looking at what is eligible: it
// fails at every decision time.
std::optional<UnitOutcome> FailedPrecondition(const Unit& unit,
                                              const Policy& policy);

// Whether `member` by itself fails what is required before any rule is tried:
// it is named by the plan, replicates, has points, is pinned where it must be,
// and has an eligible candidate under some rule where it is pinned.
// ChooseForUnit() gives a unit a precondition's outcome exactly when
// expected_missing is set or some member fails this.
bool FailsPrecondition(const Unit& unit, const Member& member,
                       const Policy& policy);

// What `rule` leaves of a member's points.
Candidates CandidatesOf(const Unit& unit, const Member& member,
                        const Policy& policy, const Rule& rule);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_SELECTOR_H_
