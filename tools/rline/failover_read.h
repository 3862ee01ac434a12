// FailoverRead: a run's log, read without its lock and without its site.
//
//   absl::StatusOr<v1::FailoverStatus> status = ReadStatus("run.db");
//   if (auto sound = CheckSense(records); !sound.ok()) ...
//
// A chain of digests proves that a log is as it was written, not that it makes
// sense: whoever can write a log can make a chain for nonsense.
//
// Errors: those of RunLog::Read() and FailoverRecordsOf(); DataLoss where the
// records make no sense.
// Thread-safety: no state of its own.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAILOVER_READ_H_
#define RECOVERYLINE_TOOLS_RLINE_FAILOVER_READ_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "recoveryline/v1/failover.pb.h"

namespace recoveryline {

absl::StatusOr<v1::FailoverStatus> ReadStatus(const std::string& run);

// Whether a run can have come to these records.
absl::Status CheckSense(absl::Span<const v1::FailoverRecord> records);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_READ_H_
