// FailoverStatus: where a run stands, from its log alone.
//
//   v1::FailoverStatus status = StatusOf(runner, records, history.digest);
//   out << FailoverTable(status, display);
//   return CodeOf(status);
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAILOVER_STATUS_H_
#define RECOVERYLINE_TOOLS_RLINE_FAILOVER_STATUS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "engine/failover/failover_runner.h"
#include "recoveryline/v1/failover.pb.h"
#include "tools/rline/display.h"
#include "tools/rline/exit_code.h"

namespace recoveryline {

// REQUIRES: the runner is what the records make.
v1::FailoverStatus StatusOf(const FailoverRunner& runner,
                            absl::Span<const v1::FailoverRecord> records,
                            const std::string& log_digest);

std::string FailoverTable(const v1::FailoverStatus& status,
                          const Display& display);

std::string PreflightTable(const v1::PreflightReport& report,
                           const Display& display);

// The names of the states that a run may be in.
std::vector<std::string> RunStates();

// What the caller of a command that acts should do next.
ExitCode CodeOf(const v1::FailoverStatus& status);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_STATUS_H_
