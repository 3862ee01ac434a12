// FailoverPaths: what a command writes must not be what it works on.
//
//   if (auto refusal = CheckPaths(flags)) return reporter.Fail(...);
//
// The run's own files are its log, its simulated site, and what SQLite and the
// lock keep beside them; whatever their names, links included. What is written
// are the output, the events and an inventory: each to a place of its own.
//
// Thread-safety: no state of its own. Errors: exit 64.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAILOVER_PATHS_H_
#define RECOVERYLINE_TOOLS_RLINE_FAILOVER_PATHS_H_

#include <optional>

#include "tools/rline/failover_decision.h"
#include "tools/rline/failover_flags.h"

namespace recoveryline {

std::optional<Refusal> CheckPaths(const FailoverFlags& flags);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_PATHS_H_
