// Reference selector: the specification, executed literally.
//
//   v1::Decision expected = ReferenceSelect(inventory, plan, decision_time);
//   if (!SameDecision(expected, Select(inventory, plan, request))) ...
//
// Slow and obvious on purpose: one function per sentence of the contract,
// plain loops over row messages and strings. It shares no code with the
// engine. The Decision is complete but for the texts of warnings and for
// provenance.
//
// REQUIRES: the inventory and the plan are valid; the plan may name VMs that
// the inventory lacks. Violations are tested by hand elsewhere.
// Thread-safety: a pure function.

#ifndef RECOVERYLINE_TESTS_REFERENCE_REFERENCE_SELECTOR_H_
#define RECOVERYLINE_TESTS_REFERENCE_REFERENCE_SELECTOR_H_

#include <optional>

#include "google/protobuf/timestamp.pb.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline::reference {

v1::Decision ReferenceSelect(
    const v1::Inventory& inventory, const v1::RecoveryPlan& plan,
    std::optional<google::protobuf::Timestamp> decision_time);

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_REFERENCE_SELECTOR_H_
