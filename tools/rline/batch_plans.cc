#include "tools/rline/batch_plans.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/formats/format_fit.h"
#include "tools/formats/message_files.h"
#include "tools/rline/printable.h"

namespace recoveryline {
namespace {

namespace fs = std::filesystem;

// Files as they are, and the plans in directories by name.
absl::StatusOr<std::vector<std::string>> ListPlans(
    const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    fs::directory_iterator entry(path, error);
    for (; !error && entry != fs::directory_iterator();
         entry.increment(error)) {
      const std::string extension = entry->path().extension().string();
      if (extension == ".json" || extension == ".textproto" ||
          extension == ".binpb") {
        inside.push_back(entry->path().string());
      }
    }
    if (error) return absl::ErrnoToStatus(error.value(), path);
    if (inside.empty()) {
      return absl::NotFoundError(absl::StrCat(
          path, ": the directory holds no *.json, *.textproto or *.binpb"));
    }
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

}  // namespace

absl::StatusOr<BatchPlans> BatchPlans::Open(
    const std::vector<std::string>& paths, const std::string& stream,
    const InputFlags& flags, const Reporter& reporter) {
  BatchPlans plans(flags, reporter);
  absl::StatusOr<std::vector<std::string>> files = ListPlans(paths);
  if (!files.ok()) return files.status();
  plans.files_ = *std::move(files);
  if (stream.empty()) return plans;
  absl::StatusOr<PlanStream> opened = PlanStream::Open(stream);
  if (!opened.ok()) return opened.status();
  if (opened->count() == 0) {
    return absl::NotFoundError(
        absl::StrCat(FileName(stream), ": the stream holds no plan"));
  }
  plans.stream_.emplace(*std::move(opened));
  return plans;
}

int64_t BatchPlans::count() const {
  if (stream_) return stream_->count();
  return files_.empty() ? 1 : static_cast<int64_t>(files_.size());
}

LoadedPlan BatchPlans::Load(int64_t number) const {
  LoadedPlan loaded;
  if (stream_) {
    loaded = stream_->Load(number);
  } else if (!files_.empty()) {
    const std::string& path = files_[static_cast<size_t>(number)];
    loaded.source = FileName(path);
    const auto read = ReadMessage(path, "plan.", &loaded.plan, &loaded.found);
    if (read.ok()) {
      loaded.digest = read->digest;
    } else {
      loaded.found.Add(v1::Violation::MALFORMED, "plan",
                       std::string(read.status().message()));
    }
  }
  // A path need not be UTF-8, and a message's text must be.
  loaded.source = Printable(loaded.source);
  const std::string unknown = FirstUnknownField(loaded.plan);
  if (!unknown.empty()) {
    std::call_once(*noted_, [&] {
      reporter_.Note(absl::StrCat(UnknownFieldNote(loaded.source, unknown),
                                  ", here and in other plans"));
    });
  }
  ReplacePolicy(flags_, &loaded.plan);
  return loaded;
}

}  // namespace recoveryline
