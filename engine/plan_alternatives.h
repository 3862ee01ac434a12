// PlanAlternatives: what each unit of a plan could go back to instead, and at
// what price.
//
//   v1::PlanAlternatives beside = MakeAlternatives(view, plan, request);
//   beside.units(0).alternatives(0).gain();  // "38 minutes newer", but for its
//   beside.units(0).alternatives(0).line();  // consistency, marker or skew
//
// Two kinds of lines stand beside a choice: the undominated ones of all
// machines (core/alternatives.h), whatever the policy's rules, and for each
// machine that holds the choice back what the policy gives without it.
//
// Cost: that of Select(), core::UndominatedLines(), and a choice for each
// machine that holds its group back.
// Thread-safety: pure function.

#ifndef RECOVERYLINE_ENGINE_PLAN_ALTERNATIVES_H_
#define RECOVERYLINE_ENGINE_PLAN_ALTERNATIVES_H_

#include "engine/inventory_view.h"
#include "engine/select.h"
#include "recoveryline/v1/alternatives.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// Of the units by themselves: Policy.plan_alignment is left out of account.
// Validates the plan. REQUIRES: the inventory is valid.
v1::PlanAlternatives MakeAlternatives(const InventoryView& inventory,
                                      const v1::RecoveryPlan& plan,
                                      const SelectRequest& request);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_PLAN_ALTERNATIVES_H_
