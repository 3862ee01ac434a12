// What nobody sane gives rline failover, and what must come of it all the same.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/failover/failover_records.h"
#include "gmock/gmock.h"
#include "recoveryline/v1/failover.pb.h"
#include "tests/rline/failover_fixture.h"
#include "tools/sites/log_files.h"

namespace recoveryline {
namespace {

using testing::HasSubstr;
using testing::Not;

class FailoverHostileTest : public FailoverFixture {};

// --- Text ---

TEST_F(FailoverHostileTest, TextThatIsNotUtf8IsRefusedBeforeAnything) {
  for (const char* flag :
       {"--reason", "--actor", "--run-id", "--source-fenced-by",
        "--skip-actions", "--verify-command", "--site-option"}) {
    const Result started = Start({flag, "agent-delay=Ger\xe4t"});
    EXPECT_EQ(started.exit_code, 64) << flag;
    EXPECT_THAT(started.err, HasSubstr("UTF-8"));
    EXPECT_FALSE(Exists("run")) << flag;
  }
  EXPECT_EQ(Start().exit_code, 7);
  EXPECT_EQ(OnRun("cancel", {"--reason", "Ger\xe4t"}).exit_code, 64);
  EXPECT_EQ(OnRun("cancel", {"--reason", "Ger\xc3\xa4t"}).exit_code, 0);
  EXPECT_EQ(State(), "CANCELLED");
}

TEST_F(FailoverHostileTest, WhatAProgramSaysLeavesTheLogReadable) {
  UseOneVmAtPrograms();
  std::string umlauts;
  for (int i = 0; i < 800; ++i) umlauts += "\xc3\xa4";
  for (const std::string& said : {std::string("Ger\xe4t"), "x" + umlauts}) {
    for (const char* program : {"fail-over", "verify"}) {
      UseOneVmAtPrograms();
      unlink(Path("run").c_str());
      WriteText("said", said);
      Script(absl::StrCat("site/", program),
             "cat " + Path("said") + "; exit 3");
      EXPECT_EQ(Start(AtPrograms()).exit_code, 1);
      const Result status = OnRun("status");
      EXPECT_EQ(status.exit_code, 0) << status.err;
      EXPECT_THAT(status.out, HasSubstr("exit code 3"));
      EXPECT_EQ(OnRun("history").exit_code, 0);
    }
  }
}

TEST_F(FailoverHostileTest, OnlyRlineWritesToItsErrors) {
  EXPECT_EQ(Start().exit_code, 7);
  const Result status = Failover({"status", "--run", "run.site"});
  EXPECT_EQ(status.exit_code, 65);
  EXPECT_THAT(status.err, testing::StartsWith("{\"error\":"));
  EXPECT_EQ(LineCount(status.err), 1);
}

// --- What did not happen is no success ---

TEST_F(FailoverHostileTest, AVerbThatFailedForEveryVmHasFailed) {
  UseOneVmAtPrograms();
  EXPECT_EQ(Start(AtPrograms()).exit_code, 7);
  for (const char* verb : {"commit", "reprotect"}) {
    Script(absl::StrCat("site/", verb), "echo no room; exit 3");
    const Result failed =
        std::string(verb) == "commit" ? Commit() : OnRun(verb);
    EXPECT_EQ(failed.exit_code, 1) << verb;
    EXPECT_THAT(failed.err, HasSubstr("no room")) << verb;
    EXPECT_THAT(failed.err, HasSubstr("vm-1")) << verb;
    Script(absl::StrCat("site/", verb), "exit 0");
    EXPECT_EQ(std::string(verb) == "commit" ? Commit().exit_code : 0, 0);
  }
}

TEST_F(FailoverHostileTest, ACancelOrAStartThatFailedSaysWhy) {
  UseOneVmAtPrograms();
  Script("site/fail-over", "echo no room; exit 3");
  const Result started = Start(AtPrograms());
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.err, HasSubstr("no room"));
  EXPECT_THAT(OnRun("resume").err, HasSubstr("no room"));
  Script("site/cancel", "echo not now; exit 3");
  const Result cancelled = OnRun("cancel", {"--poll", "10ms"});
  EXPECT_EQ(cancelled.exit_code, 1);
  EXPECT_THAT(cancelled.err, HasSubstr("not now"));
}

TEST_F(FailoverHostileTest, TheFirstThatFailedAreNamedAndTheOthersCounted) {
  const Result started = Start({"--site-option", "fails=1"});
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_THAT(started.err,
              HasSubstr("3 VMs failed: VM \\\"vm-1\\\" is FAILED"));
  EXPECT_THAT(started.err, Not(HasSubstr("more")));
  plan.clear_boot_groups();
  const v1::Inventory six = SixVms();
  for (const v1::Vm& vm : six.vms()) {
    if (plan.boot_groups().empty()) plan.add_boot_groups()->set_id("all");
    plan.mutable_boot_groups(0)->add_vm_ids(vm.id());
  }
  Use(six, plan);
  for (const char* file : {"run", "run.site"}) unlink(Path(file).c_str());
  EXPECT_THAT(Start({"--site-option", "fails=1"}).err, HasSubstr("and 3 more"));
}

TEST_F(FailoverHostileTest, WhatIsApprovedIsComparedAlways) {
  EXPECT_EQ(Start({"--commit-when-verified"}).exit_code, 0);
  EXPECT_EQ(OnRun("commit", {"--approve", "abc"}).exit_code, 4);
  std::string digest = Status().decision_digest();
  for (char& c : digest) c = static_cast<char>(toupper(c));
  EXPECT_EQ(OnRun("commit", {"--approve", digest}).exit_code, 0);
  EXPECT_EQ(OnRun("commit", {"--approve", digest.substr(7)}).exit_code, 0);
}

// --- Places ---

TEST_F(FailoverHostileTest, TheRunsOwnFilesAreNotWrittenOver) {
  EXPECT_EQ(Start().exit_code, 7);
  std::filesystem::create_symlink("run", Path("link"));
  std::filesystem::create_hard_link(Path("run"), Path("hard"));
  const std::string log = ReadText("run");
  for (const char* file : {"run", "./run", "link", "hard", "run.site",
                           "run-lock", "run-journal", "run.site-lock"}) {
    EXPECT_EQ(OnRun("status", {"-o", file}).exit_code, 64) << file;
    EXPECT_EQ(OnRun("history", {"-o", file}).exit_code, 64) << file;
    EXPECT_EQ(OnRun("resume", {"--events", file}).exit_code, 64) << file;
  }
  EXPECT_EQ(Rline({"failover", "status", "--run", "link", "-o", "run-lock"})
                .exit_code,
            64);
  EXPECT_EQ(OnRun("resume", {"--events", "x", "-o", "x"}).exit_code, 64);
  EXPECT_EQ(Failover({"quiesce", "-p", "plan", "-i", "inventory",
                      "--inventory-output", "x", "-o", "x"})
                .exit_code,
            64);
  EXPECT_FALSE(Exists("x"));
  EXPECT_EQ(ReadText("run"), log);
  EXPECT_EQ(OnRun("status", {"-o", "elsewhere"}).exit_code, 0);
  EXPECT_EQ(
      OnRun("resume", {"--events", "/dev/null", "-o", "/dev/null"}).exit_code,
      7);
}

TEST_F(FailoverHostileTest, APathThatLeadsNowhereIsBadInput) {
  symlink("loop", Path("loop").c_str());
  EXPECT_EQ(Failover({"status", "--run", "loop"}).exit_code, 65);
  EXPECT_EQ(Failover({"status", "--run", "plan/x"}).exit_code, 65);
  for (const char* run : {"loop", "plan/x", "/nonexist/x"}) {
    EXPECT_EQ(Failover({"start", "--run", run, "-d", "decision", "-p", "plan",
                        "-i", "inventory"})
                  .exit_code,
              65)
        << run;
  }
}

TEST_F(FailoverHostileTest, ADiskThatIsFullIsNoSiteThatCannotBeReached) {
  Command start{.args = {"failover", "start", "--run", "run", "-d", "decision",
                         "-p", "plan", "-i", "inventory"}};
  for (const int64_t kib : {4, 16, 20, 24, 28, 32}) {
    for (const char* file : {"run", "run.site"}) unlink(Path(file).c_str());
    start.file_limit_bytes = kib * 1024;
    const Result full = Rline(start);
    EXPECT_TRUE(full.exit_code == 1 || full.exit_code == 7)
        << kib << ": " << full.exit_code << " " << full.err;
    EXPECT_TRUE(kib != 4 || full.exit_code == 1);
  }
}

TEST_F(FailoverHostileTest, AStartThatIsRefusedLeavesNoSite) {
  EXPECT_EQ(Start({"--not-after", "2026-03-01T11:00:00Z"}).exit_code, 4);
  EXPECT_EQ(Start({"--site-option", "seed=x"}).exit_code, 64);
  EXPECT_FALSE(Exists("run.site"));
  EXPECT_EQ(Failover({"preflight", "-d", "decision", "-p", "plan", "-i",
                      "inventory", "--site-option", "file=other"})
                .exit_code,
            0);
  EXPECT_FALSE(Exists("other"));
}

TEST_F(FailoverHostileTest, ASiteWithoutItsLogDecidesNothing) {
  EXPECT_EQ(Start().exit_code, 7);
  unlink(Path("run").c_str());
  const Result other = Start();
  EXPECT_EQ(other.exit_code, 64);
  EXPECT_THAT(other.err, HasSubstr("run.site"));
  EXPECT_FALSE(Exists("run"));
}

TEST_F(FailoverHostileTest, ALogWithoutItsSiteNamesTheFile) {
  EXPECT_EQ(Start().exit_code, 7);
  unlink(Path("run.site").c_str());
  for (const Result& without : {Start(), Commit(), OnRun("resume")}) {
    EXPECT_EQ(without.exit_code, 65);
    EXPECT_THAT(without.err, HasSubstr("run.site"));
  }
  EXPECT_FALSE(Exists("run.site"));
}

// --- What is asked again, and what makes no sense ---

TEST_F(FailoverHostileTest, AStartThatIsGivenAgainDoesNotIgnoreFlags) {
  EXPECT_EQ(Start({"--site-option", "seed=1"}).exit_code, 7);
  EXPECT_EQ(Start().exit_code, 7);
  EXPECT_EQ(Start({"--site-option", "seed=1"}).exit_code, 7);
  const std::vector<std::vector<std::string>> others = {
      {"--site-option", "seed=2"},  {"--site", "asr"},
      {"--verify-command", "true"}, {"--source-fenced-by", "me"},
      {"--allow-partial"},          {"--continue-when-unhealthy"},
      {"--command-timeout", "1m"}};
  for (const auto& other : others) {
    const Result again = Start(other);
    EXPECT_EQ(again.exit_code, 64) << other[0];
    EXPECT_THAT(again.err, HasSubstr(other[0]));
  }
}

TEST_F(FailoverHostileTest, AProgramThatCannotBeRunIsMissedAtTheStart) {
  WriteText("text", "no program");
  for (const char* program : {"/nonexist/x", "./text", "nonexist-program"}) {
    for (const char* flag :
         {"--verify-command", "--health-gate", "--action-command"}) {
      EXPECT_EQ(Start({flag, program}).exit_code, 64) << flag << program;
      EXPECT_EQ(Start({flag, program, "--dry-run"}).exit_code, 64);
    }
  }
  EXPECT_FALSE(Exists("run"));
  EXPECT_EQ(Start({"--verify-command", "true"}).exit_code, 7);
}

TEST_F(FailoverHostileTest, TheSiteIsReadNeitherWithoutAPauseNorNever) {
  for (const char* poll : {"0", "1ns", "inf", "25h", "-1s"}) {
    EXPECT_EQ(Start({"--poll", poll}).exit_code, 64) << poll;
    EXPECT_EQ(Failover({"quiesce", "-p", "plan", "--poll", poll}).exit_code,
              64);
  }
  EXPECT_EQ(Start({"--poll", "24h"}).exit_code, 7);
}

TEST_F(FailoverHostileTest, WhatCannotComeIsNotWaitedFor) {
  EXPECT_EQ(Start({"--commit-when-verified"}).exit_code, 0);
  EXPECT_EQ(OnRun("reprotect").exit_code, 0);
  EXPECT_EQ(OnRun("status", {"--wait-for", "COMMITTED"}).exit_code, 0);
  const Result never = OnRun("status", {"--wait-for", "CANCELLED"});
  EXPECT_EQ(never.exit_code, 1);
  EXPECT_THAT(never.err, HasSubstr("PROTECTED"));
}

TEST_F(FailoverHostileTest, PointsOfAnotherPlanAreNotGoneTo) {
  EXPECT_EQ(Start().exit_code, 7);
  plan.set_purpose(v1::RecoveryPlan::TEST);
  WriteText("plan", TextOf(plan));
  Select("test", {"--option", "latest-app-consistent", "--target-time",
                  "2026-03-01T05:30:00Z"});
  const Result changed = OnRun("change-point", {"-d", "test", "-p", "plan"});
  EXPECT_EQ(changed.exit_code, 4);
  EXPECT_THAT(changed.err, HasSubstr("TEST"));
  EXPECT_EQ(State(), "AWAITING_COMMIT");
}

// A log whose digests are right and whose records are nonsense.
TEST_F(FailoverHostileTest, AForgedLogIsRefusedByAllWhoReadIt) {
  {
    auto log = NewLog(Path("run"), "run");
    ASSERT_TRUE(log.ok()) << log.status();
    v1::FailoverRecord plan_record;
    plan_record.mutable_plan()->add_vms()->set_vm_id("vm-1");
    plan_record.mutable_plan()->add_boot_groups();
    v1::FailoverRecord intent;
    intent.mutable_intent()->set_vm(-1);
    intent.mutable_intent()->set_key("k");
    LoggedFailover to(&*log);
    ASSERT_TRUE(to.Append({plan_record, intent}).ok());
  }
  for (const char* format : {"table", "json"}) {
    for (const char* verb : {"history", "status"}) {
      EXPECT_EQ(Rline({"failover", verb, "--run", "run", "--format", format})
                    .exit_code,
                65)
          << verb << format;
    }
  }
  EXPECT_EQ(OnRun("history", {"--export"}).exit_code, 0);
}

// --- Sites of programs ---

TEST_F(FailoverHostileTest, AnEmptyAnswerOfReadIsNoEnd) {
  UseOneVmAtPrograms();
  Script("site/fail-over", "kill -9 $$");
  Script("site/read", "exit 0");
  EXPECT_EQ(Start(AtPrograms()).exit_code, 5);
  EXPECT_EQ(State(), "FAILING_OVER");
}

TEST_F(FailoverHostileTest, ASiteThatTalksNonsenseIsUnavailable) {
  UseOneVmAtPrograms();
  for (const char* nonsense :
       {"echo garbage", "exit 0", "yes | head -c 20000000"}) {
    Script("site/describe", nonsense);
    EXPECT_EQ(Start(AtPrograms()).exit_code, 69) << nonsense;
  }
  unlink(Path("site/describe").c_str());
  EXPECT_EQ(Start(AtPrograms()).exit_code, 64);
  std::filesystem::remove_all(Path("site"));
  EXPECT_EQ(Start(AtPrograms()).exit_code, 64);
  EXPECT_FALSE(Exists("run"));
}

TEST_F(FailoverHostileTest, TheDeadlineCutsQueriesOffAndNotEffects) {
  UseOneVmAtPrograms();
  Script("site/verify", "sleep 60");
  const absl::Time before = absl::Now();
  const Result late = Start(AtPrograms({"--deadline", "2s"}));
  EXPECT_EQ(late.exit_code, 8) << late.err;
  EXPECT_THAT(late.err, HasSubstr("the site does not answer"));
  EXPECT_THAT(late.err, HasSubstr("verify"));
  EXPECT_LT(absl::Now() - before, absl::Seconds(40));
  EXPECT_EQ(State(), "VERIFYING");
}

TEST_F(FailoverHostileTest, WhyNothingBeginsIsSaid) {
  UseOneVmAtPrograms();
  Script("site/fail-over",
         "echo x >> " + Path("tries") + "; echo no licence; exit 75");
  const Result late = Start(AtPrograms({"--deadline", "1s"}));
  EXPECT_EQ(late.exit_code, 8) << late.err;
  EXPECT_THAT(late.err, HasSubstr("no licence"));
  EXPECT_THAT(late.out, HasSubstr("no licence"));
  // After 10, 20, 40 ... ms: not each time the site is read.
  EXPECT_LT(LineCount(ReadText("tries")), 10);
}

// --- Pipes ---

TEST_F(FailoverHostileTest, APipeWithoutAReaderIsNotWaitedFor) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  const Result nobody = Start({"--events", "pipe"});
  EXPECT_EQ(nobody.exit_code, 64);
  EXPECT_THAT(nobody.err, HasSubstr("nobody reads"));
  EXPECT_FALSE(Exists("run"));
  const int reader = open(Path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  EXPECT_EQ(Start({"--events", "pipe"}).exit_code, 7);
  std::string told(1 << 16, '\0');
  told.resize(static_cast<size_t>(read(reader, told.data(), told.size())));
  close(reader);
  EXPECT_EQ(told, OnRun("history").out);
}

TEST_F(FailoverHostileTest, ARehearsalThatWouldBeCommittedIsNotBegun) {
  plan.set_purpose(v1::RecoveryPlan::TEST);
  Use(SixVms(), plan);
  EXPECT_EQ(Start({"--commit-when-verified"}).exit_code, 64);
  EXPECT_FALSE(Exists("run"));
  EXPECT_EQ(
      Failover({"preflight", "-d", "decision", "-p", "-", "-i", "-"}).exit_code,
      64);
}

TEST_F(FailoverHostileTest, ADecisionThatContradictsItselfIsNotCarriedOut) {
  const v1::Decision sound = DecisionOf(ReadText("decision"));
  const auto code_of = [&](const v1::Decision& decision) {
    WriteText("decision", TextOf(decision));
    return Failover({"preflight", "-d", "decision", "-p", "plan", "-i",
                     "inventory", "--allow-partial"})
        .exit_code;
  };
  EXPECT_EQ(code_of(sound), 0);
  v1::Decision other = sound;
  other.set_outcome(v1::Decision::NONE);
  EXPECT_EQ(code_of(other), 65);
  other = sound;
  other.mutable_vm_selections(0)->set_outcome(v1::VmSelection::NOT_FOUND);
  EXPECT_EQ(code_of(other), 65);
  other = sound;
  other.add_violations()->set_message("no");
  EXPECT_EQ(code_of(other), 65);
  other = sound;
  other.clear_decision_time();
  EXPECT_EQ(code_of(other), 65);
  other = sound;
  other.set_plan_id("another");
  EXPECT_EQ(code_of(other), 4);
  plan.set_purpose(v1::RecoveryPlan::FAILBACK);
  Use(SixVms(), plan);
  v1::Decision of_failback = DecisionOf(ReadText("decision"));
  EXPECT_EQ(code_of(of_failback), 0);
  of_failback.set_purpose(v1::RecoveryPlan::TEST);
  EXPECT_EQ(code_of(of_failback), 4);
}

}  // namespace
}  // namespace recoveryline
