// InputFile: a file or stdin, read once from front to end, and its digest.
//
//   absl::StatusOr<InputFile> file = InputFile::Open("inventory.json");
//   absl::string_view head = *file->Head();  // the first bytes; still unread
//   file->Read(buffer, sizeof(buffer));      // begins with the head
//   file->digest();                          // "sha256:..." at the end
//
// Errors carry the path: NotFound, PermissionDenied, FailedPrecondition for a
// directory, and what errno says of a read.
//
// Cost: kHeadBytes; SHA-256 of what is read.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_FORMATS_INPUT_FILE_H_
#define RECOVERYLINE_TOOLS_FORMATS_INPUT_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/formats/sha256.h"

namespace recoveryline {

class InputFile {
 public:
  static constexpr size_t kHeadBytes = 64 << 10;

  // "-" is stdin.
  static absl::StatusOr<InputFile> Open(absl::string_view path);

  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();

  // For people: the path, cut where it is very long, or "stdin".
  const std::string& name() const { return name_; }

  // The first kHeadBytes, or all there is. Valid until the first Read().
  absl::StatusOr<absl::string_view> Head();

  // At most `size` bytes; 0 at the end. REQUIRES: size > 0.
  absl::StatusOr<size_t> Read(char* into, size_t size);

  // "sha256:" and the digest of all bytes in hexadecimal; empty where the end
  // was not reached.
  std::string digest() const;

 private:
  InputFile(std::string name, int descriptor);

  // From the file itself.
  absl::StatusOr<size_t> ReadOn(char* into, size_t size);

  std::string name_;
  int descriptor_;
  Sha256 hash_;
  std::string head_;
  size_t head_used_ = 0;
  bool at_end_ = false;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_INPUT_FILE_H_
