#include "engine/failover/run_log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

absl::Status Invalid(absl::string_view name, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", what));
}

// --- Paths ---

// A path through a file leads nowhere, and one in a circle to no log.
absl::Status ErrorOf(int error, const std::string& what) {
  const absl::Status status = absl::ErrnoToStatus(error, what);
  if (error == ENOTDIR) return absl::NotFoundError(status.message());
  return error == ELOOP ? absl::DataLossError(status.message()) : status;
}

// At the end of the names of files beside a log.
constexpr absl::string_view kLock = "-lock";
constexpr absl::string_view kJournal = "-journal";  // SQLite's choice
constexpr absl::string_view kUnfinished = "-unfinished";

// Absolute, links followed; what is there must be a file.
absl::StatusOr<std::string> PathOfExisting(absl::string_view name) {
  const std::unique_ptr<char, decltype(&free)> path(
      realpath(std::string(name).c_str(), nullptr), &free);
  struct stat facts = {};
  if (path == nullptr || stat(path.get(), &facts) != 0) {
    return ErrorOf(errno, absl::StrCat("cannot open ", name));
  }
  if (!S_ISREG(facts.st_mode)) {
    return absl::DataLossError(absl::StrCat(name, ": it is not a run log"));
  }
  return std::string(path.get());
}

absl::StatusOr<std::string> PathOfNew(absl::string_view name) {
  const size_t slash = name.rfind('/');
  const bool has_folder = slash != absl::string_view::npos;
  const absl::string_view last = has_folder ? name.substr(slash + 1) : name;
  if (last.empty() || last == "." || last == "..") {
    return Invalid(name, "a run log needs the name of a file");
  }
  for (const absl::string_view suffix : {kLock, kJournal, kUnfinished}) {
    if (absl::EndsWith(last, suffix)) {
      return Invalid(name, absl::StrCat("the name of a file that lies beside a "
                                        "run log ends in ",
                                        suffix));
    }
  }
  const std::string folder(has_folder ? name.substr(0, slash + 1) : ".");
  const std::unique_ptr<char, decltype(&free)> path(
      realpath(folder.c_str(), nullptr), &free);
  if (path == nullptr) {
    return ErrorOf(errno, absl::StrCat("cannot create ", name));
  }
  return absl::StrCat(path.get(), "/", last);
}

bool IsThere(const std::string& path) {
  struct stat facts = {};
  return lstat(path.c_str(), &facts) == 0;
}

absl::Status SyncFolderOf(const std::string& path, absl::string_view name) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  const int descriptor =
      open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // Some file systems cannot, and say so by EINVAL.
  const bool synced =
      descriptor >= 0 && (fsync(descriptor) == 0 || errno == EINVAL);
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (synced) return absl::OkStatus();
  return absl::ErrnoToStatus(error,
                             absl::StrCat("cannot sync the folder of ", name));
}

// --- Writing ---

absl::Status MakeDurable(SqliteFile& file, absl::string_view name) {
  absl::StatusOr<SqliteStatement> mode =
      file.Prepare("PRAGMA journal_mode = DELETE");
  if (!mode.ok()) return mode.status();
  const absl::StatusOr<bool> has_row = mode->Step();
  if (!has_row.ok()) return has_row.status();
  if (!*has_row || mode->Text(0) != "delete") {
    return absl::UnavailableError(
        absl::StrCat(name, ": SQLite refuses its rollback journal"));
  }
  return file.Execute("PRAGMA synchronous = EXTRA");
}

absl::Status MakeEmpty(const std::string& path, absl::string_view name,
                       absl::string_view run_id, absl::string_view digest,
                       int wait_millis) {
  absl::StatusOr<SqliteFile> file =
      SqliteFile::Open(path, name, SqliteFile::Mode::kNew, wait_millis);
  if (!file.ok()) return file.status();
  if (absl::Status made = MakeDurable(*file, name); !made.ok()) return made;
  return WriteEmptyHistory(*file, run_id, digest);
}

