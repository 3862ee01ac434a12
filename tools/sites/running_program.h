// RunningProgram: a program of the user's that we started, and how it ended.
//
//   auto program = RunningProgram::Start({"./fail-over"},
//   R"({"vmId":"web-1"})"); while (!program->End()) ... program->End()->output;
//   // what it wrote
//
// It is found by PATH and run without a shell, with our environment and our
// standard error, in a process group of its own, so that what is typed at our
// terminal does not reach it. It reads `input` and writes to files without a
// name: neither side ever waits for the other. Where it is not waited for, it
// goes on without us.
//
// Errors: NotFound: it cannot be run.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_SITES_RUNNING_PROGRAM_H_
#define RECOVERYLINE_TOOLS_SITES_RUNNING_PROGRAM_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace recoveryline {

struct ProgramEnd {
  static constexpr int kUnknown = -1;  // where SIGCHLD is ignored

  int exit_code = 0;  // 128 and the signal where one ended it
  std::string output = {};
};

class RunningProgram {
 public:
  // Of what it writes, so much is read.
  static constexpr size_t kMaxOutputBytes = size_t{16} << 20;

  // Whether there is such a program that may be run.
  static absl::Status CanStart(const std::string& program);

  // REQUIRES: `words` is not empty.
  static absl::StatusOr<RunningProgram> Start(
      const std::vector<std::string>& words, absl::string_view input);

  RunningProgram(RunningProgram&& other) noexcept;
  RunningProgram& operator=(RunningProgram&&) = delete;
  ~RunningProgram();

  // Nothing while it runs.
  const std::optional<ProgramEnd>& End();
  // Nothing where it took longer; it is killed then, and what it started.
  std::optional<ProgramEnd> WaitAtMost(absl::Duration duration);

 private:
  RunningProgram(pid_t pid, int output) : pid_(pid), output_(output) {}

  pid_t pid_;
  int output_;  // -1: moved from
  std::optional<ProgramEnd> end_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_RUNNING_PROGRAM_H_
