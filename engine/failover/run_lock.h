// RunLock: at most one process, and in it one object, works on a run.
//
//   absl::StatusOr<RunLock> lock = RunLock::Take("/runs/7.db-lock");
//   lock.status();                           // Aborted: another one has it
//
// An flock on a file of its own. The kernel lets go of it when the process
// ends, however it ends, so that a crash leaves nothing to clean up. A lock of
// SQLite's would not do: one that outlasts a transaction keeps readers out. And
// the log itself cannot be flocked: to close any descriptor of a file drops all
// POSIX locks that the process has on it, which are SQLite's.
//
// The file is empty and stays. Who removes it while a run is worked on lets a
// second process in.
//
// Errors: Aborted at once, without waiting; others as errno says.
// Thread-safety: different objects may be used by different threads.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_RUN_LOCK_H_
#define RECOVERYLINE_ENGINE_FAILOVER_RUN_LOCK_H_

#include <string>

#include "absl/status/statusor.h"

namespace recoveryline {

class RunLock {
 public:
  // Makes the file where it is not there.
  static absl::StatusOr<RunLock> Take(const std::string& path);

  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;
  // Lets go, once no forked child has the descriptor either.
  ~RunLock();

  // Takes the file away again if Take() made it: there is no run to lock.
  void RemoveFileIfMade();

 private:
  RunLock(std::string path, int descriptor, bool made)
      : path_(std::move(path)), descriptor_(descriptor), made_(made) {}

  std::string path_;
  int descriptor_;  // -1: moved from
  bool made_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_RUN_LOCK_H_
