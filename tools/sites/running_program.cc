#include "tools/sites/running_program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

namespace recoveryline {
namespace {

// A file without a name; -1 where none can be made.
int NamelessFile() {
  const char* directory = getenv("TMPDIR");
  if (directory == nullptr || *directory == '\0') directory = "/tmp";
  const int made = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (made >= 0) return made;
  std::string name = absl::StrCat(directory, "/rline-XXXXXX");
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file >= 0) unlink(name.c_str());
  return file;
}

bool WriteAll(int file, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return lseek(file, 0, SEEK_SET) == 0;
}

std::string ReadFromStart(int file, size_t max_bytes) {
  std::string bytes;
  char buffer[1 << 16];
  for (off_t at = 0; bytes.size() < max_bytes;) {
    const ssize_t got = pread(file, buffer, sizeof(buffer), at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    bytes.append(buffer, static_cast<size_t>(got));
    at += got;
  }
  return bytes;
}

// Closes it at the end of a scope.
class Closing {
 public:
  explicit Closing(int file) : file_(file) {}
  ~Closing() {
    if (file_ >= 0) close(file_);
  }
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;
  int get() const { return file_; }
  int Release() { return std::exchange(file_, -1); }

 private:
  int file_;
};

}  // namespace

absl::Status RunningProgram::CanStart(const std::string& program) {
  std::vector<std::string> places = {program};
  if (program.find('/') == std::string::npos) {
    const char* path = getenv("PATH");
    places = absl::StrSplit(path == nullptr ? "/bin:/usr/bin" : path, ':');
    for (std::string& place : places) absl::StrAppend(&place, "/", program);
  }
  int error = ENOENT;
  for (const std::string& place : places) {
    struct stat facts = {};
    if (stat(place.c_str(), &facts) != 0) continue;
    if (S_ISREG(facts.st_mode) && access(place.c_str(), X_OK) == 0) {
      return absl::OkStatus();
    }
    error = EACCES;
  }
  return absl::NotFoundError(
      absl::StrCat(program, " cannot be run: ", std::strerror(error)));
}

absl::StatusOr<RunningProgram> RunningProgram::Start(
    const std::vector<std::string>& words, absl::string_view input) {
  Closing in(NamelessFile());
  Closing out(NamelessFile());
  if (in.get() < 0 || out.get() < 0 || !WriteAll(in.get(), input)) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "no temporary file for ", words[0], ": ", std::strerror(errno)));
  }
  std::vector<char*> arguments;
  for (const std::string& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, out.get(), STDOUT_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t usual;
  sigemptyset(&usual);
  sigset_t back;  // what we ignore, it need not
  sigemptyset(&back);
  sigaddset(&back, SIGPIPE);
  sigaddset(&back, SIGXFSZ);
  sigaddset(&back, SIGCHLD);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
                                            POSIX_SPAWN_SETSIGMASK |
                                            POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setsigmask(&attributes, &usual);
  posix_spawnattr_setsigdefault(&attributes, &back);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, arguments[0], &files, &attributes,
                                 arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return absl::NotFoundError(
        absl::StrCat(words[0], " cannot be run: ", std::strerror(error)));
  }
  return RunningProgram(pid, out.Release());
}

RunningProgram::RunningProgram(RunningProgram&& other) noexcept
    : pid_(other.pid_),
      output_(std::exchange(other.output_, -1)),
      end_(std::move(other.end_)) {}

RunningProgram::~RunningProgram() {
  if (output_ >= 0) close(output_);
}

const std::optional<ProgramEnd>& RunningProgram::End() {
  if (end_) return end_;
  int status = 0;
  const pid_t ended = waitpid(pid_, &status, WNOHANG);
  if (ended == pid_) {
    end_ = ProgramEnd{.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                                       : WEXITSTATUS(status),
                      .output = ReadFromStart(output_, kMaxOutputBytes)};
  } else if (ended < 0 && errno == ECHILD) {
    end_ = ProgramEnd{.exit_code = ProgramEnd::kUnknown};
  }
  return end_;
}

std::optional<ProgramEnd> RunningProgram::WaitAtMost(absl::Duration duration) {
  const absl::Time latest = absl::Now() + duration;
  absl::Duration pause = absl::Milliseconds(1);
  while (!End() && absl::Now() < latest) {
    absl::SleepFor(pause);
    pause = std::min(pause * 2, absl::Milliseconds(50));
  }
  if (End()) return end_;
  kill(-pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  return std::nullopt;
}

}  // namespace recoveryline
