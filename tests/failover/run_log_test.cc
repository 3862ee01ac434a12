#include "engine/failover/run_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "tests/failover/run_log_scene.h"

namespace recoveryline {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class RunLogTest : public RunLogScene {
 protected:
  absl::StatusOr<RunLog> Open(absl::string_view name) {
    return RunLog::Open(In(name), WithSha256());
  }
  absl::StatusOr<RunLog> Create(absl::string_view name) {
    return RunLog::Create(In(name), "run-7", WithSha256());
  }
  absl::StatusOr<RunHistory> Read(absl::string_view name) {
    return RunLog::Read(In(name), WithSha256());
  }

  // A log "run.db" of three records, closed; the second is empty.
  void MakeLog() {
    absl::StatusOr<RunLog> log = Create("run.db");
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_TRUE(log->Append({{"intent", "one"}, {"outcome", ""}}).ok());
    ASSERT_TRUE(log->Append({{"intent", "three"}}).ok());
  }

  // What someone does who has the file and a shell.
  void Sql(absl::string_view name, const std::string& statements) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(In(name).c_str(), &db), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db, statements.c_str(), nullptr, nullptr, &error),
              SQLITE_OK)
        << error;
    sqlite3_close(db);
  }

  void Write(absl::string_view name, absl::string_view bytes) {
    std::ofstream(In(name), std::ios::binary) << bytes;
  }
  std::string Bytes(absl::string_view name) {
    std::ifstream in(In(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::vector<std::string> Names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }
};

// --- Append and read back ---

TEST_F(RunLogTest, WhatIsAppendedIsReadBackInOrder) {
  const std::string bytes("\0\xff;'\n", 5);
  {
    absl::StatusOr<RunLog> log = Create("run.db");
    ASSERT_TRUE(log.ok()) << log.status();
    EXPECT_THAT(log->records(), IsEmpty());
    ASSERT_TRUE(log->Append({{"intent", bytes}, {"outcome", ""}}).ok());
    ASSERT_TRUE(log->Append({{"a kind: ü", "x"}}).ok());
    EXPECT_EQ(log->records().size(), 3);
  }
  const absl::StatusOr<RunLog> log = Open("run.db");
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->run_id(), "run-7");
  EXPECT_THAT(log->records(),
              ElementsAre(RunRecord{"intent", bytes}, RunRecord{"outcome", ""},
                          RunRecord{"a kind: ü", "x"}));
}

TEST_F(RunLogTest, ALogThatWasOpenedGoesOn) {
  MakeLog();
  std::string digest;
  {
    absl::StatusOr<RunLog> log = Open("run.db");
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_TRUE(log->Append({{"intent", "four"}}).ok());
    digest = log->digest();
  }
  const absl::StatusOr<RunHistory> history = Read("run.db");
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->records.size(), 4);
  EXPECT_EQ(history->records[3].payload, "four");
  EXPECT_EQ(history->digest, digest);
}

TEST_F(RunLogTest, AThousandRecordsAreOneTransaction) {
  std::vector<RunRecord> batch = BatchOf(1, 1'000);
  batch[17].payload = std::string(3 << 20, 'x');  // more than SQLite's cache
  {
    absl::StatusOr<RunLog> log = Create("run.db");
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_TRUE(log->Append(batch).ok());
  }
  const absl::StatusOr<RunLog> log = Open("run.db");
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->records(), batch);
}

// Others must be able to follow the chain without this program.
TEST_F(RunLogTest, TheChainIsTheOneThatTheHeaderDescribes) {
  absl::StatusOr<RunLog> log = Create("run.db");
  ASSERT_TRUE(log.ok()) << log.status();
  // printf run-7 | sha256sum
  EXPECT_EQ(log->digest(),
            "sha256:"
            "b4c05df04575822cec8550e9491c58e1853967c7e24ac0c58ef62a3a7b7defdf");
  ASSERT_TRUE(log->Append({{"intent", "one"}}).ok());
  // printf '%s\0\0\0\0\0\0\0\1\0\0\0\6intentone' DIGEST | sha256sum
  EXPECT_EQ(log->digest(),
            "sha256:"
            "6bdbef184db2ef61904f1d8c9127515b16b338c4990ec628098324b676b7213d");
}

