// AtomicFile: a file that is replaced by a complete one, or stays as it was.
//
//   absl::StatusOr<AtomicFile> file = AtomicFile::Open("decision.json");
//   file->Append("{...}\n");
//   file->Commit();                          // now, and only now, it is there
//
// What is appended goes to a new file beside the target; Commit() syncs it,
// renames it over the target and syncs the directory. Without Commit() it is
// removed again. A symbolic link stays, and what it points to is replaced. The
// mode of an existing file is kept; a new one has what the umask leaves.
//
// A target that is not a regular file (a pipe, /dev/null), stdout ("-"), and a
// file that is stdout by another name are written to directly.
//
// Errors carry the path and are what errno says: ResourceExhausted when the
// disk is full. A closed pipe is an error only where SIGPIPE is ignored.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_FORMATS_ATOMIC_FILE_H_
#define RECOVERYLINE_TOOLS_FORMATS_ATOMIC_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/formats/temporary_name.h"

namespace recoveryline {

class AtomicFile {
 public:
  static absl::StatusOr<AtomicFile> Open(absl::string_view path);

  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;
  ~AtomicFile();

  // All of `bytes`, or an error; after one, only the destructor may follow.
  absl::Status Append(absl::string_view bytes);

  // REQUIRES: called once, after the last Append().
  absl::Status Commit();

 private:
  explicit AtomicFile(std::string name) : name_(std::move(name)) {}

  absl::Status OpenBeside(const std::string& target);
  absl::Status Error(const char* what) const;

  std::string name_;    // for people
  std::string target_;  // links followed; empty when written to directly
  std::unique_ptr<TemporaryName> temporary_;  // null: none to remove
  int descriptor_ = -1;
};

// The same in one call.
absl::Status WriteFile(absl::string_view path, absl::string_view bytes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_ATOMIC_FILE_H_
