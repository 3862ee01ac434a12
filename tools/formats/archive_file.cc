#include "tools/formats/archive_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/formats/atomic_file.h"
#include "tools/formats/sha256.h"

namespace recoveryline {

bool IsArchiveFile(const std::string& path) {
  struct stat facts = {};
  if (stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  std::array<char, 16> head;
  const ssize_t size = pread(descriptor, head.data(), head.size(), 0);
  close(descriptor);
  return size > 0 &&
         IsArchive(absl::string_view(head.data(), static_cast<size_t>(size)));
}

absl::StatusOr<std::unique_ptr<ArchiveFile>> ArchiveFile::Open(
    const std::string& path, absl::string_view name) {
  absl::StatusOr<MappedFile> mapped = MappedFile::Open(path);
  if (!mapped.ok()) return mapped.status();
  std::unique_ptr<ArchiveFile> file(new ArchiveFile(*std::move(mapped)));
  absl::StatusOr<std::unique_ptr<Archive>> archive =
      Archive::Open(file->file_.bytes());
  if (!archive.ok()) {
    return absl::Status(archive.status().code(),
                        absl::StrCat(name, ": ", archive.status().message()));
  }
  file->archive_ = *std::move(archive);
  return file;
}

bool ArchiveFile::HasItsDigest() const {
  Sha256 digest;
  digest.Add(archive_->covered());
  return digest.Text() == archive_->content_digest();
}

absl::Status WriteArchiveFile(const std::string& path,
                              const WriteArchiveTo& write) {
  absl::StatusOr<AtomicFile> file = AtomicFile::Open(path);
  if (!file.ok()) return file.status();
  Sha256 digest;
  const absl::Status written = write(
      [&](absl::string_view bytes) {
        digest.Add(bytes);
        return file->Append(bytes);
      },
      [&] { return digest.Text(); });
  return written.ok() ? file->Commit() : written;
}

}  // namespace recoveryline