TEST_F(RunLogTest, WhatBreaksALimitIsRefusedAndHarmsNothing) {
  absl::StatusOr<RunLog> log = Create("run.db");
  ASSERT_TRUE(log.ok()) << log.status();
  const std::string longest(RunLog::kMaxKindBytes, 'k');
  for (const RunRecord& bad :
       {RunRecord{"", ""}, RunRecord{longest + "k", ""},
        RunRecord{"line\nbreak", ""}, RunRecord{std::string(1, '\0'), ""},
        RunRecord{"k", std::string(RunLog::kMaxPayloadBytes + 1, 'x')}}) {
    EXPECT_EQ(log->Append({{"good", ""}, bad}).code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_THAT(log->records(), IsEmpty());
  EXPECT_TRUE(log->Append({}).ok());
  EXPECT_TRUE(log->Append({{longest, ""}}).ok());
  EXPECT_EQ(log->records().size(), 1);
}

TEST_F(RunLogTest, ARunNeedsAnIdAndADigest) {
  const std::string longest(RunLog::kMaxRunIdBytes, 'r');
  for (const std::string& id :
       {std::string(), longest + "r", std::string("a\tb")}) {
    EXPECT_EQ(RunLog::Create(In("run.db"), id, WithSha256()).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(RunLog::Create(In("run.db"), "run-7", {}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_TRUE(RunLog::Create(In("run.db"), longest, WithSha256()).ok());
  EXPECT_EQ(RunLog::Open(In("run.db"), {}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(RunLog::Read(In("run.db"), {}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(RunLogTest, ADigestThatCannotBeMadeIsAnError) {
  MakeLog();
  RunLog::Options options = WithSha256();
  bool has_memory = true;
  options.sha256 = [&](absl::string_view bytes) {
    return has_memory ? WithSha256().sha256(bytes) : std::string();
  };
  absl::StatusOr<RunLog> log = RunLog::Open(In("run.db"), options);
  ASSERT_TRUE(log.ok()) << log.status();
  has_memory = false;
  EXPECT_EQ(log->Append({{"k", ""}}).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(RunLog::Read(In("run.db"), options).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(RunLog::Create(In("new.db"), "run-8", options).status().code(),
            absl::StatusCode::kResourceExhausted);
  has_memory = true;
  EXPECT_TRUE(log->Append({{"k", ""}}).ok());
}

// --- Creating ---

TEST_F(RunLogTest, WhatIsThereIsNotCreatedAgain) {
  MakeLog();
  Write("notes.txt", "dear diary");
  std::filesystem::create_symlink("nowhere", In("link"));
  for (const char* name : {"run.db", "notes.txt", "link"}) {
    EXPECT_EQ(Create(name).status().code(), absl::StatusCode::kAlreadyExists);
  }
  EXPECT_EQ(Bytes("notes.txt"), "dear diary");
  EXPECT_EQ(Read("run.db")->records.size(), 3);
  EXPECT_THAT(Names(), UnorderedElementsAre("run.db", "run.db-lock",
                                            "notes.txt", "link"));
}

TEST_F(RunLogTest, RemainsOfACreationThatWasCutOffAreNoLog) {
  Write("run.db-unfinished", "half of");
  Write("run.db-unfinished-journal", "something");
  EXPECT_EQ(Open("run.db").status().code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(Create("run.db").ok());
  EXPECT_TRUE(Open("run.db").ok());
  EXPECT_THAT(Names(), UnorderedElementsAre("run.db", "run.db-lock"));
}

TEST_F(RunLogTest, TheJournalOfALogThatIsGoneIsNotRolledIntoANewOne) {
  Write("run.db-journal", "of another");
  const absl::Status status = Create("run.db").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("run.db-journal"));
  EXPECT_THAT(Names(), ElementsAre("run.db-journal"));
}

TEST_F(RunLogTest, ALogNeedsAFolderAndAName) {
  EXPECT_EQ(Create("nowhere/run.db").status().code(),
            absl::StatusCode::kNotFound);
  for (const char* name : {"", ".", "sub/.."}) {
    EXPECT_EQ(Create(name).status().code(), absl::StatusCode::kInvalidArgument);
  }
  // A log of such a name would be taken for what lies beside another.
  for (const char* name : {"a-lock", "a-journal", "a-unfinished"}) {
    EXPECT_EQ(Create(name).status().code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(RunLog::Create("", "run-7", WithSha256()).status().code(),
            absl::StatusCode::kInvalidArgument);
}

// --- What is no log ---

TEST_F(RunLogTest, WhatIsNotThereIsNotFound) {
  for (const char* name : {"run.db", "nowhere/run.db"}) {
    EXPECT_EQ(Open(name).status().code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(Read(name).status().code(), absl::StatusCode::kNotFound);
  }
  // Names that mean something to SQLite.
  for (const char* name : {"", ":memory:", "file::memory:"}) {
    EXPECT_EQ(RunLog::Open(name, WithSha256()).status().code(),
              absl::StatusCode::kNotFound);
  }
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(RunLogTest, AFileOfAnotherKindIsDataLossAndIsLeftAsItWas) {
  Write("empty", "");
  Write("text", std::string(5'000, 'x'));
  Write("short", "SQLite format 3");
  Sql("foreign", "CREATE TABLE t(x); INSERT INTO t VALUES(1)");
  Sql("other", "CREATE TABLE t(x); PRAGMA application_id = 7");
  Sql("wal", "PRAGMA journal_mode = WAL; CREATE TABLE t(x)");
  std::filesystem::create_directory(In("folder"));
  const std::vector<std::string> names = Names();
  for (const std::string& name : names) {
    const std::string bytes = name == "folder" ? "" : Bytes(name);
    for (const absl::Status& status :
         {Open(name).status(), Read(name).status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << name;
      EXPECT_THAT(std::string(status.message()), StartsWith(In(name)));
    }
    EXPECT_EQ(name == "folder" ? "" : Bytes(name), bytes) << name;
  }
  EXPECT_EQ(Names(), names);
}

TEST_F(RunLogTest, ALogOfANewerVersionIsNotTouched) {
  MakeLog();
  Sql("run.db", "PRAGMA user_version = 2; CREATE TABLE more(x)");
  const absl::Status status = Open("run.db").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("version 2"));
}

TEST_F(RunLogTest, ALogThatEndsTooEarlyIsDataLoss) {
  MakeLog();
  const std::string bytes = Bytes("run.db");
  for (size_t size = 0; size < bytes.size(); size += 256) {
    Write("run.db", bytes.substr(0, size));
    EXPECT_EQ(Open("run.db").status().code(), absl::StatusCode::kDataLoss)
        << size;
  }
}

// A byte may mean nothing (a free place in a page, a counter of SQLite's); what
// is opened is what was written all the same.
TEST_F(RunLogTest, AByteThatFlippedNeverChangesWhatIsRead) {
  MakeLog();
  const std::vector<RunRecord> records = Read("run.db")->records;
  const std::string bytes = Bytes("run.db");
  int found_count = 0;
  for (size_t i = 0; i < bytes.size(); i += i < 128 ? 1 : 29) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
    Write("run.db", changed);
    const absl::StatusOr<RunHistory> history = Read("run.db");
    if (history.ok()) {
      EXPECT_EQ(history->records, records) << i;
      EXPECT_EQ(history->run_id, "run-7") << i;
    } else {
      EXPECT_EQ(history.status().code(), absl::StatusCode::kDataLoss)
          << i << ": " << history.status();
      ++found_count;
    }
    // Where the format is of a later SQLite's, this one may only read.
    EXPECT_THAT(Open("run.db").status().code(),
                AnyOf(absl::StatusCode::kOk, absl::StatusCode::kDataLoss,
                      absl::StatusCode::kPermissionDenied));
  }
  EXPECT_GT(found_count, 30);
}

TEST_F(RunLogTest, ALogThatSomeoneGaveAnotherJournalGetsItsOwnBack) {
  MakeLog();
  constexpr size_t kWriteVersion = 18;  // in SQLite's header: 2 means WAL
  Sql("run.db", "PRAGMA journal_mode = WAL");
  ASSERT_EQ(Bytes("run.db")[kWriteVersion], 2);
  absl::StatusOr<RunLog> log = Open("run.db");
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_TRUE(log->Append({{"k", ""}}).ok());
  EXPECT_EQ(Read("run.db")->records.size(), 4);
  EXPECT_EQ(Bytes("run.db")[kWriteVersion], 1);
}

// --- The chain ---

TEST_F(RunLogTest, EveryTamperingIsFound) {
  struct Case {
    const char* sql;
    const char* message;
  };
  const Case cases[] = {
      {"DELETE FROM record WHERE sequence = 1", "record 1 is missing"},
      {"DELETE FROM record WHERE sequence = 2", "record 2 is missing"},
      {"DELETE FROM record WHERE sequence = 3", "record 3 is missing"},
      {"DELETE FROM record", "record 1 is missing"},
      {"UPDATE record SET sequence = 9 WHERE sequence = 3",
       "record 3 is missing"},
      {"UPDATE record SET sequence = -sequence", "record 1 is missing"},
      {"UPDATE record SET sequence = 9 WHERE sequence = 1;"
       "UPDATE record SET sequence = 1 WHERE sequence = 3;"
       "UPDATE record SET sequence = 3 WHERE sequence = 9",
       "record 1 was changed"},
      {"INSERT INTO record SELECT 4, kind, payload, digest FROM record "
       "WHERE sequence = 3",
       "record 4 was changed"},
      {"UPDATE record SET payload = x'00' WHERE sequence = 2",
       "record 2 was changed"},
      {"UPDATE record SET payload = '' WHERE sequence = 2",
       "record 2 was changed"},
      {"UPDATE record SET payload = 7 WHERE sequence = 2",
       "record 2 was changed"},
      {"UPDATE record SET kind = 'outcomes' WHERE sequence = 2",
       "record 2 was changed"},
      {"UPDATE record SET kind = CAST(kind AS BLOB) WHERE sequence = 2",
       "record 2 was changed"},
      {"UPDATE record SET kind = kind || char(0) || 'x' WHERE sequence = 2",
       "record 2 was changed"},
      // Between kind and payload a byte may not wander.
      {"UPDATE record SET kind = 'inten', payload = x'74' || payload "
       "WHERE sequence = 1",
       "record 1 was changed"},
      {"UPDATE record SET digest = upper(digest) WHERE sequence = 3",
       "record 3 was changed"},
      {"UPDATE head SET run_id = 'run-8'", "record 1 was changed"},
      {"UPDATE head SET run_id = ''", "its head was changed"},
      {"UPDATE head SET run_id = 7", "record 1 was changed"},
      {"UPDATE head SET record_count = 2", "its head was changed"},
      {"UPDATE head SET record_count = 4", "record 4 is missing"},
      {"UPDATE head SET record_count = 9223372036854775807",
       "record 4 is missing"},
      {"UPDATE head SET record_count = 'three'", "its head was changed"},
      {"UPDATE head SET digest = 'sha256:0'", "its head was changed"},
      {"DELETE FROM head", "its head is missing"},
      // The last record and the count, but not the digest.
      {"DELETE FROM record WHERE sequence = 3;"
       "UPDATE head SET record_count = 2",
       "its head was changed"},
      {"PRAGMA application_id = 0", "it is not a run log"},
      {"PRAGMA user_version = 0", "its tables are not"},
      {"CREATE TABLE zoo(x)", "its tables are not"},
      {"CREATE INDEX kinds ON record(kind)", "its tables are not"},
      {"CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM head; END",
       "its tables are not"},
      {"DROP TABLE record", "its tables are not"},
      {"DROP TABLE record; CREATE VIEW record AS SELECT 1 AS sequence, 'k' AS "
       "kind, x'' AS payload, '' AS digest",
       "its tables are not"},
  };
  MakeLog();
  const std::string bytes = Bytes("run.db");
  for (const Case& tampering : cases) {
    Write("run.db", bytes);
    Sql("run.db", tampering.sql);
    for (const absl::Status& status :
         {Open("run.db").status(), Read("run.db").status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << tampering.sql;
      EXPECT_THAT(std::string(status.message()), HasSubstr(tampering.message));
    }
  }
  Write("run.db", bytes);
  EXPECT_TRUE(Open("run.db").ok());
}

TEST_F(RunLogTest, TheRunIdOfAnEmptyLogIsBound) {
  ASSERT_TRUE(Create("run.db").ok());
  Sql("run.db", "UPDATE head SET run_id = 'run-8'");
  EXPECT_EQ(Open("run.db").status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(RunLogTest, AnotherProgramThatWritesMeanwhileIsFound) {
  for (const char* sql :
       {"UPDATE head SET record_count = 2", "DELETE FROM head",
        "INSERT INTO record VALUES(4, 'k', x'', '')"}) {
    std::filesystem::remove(In("run.db"));
    MakeLog();
    absl::StatusOr<RunLog> log = Open("run.db");
    ASSERT_TRUE(log.ok()) << log.status();
    Sql("run.db", sql);
    EXPECT_EQ(log->Append({{"k", ""}}).code(), absl::StatusCode::kDataLoss)
        << sql;
    EXPECT_EQ(log->records().size(), 3);
  }
}

// --- Who works on a run, and who reads ---

TEST_F(RunLogTest, ASecondObjectIsRefusedAtOnce) {
  absl::StatusOr<RunLog> log = Create("run.db");
  ASSERT_TRUE(log.ok()) << log.status();
  std::filesystem::create_symlink("run.db", In("link"));
  for (const char* name : {"run.db", "link"}) {
    const absl::Status status = Open(name).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
    EXPECT_THAT(std::string(status.message()),
                testing::AllOf(StartsWith(In(name)),
                               HasSubstr("worked on by another process")));
  }
  EXPECT_TRUE(log->Append({{"k", ""}}).ok());
}

TEST_F(RunLogTest, ALogThatMovedKeepsItsLock) {
  absl::StatusOr<RunLog> log = Create("run.db");
  ASSERT_TRUE(log.ok()) << log.status();
  {
    RunLog moved = *std::move(log);
    EXPECT_EQ(Open("run.db").status().code(), absl::StatusCode::kAborted);
    EXPECT_TRUE(moved.Append({{"k", ""}}).ok());
  }
  EXPECT_EQ(Open("run.db")->records().size(), 1);
}

TEST_F(RunLogTest, AReaderSeesTheLogOfAnOpenRun) {
  absl::StatusOr<RunLog> log = Create("run.db");
  ASSERT_TRUE(log.ok()) << log.status();
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(log->Append(BatchOf(i, 2)).ok());
    const absl::StatusOr<RunHistory> history = Read("run.db");
    ASSERT_TRUE(history.ok()) << history.status();
    EXPECT_EQ(history->records, log->records());
    EXPECT_EQ(history->digest, log->digest());
  }
}

TEST_F(RunLogTest, AReaderWhoNeverEndsMakesAnAppendFailAndTheLogBeOpenedAgain) {
  MakeLog();
  RunLog::Options options = WithSha256();
  options.wait_millis = 1;
  sqlite3* reader = nullptr;
  {
    absl::StatusOr<RunLog> log = RunLog::Open(In("run.db"), options);
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_EQ(sqlite3_open(In("run.db").c_str(), &reader), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT * FROM record", nullptr,
                           nullptr, nullptr),
              SQLITE_OK);
    EXPECT_EQ(log->Append({{"k", "lost"}}).code(),
              absl::StatusCode::kUnavailable);
    sqlite3_close(reader);
    const absl::Status refused = log->Append({{"k", "refused"}});
    EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("open it again"));
    EXPECT_EQ(log->records().size(), 3);
  }
  absl::StatusOr<RunLog> log = Open("run.db");
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(log->records().size(), 3);
  EXPECT_TRUE(log->Append({{"k", ""}}).ok());
}

TEST_F(RunLogTest, AnAppendWaitsForNoReaderThatHasEnded) {
  absl::StatusOr<RunLog> log = Create("run.db");
  ASSERT_TRUE(log.ok()) << log.status();
  const absl::StatusOr<RunHistory> history = Read("run.db");
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_TRUE(log->Append({{"k", ""}}).ok());
  EXPECT_THAT(history->records, IsEmpty());
}

}  // namespace
}  // namespace recoveryline
