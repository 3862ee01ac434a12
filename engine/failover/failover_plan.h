// FailoverPlan: what of a Decision is carried out, and whether it may be.
//
//   auto plan = PlanFailover(decision, &recovery_plan, {.run_id = "run-7"});
//   auto vms = site.Describe(IdsOf(*plan));
//   AddCapabilities(*vms, &*plan);
//
// A Decision says which point; the recovery plan it was made from adds the boot
// groups' order and their actions. Without one, boot groups follow each other
// as the Decision first names them, and there are no actions.
//
// Errors name the VM or the action. InvalidArgument: the Decision is INVALID,
// is not sound, or its option was defaulted, so that nobody has said what is
// wanted; an action to be skipped that the plan does not have.
// FailedPrecondition: some VM has no point, and allow_partial is not set.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_PLAN_H_
#define RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/failover.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "recoveryline/v1/site.pb.h"

namespace recoveryline {

struct FailoverOptions {
  std::string run_id = {};
  std::string decision_digest = {};  // SHA-256 in hexadecimal digits
  std::string site = {};
  bool allow_partial = false;
  bool allow_type_only = false;
  std::string source_fenced_by = {};
  std::vector<std::string> skip_actions = {};  // names; "*" all
};

// `plan` may be null.
absl::StatusOr<v1::FailoverPlan> PlanFailover(const v1::Decision& decision,
                                              const v1::RecoveryPlan* plan,
                                              const FailoverOptions& options);

// The VMs that get a point, in plan order.
std::vector<std::string> IdsOf(const v1::FailoverPlan& plan);

// What the site says that it can do. REQUIRES: `vms` are those of the plan, in
// its order.
void AddCapabilities(absl::Span<const v1::SiteVm> vms, v1::FailoverPlan* plan);

// The actions before a boot group that has VMs, the number of boot groups
// meaning the end, in the order in which they are due: also those of boot
// groups without VMs before it.
std::vector<std::string> ActionsBefore(const v1::FailoverPlan& plan,
                                       int boot_group);

// A request to go to the points of another plan: its VMs, whole units.
v1::FailoverRequest ChangeTo(const v1::FailoverPlan& from,
                             const v1::FailoverPlan& to);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_PLAN_H_
