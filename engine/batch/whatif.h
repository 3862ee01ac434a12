// MakeWhatIf: what would a plan get if something were otherwise?
//
//   auto answer = MakeWhatIf(inventory, plan, assumptions, request, threads);
//   answer->choice().vms(0);                 // loses most
//
// Both worlds are asked the same: for the choice at the decision time, and for
// the figures of the same span of time (plan_timeline.h).
//
// Cost: two copies of the inventory's rows, two choices, two timelines.
// Thread-safety: pure function.
// Errors: InvalidArgument for assumptions that make no sense (assumptions.h),
// or after which the plan breaks a rule.

#ifndef RECOVERYLINE_ENGINE_BATCH_WHATIF_H_
#define RECOVERYLINE_ENGINE_BATCH_WHATIF_H_

#include "absl/status/statusor.h"
#include "engine/batch/plan_timeline.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "recoveryline/v1/whatif.pb.h"

namespace recoveryline {

// Input that breaks rules gives violations and nothing else.
absl::StatusOr<v1::WhatIf> MakeWhatIf(const v1::Inventory& inventory,
                                      const v1::RecoveryPlan& plan,
                                      const v1::Assumptions& assumptions,
                                      const TimelineRequest& request,
                                      int threads);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_WHATIF_H_
