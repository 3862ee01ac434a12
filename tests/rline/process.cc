#include "tests/rline/process.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "gtest/gtest.h"

namespace recoveryline {
namespace {

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 65536> buffer;
  ssize_t size = 0;
  // A pseudo-terminal whose other end is gone answers with an error.
  while ((size = read(fd, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<size_t>(size));
  }
  return text;
}

int FileWith(const std::string& text) {
  const int fd = memfd_create("rline_test", MFD_CLOEXEC);
  for (size_t at = 0; at < text.size();) {
    const ssize_t size = write(fd, text.data() + at, text.size() - at);
    if (size <= 0) std::abort();
    at += static_cast<size_t>(size);
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}

// Where the child's stdout goes, and where the parent reads it.
struct Pair {
  int child = -1;
  int parent = -1;
};

Pair OpenStdout(const Command& command) {
  Pair out;
  if (command.terminal) {
    winsize size = {};
    size.ws_col = 120;
    size.ws_row = 40;
    if (openpty(&out.parent, &out.child, nullptr, nullptr, &size) != 0) {
      std::abort();
    }
  } else if (command.closed_pipe) {
    std::array<int, 2> ends = {};
    if (pipe(ends.data()) != 0) std::abort();
    close(ends[0]);
    out.child = ends[1];
  } else if (!command.output_path.empty()) {
    out.child =
        open(command.output_path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  } else {
    out.child = out.parent = FileWith("");
  }
  return out;
}

std::vector<char*> Pointers(std::vector<std::string>* strings) {
  std::vector<char*> pointers;
  for (std::string& string : *strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void Exec(const Command& command, int in, int out, int err) {
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  std::signal(SIGPIPE, SIG_DFL);
  if (command.file_limit_bytes > 0) {
    const auto limit = static_cast<rlim_t>(command.file_limit_bytes);
    const rlimit limits = {limit, limit};
    setrlimit(RLIMIT_FSIZE, &limits);
  }
  const std::string directory =
      command.directory.empty() ? "/" : command.directory;
  if (chdir(directory.c_str()) != 0) _exit(126);
  const std::string program =
      command.program.empty() ? RlinePath() : command.program;
  std::vector<std::string> args = {program};
  args.insert(args.end(), command.args.begin(), command.args.end());
  std::vector<std::string> environment = {"PATH=/usr/bin:/bin"};
  environment.insert(environment.end(), command.environment.begin(),
                     command.environment.end());
  execve(program.c_str(), Pointers(&args).data(),
         Pointers(&environment).data());
  _exit(127);
}

}  // namespace

std::string RlinePath() { return RLINE_PATH; }

Result RunProcess(const Command& command) {
  const int in = FileWith(command.input);
  const int err = FileWith("");
  const Pair out = OpenStdout(command);
  const pid_t child = fork();
  if (child == 0) Exec(command, in, out.child, err);
  close(in);
  if (out.child != out.parent) close(out.child);

  Result result;
  // A terminal holds little: it must be emptied while the child writes.
  if (command.terminal) result.out = ReadAll(out.parent);
  int status = 0;
  rusage usage = {};
  wait4(child, &status, 0, &usage);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.peak_memory_bytes = int64_t{1024} * usage.ru_maxrss;
  if (!command.terminal && out.parent >= 0) {
    lseek(out.parent, 0, SEEK_SET);
    result.out = ReadAll(out.parent);
  }
  lseek(err, 0, SEEK_SET);
  result.err = ReadAll(err);
  close(err);
  if (out.parent >= 0) close(out.parent);
  return result;
}

}  // namespace recoveryline
