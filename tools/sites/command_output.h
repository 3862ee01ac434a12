// CommandOutput: what does a program of the user's write?
//
//   absl::StatusOr<std::string> text = CommandOutput(
//       {"az", "account", "show"}, /*max_bytes=*/4096, absl::Minutes(1));
//
// The program is found by PATH and run without a shell, with our environment,
// in a process group of its own; it reads nothing, its standard error is thrown
// away, and no other file of ours is open in it. When it takes too long or
// writes too much, the whole group is killed.
//
// Thread-safety: no state of its own.
// Errors: NotFound: it cannot be run; DeadlineExceeded; ResourceExhausted: more
// than `max_bytes`; Aborted: it failed, with its exit code. None of them has
// anything that it wrote.

#ifndef RECOVERYLINE_TOOLS_SITES_COMMAND_OUTPUT_H_
#define RECOVERYLINE_TOOLS_SITES_COMMAND_OUTPUT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace recoveryline {

// REQUIRES: `words` is not empty.
absl::StatusOr<std::string> CommandOutput(const std::vector<std::string>& words,
                                          size_t max_bytes,
                                          absl::Duration max_time);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_COMMAND_OUTPUT_H_
