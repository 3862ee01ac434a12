// RunHistory: what a run's log held at one moment, and the tables it is kept
// in.
//
//   absl::StatusOr<RunHistory> history = ReadHistory(file, sha256, "run-7.db");
//   history->records.size();                 // 3, verified
//
// The tables: `head` has one row (run id, number of records, last digest),
// `record` one a record (sequence from 1, kind, payload, digest). Their
// definitions, an application id and a version say that a file is a run log.
//
// ReadHistory() compares everything: definitions, types, numbers, each digest
// of the chain (run_chain.h), the head. What it returns is what was written.
//
// Cost: ReadHistory() one pass, a digest and a copy a record.
// Errors: DataLoss: not a run log, of a newer version, or changed, with the
// record; others as of SqliteFile.
// Thread-safety: that of the file given.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_RUN_HISTORY_H_
#define RECOVERYLINE_ENGINE_FAILOVER_RUN_HISTORY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/failover/run_chain.h"
#include "engine/failover/sqlite_file.h"

namespace recoveryline {

struct RunHistory {
  static constexpr size_t kMaxRunIdBytes = 256;

  std::string run_id;
  std::vector<RunRecord> records;
  std::string digest;  // of the last record, or of the run id
};

// Whether it has 1 to `max_bytes` bytes and no control characters: run ids and
// kinds.
bool IsRunName(absl::string_view text, size_t max_bytes);

// What FirstDigest() and NextDigest() mean by nothing.
absl::Status NoDigest(absl::string_view name);

// In one transaction, which sees nothing that comes later. `name` is for
// messages.
absl::StatusOr<RunHistory> ReadHistory(SqliteFile& file,
                                       const Sha256Function& sha256,
                                       absl::string_view name);

// In one transaction: the tables, without records. REQUIRES: the file is empty;
// `digest` is the first of the chain.
absl::Status WriteEmptyHistory(SqliteFile& file, absl::string_view run_id,
                               absl::string_view digest);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_RUN_HISTORY_H_
