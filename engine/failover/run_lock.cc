#include "engine/failover/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

// Whether the path still leads to the file that is open.
bool IsAt(const std::string& path, int descriptor) {
  struct stat there = {};
  struct stat here = {};
  return stat(path.c_str(), &there) == 0 && fstat(descriptor, &here) == 0 &&
         there.st_dev == here.st_dev && there.st_ino == here.st_ino;
}

// Without waiting; 0 or what errno says.
int LockExclusively(int descriptor) {
  while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

}  // namespace

absl::StatusOr<RunLock> RunLock::Take(const std::string& path) {
  constexpr int kFlags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
  constexpr mode_t kModeOfNew = 0666;
  // Others may make or remove the file in between; not for ever.
  constexpr int kMaxAttempts = 100;
  int error = 0;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    int descriptor = open(path.c_str(), kFlags);
    const bool made = descriptor < 0 && errno == ENOENT;
    if (made) {
      descriptor = open(path.c_str(), kFlags | O_CREAT | O_EXCL, kModeOfNew);
    }
    if (descriptor < 0) {
      error = errno;
      if (made && error == EEXIST) continue;
      break;
    }
    RunLock lock(path, descriptor, made);
    error = LockExclusively(descriptor);
    if (error == EWOULDBLOCK) {
      return absl::AbortedError(absl::StrCat(
          "it is being worked on by another process (", path, " is locked)"));
    }
    if (error != 0) break;
    if (IsAt(path, descriptor)) return lock;
    error = EAGAIN;  // unless a later attempt says otherwise
  }
  return absl::ErrnoToStatus(error, absl::StrCat("cannot lock ", path));
}

RunLock::RunLock(RunLock&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      made_(other.made_) {}

RunLock::~RunLock() {
  // Not LOCK_UN: that would also unlock what the parent of a forked child has.
  if (descriptor_ >= 0) close(descriptor_);
}

void RunLock::RemoveFileIfMade() {
  if (descriptor_ >= 0 && made_) unlink(path_.c_str());
}

}  // namespace recoveryline
