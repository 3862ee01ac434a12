#include "tools/formats/atomic_file.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/formats/excerpt.h"

namespace recoveryline {
namespace {

constexpr int kMaxLinks = 40;
constexpr mode_t kModeOfNew = 0666;

// "a/b" to "a", "b" to ".", "/b" to "/".
std::string DirectoryOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Follows symbolic links, also to what does not exist yet.
absl::StatusOr<std::string> FollowLinks(std::string path) {
  for (int i = 0; i < kMaxLinks; ++i) {
    std::array<char, PATH_MAX> buffer;
    const ssize_t length = readlink(path.c_str(), buffer.data(), buffer.size());
    if (length < 0) return path;  // not a link, or nothing at all
    const std::string link(buffer.data(), static_cast<size_t>(length));
    path = absl::StartsWith(link, "/")
               ? link
               : absl::StrCat(DirectoryOf(path), "/", link);
  }
  return absl::ErrnoToStatus(ELOOP, "cannot follow the link");
}

bool IsStdout(const struct stat& facts) {
  struct stat standard = {};
  return fstat(STDOUT_FILENO, &standard) == 0 &&
         standard.st_dev == facts.st_dev && standard.st_ino == facts.st_ino;
}

bool SyncDirectory(const std::string& path) {
  const int directory = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  // Some file systems cannot, and say so by EINVAL.
  const bool synced = fsync(directory) == 0 || errno == EINVAL;
  const int error = errno;
  close(directory);
  errno = error;
  return synced;
}

}  // namespace

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : name_(std::move(other.name_)),
      target_(std::move(other.target_)),
      temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

AtomicFile::~AtomicFile() {
  if (descriptor_ > STDERR_FILENO) close(descriptor_);
  if (temporary_ != nullptr) temporary_->Remove();
}

absl::Status AtomicFile::Error(const char* what) const {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", what, " ", name_));
}

absl::StatusOr<AtomicFile> AtomicFile::Open(absl::string_view path) {
  constexpr size_t kPathBytes = 1'024;
  AtomicFile file(path == "-" ? "stdout" : Excerpt(path, kPathBytes));
  if (path == "-") {
    file.descriptor_ = STDOUT_FILENO;
    return file;
  }
  const std::string path_text(path);
  if (path.empty()) return absl::InvalidArgumentError("a file without a name");
  struct stat facts = {};
  const bool exists = stat(path_text.c_str(), &facts) == 0;
  if (exists && IsStdout(facts)) {
    file.descriptor_ = STDOUT_FILENO;
    return file;
  }
  if (exists && S_ISDIR(facts.st_mode)) {
    errno = EISDIR;
    return file.Error("write");
  }
  if (exists && !S_ISREG(facts.st_mode)) {
    file.descriptor_ = open(path_text.c_str(), O_WRONLY | O_CLOEXEC);
    if (file.descriptor_ < 0) return file.Error("open");
    return file;
  }
  // Renaming would replace what its owner protected from writing.
  if (exists && access(path_text.c_str(), W_OK) != 0) {
    return file.Error("write");
  }
  const absl::StatusOr<std::string> target = FollowLinks(path_text);
  if (!target.ok()) return target.status();
  if (absl::Status opened = file.OpenBeside(*target); !opened.ok()) {
    return opened;
  }
  if (exists && fchmod(file.descriptor_, facts.st_mode & 07777) != 0) {
    return file.Error("set the mode of");
  }
  return file;
}

absl::Status AtomicFile::OpenBeside(const std::string& target) {
  for (int attempt = 0;; ++attempt) {
    auto temporary = std::make_unique<TemporaryName>(absl::StrCat(
        DirectoryOf(target), "/.rline-", getpid(), "-", attempt, ".tmp"));
    descriptor_ = open(temporary->path().c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kModeOfNew);
    if (descriptor_ >= 0) {
      temporary_ = std::move(temporary);
      target_ = target;
      return absl::OkStatus();
    }
    // Another file of this process, or one that a crash left behind.
    constexpr int kMaxAttempts = 1'000;
    if (errno != EEXIST || attempt == kMaxAttempts) return Error("create");
  }
}

absl::Status AtomicFile::Append(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error("write");
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

absl::Status AtomicFile::Commit() {
  const bool direct = target_.empty();
  if (!direct && fsync(descriptor_) != 0) return Error("sync");
  // Some file systems tell only now that the bytes found no place. stdout stays
  // open for the others who use it.
  if (descriptor_ > STDERR_FILENO &&
      close(std::exchange(descriptor_, -1)) != 0) {
    return Error("close");
  }
  if (direct) return absl::OkStatus();
  if (rename(temporary_->path().c_str(), target_.c_str()) != 0) {
    return Error("replace");
  }
  temporary_->Forget();
  temporary_.reset();
  if (!SyncDirectory(DirectoryOf(target_))) return Error("sync");
  return absl::OkStatus();
}

absl::Status WriteFile(absl::string_view path, absl::string_view bytes) {
  absl::StatusOr<AtomicFile> file = AtomicFile::Open(path);
  if (!file.ok()) return file.status();
  if (absl::Status appended = file->Append(bytes); !appended.ok()) {
    return appended;
  }
  return file->Commit();
}

}  // namespace recoveryline
