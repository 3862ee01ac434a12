// Compare: are two Decisions the same answer?
//
//   std::string difference = DifferenceOf(expected, actual);
//   if (!difference.empty()) std::cerr << difference << Repro(world);
//
// Texts for people (Warning.message, Violation.message) and provenance are
// left out; everything else counts, also which fields are present.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_REFERENCE_COMPARE_H_
#define RECOVERYLINE_TESTS_REFERENCE_COMPARE_H_

#include <string>

#include "recoveryline/v1/decision.pb.h"
#include "tests/reference/random_world.h"

namespace recoveryline::reference {

// Field by field, for people; empty where the Decisions are the same answer.
std::string DifferenceOf(const v1::Decision& expected,
                         const v1::Decision& actual);

// The world as text: what one needs to see a difference again.
std::string Repro(const World& world);

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_COMPARE_H_
