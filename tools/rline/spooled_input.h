// SpooledInput: a file whose beginning can be looked at before it is read.
//
//   auto input = SpooledInput::Open("-");
//   Guess(input->head());                    // its first bytes
//   ReadMessage(input->path(), ...);         // all of it, from the start
//
// What cannot be read twice, such as a pipe, is copied to a nameless temporary
// file first; a regular file is not.
//
// Cost: at most kHeadBytes of memory; the disk space of a pipe's content.
// Thread-safety: none.
// Errors: those of the file, with its name.

#ifndef RECOVERYLINE_TOOLS_RLINE_SPOOLED_INPUT_H_
#define RECOVERYLINE_TOOLS_RLINE_SPOOLED_INPUT_H_

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace recoveryline {

class SpooledInput {
 public:
  static constexpr size_t kHeadBytes = size_t{1} << 20;

  // "-" is stdin.
  static absl::StatusOr<SpooledInput> Open(const std::string& path);

  absl::string_view head() const { return head_; }
  const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  SpooledInput() = default;

  std::string path_;
  std::string head_;
  std::unique_ptr<std::FILE, Close> spool_;  // null for a regular file
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_SPOOLED_INPUT_H_
