// Verify: is this Decision right? Whoever made it.
//
//   std::vector<Refutation> refuted = Verify(inventory, plan, decision, {});
//   if (refuted.empty()) ...  // every choice is eligible, common and the best
//
// Each choice is proved by core::CheckChoice, which shares no code with the
// selector; what the plan asks for (PlanReading), the figures, explanations
// and warnings are derived a second time from the contract. Messages for
// people, and who made the Decision, are not judged, but a warning or violation
// without a message is wrong. The decision time is the Decision's own, and
// where the request states one, that must be the same; so with each digest and
// the schema version of the request's provenance.
//
// A Decision of any content and size is safe to judge: at most 100 refutations
// are given, and rows beyond those of the plan are not read.
//
// Cost: that of core::CheckChoice() and core::Recount() for each unit, and
// O(rows).
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_VERIFY_H_
#define RECOVERYLINE_ENGINE_VERIFY_H_

#include <string>
#include <vector>

#include "engine/inventory_view.h"
#include "engine/select.h"
#include "engine/violations.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// One thing that is wrong with a Decision.
struct Refutation {
  std::string field_path;  // "vmSelections[2].recoveryPointId"
  std::string message;     // what it says, and what is true
};

// Nothing when the Decision is right. A plan that breaks a rule, or an unknown
// decision time, must have a Decision that says INVALID with those violations
// and nothing else.
// Worth nothing where the view's status() is not OK then.
// REQUIRES: the inventory is valid (see validate.h).
std::vector<Refutation> Verify(const InventoryView& inventory,
                               const v1::RecoveryPlan& plan,
                               const v1::Decision& decision,
                               const SelectRequest& request);

// The same for any inventory: one that breaks a rule makes the Decision INVALID
// too.
std::vector<Refutation> Verify(const v1::Inventory& inventory,
                               const v1::RecoveryPlan& plan,
                               const v1::Decision& decision,
                               const SelectRequest& request);

// The same for input that broke rules before it could be judged, such as a file
// that a reader made no sense of: a right Decision says INVALID with the
// violations `found` and nothing else. REQUIRES: found is not empty.
std::vector<Refutation> VerifyInvalid(const Violations& found,
                                      const v1::RecoveryPlan& plan,
                                      const v1::Decision& decision,
                                      const SelectRequest& request);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_VERIFY_H_
