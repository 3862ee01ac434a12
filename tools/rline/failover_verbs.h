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

#include "absl/status/status.h"
#include "recoveryline/v1/failover.pb.h"
#include "tools/rline/exit_code.h"
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

// Says why there is no session.
ExitCode FailToOpen(const absl::Status& status, const Reporter& reporter);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_VERBS_H_
