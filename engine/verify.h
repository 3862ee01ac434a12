// Verify: is this Decision right? Whoever made it.
//
//   std::vector<Refutation> refuted = Verify(inventory, plan, decision, {});
//   if (refuted.empty()) ...  // every choice is eligible, common and the best
//
// Each choice is proved by core::SelectionChecker, which shares no code with
// the selector; the figures, explanations and warnings are computed again from
// the rows. Messages for people, and who made the Decision, are not judged.
// The decision time is the Decision's own, and where the request states one,
// that must be the same; so with each digest of the request's provenance.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_VERIFY_H_
#define RECOVERYLINE_ENGINE_VERIFY_H_

#include <string>
#include <vector>

#include "engine/inventory_view.h"
#include "engine/select.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// One thing that is wrong with a Decision.
struct Refutation {
  std::string field_path;  // "vmSelections[2].recoveryPointId"
  std::string message;     // what it says, and what is true
};

// REQUIRES: `inventory` and `plan` are valid (see validate.h).
std::vector<Refutation> Verify(const InventoryView& inventory,
                               const v1::RecoveryPlan& plan,
                               const v1::Decision& decision,
                               const SelectRequest& request);

// The same; input that breaks a rule must have a Decision that says INVALID
// with those violations.
std::vector<Refutation> Verify(const v1::Inventory& inventory,
                               const v1::RecoveryPlan& plan,
                               const v1::Decision& decision,
                               const SelectRequest& request);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_VERIFY_H_
