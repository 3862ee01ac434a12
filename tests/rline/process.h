// Process: runs the rline binary as a shell would, and keeps what it said.
//
//   Result result = RunProcess({.args = {"select", "-i", "-"}, .input = json});
//   EXPECT_EQ(result.exit_code, 0) << result.err;
//
// stdin, stdout and stderr are files, so that no order of reading can block;
// with `terminal` stdout is a pseudo-terminal instead, with `output_path` that
// file. The environment is empty but for PATH and what is given.
//
// Thread-safety: none; forks.

#ifndef RECOVERYLINE_TESTS_RLINE_PROCESS_H_
#define RECOVERYLINE_TESTS_RLINE_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace recoveryline {

struct Command {
  // After the program's name.
  std::vector<std::string> args = {};
  std::string input = {};
  std::vector<std::string> environment = {};
  // Empty: /.
  std::string directory = {};
  bool terminal = false;
  std::string output_path = {};
  // stdout is a pipe that nobody reads.
  bool closed_pipe = false;
  // How large a file may become; 0: no limit.
  int64_t file_limit_bytes = 0;
  // Another program than rline.
  std::string program = {};
};

struct Result {
  int exit_code = -1;  // -1: killed by a signal
  std::string out;
  std::string err;
  int64_t peak_memory_bytes = 0;
};

Result RunProcess(const Command& command);

// The program that RunProcess() runs unless told otherwise.
std::string RlinePath();

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_RLINE_PROCESS_H_