// Under the lock: nobody else makes this log.
absl::Status MakeAndRename(const std::string& path, absl::string_view name,
                           absl::string_view run_id,
                           const RunLog::Options& options) {
  if (IsThere(path)) {
    return absl::AlreadyExistsError(
        absl::StrCat(name, ": it is there already"));
  }
  // SQLite would take it for this log's, and roll it back into it.
  if (IsThere(absl::StrCat(path, kJournal))) {
    return absl::FailedPreconditionError(absl::StrCat(
        name, ": the journal of a log that is gone lies beside it; move ",
        absl::StrCat(path, kJournal), " away"));
  }
  const std::string digest = FirstDigest(options.sha256, run_id);
  if (digest.empty()) return NoDigest(name);
  const std::string unfinished = absl::StrCat(path, kUnfinished);
  const auto remove = [&] {
    unlink(absl::StrCat(unfinished, kJournal).c_str());
    unlink(unfinished.c_str());
  };
  remove();
  absl::Status status =
      MakeEmpty(unfinished, name, run_id, digest, options.wait_millis);
  if (status.ok() && rename(unfinished.c_str(), path.c_str()) != 0) {
    status = absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", name));
  }
  if (!status.ok()) {
    remove();
    return status;
  }
  return SyncFolderOf(path, name);
}

absl::Status WithName(const absl::Status& status, absl::string_view name) {
  return absl::Status(status.code(),
                      absl::StrCat(name, ": ", status.message()));
}

}  // namespace

RunLog::RunLog(std::string name, Options options, RunLock lock, SqliteFile file,
               Statements statements, RunHistory history)
    : name_(std::move(name)),
      options_(std::move(options)),
      lock_(std::move(lock)),
      file_(std::move(file)),
      statements_(std::move(statements)),
      history_(std::move(history)) {}

absl::StatusOr<RunLog> RunLog::OpenLocked(const std::string& path,
                                          absl::string_view name,
                                          Options options, RunLock& lock) {
  absl::StatusOr<SqliteFile> file = SqliteFile::Open(
      path, name, SqliteFile::Mode::kExisting, options.wait_millis);
  if (!file.ok()) return file.status();
  absl::StatusOr<RunHistory> history = ReadHistory(*file, options.sha256, name);
  if (!history.ok()) return history.status();
  if (file->is_read_only()) {
    return absl::PermissionDeniedError(absl::StrCat(name, ": it is read-only"));
  }
  if (absl::Status made = MakeDurable(*file, name); !made.ok()) return made;
  absl::StatusOr<SqliteStatement> begin = file->Prepare("BEGIN IMMEDIATE");
  if (!begin.ok()) return begin.status();
  absl::StatusOr<SqliteStatement> insert =
      file->Prepare("INSERT INTO record VALUES(?, ?, ?, ?)");
  if (!insert.ok()) return insert.status();
  absl::StatusOr<SqliteStatement> move_head = file->Prepare(
      "UPDATE head SET record_count = ?, digest = ? "
      "WHERE record_count = ? AND digest = ?");
  if (!move_head.ok()) return move_head.status();
  absl::StatusOr<SqliteStatement> commit = file->Prepare("COMMIT");
  if (!commit.ok()) return commit.status();
  return RunLog(std::string(name), std::move(options), std::move(lock),
                *std::move(file),
                Statements{*std::move(begin), *std::move(insert),
                           *std::move(move_head), *std::move(commit)},
                *std::move(history));
}

absl::StatusOr<RunLog> RunLog::Create(absl::string_view path,
                                      absl::string_view run_id,
                                      Options options) {
  if (!options.sha256) return Invalid(path, "sha256 is not set");
  if (!IsRunName(run_id, kMaxRunIdBytes)) {
    return Invalid(path, "a run id has 1 to 256 bytes, no control characters");
  }
  const absl::StatusOr<std::string> place = PathOfNew(path);
  if (!place.ok()) return place.status();
  // Also where another one has it locked: it is there.
  if (IsThere(*place)) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, ": it is there already"));
  }
  absl::StatusOr<RunLock> lock = RunLock::Take(absl::StrCat(*place, kLock));
  if (!lock.ok()) return WithName(lock.status(), path);
  absl::Status made = MakeAndRename(*place, path, run_id, options);
  if (!made.ok()) {
    if (!IsThere(*place)) lock->RemoveFileIfMade();
    return made;
  }
  return OpenLocked(*place, path, std::move(options), *lock);
}

