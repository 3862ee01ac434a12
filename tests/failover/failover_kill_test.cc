// A process that carries out a run, with its log on disk, is killed at each log
// write and each call of the site in turn; another one goes on from the log.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/failover/failover_records.h"
#include "engine/failover/failover_runner.h"
#include "tests/failover/failover_scene.h"
#include "tests/failover/run_log_scene.h"
#include "tests/sanitizers.h"

namespace recoveryline {
namespace {

// Kills this process at the given count; -1: never.
class Death {
 public:
  explicit Death(int at) : left_(at) {}
  void MayCome() {
    if (left_-- == 0) raise(SIGKILL);
  }

 private:
  int left_;
};

class DeadlyLog final : public FailoverLog {
 public:
  DeadlyLog(RunLog* log, Death* death) : log_(log), death_(*death) {}

  absl::Status Append(absl::Span<const v1::FailoverRecord> records) override {
    death_.MayCome();
    absl::Status kept = log_.Append(records);
    death_.MayCome();
    return kept;
  }

 private:
  LoggedFailover log_;
  Death& death_;
};

// Its effects are lines of a file, and so outlive the process; what is begun
// twice is done twice.
class LedgerSite final : public RecoverySite {
 public:
  LedgerSite(const std::string& path, Death* death)
      : file_(open(path.c_str(), O_CREAT | O_APPEND | O_WRONLY, 0600)),
        death_(*death) {
    std::ifstream in(path);
    for (std::string key, effect; in >> key >> effect;) done_.insert(key);
  }
  ~LedgerSite() override { close(file_); }

  absl::StatusOr<std::vector<v1::SiteVm>> Describe(
      absl::Span<const std::string> vm_ids) override {
    death_.MayCome();
    std::vector<v1::SiteVm> vms;
    for (const std::string& id : vm_ids) vms.push_back(SiteVmOf(id));
    return vms;
  }
  absl::StatusOr<std::string> Mark(const v1::SiteCall&) override {
    death_.MayCome();
    return std::string();
  }
  absl::Status Begin(const v1::SiteCall& call) override {
    death_.MayCome();
    const std::string line =
        absl::StrCat(call.key(), " ", call.vm_id(), ":",
                     v1::SiteCall::Action_Name(call.action()), "\n");
    if (write(file_, line.data(), line.size()) !=
        static_cast<ssize_t>(line.size())) {
      return absl::InternalError("the ledger");
    }
    done_.insert(call.key());
    death_.MayCome();
    return absl::OkStatus();
  }
  absl::StatusOr<v1::CallReport> Read(const v1::SiteCall& call) override {
    death_.MayCome();
    v1::CallReport report;
    report.set_state(call.action() == v1::SiteCall::VERIFY ||
                             done_.count(call.key()) == 1
                         ? v1::CallReport::DONE
                         : v1::CallReport::NOT_BEGUN);
    report.set_vm_up(true);
    report.set_source_off(true);
    report.set_recovery_point_id(call.recovery_point_id());
    return report;
  }

 private:
  const int file_;
  Death& death_;
  std::set<std::string> done_;
};

class FailoverKillTest : public RunLogScene {
 protected:
  // What a process does: begins the run, or goes on with it, until the machines
  // are protected.
  absl::Status Live(const v1::FailoverPlan& plan, int dies_at) const {
    Death death(dies_at);
    absl::StatusOr<RunLog> log =
        std::filesystem::exists(In("log"))
            ? RunLog::Open(In("log"), WithSha256())
            : RunLog::Create(In("log"), plan.run_id(), WithSha256());
    if (!log.ok()) return log.status();
    const auto records = FailoverRecordsOf(log->records());
    if (!records.ok()) return records.status();
    DeadlyLog deadly(&*log, &death);
    LedgerSite site(In("ledger"), &death);
    const Driving wait{.wait = [] { return true; }};
    auto runner = records->empty()
                      ? FailoverRunner::Begin(plan, &site, &deadly, wait)
                      : FailoverRunner::Resume(*records, &site, &deadly, wait);
    if (!runner.ok()) return runner.status();
    absl::Status status = (*runner)->Drive();
    while (status.ok() &&
           (*runner)->run().state() != FailoverState::kProtected) {
      status = (*runner)->Ask(RequestOf(NextVerb((*runner)->run())));
    }
    return status;
  }

  // Whether a process of its own was killed; else it must have come to the end.
  bool DiesAt(const v1::FailoverPlan& plan, int at) const {
    const pid_t child = fork();
    if (child == 0) _exit(Live(plan, at).ok() ? 0 : 1);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status)) return true;
    EXPECT_EQ(status, 0);
    return false;
  }

  // Each effect once, and no other: to fail over, commit and reprotect.
  void ExpectEachEffectOnce(const v1::FailoverPlan& plan) const {
    std::map<std::string, int> times;
    std::ifstream ledger(In("ledger"));
    for (std::string key, effect; ledger >> key >> effect;) ++times[effect];
    EXPECT_EQ(times.size(), static_cast<size_t>(plan.vms_size()) * 3);
    for (const auto& [effect, count] : times) EXPECT_EQ(count, 1) << effect;
  }
};

TEST_F(FailoverKillTest, AKillAnywhereLosesNothingAndDoublesNothing) {
  const v1::FailoverPlan plan = PlanOf(4, 6);
  const int step = kSanitizersAreOn ? 17 : 1;
  int deaths = 0;
  for (int at = 0;; at += step, ++deaths) {
    std::filesystem::remove_all(In("log"));
    std::filesystem::remove_all(In("ledger"));
    if (!DiesAt(plan, at)) break;
    EXPECT_FALSE(DiesAt(plan, -1));
    ExpectEachEffectOnce(plan);
    ASSERT_FALSE(HasFailure()) << at;
  }
  ExpectEachEffectOnce(plan);
  RecordProperty("kills", deaths);
  EXPECT_GT(deaths, 300 / step);
}

}  // namespace
}  // namespace recoveryline
