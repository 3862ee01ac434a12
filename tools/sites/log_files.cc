#include "tools/sites/log_files.h"

#include "absl/strings/str_cat.h"
#include "tools/formats/sha256.h"

namespace recoveryline {

RunLog::Options LogOptions() {
  return {.sha256 = [](absl::string_view bytes) {
    Sha256 digest;
    digest.Add(bytes);
    return digest.Text();
  }};
}

absl::StatusOr<RunLog> NewLog(const std::string& path,
                              const std::string& run_id) {
  absl::StatusOr<RunLog> made = RunLog::Create(path, run_id, LogOptions());
  if (!absl::IsAlreadyExists(made.status())) return made;
  absl::StatusOr<RunLog> there = RunLog::Open(path, LogOptions());
  if (there.ok() && (!there->records().empty() || there->run_id() != run_id)) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is the log of another run"));
  }
  return there;
}

}  // namespace recoveryline
