// RunLog: what one failover run meant to do and did, through any crash.
//
//   absl::StatusOr<RunLog> log = RunLog::Create("run-7.db", "run-7", {sha256});
//   absl::Status durable = log->Append({{"intent", "fail over vm-1"}});
//   log->records()[0].kind;                  // "intent"
//
// One SQLite file a run; what records mean is not its business. Invariants, of
// which the first two are checked whenever a log is opened or read:
//   (1) Records are numbered from 1 without gaps, and bound by a chain of
//       SHA-256 (run_chain.h) that begins with the run id.
//   (2) The head row holds their number and the last digest. It is written in
//       the same transaction: the last records cannot be cut off unnoticed.
//   (3) An Append() is there as a whole or not at all, whatever moment the
//       power goes; once it returned OK, it is there (rollback journal,
//       synchronous=EXTRA: the journal's removal is durable as well).
//   (4) One RunLog a run, in all processes (run_lock.h).
// No chain can tell that the whole file was replaced by an older copy of it, or
// rewritten by someone who computed all digests anew: keep digest() elsewhere.
//
// A log comes to be under another name and is renamed when it is complete and
// synced. A creation that was cut off leaves no log; the next one takes its
// remains away. Where Create() fails after the rename, an empty log is there:
// Open() it. Files beside a log: NAME-unfinished while it is made; NAME-lock,
// which stays; NAME-journal while records are written or after a crash. The
// journal is a part of the log: who moves or copies one takes the other along.
//
// Read() takes no lock but SQLite's shared one, in one transaction: it sees all
// of an Append() or nothing of it, and waits while one is made durable. If the
// process that wrote has crashed, it rolls the half of an Append() back first,
// for which it needs the right to write.
//
// After an Append() that failed, its records may be there or not (the last sync
// may have failed): the object refuses all others. To go on, destroy it and
// Open() again, which finds out.
//
// Cost: an Append() is one transaction, a handful of syncs, however many
// records; all records stay in memory. Opening reads and digests all of them.
// Thread-safety: none. File systems: local ones; over NFS neither SQLite's
// locks nor ours can be relied upon.
//
// Errors name the file. NotFound; AlreadyExists; Aborted: another one works on
// the run, told at once; DataLoss: not a run log, of a newer version, or
// changed, with the record; ResourceExhausted: disk full; PermissionDenied;
// Unavailable: the disk, or a reader that did not end within `wait_millis`;
// InvalidArgument: REQUIRES was broken, and nothing was done.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_RUN_LOG_H_
#define RECOVERYLINE_ENGINE_FAILOVER_RUN_LOG_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/failover/run_chain.h"
#include "engine/failover/run_history.h"
#include "engine/failover/run_lock.h"
#include "engine/failover/sqlite_file.h"

namespace recoveryline {

class RunLog {
 public:
  static constexpr size_t kMaxRunIdBytes = RunHistory::kMaxRunIdBytes;
  static constexpr size_t kMaxKindBytes = 64;
  static constexpr size_t kMaxPayloadBytes = size_t{16} << 20;

  struct Options {
    Sha256Function sha256;
    // How long to wait for a reader, or, reading, for an Append().
    int wait_millis = 10'000;
  };

  // REQUIRES: options.sha256 is set; `run_id` is not empty, nor longer than the
  // limit, nor has it control characters.
  static absl::StatusOr<RunLog> Create(absl::string_view path,
                                       absl::string_view run_id,
                                       Options options);
  static absl::StatusOr<RunLog> Open(absl::string_view path, Options options);
  // Also while another process works on the run; keeps nothing open.
  static absl::StatusOr<RunHistory> Read(absl::string_view path,
                                         const Options& options);

  RunLog(RunLog&&) = default;
  RunLog& operator=(RunLog&&) = delete;

  const std::string& run_id() const { return history_.run_id; }
  // Those known to be durable.
  const std::vector<RunRecord>& records() const { return history_.records; }
  const std::string& digest() const { return history_.digest; }

  // All or none; durable when it returns OK. REQUIRES: kinds are like run ids,
  // payloads any bytes; limits as above.
  absl::Status Append(absl::Span<const RunRecord> records);

 private:
  struct Statements {
    SqliteStatement begin;
    SqliteStatement insert;
    SqliteStatement move_head;
    SqliteStatement commit;
  };

  RunLog(std::string name, Options options, RunLock lock, SqliteFile file,
         Statements statements, RunHistory history);
  static absl::StatusOr<RunLog> OpenLocked(const std::string& path,
                                           absl::string_view name,
                                           Options options, RunLock& lock);
  absl::Status Write(absl::Span<const RunRecord> records,
                     const std::vector<std::string>& digests);

  std::string name_;
  Options options_;
  RunLock lock_;  // let go last
  SqliteFile file_;
  Statements statements_;
  RunHistory history_;
  absl::Status failed_;  // of the Append() after which all are refused
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_RUN_LOG_H_
