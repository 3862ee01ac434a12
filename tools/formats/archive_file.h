// Archive files: opened where they lie, and written as a whole.
//
//   absl::StatusOr<std::unique_ptr<ArchiveFile>> file =
//       ArchiveFile::Open("inventory.archive");
//   ArchiveInventory view((*file)->archive(), ArchiveInventory::kRebuild);
//   absl::Status written = WriteArchiveFile("inventory.archive", write);
//
// Errors name the file; DataLoss for one that is torn or damaged.
// Thread-safety: an opened file may be read by several threads.

#ifndef RECOVERYLINE_TOOLS_FORMATS_ARCHIVE_FILE_H_
#define RECOVERYLINE_TOOLS_FORMATS_ARCHIVE_FILE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/archive/archive.h"
#include "engine/archive/archive_writer.h"
#include "tools/formats/mapped_file.h"

namespace recoveryline {

class ArchiveFile {
 public:
  // `path` is that of a regular file; `name` is it for people.
  static absl::StatusOr<std::unique_ptr<ArchiveFile>> Open(
      const std::string& path, absl::string_view name);

  const Archive& archive() const { return *archive_; }

  // Whether the bytes have the digest that was stored with them.
  bool HasItsDigest() const;

 private:
  explicit ArchiveFile(MappedFile file) : file_(std::move(file)) {}

  MappedFile file_;
  std::unique_ptr<Archive> archive_;
};

// Whether the file at `path` begins like an archive; false where it cannot be
// read, or only once.
bool IsArchiveFile(const std::string& path);

// What writes an archive, given where to and how to learn the digest of what
// was written so far.
using WriteArchiveTo = std::function<absl::Status(
    const ArchiveWriter::Append&, const std::function<std::string()>& digest)>;

// The file is replaced by a complete one, or stays as it was.
absl::Status WriteArchiveFile(const std::string& path,
                              const WriteArchiveTo& write);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_ARCHIVE_FILE_H_
