#include "tools/rline/spooled_input.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

absl::Status Broken(absl::string_view name) {
  return absl::UnavailableError(absl::StrCat(name, ": ", std::strerror(errno)));
}

// Copies all of `from` to `to`.
absl::Status Copy(std::FILE* from, absl::string_view name, std::FILE* to) {
  std::vector<char> buffer(SpooledInput::kHeadBytes);
  size_t size = 0;
  while ((size = std::fread(buffer.data(), 1, buffer.size(), from)) > 0) {
    if (std::fwrite(buffer.data(), 1, size, to) != size) {
      return Broken("temporary file");
    }
  }
  if (std::ferror(from)) return Broken(name);
  return std::fflush(to) == 0 ? absl::OkStatus() : Broken("temporary file");
}

}  // namespace

absl::StatusOr<SpooledInput> SpooledInput::Open(const std::string& path) {
  const bool is_stdin = path == "-";
  const std::string name = is_stdin ? "stdin" : path;
  std::unique_ptr<std::FILE, Close> opened;
  if (!is_stdin) opened.reset(std::fopen(path.c_str(), "rb"));
  std::FILE* source = is_stdin ? stdin : opened.get();
  struct stat facts = {};
  if (source == nullptr || fstat(fileno(source), &facts) != 0) {
    return Broken(name);
  }
  SpooledInput input;
  input.path_ = path;
  if (is_stdin || !S_ISREG(facts.st_mode)) {
    input.spool_.reset(std::tmpfile());
    if (input.spool_ == nullptr) return Broken("temporary file");
    const absl::Status copied = Copy(source, name, input.spool_.get());
    if (!copied.ok()) return copied;
    std::rewind(input.spool_.get());
    input.path_ = absl::StrCat("/proc/self/fd/", fileno(input.spool_.get()));
    source = input.spool_.get();
  }
  input.head_.resize(kHeadBytes);
  input.head_.resize(
      std::fread(input.head_.data(), 1, input.head_.size(), source));
  if (std::ferror(source)) return Broken(name);
  return input;
}

}  // namespace recoveryline
