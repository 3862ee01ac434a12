// Blocking: who holds a unit back, found for all its members at once.
//
//   std::vector<Blocking> blocking = BlockingMembers(unit, policy, choice);
//
// A member blocks when the unit without it would have a choice where it has
// none, or one whose earliest capture time is later. "Without it" goes through
// all preconditions and all rules: the first rule that serves the rest decides.
//
// Facts that spare one choice a member:
//   (1) Where two members fail a precondition, nobody blocks; where one does,
//       nobody else can.
//   (2) A rule that serves the unit serves every rest of it. So only the rules
//       up to the one that served matter, and under that one only what is
//       newer than the choice.
//   (3) Under a rule that did not serve, or among points newer than the choice
//       it gave, no line is common to all members. So each line that is common
//       to a rest lacks exactly one member, and one pass that counts members
//       finds it and names that member.
//
// Cost: a search a member, and one pass over the points that (2) leaves; a
// hash table of their markers, or a sort of them by capture time.
// Thread-safety: pure function.

#ifndef RECOVERYLINE_ENGINE_CORE_BLOCKING_H_
#define RECOVERYLINE_ENGINE_CORE_BLOCKING_H_

#include <vector>

#include "engine/core/policy.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

// Greatest gain first, then by member; none for a unit of one.
// REQUIRES: `choice` is ChooseForUnit(unit, policy).
std::vector<Blocking> BlockingMembers(const Unit& unit, const Policy& policy,
                                      const UnitChoice& choice);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_BLOCKING_H_
