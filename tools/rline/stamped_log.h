// StampedLog: the log of a run, each record with its time, and told to who
// listens.
//
//   StampedLog log(&run_log, *EventFile::Open("events.jsonl"));
//   log.set_clock(&clock);
//   auto runner = FailoverRunner::Begin(plan, &site, &log, driving);
//
// Events are lines of JSON: the record, and its number in the log. They are
// written once the log has them, and missing where the process dies just then:
// the log is what counts.
//
// Errors: those of the log. That an event could not be written is said by
// events(), and stops nothing.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_RLINE_STAMPED_LOG_H_
#define RECOVERYLINE_TOOLS_RLINE_STAMPED_LOG_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "engine/failover/failover_records.h"
#include "engine/failover/failover_runner.h"
#include "engine/failover/run_log.h"
#include "tools/rline/event_file.h"
#include "tools/sites/clock.h"

namespace recoveryline {

class StampedLog final : public FailoverLog {
 public:
  StampedLog(RunLog* log, EventFile events)
      : log_(log), events_file_(std::move(events)) {}

  void set_clock(Clock* clock) { clock_ = clock; }
  // Those that were there.
  void set_records(std::vector<v1::FailoverRecord> records) {
    records_ = std::move(records);
  }

  absl::Status Append(absl::Span<const v1::FailoverRecord> records) override;

  const std::vector<v1::FailoverRecord>& records() const { return records_; }
  int64_t appended() const { return appended_; }
  const absl::Status& events() const { return events_; }

 private:
  void Tell(absl::Span<const v1::FailoverRecord> records);

  LoggedFailover log_;
  EventFile events_file_;
  Clock* clock_ = nullptr;
  std::vector<v1::FailoverRecord> records_;
  int64_t appended_ = 0;
  absl::Status events_;
};

// A record and its number in the log, as a line of JSON.
std::string EventLine(int64_t sequence, const v1::FailoverRecord& record);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_STAMPED_LOG_H_
