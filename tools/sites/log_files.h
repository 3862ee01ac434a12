// LogFiles: run logs as the tools make them.
//
//   absl::StatusOr<RunLog> log = NewLog("run-7.db", "run-7");
//   auto history = RunLog::Read("run-7.db", LogOptions());
//
// Errors: those of RunLog, but for the ones that a caller would take for
// another's: a disk that fails is no site that cannot be reached (Unavailable),
// nor is it open what a site did (Unknown). They are Internal here.
// Thread-safety: as RunLog.

#ifndef RECOVERYLINE_TOOLS_SITES_LOG_FILES_H_
#define RECOVERYLINE_TOOLS_SITES_LOG_FILES_H_

#include <string>

#include "absl/status/statusor.h"
#include "engine/failover/run_log.h"

namespace recoveryline {

// With OpenSSL's SHA-256.
RunLog::Options LogOptions();

absl::StatusOr<RunLog> OpenLog(const std::string& path);
absl::StatusOr<RunHistory> ReadLog(const std::string& path);

// An error of a file of ours as told above; others as they are.
absl::Status OfOurFile(const absl::Status& status);

// A log without records. One that is there is taken up if it has none, since a
// process was cut off before it wrote any; else AlreadyExists.
absl::StatusOr<RunLog> NewLog(const std::string& path,
                              const std::string& run_id);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_LOG_FILES_H_
