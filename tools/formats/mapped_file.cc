#include "tools/formats/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/formats/excerpt.h"

namespace recoveryline {

absl::StatusOr<MappedFile> MappedFile::Open(const std::string& path) {
  const std::string name = Excerpt(path, 1'024);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts = {};
  if (descriptor < 0 || fstat(descriptor, &facts) != 0) {
    const int error = errno;
    if (descriptor >= 0) close(descriptor);
    return absl::ErrnoToStatus(error, absl::StrCat("cannot open ", name));
  }
  if (!S_ISREG(facts.st_mode)) {
    close(descriptor);
    return absl::FailedPreconditionError(
        absl::StrCat("cannot map ", name, ": it is not a regular file"));
  }
  const auto size = static_cast<size_t>(facts.st_size);
  if (size == 0) {
    close(descriptor);
    return MappedFile(absl::string_view());
  }
  void* const begin = mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
  const int error = errno;
  close(descriptor);
  if (begin == MAP_FAILED) {
    return absl::ErrnoToStatus(error, absl::StrCat("cannot map ", name));
  }
  return MappedFile(absl::string_view(static_cast<const char*>(begin), size));
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, absl::string_view())) {}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

}  // namespace recoveryline
