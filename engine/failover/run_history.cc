#include "engine/failover/run_history.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

constexpr int64_t kApplicationId = 0x724c'6f67;  // "rLog"
constexpr int64_t kVersion = 1;

constexpr char kHeadTable[] =
    "CREATE TABLE head(only INTEGER PRIMARY KEY CHECK(only = 1), "
    "run_id TEXT NOT NULL, record_count INTEGER NOT NULL, "
    "digest TEXT NOT NULL)";
constexpr char kRecordTable[] =
    "CREATE TABLE record(sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL, "
    "payload BLOB NOT NULL, digest TEXT NOT NULL)";

absl::Status Damaged(absl::string_view name, absl::string_view what) {
  return absl::DataLossError(absl::StrCat(name, ": ", what));
}

absl::StatusOr<int64_t> NumberOf(SqliteFile& file, const std::string& sql) {
  absl::StatusOr<SqliteStatement> statement = file.Prepare(sql);
  if (!statement.ok()) return statement.status();
  const absl::StatusOr<bool> has_row = statement->Step();
  if (!has_row.ok()) return has_row.status();
  return *has_row ? statement->Int(0).value_or(-1) : -1;
}

absl::Status CheckIsRunLog(SqliteFile& file, absl::string_view name) {
  const absl::StatusOr<int64_t> id = NumberOf(file, "PRAGMA application_id");
  if (!id.ok()) return id.status();
  if (*id != kApplicationId) return Damaged(name, "it is not a run log");
  const absl::StatusOr<int64_t> version = NumberOf(file, "PRAGMA user_version");
  if (!version.ok()) return version.status();
  if (*version > kVersion) {
    return Damaged(
        name, absl::StrCat("it is a run log of version ", *version,
                           ", and this program knows none after ", kVersion));
  }
  absl::StatusOr<SqliteStatement> tables =
      file.Prepare("SELECT sql FROM sqlite_master ORDER BY name");
  if (!tables.ok()) return tables.status();
  bool same = *version == kVersion;
  for (const absl::string_view sql : {kHeadTable, kRecordTable}) {
    const absl::StatusOr<bool> has_row = tables->Step();
    if (!has_row.ok()) return has_row.status();
    same = same && *has_row && tables->Text(0) == sql;
    if (!same) break;
  }
  if (same) {
    const absl::StatusOr<bool> has_more = tables->Step();
    if (!has_more.ok()) return has_more.status();
    same = !*has_more;
  }
  return same ? absl::OkStatus()
              : Damaged(name, "its tables are not those of a run log");
}

struct Head {
  std::string run_id;
  int64_t record_count = 0;
  std::string digest;
};

absl::StatusOr<Head> ReadHead(SqliteFile& file, absl::string_view name) {
  absl::StatusOr<SqliteStatement> statement =
      file.Prepare("SELECT run_id, record_count, digest FROM head");
  if (!statement.ok()) return statement.status();
  const absl::StatusOr<bool> has_row = statement->Step();
  if (!has_row.ok()) return has_row.status();
  if (!*has_row) return Damaged(name, "its head is missing");
  const std::optional<absl::string_view> run_id = statement->Text(0);
  const std::optional<int64_t> record_count = statement->Int(1);
  const std::optional<absl::string_view> digest = statement->Text(2);
  if (!run_id || !record_count || !digest ||
      !IsRunName(*run_id, RunHistory::kMaxRunIdBytes)) {
    return Damaged(name, "its head was changed");
  }
  Head head{std::string(*run_id), *record_count, std::string(*digest)};
  const absl::StatusOr<bool> has_more = statement->Step();
  if (!has_more.ok()) return has_more.status();
  if (*has_more) return Damaged(name, "it has two heads");
  return head;
}

// The record of the row that `rows` is at, and its digest in `history`.
absl::Status ReadRecord(const SqliteStatement& rows,
                        const Sha256Function& sha256, absl::string_view name,
                        RunHistory& history) {
  const int64_t sequence = static_cast<int64_t>(history.records.size()) + 1;
  if (rows.Int(0) != sequence) {
    return Damaged(name, absl::StrCat("record ", sequence, " is missing"));
  }
  const std::optional<absl::string_view> kind = rows.Text(1);
  const std::optional<absl::string_view> payload = rows.Bytes(2);
  if (kind.has_value() && payload.has_value()) {
    RunRecord record{std::string(*kind), std::string(*payload)};
    std::string digest = NextDigest(sha256, history.digest, sequence, record);
    if (digest.empty()) return NoDigest(name);
    if (rows.Text(3) == digest) {
      history.records.push_back(std::move(record));
      history.digest = std::move(digest);
      return absl::OkStatus();
    }
  }
  return Damaged(name, absl::StrCat("record ", sequence, " was changed"));
}

absl::StatusOr<RunHistory> ReadVerified(SqliteFile& file,
                                        const Sha256Function& sha256,
                                        absl::string_view name) {
  const absl::StatusOr<Head> head = ReadHead(file, name);
  if (!head.ok()) return head.status();
  RunHistory history{head->run_id, {}, FirstDigest(sha256, head->run_id)};
  if (history.digest.empty()) return NoDigest(name);
  absl::StatusOr<SqliteStatement> rows = file.Prepare(
      "SELECT sequence, kind, payload, digest FROM record ORDER BY sequence");
  if (!rows.ok()) return rows.status();
  absl::StatusOr<bool> has_row = rows->Step();
  for (; has_row.ok() && *has_row; has_row = rows->Step()) {
    absl::Status read = ReadRecord(*rows, sha256, name, history);
    if (!read.ok()) return read;
  }
  if (!has_row.ok()) return has_row.status();
  const auto record_count = static_cast<int64_t>(history.records.size());
  if (record_count < head->record_count) {
    return Damaged(name,
                   absl::StrCat("record ", record_count + 1, " is missing"));
  }
  if (record_count > head->record_count || history.digest != head->digest) {
    return Damaged(name, "its head was changed");
  }
  return history;
}

}  // namespace

absl::Status NoDigest(absl::string_view name) {
  return absl::ResourceExhaustedError(
      absl::StrCat(name, ": no memory for a digest"));
}

bool IsRunName(absl::string_view text, size_t max_bytes) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  return !text.empty() && text.size() <= max_bytes &&
         std::none_of(text.begin(), text.end(), is_control);
}

absl::StatusOr<RunHistory> ReadHistory(SqliteFile& file,
                                       const Sha256Function& sha256,
                                       absl::string_view name) {
  if (absl::Status begun = file.Execute("BEGIN"); !begun.ok()) return begun;
  if (absl::Status is = CheckIsRunLog(file, name); !is.ok()) return is;
  absl::StatusOr<RunHistory> history = ReadVerified(file, sha256, name);
  if (!history.ok()) return history.status();
  if (absl::Status ended = file.Execute("COMMIT"); !ended.ok()) return ended;
  return history;
}

absl::Status WriteEmptyHistory(SqliteFile& file, absl::string_view run_id,
                               absl::string_view digest) {
  absl::Status status = file.Execute(
      absl::StrCat("BEGIN IMMEDIATE;", kHeadTable, ";", kRecordTable,
                   "; PRAGMA application_id = ", kApplicationId,
                   "; PRAGMA user_version = ", kVersion));
  if (!status.ok()) return status;
  absl::StatusOr<SqliteStatement> insert =
      file.Prepare("INSERT INTO head VALUES(1, ?, 0, ?)");
  if (!insert.ok()) return insert.status();
  status = insert->BindText(run_id).BindText(digest).Run();
  if (!status.ok()) return status;
  return file.Execute("COMMIT");
}

}  // namespace recoveryline
