// InputCheck: the rules that content breaks, also where some of it could not
// be read.
//
//   Violations found;                        // by ReadMessage()
//   CheckInventory(inventory, &found);       // and by engine/validate
//
// A reader leaves out what it cannot make sense of. Where that was only a
// field, an enum name or a time, the rest stands where it stood, and the rules
// it breaks are found too; a path is never named twice. Where more is missing,
// they are not: they would be those of another input.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_RLINE_INPUT_CHECK_H_
#define RECOVERYLINE_TOOLS_RLINE_INPUT_CHECK_H_

#include "engine/violations.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "tools/rline/inputs.h"

namespace recoveryline {

void CheckInventory(const v1::Inventory& inventory, Violations* found);
void CheckPlan(const v1::RecoveryPlan& plan, Violations* found);

// All of inputs that could not be read whole: the inventory's, then the plan's.
// REQUIRES: !inputs.readable()
Violations CheckUnreadable(const Inputs& inputs);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_INPUT_CHECK_H_
