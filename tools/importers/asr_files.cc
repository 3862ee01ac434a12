#include "tools/importers/asr_files.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/importers/asr_import.h"

namespace recoveryline::asr {
namespace {

namespace fs = std::filesystem;

// The spelling that sorts first, by what tells files apart.
using SpellingByFile = std::map<std::string, std::string>;

absl::Status ReadFailure(const std::error_code& error, const fs::path& path) {
  return absl::ErrnoToStatus(error.value(),
                             absl::StrCat(path.string(), ": cannot be read"));
}

void AddFile(const fs::path& path, SpellingByFile* files) {
  std::error_code error;
  const fs::path canonical = fs::canonical(path, error);
  // A pipe has no canonical name.
  const std::string file = error ? path.string() : canonical.string();
  const auto [slot, is_new] = files->emplace(file, path.string());
  if (!is_new) slot->second = std::min(slot->second, path.string());
}

absl::Status AddDirectory(const fs::path& directory, SpellingByFile* files,
                          std::vector<std::string>* notes) {
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  if (error) return ReadFailure(error, directory);
  int count = 0;
  for (; entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const fs::path path = entry->path();
    if (!absl::EqualsIgnoreCase(path.extension().string(), ".json")) continue;
    const fs::file_status status = fs::status(path, error);
    if (error) return ReadFailure(error, path);
    if (fs::is_directory(status)) continue;
    if (!fs::is_regular_file(status)) {
      notes->push_back(
          absl::StrCat(path.string(), ": not a regular file; it is ignored"));
      continue;
    }
    AddFile(path, files);
    ++count;
  }
  if (error) return ReadFailure(error, directory);
  if (count > 0) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat(directory.string(), ": the directory holds no *.json file"));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ListAsrFiles(
    const std::vector<std::string>& paths, std::vector<std::string>* notes) {
  SpellingByFile files;
  for (const std::string& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
      return absl::NotFoundError(
          absl::StrCat(path, ": no such file or directory"));
    }
    if (error) return ReadFailure(error, path);
    if (fs::is_directory(status)) {
      absl::Status added = AddDirectory(path, &files, notes);
      if (!added.ok()) return added;
    } else {
      AddFile(path, &files);
    }
  }
  std::vector<std::string> sorted;
  for (auto& [file, spelling] : files) sorted.push_back(std::move(spelling));
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

absl::StatusOr<std::string> ReadAsrBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::PermissionDeniedError(
        absl::StrCat(path, ": cannot be opened for reading"));
  }
  // Asked first, so that a file too large is refused unread; a pipe does not
  // say, and is read up to the limit.
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  const bool too_large = !error && size > kMaxAsrFileBytes;
  std::string text;
  if (!error && !too_large) text.reserve(static_cast<size_t>(size) + 64);
  constexpr size_t kChunkBytes = 1 << 16;
  std::string chunk(kChunkBytes, '\0');
  while (!too_large && file && text.size() <= kMaxAsrFileBytes) {
    file.read(chunk.data(), kChunkBytes);
    text.append(chunk, 0, static_cast<size_t>(file.gcount()));
  }
  if (too_large || text.size() > kMaxAsrFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": larger than ", kMaxAsrFileBytes >> 20,
                     " MiB, which is the limit for one file"));
  }
  if (file.bad()) {
    return absl::UnavailableError(absl::StrCat(path, ": reading failed"));
  }
  return text;
}

}  // namespace recoveryline::asr
