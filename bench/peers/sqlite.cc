// SQLite in memory: tables clustered by (VM, capture) and by (group, marker),
// loaded from CSV in one transaction, and one prepared statement a question,
// run once for each VM or group. One connection, hence one thread.

#include <sqlite3.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

#include "bench/peers/meter.h"

namespace recoveryline::peers {
namespace {

constexpr char kTables[] = R"(
PRAGMA journal_mode = OFF;
CREATE TABLE point(vm INT, capture INT, line INT, available INT, expire INT,
                   consistency INT, PRIMARY KEY(vm, capture, line))
  WITHOUT ROWID;
CREATE TABLE marked(grp INT, marker INT, vm INT, capture INT, available INT,
                    expire INT, consistency INT,
                    PRIMARY KEY(grp, marker, vm, capture)) WITHOUT ROWID;
)";

// Every line that the VMs of a group have in common, newest first.
constexpr char kListCommon[] = R"(
CREATE TABLE common(grp INT, earliest INT, marker INT, latest INT,
                    available INT, expire INT,
                    PRIMARY KEY(grp, earliest DESC, marker)) WITHOUT ROWID;
INSERT INTO common
  SELECT grp, min(capture), marker, max(capture), max(available), min(expire)
  FROM marked WHERE consistency >= 1 GROUP BY grp, marker HAVING count(*) = 8;
)";

constexpr char kNewestOfVm[] = R"(
SELECT capture FROM point
WHERE vm = ?1 AND capture <= ?2 AND available <= ?3 AND expire > ?3
  AND consistency >= 1
ORDER BY capture DESC LIMIT 1)";

constexpr char kNewestOfGroup[] = R"(
SELECT min(capture) FROM marked
WHERE grp = ?1 AND capture <= ?2 AND available <= ?3 AND expire > ?3
  AND consistency >= 1
GROUP BY marker HAVING count(*) = 8 ORDER BY 1 DESC LIMIT 1)";

constexpr char kNewestListed[] = R"(
SELECT earliest FROM common
WHERE grp = ?1 AND earliest <= ?2 AND latest <= ?2 AND available <= ?3
  AND expire > ?3
ORDER BY earliest DESC LIMIT 1)";

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
  void operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
  }
};
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

class SqlitePeer {
 public:
  explicit SqlitePeer(const std::string& folder) {
    sqlite3* db = nullptr;
    Check(sqlite3_open(":memory:", &db));
    db_.reset(db);
    Execute(kTables);
    Execute("BEGIN");
    Load(folder + "/points.csv");
    Execute("COMMIT; ANALYZE");
    newest_of_vm_ = Prepare(kNewestOfVm);
    newest_of_group_ = Prepare(kNewestOfGroup);
  }

  void ListCommon() {
    Execute(kListCommon);
    newest_listed_ = Prepare(kNewestListed);
  }

  void AskVms(const Question& ask, std::span<const int> vms,
              std::span<int64_t> out) const {
    for (const int vm : vms) out[vm] = AskOne(newest_of_vm_, vm, ask);
  }

  void AskGroups(const Question& ask, std::span<int64_t> out) const {
    AskEach(newest_of_group_, ask, out);
  }
  void AskListed(const Question& ask, std::span<int64_t> out) const {
    AskEach(newest_listed_, ask, out);
  }

 private:
  static int Check(int code) {
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) {
      std::fprintf(stderr, "SQLite: %s\n", sqlite3_errstr(code));
      std::exit(1);
    }
    return code;
  }

  void Execute(const char* sql) {
    Check(sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr));
  }

  Statement Prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    Check(sqlite3_prepare_v3(db_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT,
                             &statement, nullptr));
    return Statement(statement);
  }

  static void Insert(const Statement& into, std::span<const int64_t> values) {
    for (size_t i = 0; i < values.size(); ++i) {
      sqlite3_bind_int64(into.get(), static_cast<int>(i) + 1, values[i]);
    }
    Check(sqlite3_step(into.get()));
    sqlite3_reset(into.get());
  }

  void Load(const std::string& path) {
    const Statement point = Prepare("INSERT INTO point VALUES(?,?,?,?,?,?)");
    const Statement marked =
        Prepare("INSERT INTO marked VALUES(?,?,?,?,?,?,?)");
    std::ifstream in(path, std::ios::binary);
    std::string line;
    std::getline(in, line);  // names
    for (int64_t number = 0; std::getline(in, line); ++number) {
      int64_t column[7] = {};
      const char* at = line.data();
      for (int64_t& value : column) {
        at = std::from_chars(at, line.data() + line.size(), value).ptr + 1;
      }
      const auto [vm, group, capture, available, expire, consistency, marker] =
          column;
      const int64_t row[] = {vm,        capture, number,
                             available, expire,  consistency};
      Insert(point, row);
      if (marker == kNoMarker) continue;
      const int64_t marked_row[] = {group,     marker, vm,         capture,
                                    available, expire, consistency};
      Insert(marked, marked_row);
    }
  }

  // The one number that the statement finds for `key`.
  static int64_t AskOne(const Statement& statement, int64_t key,
                        const Question& ask) {
    sqlite3_stmt* s = statement.get();
    sqlite3_bind_int64(s, 1, key);
    sqlite3_bind_int64(s, 2, ask.target);
    sqlite3_bind_int64(s, 3, ask.decision);
    const int64_t answer = Check(sqlite3_step(s)) == SQLITE_ROW
                               ? sqlite3_column_int64(s, 0)
                               : kNothing;
    sqlite3_reset(s);
    return answer;
  }

  static void AskEach(const Statement& statement, const Question& ask,
                      std::span<int64_t> out) {
    for (size_t group = 0; group < out.size(); ++group) {
      out[group] = AskOne(statement, static_cast<int64_t>(group), ask);
    }
  }

  std::unique_ptr<sqlite3, Close> db_;
  Statement newest_of_vm_;
  Statement newest_of_group_;
  Statement newest_listed_;
};

}  // namespace
}  // namespace recoveryline::peers

int main(int argc, char** argv) {
  using recoveryline::peers::Question;
  recoveryline::peers::Meter meter(argc, argv);
  std::optional<recoveryline::peers::SqlitePeer> peer;
  meter.OneShot("SQLite from CSV, loaded into memory", &peer);
  peer->ListCommon();
  const auto vms = [&](const Question& ask, auto which, auto out) {
    peer->AskVms(ask, which, out);
  };
  meter.WarmVms("SQLite, prepared, a VM at a time", 10, vms);
  meter.WarmGroups(
      "SQLite, prepared, a group at a time", 5,
      [&](const Question& ask, auto out) { peer->AskGroups(ask, out); });
  meter.WarmGroups(
      "SQLite on its own list of common lines", 50,
      [&](const Question& ask, auto out) { peer->AskListed(ask, out); });
  meter.Sweep("SQLite, prepared, a VM at a time", 50, vms);
  return 0;
}
