// CommandCall: a program of FailoverCommands is called, and asked how it was.
//
//   absl::StatusOr<std::string> why = CallCommand("./gate", call, timeout);
//   if (why.ok() && !why->empty()) ...       // "./gate ended with exit code 1"
//
// Thread-safety: no state of its own. Errors: NotFound: the program cannot be
// run; DeadlineExceeded: it takes longer than `timeout`, and was killed.

#ifndef RECOVERYLINE_TOOLS_SITES_COMMAND_CALL_H_
#define RECOVERYLINE_TOOLS_SITES_COMMAND_CALL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "recoveryline/v1/failover.pb.h"

namespace recoveryline {

// Why it did not end well, with what it wrote; empty where it did.
absl::StatusOr<std::string> CallCommand(const std::string& program,
                                        const v1::CommandCall& call,
                                        absl::Duration timeout);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_COMMAND_CALL_H_
