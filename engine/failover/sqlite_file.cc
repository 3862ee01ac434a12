#include "engine/failover/sqlite_file.h"

#include <sqlite3.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

// SQLITE_STATIC is a cast in the style of C.
constexpr sqlite3_destructor_type kLivesLongEnough = nullptr;

absl::StatusCode CodeOf(int code, int error) {
  if (error == ENOSPC || error == EDQUOT) {
    return absl::StatusCode::kResourceExhausted;
  }
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
    // Statements here are right: it is the file that is not what it should be.
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return absl::StatusCode::kDataLoss;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
      return absl::StatusCode::kPermissionDenied;
    case SQLITE_CANTOPEN:
      return error == 0 ? absl::StatusCode::kUnavailable
                        : absl::ErrnoToStatusCode(error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kUnknown;
  }
}

// Of what failed last on `db`, by the code that it returned.
absl::Status ErrorOf(sqlite3* db, int code, absl::string_view name) {
  const int kind = code & 0xff;
  // SQLite remembers an errno for these alone; after others it is an old one.
  const bool has_errno = kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN;
  const int error = db != nullptr && has_errno ? sqlite3_system_errno(db) : 0;
  const char* const message =
      db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  return absl::Status(CodeOf(code, error),
                      absl::StrCat(name, ": ", message, " (SQLite ", code,
                                   error == 0 ? "" : ", errno ",
                                   error == 0 ? "" : absl::StrCat(error), ")"));
}

}  // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqliteStatement& SqliteStatement::Bind(int64_t number) {
  const int code = sqlite3_bind_int64(statement_.get(), ++bound_, number);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

SqliteStatement& SqliteStatement::BindText(absl::string_view text) {
  const int code = sqlite3_bind_text64(
      statement_.get(), ++bound_, text.empty() ? "" : text.data(), text.size(),
      kLivesLongEnough, SQLITE_UTF8);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

SqliteStatement& SqliteStatement::BindBytes(absl::string_view bytes) {
  // Without an address SQLite would bind NULL.
  const int code = sqlite3_bind_blob64(statement_.get(), ++bound_,
                                       bytes.empty() ? "" : bytes.data(),
                                       bytes.size(), kLivesLongEnough);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
  return *this;
}

absl::StatusOr<bool> SqliteStatement::Step() {
  const int code =
      bind_code_ == SQLITE_OK ? sqlite3_step(statement_.get()) : bind_code_;
  if (code == SQLITE_ROW) return true;
  absl::Status status;
  if (code != SQLITE_DONE) {
    status = ErrorOf(sqlite3_db_handle(statement_.get()), code, name_);
  }
  Reset();
  if (!status.ok()) return status;
  return false;
}

absl::Status SqliteStatement::Run() {
  absl::StatusOr<bool> has_row = Step();
  while (has_row.ok() && *has_row) has_row = Step();
  return has_row.status();
}

void SqliteStatement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bound_ = 0;
  bind_code_ = SQLITE_OK;
}

std::optional<int64_t> SqliteStatement::Int(int column) const {
  sqlite3_stmt* const row = statement_.get();
  if (sqlite3_column_type(row, column) != SQLITE_INTEGER) return std::nullopt;
  return sqlite3_column_int64(row, column);
}

std::optional<absl::string_view> SqliteStatement::Text(int column) const {
  sqlite3_stmt* const row = statement_.get();
  if (sqlite3_column_type(row, column) != SQLITE_TEXT) return std::nullopt;
  const auto* const text =
      reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  if (text == nullptr) return std::nullopt;
  const int byte_count = sqlite3_column_bytes(row, column);
  return absl::string_view(text, static_cast<size_t>(byte_count));
}

std::optional<absl::string_view> SqliteStatement::Bytes(int column) const {
  sqlite3_stmt* const row = statement_.get();
  if (sqlite3_column_type(row, column) != SQLITE_BLOB) return std::nullopt;
  const auto* const bytes =
      static_cast<const char*>(sqlite3_column_blob(row, column));
  const int byte_count = sqlite3_column_bytes(row, column);
  if (byte_count == 0) return absl::string_view();
  if (bytes == nullptr) return std::nullopt;
  return absl::string_view(bytes, static_cast<size_t>(byte_count));
}

void SqliteFile::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }

absl::StatusOr<SqliteFile> SqliteFile::Open(const std::string& path,
                                            absl::string_view name, Mode mode,
                                            int wait_millis) {
  const int create = mode == Mode::kNew ? SQLITE_OPEN_CREATE : 0;
  sqlite3* db = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &db,
                      SQLITE_OPEN_READWRITE | create | SQLITE_OPEN_NOMUTEX |
                          SQLITE_OPEN_EXRESCODE,
                      nullptr);
  SqliteFile file(db, name);
  if (code != SQLITE_OK) return ErrorOf(db, code, name);
  sqlite3_busy_timeout(db, wait_millis);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  return file;
}

absl::Status SqliteFile::Execute(const std::string& sql) {
  const int code =
      sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(db_.get(), code, name_);
}

absl::StatusOr<SqliteStatement> SqliteFile::Prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(db_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT,
                         &statement, nullptr);
  if (code != SQLITE_OK) return ErrorOf(db_.get(), code, name_);
  return SqliteStatement(statement, name_);
}

int64_t SqliteFile::changed_row_count() const {
  return sqlite3_changes64(db_.get());
}

bool SqliteFile::is_read_only() const {
  return sqlite3_db_readonly(db_.get(), "main") == 1;
}

}  // namespace recoveryline
