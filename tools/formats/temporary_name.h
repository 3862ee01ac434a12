// TemporaryName: the path of a file that must not outlive the process.
//
//   RemoveTemporariesOnSignals();            // once, in main()
//   TemporaryName name("/data/.rline-17-0.tmp");
//   name.Remove();                           // or Forget() once it is renamed
//
// SIGINT, SIGTERM and SIGHUP remove the files of all names, then end the
// process as they would have. A signal that was ignored when the process began
// (nohup) stays ignored.
//
// Invariant: a handler sees a name whole or not at all.
// Cost: O(1); names beyond kMaxNames are not known to the handler.
// Thread-safety: different names may be made and removed by different threads.

#ifndef RECOVERYLINE_TOOLS_FORMATS_TEMPORARY_NAME_H_
#define RECOVERYLINE_TOOLS_FORMATS_TEMPORARY_NAME_H_

#include <string>

namespace recoveryline {

class TemporaryName {
 public:
  static constexpr int kMaxNames = 64;

  explicit TemporaryName(const std::string& path);
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;
  ~TemporaryName();

  const std::string& path() const { return path_; }

  // Leaves the file alone from now on: it has another name.
  void Forget();
  // Removes the file, if there is one.
  void Remove();

 private:
  const std::string path_;
  int slot_ = -1;
};

void RemoveTemporariesOnSignals();

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_TEMPORARY_NAME_H_
