// FailoverFailures: for which VMs what was asked has failed, and why.
//
//   std::string what = WhatFailed(status, records, /*first_new=*/7);
//   if (!what.empty()) return reporter.Fail(ExitCode::kFailure, what);
//
// A VM has failed where its last call has, and either the present command saw
// that, or it still holds the run up: a VM that is FAILED or UNVERIFIED, one
// that is not committed, or not reprotected, beside others that are.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAILOVER_FAILURES_H_
#define RECOVERYLINE_TOOLS_RLINE_FAILOVER_FAILURES_H_

#include <cstddef>
#include <string>

#include "absl/types/span.h"
#include "recoveryline/v1/failover.pb.h"

namespace recoveryline {

// In one line, the first few VMs by name; empty where none has. REQUIRES: the
// status is what the records make; the command wrote those from `first_new` on.
std::string WhatFailed(const v1::FailoverStatus& status,
                       absl::Span<const v1::FailoverRecord> records,
                       size_t first_new);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_FAILURES_H_
