#include "tools/sites/command_output.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace recoveryline {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return descriptor_; }
  void Close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_;
};

// A running program; killed with its group unless it was waited for.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (pid_ < 0) return;
    ::kill(-pid_, SIGKILL);
    Reap();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // What waitpid() says of it if it has ended.
  bool HasEnded(int* status) {
    const pid_t ended = ::waitpid(pid_, status, WNOHANG);
    if (ended != pid_) return false;
    pid_ = -1;
    return true;
  }

 private:
  void Reap() const {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }

  pid_t pid_;
};

absl::StatusOr<pid_t> Spawn(const std::vector<std::string>& words, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
                                   O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                   O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);

  std::vector<char*> arguments;
  for (const std::string& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, arguments[0], &actions, &attributes,
                                   arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return absl::NotFoundError(
        absl::StrCat("it cannot be run: ", std::strerror(error)));
  }
  return pid;
}

// Waits until there is something to read; false when `deadline` has passed.
bool WaitForInput(int descriptor, absl::Time deadline) {
  while (true) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    pollfd poll = {descriptor, POLLIN, 0};
    const int64_t millis =
        std::clamp<int64_t>(absl::ToInt64Milliseconds(left) + 1, 1, 60'000);
    if (::poll(&poll, 1, static_cast<int>(millis)) > 0) return true;
  }
}

absl::Status TooSlow(absl::Duration max_time) {
  return absl::DeadlineExceededError(
      absl::StrCat("it has not ended within ", absl::FormatDuration(max_time)));
}

absl::Status Judge(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return absl::AbortedError(
      WIFEXITED(status)
          ? absl::StrCat("it ended with exit code ", WEXITSTATUS(status),
                         "; run it by hand to see why")
          : absl::StrCat("it was ended by signal ", WTERMSIG(status)));
}

}  // namespace

absl::StatusOr<std::string> CommandOutput(const std::vector<std::string>& words,
                                          size_t max_bytes,
                                          absl::Duration max_time) {
  const absl::Time deadline = absl::Now() + max_time;
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return absl::NotFoundError(
        absl::StrCat("it cannot be run: ", std::strerror(errno)));
  }
  const Descriptor input(ends[0]);
  Descriptor output(ends[1]);
  const absl::StatusOr<pid_t> pid = Spawn(words, output.get());
  if (!pid.ok()) return pid.status();
  Child child(*pid);
  output.Close();

  std::string text;
  std::array<char, 4096> chunk;
  while (true) {
    if (!WaitForInput(input.get(), deadline)) return TooSlow(max_time);
    const ssize_t count = ::read(input.get(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return absl::AbortedError("its output cannot be read");
    if (count == 0) break;
    text.append(chunk.data(), static_cast<size_t>(count));
    if (text.size() > max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat("it wrote more than ", max_bytes, " bytes"));
    }
  }
  int status = 0;
  while (!child.HasEnded(&status)) {
    if (absl::Now() >= deadline) return TooSlow(max_time);
    absl::SleepFor(absl::Milliseconds(5));
  }
  const absl::Status judged = Judge(status);
  if (!judged.ok()) return judged;
  return text;
}

}  // namespace recoveryline
