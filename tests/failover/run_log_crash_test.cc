// The log of a run through crashes: of the process, of the disk, of the power.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/failover/run_log.h"
#include "tests/failover/faulty_vfs.h"
#include "tests/failover/run_log_scene.h"
#include "tests/sanitizers.h"

namespace recoveryline {
namespace {

using testing::AnyOf;
using testing::SizeIs;

using Tell = std::function<void(int)>;

// A process that tells by a byte what it has done, until it is killed.
class Process {
 public:
  // `work` is given what tells; it never returns to the test.
  explicit Process(const std::function<void(const Tell&)>& work) {
    EXPECT_EQ(pipe(pipe_), 0);
    child_ = fork();
    if (child_ != 0) {
      close(pipe_[1]);
      return;
    }
    work([this](int what) {
      const auto byte = static_cast<uint8_t>(what);
      if (write(pipe_[1], &byte, 1) != 1) _exit(1);
    });
    _exit(0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    Kill();
    close(pipe_[0]);
  }

  // Waits for the next; -1 once it has ended and told all.
  int Hear() {
    uint8_t byte = 0;
    return read(pipe_[0], &byte, 1) == 1 ? byte : -1;
  }

  void Kill() {
    if (child_ < 0) return;
    kill(child_, SIGKILL);
    int ended = 0;
    waitpid(child_, &ended, 0);
    child_ = -1;
  }

 private:
  int pipe_[2] = {-1, -1};
  pid_t child_ = -1;
};

std::vector<RunRecord> AllOf(const std::vector<std::vector<RunRecord>>& batches,
                             size_t count) {
  std::vector<RunRecord> all;
  for (size_t i = 0; i < count; ++i) {
    all.insert(all.end(), batches[i].begin(), batches[i].end());
  }
  return all;
}

absl::StatusOr<RunLog> OpenOrCreate(const std::string& path) {
  absl::StatusOr<RunLog> log = RunLog::Open(path, WithSha256());
  if (!absl::IsNotFound(log.status())) return log;
  return RunLog::Create(path, "run-7", WithSha256());
}

class RunLogCrashTest : public RunLogScene {
 protected:
  std::string path_ = In("run.db");
};

// --- Processes ---

TEST_F(RunLogCrashTest, AnotherProcessIsKeptOutUntilTheFirstIsKilled) {
  Process first([&](const Tell& tell) {
    absl::StatusOr<RunLog> log = RunLog::Create(path_, "run-7", WithSha256());
    if (!log.ok() || !log->Append(BatchOf(1, 2)).ok()) return;
    tell(1);
    for (;;) pause();
  });
  ASSERT_EQ(first.Hear(), 1);
  EXPECT_EQ(RunLog::Open(path_, WithSha256()).status().code(),
            absl::StatusCode::kAborted);
  EXPECT_THAT(RunLog::Read(path_, WithSha256())->records, SizeIs(2));
  first.Kill();
  absl::StatusOr<RunLog> log = RunLog::Open(path_, WithSha256());
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_TRUE(log->Append(BatchOf(2, 1)).ok());
}

// A command that the holder starts, and that outlives it, holds nothing.
TEST_F(RunLogCrashTest, WhatTheHolderStartedDoesNotKeepTheRun) {
  Process first([&](const Tell& tell) {
    absl::StatusOr<RunLog> log = RunLog::Create(path_, "run-7", WithSha256());
    int ready[2];
    if (!log.ok() || pipe(ready) != 0) return;
    const pid_t command = fork();
    if (command == 0) {
      dup2(ready[1], STDOUT_FILENO);
      execl("/bin/sh", "sh", "-c", "echo; exec sleep 60", nullptr);
    }
    char byte = 0;
    if (read(ready[0], &byte, 1) != 1) return;
    // Process ids have up to 22 bits.
    for (int bits = 0; bits < 24; bits += 8) tell((command >> bits) & 0xff);
    for (;;) pause();
  });
  pid_t command = 0;
  for (int bits = 0; bits < 24; bits += 8) command |= first.Hear() << bits;
  ASSERT_GT(command, 0);
  first.Kill();
  EXPECT_TRUE(RunLog::Open(path_, WithSha256()).ok());
  kill(command, SIGKILL);
}

TEST_F(RunLogCrashTest, AReaderSeesWholeAppendsOfAProcessThatGoesOn) {
  Process writer([&](const Tell& tell) {
    absl::StatusOr<RunLog> log = RunLog::Create(path_, "run-7", WithSha256());
    for (int i = 1; log.ok() && log->Append(BatchOf(i, 3)).ok(); ++i) {
      if (i == 1) tell(1);
    }
  });
  ASSERT_EQ(writer.Hear(), 1);
  size_t count = 3;
  for (int i = 0; i < 50; ++i) {
    const absl::StatusOr<RunHistory> history =
        RunLog::Read(path_, WithSha256());
    ASSERT_TRUE(history.ok()) << history.status();
    EXPECT_EQ(history->records.size() % 3, 0);
    EXPECT_GE(history->records.size(), count);
    count = history->records.size();
  }
}

TEST_F(RunLogCrashTest, OfManyWhoCreateARunOneDoes) {
  for (int round = 0; round < 5; ++round) {
    path_ = In(absl::StrCat(round, ".db"));
    std::deque<Process> processes;
    for (int i = 0; i < 6; ++i) {
      processes.emplace_back([&](const Tell& tell) {
        const absl::StatusOr<RunLog> log =
            RunLog::Create(path_, "run-7", WithSha256());
        tell(log.status().raw_code());
        for (;;) pause();
      });
    }
    int winner_count = 0;
    for (Process& process : processes) {
      const auto code = static_cast<absl::StatusCode>(process.Hear());
      if (code == absl::StatusCode::kOk) {
        ++winner_count;
      } else {
        EXPECT_THAT(code, AnyOf(absl::StatusCode::kAlreadyExists,
                                absl::StatusCode::kAborted));
      }
    }
    EXPECT_EQ(winner_count, 1);
  }
}

TEST_F(RunLogCrashTest, NothingDurableIsLostWhenTheProcessIsKilled) {
  constexpr int kKillCount = kSanitizersAreOn ? 40 : 200;
  constexpr int kKillsPerLog = 20;
  std::mt19937 random(4);
  int mid_append_count = 0;
  size_t durable = 0;  // records
  for (int i = 0; i < kKillCount; ++i) {
    if (i % kKillsPerLog == 0) {
      path_ = In(absl::StrCat(i, ".db"));
      durable = 0;
    }
    const int told_first = static_cast<int>(random() % 4);
    const auto micros = static_cast<useconds_t>(random() % 400);
    {
      Process writer([&](const Tell& tell) {
        absl::StatusOr<RunLog> log = OpenOrCreate(path_);
        for (int number = 1; log.ok(); ++number) {
          const int count = 1 + number % 5;
          if (!log->Append(BatchOf(number, count)).ok()) _exit(1);
          tell(count);
        }
      });
      for (int k = 0; k < told_first; ++k) {
        const int count = writer.Hear();
        ASSERT_GT(count, 0);
        durable += static_cast<size_t>(count);
      }
      usleep(micros);
      writer.Kill();
      for (int count = writer.Hear(); count > 0; count = writer.Hear()) {
        durable += static_cast<size_t>(count);
      }
    }
    if (std::filesystem::exists(path_ + "-journal")) ++mid_append_count;
    // The reader comes first, and has to roll back.
    const absl::StatusOr<RunHistory> history =
        RunLog::Read(path_, WithSha256());
    if (absl::IsNotFound(history.status()) && durable == 0) continue;
    const absl::StatusOr<RunLog> log = RunLog::Open(path_, WithSha256());
    ASSERT_TRUE(log.ok()) << log.status();
    ASSERT_TRUE(history.ok()) << history.status();
    EXPECT_EQ(history->records, log->records());
    EXPECT_GE(log->records().size(), durable);
    // What is there ends with the end of an append, and at most one more is.
    EXPECT_LE(log->records().size(), durable + 5);
    durable = log->records().size();
    if (durable > 0) {
      const std::string& last = log->records().back().payload;
      const size_t colon = last.find(':');
      const size_t slash = last.find('/');
      EXPECT_EQ(last.substr(colon + 1, slash - colon - 1),
                last.substr(slash + 1));
    }
  }
  EXPECT_GT(mid_append_count, kKillCount / 20);
}

// --- The disk ---

// A run as it would be driven: it opens its log again after each failure.
class Driver {
 public:
  explicit Driver(std::string path) : path_(std::move(path)) {}

