// Preflight: may this plan be failed over as things are now?
//
//   auto vms = site.Describe(ids);
//   v1::PreflightReport report = CheckBeforehand(plan, *vms);
//   if (!report.passed()) ...            // report.drifted(): choose anew
//
// It holds what the site says now against what the Decision was made from, the
// drift guard: a chosen point that is gone or another than it was, a group with
// other VMs, another capability. And it lists what stands against a failover of
// each VM: its replication, health, agent, resynchronisation, a rehearsal that
// was not cleaned up, a point that the site cannot be told. One finding that
// blocks stops the whole plan: a plan fails over as one.
//
// Where a plan is a FAILOVER or a TEST, a VM that does not replicate is a
// warning: the source may be burning.
//
// Source: what Azure Site Recovery refuses (allowedOperations, health errors,
// resynchronisation), and what it does not: points that were pruned since.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_PREFLIGHT_H_
#define RECOVERYLINE_ENGINE_FAILOVER_PREFLIGHT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "recoveryline/v1/failover.pb.h"
#include "recoveryline/v1/site.pb.h"

namespace recoveryline {

// REQUIRES: `vms` are those of the plan, in its order.
v1::PreflightReport CheckBeforehand(const v1::FailoverPlan& plan,
                                    absl::Span<const v1::SiteVm> vms);

// Why VMs that are failed over cannot go to the points of `plan`, in one line;
// empty where they can: a point is gone, or another than it was. REQUIRES: as
// above.
std::string WhyPointsAreGone(const v1::FailoverPlan& plan,
                             absl::Span<const v1::SiteVm> vms);

// What blocks, in one line: "VM "web-1": ...; and 3 more".
std::string SummaryOf(const v1::PreflightReport& report);

// Ok where it passed; PermissionDenied where a right is missing, else
// FailedPrecondition, with that summary.
absl::Status StatusOf(const v1::PreflightReport& report);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_PREFLIGHT_H_
