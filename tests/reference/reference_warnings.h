// Reference warnings: what a person should know before acting on the choice.
//
//   for (const v1::Warning& w : WarningsOf(model, roster)) w.reason();
//
// Reasons and subjects only, in the order in which the engine's design lists
// them; the texts are not compared.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_REFERENCE_REFERENCE_WARNINGS_H_
#define RECOVERYLINE_TESTS_REFERENCE_REFERENCE_WARNINGS_H_

#include <string>
#include <vector>

#include "recoveryline/v1/decision.pb.h"
#include "tests/reference/reference_alignment.h"
#include "tests/reference/reference_choice.h"
#include "tests/reference/reference_model.h"

namespace recoveryline::reference {

// A group with multi-VM consistency that the plan touches.
struct PlannedGroup {
  std::string group_id;
  std::vector<const Vm*> planned_vms;  // In plan order.
};

// In the order of their first machines in the plan.
std::vector<PlannedGroup> GroupsOfPlan(const Model& model,
                                       const Roster& roster);

// Whether the site may carry `vm` past its chosen point, where the option in
// force is LATEST.
bool MayProcessPendingData(const Model& model, const UnitChoice& choice,
                           const Vm& vm);

std::vector<v1::Warning> WarningsOf(const Model& model, const Roster& roster,
                                    const PlanLine& line);

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_REFERENCE_WARNINGS_H_
