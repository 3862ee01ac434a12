// Reference explanation: what was refused, and who holds a unit back.
//
//   for (const v1::Rejection& r : RejectionsOf(model, roster, choice, vm)) ...
//   for (const v1::BlockingVm& b : BlockingVms(model, roster, unit)) ...
//
// Blocking VMs are found the long way: the unit is chosen for again without
// each of its VMs in turn.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_REFERENCE_REFERENCE_EXPLANATION_H_
#define RECOVERYLINE_TESTS_REFERENCE_REFERENCE_EXPLANATION_H_

#include <cstdint>
#include <vector>

#include "recoveryline/v1/decision.pb.h"
#include "tests/reference/reference_choice.h"
#include "tests/reference/reference_model.h"

namespace recoveryline::reference {

// Of one VM, in the order of the reasons.
std::vector<v1::Rejection> RejectionsOf(const Model& model,
                                        const Roster& roster,
                                        const UnitChoice& choice, const Vm& vm);

// Of a unit: the sums over `planned`, its VMs in plan order.
std::vector<v1::Rejection> GroupRejections(
    const Model& model, const Roster& roster, const UnitChoice& choice,
    const std::vector<const Vm*>& planned);

// Greatest gain first, then bytewise smaller id.
std::vector<v1::BlockingVm> BlockingVms(const Model& model,
                                        const Roster& roster,
                                        const UnitName& unit);

// Capture time of the VM's best candidate eligible for "at least
// CRASH_CONSISTENT", minus that of `chosen`.
int64_t ConsistencyCost(const Model& model, const Roster& roster, const Vm& vm,
                        const Point& chosen);

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_REFERENCE_EXPLANATION_H_
