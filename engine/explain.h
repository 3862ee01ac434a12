// Explain: the fate of single points, newest first, for a person who asks.
//
//   const FateReader fates(view, plan, decision);
//   for (const PointFate& fate : fates.Of("web-1", 10))
//     Print(fate.point_id, fate.selected ? "chosen" : Reason(fate.reason));
//
// Cost: that of Select() once, then O(points told).
// Thread-safety: immutable; concurrent reads are safe.

#ifndef RECOVERYLINE_ENGINE_EXPLAIN_H_
#define RECOVERYLINE_ENGINE_EXPLAIN_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "engine/effective_policy.h"
#include "engine/inventory_view.h"
#include "engine/plan_choice.h"
#include "engine/plan_units.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

struct PointFate {
  std::string point_id;
  core::Instant capture_time = 0;
  v1::RecoveryPoint::Consistency consistency =
      v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED;
  std::string marker;
  bool selected = false;
  // REASON_UNSPECIFIED where nothing refused the point: it was chosen, or the
  // chosen one is better, or a precondition failed before any was looked at.
  v1::Rejection::Reason reason = v1::Rejection::REASON_UNSPECIFIED;
};

class FateReader {
 public:
  // REQUIRES: `decision` is what Select() gives for the view and the plan; both
  // outlive this.
  FateReader(const InventoryView& inventory, const v1::RecoveryPlan& plan,
             const v1::Decision& decision);

  // At most `limit` points of the VM, the best first; none for a VM that the
  // plan or the inventory lacks.
  std::vector<PointFate> Of(absl::string_view vm_id, int limit) const;

 private:
  const InventoryView& inventory_;
  const PlanUnits units_;
  const EffectivePolicy policy_;
  const PlanChoice chosen_;
  absl::flat_hash_map<absl::string_view, const PlannedVm*> rows_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_EXPLAIN_H_
