// Explain: the fate of single points, newest first, for a person who asks.
//
//   for (const PointFate& fate : PointFates(view, plan, decision, "web-1", 10))
//     Print(fate.point_id, fate.selected ? "chosen" : Reason(fate.reason));
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_EXPLAIN_H_
#define RECOVERYLINE_ENGINE_EXPLAIN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "engine/inventory_view.h"
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

// At most `limit` points of the VM, the best first; none for a VM that the
// plan or the inventory lacks.
// REQUIRES: `decision` is what Select() gives for the view and the plan.
std::vector<PointFate> PointFates(const InventoryView& inventory,
                                  const v1::RecoveryPlan& plan,
                                  const v1::Decision& decision,
                                  absl::string_view vm_id, int limit);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_EXPLAIN_H_
