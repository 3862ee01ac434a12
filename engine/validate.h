// Validate: does the input keep the rules that the proto comments state?
//
//   Violations found;
//   ValidateInventory(inventory, &found);
//   ValidatePlan(plan, &found);
//   ValidatePlanAgainst(plan, view, &found);  // needs a valid inventory
//
// One function per message; each rule of a proto comment is one check, in the
// order of the fields. Paths are those of the JSON form; paths into a plan
// begin with "plan.". Finding nothing means that Select() can choose.
//
// Cost: O(points), one hash set of ids a VM at a time.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_VALIDATE_H_
#define RECOVERYLINE_ENGINE_VALIDATE_H_

#include "engine/violations.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

class InventoryView;

void ValidateInventory(const v1::Inventory& inventory, Violations* found);

// The rules of a point that can be judged without the others of its machine.
void ValidatePoint(const v1::RecoveryPoint& point, Violations* found);

// The rules of a plan that can be judged without an inventory.
void ValidatePlan(const v1::RecoveryPlan& plan, Violations* found);

// The rules that bind a plan to an inventory: unknown groups in exclusions,
// and the subjects and targets of pins.
void ValidatePlanAgainst(const v1::RecoveryPlan& plan,
                         const InventoryView& inventory, Violations* found);

// What engine/batch cannot do: it decides units one by one, in shards some of
// them, in timelines each at moments of its own.
void ValidatePlanForBatch(const v1::RecoveryPlan& plan, Violations* found);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_VALIDATE_H_
