// SelectionChecker: is this choice right? By other means than the selector.
//
//   std::optional<Fault> fault = CheckChoice(unit, policy, choice);
//   if (!fault) ...            // eligible, common, and nothing better exists
//
// It shares no code with the selector: it reads single points (PointSeries::
// point) and judges each by the sentences of the specification, with its own
// account of cleanliness, pins and common points. It needs no search structure
// and trusts none but the order of the positions.
//
// Cost: of a choice, O(points newer than its earliest) for its rule and
// O(points) for each rule before it that did not serve; a point never judged
// costs a walk back to the nearest verdict, each point at most once. Of an
// explanation the same, for all members at once; common capture times sort.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_CORE_SELECTION_CHECKER_H_
#define RECOVERYLINE_ENGINE_CORE_SELECTION_CHECKER_H_

#include <cstdint>
#include <optional>

#include "engine/core/explanation.h"
#include "engine/core/policy.h"
#include "engine/core/unit.h"

namespace recoveryline::core {

// What is wrong with a choice or an explanation.
struct Fault {
  enum class Kind : uint8_t {
    kOutcome,       // another outcome is right
    kRule,          // an earlier rule serves
    kShape,         // rule or positions missing, superfluous or out of range
    kNotEligible,   // a chosen point fails the rule or a pin
    kNotCommon,     // the chosen points are no common line
    kBetterExists,  // there is a better line
    kFigures,       // marker, guarantee, earliest or latest
    kRefusals,      // counts, reasons or examples of refused points
    kConsistencyCost,
    kBlocking,  // a blocking member is missing, wrong or misordered
  };
  Kind kind = Kind::kOutcome;
  int member = -1;                  // -1: the unit
  Position position = kNoPosition;  // a point that shows it, where one does
  // With kNotEligible: why not.
  Fate fate = Fate::kNone;
  // With kOutcome: the right one.
  UnitOutcome outcome = UnitOutcome::kNoEligiblePoint;
  // With kRule, and kOutcome where kSelected is right: the rule that serves.
  int rule = -1;
  // With kBetterExists: a marker that gives a better line, where one does.
  Marker marker = kNoMarker;
};

// Nothing when `choice` is the right one for the unit.
std::optional<Fault> CheckChoice(const Unit& unit, const Policy& policy,
                                 const UnitChoice& choice);

// Nothing when `why` explains the choice.
// REQUIRES: CheckChoice() found no fault in it, or, where the unit was aligned,
// in its own choice.
std::optional<Fault> CheckExplanation(const Unit& unit, const Policy& policy,
                                      const UnitChoice& choice,
                                      const UnitExplanation& why,
                                      const OwnChoice* own = nullptr);

// The explanation that CheckExplanation() compares with. REQUIRES: the same.
UnitExplanation Recount(const Unit& unit, const Policy& policy,
                        const UnitChoice& choice,
                        const OwnChoice* own = nullptr);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_SELECTION_CHECKER_H_
