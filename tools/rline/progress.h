// Progress: how far a long command is, and how long it will still take.
//
//   Progress progress("evaluations");
//   progress.Show(done, all);  // 42 %, 1.2 M evaluations/s, 3s left
//
// One line on stderr, drawn over itself at most ten times a second and removed
// at the end; nothing where stderr is no terminal.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_RLINE_PROGRESS_H_
#define RECOVERYLINE_TOOLS_RLINE_PROGRESS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace recoveryline {

class Progress {
 public:
  // `things` are what is counted.
  explicit Progress(std::string things);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Show(int64_t done, int64_t all);

 private:
  const std::string things_;
  const bool terminal_;
  const absl::Time started_;
  absl::Time shown_;
  bool drawn_ = false;
};

// What Progress shows once `done` of `all` things took `spent`.
std::string ProgressLine(int64_t done, int64_t all, absl::Duration spent,
                         const std::string& things);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_PROGRESS_H_
