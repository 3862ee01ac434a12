// LiteralChoice: the choice for a small unit, by trying every line.
//
//   SmallUnit small{.unit = unit, .points = points};
//   UnitChoice right = LiteralChoice(small, policy);
//   UnitExplanation why = LiteralExplanation(small, policy, right);
//
// The sentences of the specification over all combinations of points; a member
// blocks where trying every line again without it says so. For the test of the
// checker, with which it shares nothing but the types.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_CORE_LITERAL_CHOICE_H_
#define RECOVERYLINE_TESTS_CORE_LITERAL_CHOICE_H_

#include <vector>

#include "engine/core/explanation.h"
#include "engine/core/policy.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

// Members that point to series held elsewhere, and what the series hold.
struct SmallUnit {
  Unit unit;
  std::vector<std::vector<RecoveryPoint>> points;  // of each member

  SmallUnit Without(size_t member) const;
};

// The right answers.
UnitChoice LiteralChoice(const SmallUnit& small, const Policy& policy);
UnitExplanation LiteralExplanation(const SmallUnit& small, const Policy& policy,
                                   const UnitChoice& choice);

// The choice that these positions make under a rule, with its figures.
UnitChoice ChoiceOf(const SmallUnit& small, const Policy& policy, int rule,
                    const std::vector<Position>& positions);

// All combinations of one eligible candidate of such a consistency a member;
// preconditions aside.
std::vector<std::vector<Position>> EligibleLines(const SmallUnit& small,
                                                 const Policy& policy,
                                                 ConsistencySet consistencies);

// All combinations of one position a member.
std::vector<std::vector<Position>> AllLines(const SmallUnit& small);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_TESTS_CORE_LITERAL_CHOICE_H_
