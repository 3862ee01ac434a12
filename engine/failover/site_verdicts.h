// SiteVerdicts: whether what a site says of a VM is enough to go on.
//
//   std::string why = WhyUnverified(plan, plan.vms(0), report);
//   if (!why.empty()) ...                     // hold
//   HavePointsAgain(unit);                    // every VM, and a common one
//
// Verified is a VM that runs, whose source is off, from the point that was
// chosen. A FAILOVER may have a source that somebody says is fenced off; a TEST
// leaves its source alone. With process_pending_data the point used may be a
// later one; where the site can be told a kind of point alone, one of that
// kind, and it is said which. What a site does not say is not taken for good.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_SITE_VERDICTS_H_
#define RECOVERYLINE_ENGINE_FAILOVER_SITE_VERDICTS_H_

#include <string>

#include "absl/types/span.h"
#include "recoveryline/v1/failover.pb.h"
#include "recoveryline/v1/site.pb.h"

namespace recoveryline {

// Why a VM is not verified; empty where it is.
std::string WhyUnverified(const v1::FailoverPlan& plan,
                          const v1::FailoverVm& vm,
                          const v1::CallReport& report);

// Whether each VM has a point, and VMs that are more than one a common marker.
bool HavePointsAgain(absl::Span<const v1::SiteVm* const> unit);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_SITE_VERDICTS_H_