absl::StatusOr<RunLog> RunLog::Open(absl::string_view path, Options options) {
  if (!options.sha256) return Invalid(path, "sha256 is not set");
  const absl::StatusOr<std::string> place = PathOfExisting(path);
  if (!place.ok()) return place.status();
  absl::StatusOr<RunLock> lock = RunLock::Take(absl::StrCat(*place, kLock));
  if (!lock.ok()) return WithName(lock.status(), path);
  absl::StatusOr<RunLog> log =
      OpenLocked(*place, path, std::move(options), *lock);
  // A file of someone else's is left as it was found.
  if (!log.ok()) lock->RemoveFileIfMade();
  return log;
}

absl::StatusOr<RunHistory> RunLog::Read(absl::string_view path,
                                        const Options& options) {
  if (!options.sha256) return Invalid(path, "sha256 is not set");
  const absl::StatusOr<std::string> place = PathOfExisting(path);
  if (!place.ok()) return place.status();
  absl::StatusOr<SqliteFile> file = SqliteFile::Open(
      *place, path, SqliteFile::Mode::kExisting, options.wait_millis);
  if (!file.ok()) return file.status();
  return ReadHistory(*file, options.sha256, path);
}

absl::Status RunLog::Append(absl::Span<const RunRecord> records) {
  if (!failed_.ok()) {
    return absl::FailedPreconditionError(absl::StrCat(
        name_,
        ": open it again, for an earlier append failed: ", failed_.message()));
  }
  for (const RunRecord& record : records) {
    if (!IsRunName(record.kind, kMaxKindBytes)) {
      return Invalid(name_, "a kind has 1 to 64 bytes, no control characters");
    }
    if (record.payload.size() > kMaxPayloadBytes) {
      return Invalid(name_, "a payload has more than 16 MiB");
    }
  }
  if (records.empty()) return absl::OkStatus();
  std::vector<std::string> digests;
  digests.reserve(records.size());
  auto sequence = static_cast<int64_t>(history_.records.size());
  for (const RunRecord& record : records) {
    digests.push_back(NextDigest(
        options_.sha256, digests.empty() ? history_.digest : digests.back(),
        ++sequence, record));
    if (digests.back().empty()) return NoDigest(name_);
  }
  failed_ = Write(records, digests);
  if (!failed_.ok()) {
    // So that readers need not wait; if it fails, who opens next does it.
    file_.Execute("ROLLBACK").IgnoreError();
    return failed_;
  }
  history_.records.insert(history_.records.end(), records.begin(),
                          records.end());
  history_.digest = std::move(digests.back());
  return absl::OkStatus();
}

absl::Status RunLog::Write(absl::Span<const RunRecord> records,
                           const std::vector<std::string>& digests) {
  if (absl::Status begun = statements_.begin.Run(); !begun.ok()) return begun;
  const auto before = static_cast<int64_t>(history_.records.size());
  int64_t sequence = before;
  for (size_t i = 0; i < records.size(); ++i) {
    absl::Status inserted = statements_.insert.Bind(++sequence)
                                .BindText(records[i].kind)
                                .BindBytes(records[i].payload)
                                .BindText(digests[i])
                                .Run();
    if (!inserted.ok()) return inserted;
  }
  absl::Status moved = statements_.move_head.Bind(sequence)
                           .BindText(digests.back())
                           .Bind(before)
                           .BindText(history_.digest)
                           .Run();
  if (!moved.ok()) return moved;
  if (file_.changed_row_count() != 1) {
    return absl::DataLossError(
        absl::StrCat(name_, ": another program changed it meanwhile"));
  }
  return statements_.commit.Run();
}

}  // namespace recoveryline
