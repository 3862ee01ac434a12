// Reference alignment: the newest line of a whole plan, sentence by sentence.
//
//   PlanLine line = PlanLineOf(model, roster);
//   UnitChoice choice = ChooseInPlan(model, roster, line, UnitOf(model, vm));
//
// Every capture time is tried as the aligned instant, and to find who holds the
// line back all of that is done again without each unit.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_REFERENCE_REFERENCE_ALIGNMENT_H_
#define RECOVERYLINE_TESTS_REFERENCE_REFERENCE_ALIGNMENT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "recoveryline/v1/decision.pb.h"
#include "tests/reference/reference_choice.h"
#include "tests/reference/reference_model.h"

namespace recoveryline::reference {

// Without Model::plan_max_skew nobody takes part.
struct PlanLine {
  std::vector<UnitName> units;  // That take part, in plan order.
  std::optional<int64_t> aligned_instant;
};

PlanLine PlanLineOf(const Model& model, const Roster& roster);

// The choice of one unit, on the line of the plan.
UnitChoice ChooseInPlan(const Model& model, const Roster& roster,
                        const PlanLine& line, const UnitName& unit);

// REQUIRES: the model has a plan_max_skew.
v1::Alignment AlignmentOf(const Model& model, const Roster& roster,
                          const PlanLine& line);

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_REFERENCE_ALIGNMENT_H_
