// SqliteFile: an SQLite database in a file, whose errors are absl::Status.
//
//   absl::StatusOr<SqliteFile> file = SqliteFile::Open(path, kExisting, 1'000);
//   absl::StatusOr<SqliteStatement> statement = file->Prepare("SELECT ?");
//   statement->Bind(7);
//   statement->Step();                       // true: there is a row
//   statement->Int(0);                       // 7
//
// What the file says is not trusted: no triggers, no functions in its schema,
// and each value is asked for with the type it should have.
//
// Errors name the file and say what to do: DataLoss (it is no database, or not
// the one it should be), ResourceExhausted (disk, memory), PermissionDenied,
// Unavailable (the rest of what a disk does; another program at work on it).
// Thread-safety: none; a statement counts as a part of its file.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_SQLITE_FILE_H_
#define RECOVERYLINE_ENGINE_FAILOVER_SQLITE_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct sqlite3;
struct sqlite3_stmt;

namespace recoveryline {

class SqliteStatement {
 public:
  // The next parameter. What is bound must live until Step() gave no row.
  SqliteStatement& Bind(int64_t number);
  SqliteStatement& BindText(absl::string_view text);
  SqliteStatement& BindBytes(absl::string_view bytes);

  // Whether there is a row. Without one the statement is as it was before the
  // first Bind(), and may be used again; also after an error.
  absl::StatusOr<bool> Step();
  // The same of a statement that has no rows.
  absl::Status Run();

  // Of the row; until the next Step(). Nothing where it has another type.
  std::optional<int64_t> Int(int column) const;
  std::optional<absl::string_view> Text(int column) const;
  std::optional<absl::string_view> Bytes(int column) const;

 private:
  friend class SqliteFile;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  SqliteStatement(sqlite3_stmt* statement, std::string name)
      : statement_(statement), name_(std::move(name)) {}
  void Reset();

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string name_;
  int bound_ = 0;
  int bind_code_ = 0;  // of the first parameter that could not be bound
};

class SqliteFile {
 public:
  enum class Mode : uint8_t { kExisting, kNew };

  // `path` is absolute; `name` is for messages. `wait_millis`: for how long to
  // wait where another connection is in the way.
  static absl::StatusOr<SqliteFile> Open(const std::string& path,
                                         absl::string_view name, Mode mode,
                                         int wait_millis);

  // One or more statements without parameters; rows are passed over.
  absl::Status Execute(const std::string& sql);
  absl::StatusOr<SqliteStatement> Prepare(const std::string& sql);

  // By the last statement that changed rows.
  int64_t changed_row_count() const;
  bool is_read_only() const;

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };

  SqliteFile(sqlite3* db, absl::string_view name) : db_(db), name_(name) {}

  std::unique_ptr<sqlite3, Close> db_;
  std::string name_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_SQLITE_FILE_H_
