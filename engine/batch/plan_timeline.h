// PlanTimeline: what a plan would have got at each moment, unit by unit.
//
//   TimelineRequest request{.from = a, .to = b};
//   v1::Timeline timeline = MakeTimeline(view, plan, request, /*threads=*/2);
//   timeline.figures().worst_age();
//
// Where the plan has a target time, it stays; else it goes with the decision
// time. The incident time is not looked at: a loss is the age of the choice.
// What timeline.proto says of each field is what stands there.
//
// Cost: one core::TimelineSweep a unit for the span, and one for what comes
// after the inventory; lists of common points are made first.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_BATCH_PLAN_TIMELINE_H_
#define RECOVERYLINE_ENGINE_BATCH_PLAN_TIMELINE_H_

#include <optional>
#include <vector>

#include "engine/core/instant.h"
#include "engine/inventory_view.h"
#include "recoveryline/v1/plan.pb.h"
#include "recoveryline/v1/timeline.pb.h"

namespace recoveryline {

struct TimelineRequest {
  // The span; as given: from the first capture of any machine of the plan to
  // where the inventory ends.
  std::optional<core::Instant> from = {};
  std::optional<core::Instant> to = {};
  // Where the inventory ends and the forecast begins; its own as_of_time
  // unless given.
  std::optional<core::Instant> as_of = {};
  // What is written of each unit beside its figures. Points: with steps.
  bool with_steps = false;
  bool with_points = false;
  // Each above 0 and at most 100.
  std::vector<double> percents = {50, 95, 99};
  v1::Provenance provenance = {};
};

// Validates `plan`; a plan that breaks rules, or a span that ends before it
// begins, has violations and nothing else.
// REQUIRES: the inventory is valid.
v1::Timeline MakeTimeline(const InventoryView& inventory,
                          const v1::RecoveryPlan& plan,
                          const TimelineRequest& request, int threads);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_PLAN_TIMELINE_H_
