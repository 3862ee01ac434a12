#include "tools/rline/event_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

constexpr int kPatienceMillis = 5'000;

}  // namespace

EventFile::EventFile(std::string path, int descriptor)
    : path_(std::move(path)), descriptor_(descriptor) {}

EventFile::EventFile(EventFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

EventFile::~EventFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::StatusOr<EventFile> EventFile::Open(const std::string& path) {
  if (path.empty()) return EventFile("", -1);
  const int descriptor =
      open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC,
           0666);
  if (descriptor >= 0) return EventFile(path, descriptor);
  return absl::InvalidArgumentError(
      absl::StrCat("events cannot go to ", path, ": ",
                   errno == ENXIO ? "nobody reads it" : std::strerror(errno)));
}

absl::Status EventFile::Append(absl::string_view lines) {
  while (descriptor_ >= 0 && !lines.empty()) {
    const ssize_t written = write(descriptor_, lines.data(), lines.size());
    if (written > 0) {
      lines.remove_prefix(static_cast<size_t>(written));
      continue;
    }
    pollfd room = {descriptor_, POLLOUT, 0};
    const bool is_full = written < 0 && errno == EAGAIN;
    if (is_full && poll(&room, 1, kPatienceMillis) > 0) continue;
    if (written < 0 && errno == EINTR) continue;
    return absl::UnavailableError(absl::StrCat(
        path_, ": ", is_full ? "its reader takes nothing" : strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace recoveryline
