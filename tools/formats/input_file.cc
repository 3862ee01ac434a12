#include "tools/formats/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/formats/excerpt.h"

namespace recoveryline {
namespace {

// Paths are shown longer than values.
constexpr size_t kPathBytes = 1'024;

}  // namespace

InputFile::InputFile(std::string name, int descriptor)
    : name_(std::move(name)), descriptor_(descriptor) {}

InputFile::InputFile(InputFile&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      hash_(std::move(other.hash_)),
      head_(std::move(other.head_)),
      head_used_(other.head_used_),
      at_end_(other.at_end_) {}

InputFile::~InputFile() {
  if (descriptor_ > STDERR_FILENO) close(descriptor_);
}

absl::StatusOr<InputFile> InputFile::Open(absl::string_view path) {
  const bool is_stdin = path == "-";
  const std::string name = is_stdin ? "stdin" : Excerpt(path, kPathBytes);
  const std::string path_text(path);
  InputFile file(name, is_stdin
                           ? STDIN_FILENO
                           : open(path_text.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.descriptor_ < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", name));
  }
  struct stat facts = {};
  if (fstat(file.descriptor_, &facts) == 0 && S_ISDIR(facts.st_mode)) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot read ", name, ": it is a directory"));
  }
  return file;
}

absl::StatusOr<size_t> InputFile::ReadOn(char* into, size_t size) {
  ssize_t count = -1;
  do {
    count = read(descriptor_, into, size);
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", name_));
  }
  if (count == 0) at_end_ = true;
  hash_.Add(absl::string_view(into, static_cast<size_t>(count)));
  return static_cast<size_t>(count);
}

absl::StatusOr<absl::string_view> InputFile::Head() {
  size_t size = head_.size();
  head_.resize(kHeadBytes);
  while (size < kHeadBytes && !at_end_) {
    const absl::StatusOr<size_t> count =
        ReadOn(head_.data() + size, kHeadBytes - size);
    if (!count.ok()) return count.status();
    size += *count;
  }
  head_.resize(size);
  return absl::string_view(head_);
}

absl::StatusOr<size_t> InputFile::Read(char* into, size_t size) {
  if (head_used_ < head_.size()) {
    const size_t count = std::min(size, head_.size() - head_used_);
    std::memcpy(into, head_.data() + head_used_, count);
    head_used_ += count;
    return count;
  }
  if (at_end_) return size_t{0};
  return ReadOn(into, size);
}

std::string InputFile::digest() const {
  if (!at_end_ || head_used_ < head_.size()) return "";
  return hash_.Text();
}

}  // namespace recoveryline
