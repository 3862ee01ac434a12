// MappedFile: the bytes of a file, where the system keeps them.
//
//   absl::StatusOr<MappedFile> file = MappedFile::Open("inventory.archive");
//   Archive::Open(file->bytes());
//
// A file that is cut short while it is mapped ends the program: replace it by
// another instead, as every command here does.
//
// Cost: none for what is not read.
// Errors carry the path: what errno says; FailedPrecondition for what is no
// regular file. Thread-safety: concurrent reads are safe.

#ifndef RECOVERYLINE_TOOLS_FORMATS_MAPPED_FILE_H_
#define RECOVERYLINE_TOOLS_FORMATS_MAPPED_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace recoveryline {

class MappedFile {
 public:
  // `path` is that of a regular file.
  static absl::StatusOr<MappedFile> Open(const std::string& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  // Begin at a page; stay until the file is closed.
  absl::string_view bytes() const { return bytes_; }

 private:
  explicit MappedFile(absl::string_view bytes) : bytes_(bytes) {}

  absl::string_view bytes_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_MAPPED_FILE_H_
