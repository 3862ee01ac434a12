// Assume: an inventory and a plan as they would be if something were otherwise.
//
//   absl::Status sound = Assume(assumptions, &inventory, &plan);
//   v1::Decision decision = Select(inventory, plan, request);
//
// What Assumptions of whatif.proto says of each field is what is done, in the
// order of its fields. A machine that is not there is gone from expected_vm_ids
// and pins, too: the choice for its group is then what blocking VMs are told
// by.
//
// Cost: linear in the inventory, but for what retention.h says.
// Thread-safety: pure function.
// Errors: InvalidArgument, with the field and the id, and both as they were
// halfway.

#ifndef RECOVERYLINE_ENGINE_ASSUMPTIONS_H_
#define RECOVERYLINE_ENGINE_ASSUMPTIONS_H_

#include "absl/status/status.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "recoveryline/v1/whatif.pb.h"

namespace recoveryline {

// REQUIRES: inventory and plan are valid.
absl::Status Assume(const v1::Assumptions& assumptions,
                    v1::Inventory* inventory, v1::RecoveryPlan* plan);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ASSUMPTIONS_H_
