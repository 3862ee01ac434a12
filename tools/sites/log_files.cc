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

absl::Status OfOurFile(const absl::Status& status) {
  if (!absl::IsUnavailable(status) && !absl::IsUnknown(status)) return status;
  return absl::InternalError(status.message());
}

absl::StatusOr<RunLog> OpenLog(const std::string& path) {
  absl::StatusOr<RunLog> log = RunLog::Open(path, LogOptions());
  if (!log.ok()) return OfOurFile(log.status());
  return log;
}

absl::StatusOr<RunHistory> ReadLog(const std::string& path) {
  absl::StatusOr<RunHistory> history = RunLog::Read(path, LogOptions());
  if (!history.ok()) return OfOurFile(history.status());
  return history;
}

absl::StatusOr<RunLog> NewLog(const std::string& path,
                              const std::string& run_id) {
  absl::StatusOr<RunLog> made = RunLog::Create(path, run_id, LogOptions());
  if (made.ok()) return made;
  if (!absl::IsAlreadyExists(made.status())) return OfOurFile(made.status());
  absl::StatusOr<RunLog> there = OpenLog(path);
  if (there.ok() && (!there->records().empty() || there->run_id() != run_id)) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is the log of another run"));
  }
  return there;
}

}  // namespace recoveryline
