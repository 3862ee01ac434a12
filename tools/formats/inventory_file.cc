#include "tools/formats/inventory_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/formats/content_format.h"
#include "tools/formats/format_fit.h"
#include "tools/formats/input_file.h"
#include "tools/formats/mapped_file.h"
#include "tools/formats/message_binary.h"
#include "tools/formats/sha256.h"

namespace recoveryline {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using Spool = std::unique_ptr<std::FILE, CloseFile>;

// Files that can be mapped, and read twice.
bool IsRegular(const std::string& path) {
  struct stat facts = {};
  return path != "-" && stat(path.c_str(), &facts) == 0 &&
         S_ISREG(facts.st_mode);
}

// Copies the rest of `file`, or as much as shows that it is too long.
absl::Status CopyTo(std::FILE* spool, InputFile* file) {
  std::vector<char> buffer(size_t{1} << 20);
  for (int64_t left = BinaryLimits().document_bytes + 1; left > 0;) {
    const absl::StatusOr<size_t> count =
        file->Read(buffer.data(), buffer.size());
    if (!count.ok()) return count.status();
    if (*count == 0) break;
    if (std::fwrite(buffer.data(), 1, *count, spool) != *count) {
      return absl::UnavailableError(
          absl::StrCat("temporary file: ", std::strerror(errno)));
    }
    left -= static_cast<int64_t>(*count);
  }
  if (std::fflush(spool) == 0) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("temporary file: ", std::strerror(errno)));
}

std::string DigestOf(absl::string_view bytes) {
  Sha256 digest;
  digest.Add(bytes);
  return digest.Text();
}

// A view of the binary inventory in the regular file at `path`; `digest` is
// its digest where that is known. Nothing where rows have to be read.
std::optional<LoadedInventory> MapInventory(const std::string& path,
                                            std::string digest) {
  const absl::StatusOr<MappedFile> mapped = MappedFile::Open(path);
  const BinaryLimits limits;
  if (!mapped.ok() ||
      static_cast<int64_t>(mapped->bytes().size()) > limits.document_bytes) {
    return std::nullopt;
  }
  LoadedInventory read;
  read.view = WireInventory::Read(mapped->bytes(),
                                  {.field_bytes = limits.element_bytes});
  if (read.view == nullptr) return std::nullopt;
  read.loaded.format = Format::kBinpb;
  read.loaded.digest =
      digest.empty() ? DigestOf(mapped->bytes()) : std::move(digest);
  return read;
}

absl::StatusOr<LoadedInventory> ReadRows(InputFile* file, v1::Inventory* rows,
                                         Violations* found) {
  absl::StatusOr<LoadedMessage> loaded = ReadMessage(file, "", rows, found);
  if (!loaded.ok()) return loaded.status();
  return LoadedInventory{*std::move(loaded), nullptr};
}

}  // namespace

absl::StatusOr<LoadedInventory> ReadInventoryFile(absl::string_view path,
                                                  PointRows points,
                                                  v1::Inventory* rows,
                                                  Violations* found) {
  absl::StatusOr<InputFile> file = InputFile::Open(path);
  if (!file.ok()) return file.status();
  const absl::StatusOr<absl::string_view> head = file->Head();
  if (!head.ok()) return head.status();
  if (points == PointRows::kUsed ||
      FindContent(*head, *v1::Inventory::descriptor()) != Content::kBinpb) {
    return ReadRows(&*file, rows, found);
  }
  const std::string regular(path);
  if (IsRegular(regular)) {
    std::optional<LoadedInventory> read = MapInventory(regular, "");
    if (read.has_value()) return *std::move(read);
    return ReadRows(&*file, rows, found);
  }
  const Spool spool(std::tmpfile());
  if (spool == nullptr) return ReadRows(&*file, rows, found);
  if (const absl::Status copied = CopyTo(spool.get(), &*file); !copied.ok()) {
    return copied;
  }
  const std::string copy = absl::StrCat("/proc/self/fd/", fileno(spool.get()));
  std::optional<LoadedInventory> read = MapInventory(copy, file->digest());
  if (read.has_value()) return *std::move(read);
  absl::StatusOr<InputFile> again = InputFile::Open(copy);
  if (!again.ok()) return again.status();
  return ReadRows(&*again, rows, found);
}

std::string FirstUnknownFieldOf(const WireInventory& view) {
  if (!view.unknown_point().has_value()) return FirstUnknownField(view.rows());
  // The one point that matters, at its place.
  const UnknownPoint& unknown = *view.unknown_point();
  v1::Inventory rows = view.rows();
  v1::Vm* vm = rows.mutable_vms(unknown.vm);
  for (int i = 0; i < unknown.row; ++i) vm->add_recovery_points();
  *vm->add_recovery_points() = unknown.point;
  return FirstUnknownField(rows);
}

}  // namespace recoveryline
