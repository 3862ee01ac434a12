// FailoverRecords: the records of a failover run as a RunLog keeps them.
//
//   LoggedFailover log(&run_log);
//   auto runner = FailoverRunner::Begin(plan, &site, &log, wait);
//   ... after a crash ...
//   auto records = FailoverRecordsOf(run_log.records());
//   auto again = FailoverRunner::Resume(*records, &site, &log, wait);
//
// A record's kind is the name of the field that is set, for who reads a log
// without its schema; its payload the message in binary form.
//
// Errors: DataLoss where a record is none, or of another kind than it says;
// Internal where one that is to be appended could not be read again (text that
// is not UTF-8), and none was.
// Thread-safety: as RunLog.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_RECORDS_H_
#define RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_RECORDS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/failover/failover_runner.h"
#include "engine/failover/run_log.h"
#include "recoveryline/v1/failover.pb.h"

namespace recoveryline {

class LoggedFailover final : public FailoverLog {
 public:
  // REQUIRES: the log outlives it.
  explicit LoggedFailover(RunLog* log) : log_(*log) {}

  absl::Status Append(absl::Span<const v1::FailoverRecord> records) override;

 private:
  RunLog& log_;
};

absl::StatusOr<std::vector<v1::FailoverRecord>> FailoverRecordsOf(
    absl::Span<const RunRecord> kept);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_RECORDS_H_