  // Carries on until all is durable, the log cannot be opened, or trying again
  // helps no more.
  void Run() {
    for (int tries = 0; tries < 4 && next_ < Batches().size(); ++tries) {
      std::optional<RunLog> log = Begin();
      if (!log.has_value()) return;
      while (next_ < Batches().size() && AppendNext(*log)) {
        // It goes away and comes back once.
        if (next_ == 2 && !std::exchange(came_back_, true)) break;
      }
    }
  }

  // Whether these are the records of what is durable, and perhaps those of an
  // append whose end is not known.
  void ExpectOurs(const std::vector<RunRecord>& records) const {
    const bool is_durable = records == AllOf(Batches(), next_);
    const bool is_more =
        is_open_ended_ && records == AllOf(Batches(), next_ + 1);
    EXPECT_TRUE(is_durable || is_more)
        << records.size() << " records, " << next_ << " appends durable";
  }

  bool is_created() const { return is_created_; }

 private:
  // One large enough for several pages.
  static const std::vector<std::vector<RunRecord>>& Batches() {
    static const auto* const kBatches = new std::vector<std::vector<RunRecord>>{
        BatchOf(1, 2),
        {{"intent", std::string(20'000, 'x')}},
        BatchOf(3, 3),
        BatchOf(4, 1)};
    return *kBatches;
  }

  std::optional<RunLog> Begin() {
    absl::StatusOr<RunLog> log = OpenOrCreate(path_);
    // Whatever the disk does: it is never taken for damage.
    EXPECT_FALSE(absl::IsDataLoss(log.status())) << log.status();
    if (!log.ok()) return std::nullopt;
    is_created_ = true;
    ExpectOurs(log->records());
    if (log->records() != AllOf(Batches(), next_)) ++next_;
    is_open_ended_ = false;
    return *std::move(log);
  }

  bool AppendNext(RunLog& log) {
    const absl::Status status = log.Append(Batches()[next_]);
    if (status.ok()) {
      ++next_;
      EXPECT_EQ(log.records(), AllOf(Batches(), next_));
      return true;
    }
    EXPECT_FALSE(absl::IsDataLoss(status)) << status;
    EXPECT_EQ(log.records(), AllOf(Batches(), next_));
    EXPECT_TRUE(absl::IsFailedPrecondition(log.Append(Batches()[next_])));
    is_open_ended_ = true;
    return false;
  }

  const std::string path_;
  size_t next_ = 0;  // append that is not known to be durable
  bool is_open_ended_ = false;
  bool is_created_ = false;
  bool came_back_ = false;
};

class RunLogDiskTest : public RunLogCrashTest,
                       public testing::WithParamInterface<FaultyVfs::Fault> {
 protected:
  // Runs on a disk whose n-th call fails, then on a sound one. Returns whether
  // there was an n-th call.
  bool RunOn(int call, uint32_t seed) {
    path_ = In(absl::StrCat(call, "-", seed, ".db"));
    Driver driver(path_);
    const bool is_power_cut = GetParam() == FaultyVfs::Fault::kPowerCut;
    // A rename is no call of SQLite's.
    if (is_power_cut) {
      EXPECT_TRUE(RunLog::Create(path_, "run-7", WithSha256()).ok());
    }
    bool has_failed = false;
    {
      FaultyVfs disk;
      disk.FailAt(call, GetParam());
      driver.Run();
      has_failed = disk.has_failed();
      if (is_power_cut) disk.RestorePower(seed);
    }
    if (!driver.is_created() && !std::filesystem::exists(path_)) {
      EXPECT_TRUE(has_failed);
    } else {
      const absl::StatusOr<RunHistory> history =
          RunLog::Read(path_, WithSha256());
      EXPECT_TRUE(history.ok()) << history.status();
      if (history.ok()) driver.ExpectOurs(history->records);
    }
    driver.Run();
    const absl::StatusOr<RunHistory> end = RunLog::Read(path_, WithSha256());
    EXPECT_TRUE(end.ok() && end->records.size() == 7) << end.status();
    return has_failed;
  }
};

TEST_P(RunLogDiskTest, NothingDurableIsLostWhicheverCallFails) {
  const bool is_power_cut = GetParam() == FaultyVfs::Fault::kPowerCut;
  const uint32_t seed_count = !is_power_cut ? 1 : kSanitizersAreOn ? 1 : 2;
  int call = 1;
  for (; !HasFailure(); ++call) {
    SCOPED_TRACE(testing::Message() << "call " << call);
    bool has_failed = false;
    for (uint32_t seed = 0; seed < seed_count; ++seed) {
      SCOPED_TRACE(testing::Message() << "seed " << seed);
      has_failed = RunOn(call, seed * 1'000 + static_cast<uint32_t>(call));
    }
    if (!has_failed) break;
  }
  EXPECT_GT(call, GetParam() == FaultyVfs::Fault::kDiskFull ? 20 : 60);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, RunLogDiskTest, testing::ValuesIn(FaultyVfs::kFaults),
    [](const testing::TestParamInfo<FaultyVfs::Fault>& fault) -> std::string {
      switch (fault.param) {
        case FaultyVfs::Fault::kIoErrorOnce:
          return "IoErrorOnce";
        case FaultyVfs::Fault::kIoError:
          return "IoError";
        case FaultyVfs::Fault::kDiskFull:
          return "DiskFull";
        case FaultyVfs::Fault::kPowerCut:
          return "PowerCut";
      }
      return "";
    });

TEST_F(RunLogCrashTest, AFullDiskIsResourceExhausted) {
  absl::StatusOr<RunLog> log = RunLog::Create(path_, "run-7", WithSha256());
  ASSERT_TRUE(log.ok()) << log.status();
  { const RunLog closed = *std::move(log); }
  FaultyVfs disk;
  {
    absl::StatusOr<RunLog> again = RunLog::Open(path_, WithSha256());
    ASSERT_TRUE(again.ok()) << again.status();
    disk.FailAt(1, FaultyVfs::Fault::kDiskFull);
    const absl::Status status = again->Append(BatchOf(1, 1));
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(status.message()), testing::StartsWith(path_));
  }
  disk.FailAt(1, FaultyVfs::Fault::kDiskFull);
  EXPECT_EQ(
      RunLog::Create(In("more.db"), "run-8", WithSha256()).status().code(),
      absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(std::filesystem::exists(In("more.db-unfinished")));
  EXPECT_FALSE(std::filesystem::exists(In("more.db-lock")));
}

}  // namespace
}  // namespace recoveryline
