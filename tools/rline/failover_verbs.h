// FailoverVerbs: what each command of a failover does.
//
//   return RunStart(flags, reporter);
//
// What they print is a FailoverStatus, or what their help says; exit codes are
// those of the contract. A step that is done already is done no second time,
// and is no error.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAILOVER_VERBS_H_
#define RECOVERYLINE_TOOLS_RLINE_FAILOVER_VERBS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/timestamp.pb.h"
#include "recoveryline/v1/failover.pb.h"
#include "tools/rline/exit_code.h"
#include "tools/rline/failover_decision.h"
#include "tools/rline/failover_flags.h"
#include "tools/rline/failover_session.h"
#include "tools/rline/reporter.h"

namespace recoveryline {

ExitCode RunPreflight(const FailoverFlags& flags, const Reporter& reporter);
ExitCode RunQuiesce(const FailoverFlags& flags, const Reporter& reporter);
ExitCode RunStart(const FailoverFlags& flags, const Reporter& reporter);
ExitCode RunStatus(const FailoverFlags& flags, const Reporter& reporter);
ExitCode RunResume(const FailoverFlags& flags, const Reporter& reporter);
ExitCode RunCommit(const FailoverFlags& flags, const Reporter& reporter);
ExitCode RunReprotect(const FailoverFlags& flags, const Reporter& reporter);
ExitCode RunChangePoint(const FailoverFlags& flags, const Reporter& reporter);
ExitCode RunCancel(const FailoverFlags& flags, const Reporter& reporter);
ExitCode RunCleanup(const FailoverFlags& flags, const Reporter& reporter);
ExitCode ShowHistory(const FailoverFlags& flags, const Reporter& reporter);

// --- What they share ---

v1::FailoverRequest RequestOf(v1::FailoverRequest::Verb verb,
                              const FailoverFlags& flags);

// What an error of the site, the log or the run means to the caller.
ExitCode CodeOfFailover(const absl::Status& status);

// Prints where the run stands, says what went wrong, and gives the exit code of
// both.
ExitCode Tell(const FailoverSession& session, const absl::Status& ended,
              const FailoverFlags& flags, const Reporter& reporter);

// Why there is no session or site.
Refusal RefusalOf(const absl::Status& status);

// The site that a plan would be carried out at, to look at it; a simulated one
// is made of the VMs of --inventory, which is left in `*inventory`, beginning
// at `begins` where that is set. `run` is as of OpenSiteOf().
std::optional<Refusal> OpenForPlan(
    const v1::FailoverPlan& plan, const FailoverFlags& flags,
    const std::string& run, const std::vector<std::string>& vm_ids,
    const std::optional<google::protobuf::Timestamp>& begins,
    const Reporter& reporter, Keep keep, v1::Inventory* inventory,
    std::unique_ptr<OpenedSite>* site);

// Says why there is no session.
ExitCode FailToOpen(const absl::Status& status, const Reporter& reporter);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_VERBS_H_
