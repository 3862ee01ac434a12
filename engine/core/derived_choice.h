// DerivedChoice: the right choice for a unit, found by the checker's means.
//
//   UnitChoice own = DeriveChoice(unit, policy);   // without the selector
//
// Where nobody states a choice that could be checked (what a unit would take by
// itself, once its plan was aligned), the checker has to find it. It reads all
// points, and uses nothing of the selector.
//
// Cost: O(points) a rule up to the one that serves.
// Thread-safety: pure function.

#ifndef RECOVERYLINE_ENGINE_CORE_DERIVED_CHOICE_H_
#define RECOVERYLINE_ENGINE_CORE_DERIVED_CHOICE_H_

#include "engine/core/policy.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

// CheckChoice() finds no fault in it.
UnitChoice DeriveChoice(const Unit& unit, const Policy& policy);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_DERIVED_CHOICE_H_
