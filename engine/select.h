// Select: the recovery point of every VM of a plan, and why.
//
//   SelectRequest request;
//   request.decision_time = ...;             // else the inventory's as_of_time
//   v1::Decision decision = Select(inventory, plan, request);
//
// A total function: any message that parses gets a Decision, with Violations
// and the outcome INVALID where it breaks a rule. It never aborts, prints or
// reads a clock; the same input gives the same choices whatever the order of
// VMs, groups and points in the inventory (rows stand in plan order, without a
// plan in the inventory's).
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_SELECT_H_
#define RECOVERYLINE_ENGINE_SELECT_H_

#include <optional>
#include <string>

#include "engine/core/instant.h"
#include "engine/inventory_view.h"
#include "engine/violations.h"
#include "google/protobuf/timestamp.pb.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// What a choice depends on beside the inventory and the plan.
struct SelectRequest {
  // When the choice is made; the inventory's as_of_time when left out.
  std::optional<google::protobuf::Timestamp> decision_time;
  // Copied into the Decision as it is.
  v1::Provenance provenance;
};

// When the choice is made; `as_of_time` is the inventory's. A violation where
// neither says it, or it is out of range.
core::Instant DecisionTimeOf(const SelectRequest& request,
                             std::optional<core::Instant> as_of_time,
                             Violations* found);

// Validates `inventory` and `plan`, then chooses.
v1::Decision Select(const v1::Inventory& inventory,
                    const v1::RecoveryPlan& plan, const SelectRequest& request);

// The same over an inventory that is known to be valid; validates `plan`.
v1::Decision Select(const InventoryView& inventory,
                    const v1::RecoveryPlan& plan, const SelectRequest& request);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_SELECT_H_
