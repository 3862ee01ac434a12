#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "recoveryline/v1/failover.pb.h"
#include "tests/rline/failover_fixture.h"
#include "tests/sanitizers.h"
#include "tools/sites/simulated_file.h"

namespace recoveryline {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class RlineFailoverTest : public FailoverFixture {};

TEST_F(RlineFailoverTest, FromADecisionToProtection) {
  const Result started = Start();
  EXPECT_EQ(started.exit_code, 7) << started.err;
  const auto status = ParseJson<v1::FailoverStatus>(started.out);
  EXPECT_EQ(status.state(), "AWAITING_COMMIT");
  EXPECT_TRUE(status.changed());
  EXPECT_TRUE(status.has_unprotected_since());
  EXPECT_EQ(status.vms_size(), 6);
  for (const auto& vm : status.vms()) {
    EXPECT_EQ(vm.used_recovery_point_id(), vm.recovery_point_id());
  }
  EXPECT_EQ(OnRun("commit", {"--approve", "sha256:0"}).exit_code, 4);
  EXPECT_EQ(State(), "AWAITING_COMMIT");
  EXPECT_EQ(Commit().exit_code, 0);
  EXPECT_EQ(State(), "COMMITTED");
  const Result reprotected = OnRun("reprotect");
  EXPECT_EQ(reprotected.exit_code, 0) << reprotected.err;
  EXPECT_EQ(State(), "PROTECTED");
  EXPECT_FALSE(Status().has_unprotected_since());
  const auto effects = Effects();
  EXPECT_EQ(effects.size(), 6u * 3);
  EXPECT_THAT(effects, Each(testing::Pair(testing::_, 1)));
}

TEST_F(RlineFailoverTest, AStepThatIsDoneIsDoneNoSecondTime) {
  EXPECT_EQ(Start().exit_code, 7);
  const Result again = Start();
  EXPECT_EQ(again.exit_code, 7);
  EXPECT_FALSE(ParseJson<v1::FailoverStatus>(again.out).changed());
  EXPECT_EQ(Commit().exit_code, 0);
  const std::string digest = Status().log_digest();
  EXPECT_EQ(Commit().exit_code, 0);
  EXPECT_EQ(Start().exit_code, 0);
  EXPECT_EQ(OnRun("resume").exit_code, 0);
  EXPECT_EQ(Status().log_digest(), digest);
}

TEST_F(RlineFailoverTest, AnotherDecisionIsNotTheRunThatIsThere) {
  EXPECT_EQ(Start().exit_code, 7);
  Select("decision", {"--option", "latest-app-consistent", "--target-time",
                      "2026-03-01T05:30:00Z"});
  EXPECT_EQ(Start().exit_code, 4);
  EXPECT_EQ(OnRun("start", {"-d", "decision", "-p", "plan", "-i", "inventory",
                            "--run-id", "mine"})
                .exit_code,
            4);
}

TEST_F(RlineFailoverTest, AnAgentThatRegistersLateIsWaitedForAsLongAsAllowed) {
  EXPECT_EQ(Start({"--commit-when-verified"}).exit_code, 0);
  const Result late = OnRun("reprotect", {"--deadline", "5m"});
  EXPECT_EQ(late.exit_code, 8);
  EXPECT_EQ(State(), "REPROTECTING");
  EXPECT_TRUE(Status().has_unprotected_since());
  EXPECT_EQ(OnRun("reprotect").exit_code, 0);
  EXPECT_EQ(State(), "PROTECTED");
  EXPECT_EQ((Effects()[{"vm-1", v1::SiteCall::REPROTECT}]), 1);
}

TEST_F(RlineFailoverTest, APrunedPointStopsTheWholePlan) {
  v1::Inventory pruned = SixVms();
  const auto decision = DecisionOf(ReadText("decision"));
  for (v1::Vm& vm : *pruned.mutable_vms()) {
    if (vm.id() != "vm-2") continue;
    auto* points = vm.mutable_recovery_points();
    for (int i = 0; i < points->size(); ++i) {
      if (points->Get(i).id() ==
          decision.vm_selections(1).recovery_point_id()) {
        points->DeleteSubrange(i, 1);
        break;
      }
    }
  }
  WriteText("inventory", TextOf(pruned));
  const Result preflight = Failover(
      {"preflight", "-d", "decision", "-p", "plan", "-i", "inventory"});
  EXPECT_EQ(preflight.exit_code, 4);
  EXPECT_TRUE(ParseJson<v1::PreflightReport>(preflight.out).drifted());
  const Result started = Start();
  EXPECT_EQ(started.exit_code, 4);
  EXPECT_THAT(started.err, HasSubstr("is gone"));
  EXPECT_EQ(State(), "PLANNED");
  EXPECT_THAT(Effects(), testing::IsEmpty());
}

TEST_F(RlineFailoverTest, ARunWaitsForAPerson) {
  plan.mutable_boot_groups(0)->add_end_actions("check the database");
  plan.mutable_boot_groups(1)->add_end_actions("tell the customers");
  Use(SixVms(), plan);
  const Result started = Start();
  EXPECT_EQ(started.exit_code, 7);
  EXPECT_EQ(State(), "AWAITING_MANUAL_ACTION");
  EXPECT_THAT(Status().waiting_for(), ElementsAre("check the database"));
  EXPECT_EQ(OnRun("resume").exit_code, 7);
  EXPECT_THAT(Status().waiting_for(), ElementsAre("check the database"));
  EXPECT_EQ(OnRun("resume", {"--action-done"}).exit_code, 7);
  EXPECT_THAT(Status().waiting_for(), ElementsAre("tell the customers"));
  EXPECT_EQ(OnRun("resume", {"--action-done"}).exit_code, 7);
  EXPECT_EQ(State(), "AWAITING_COMMIT");
  EXPECT_THAT(OnRun("start", {"-d", "decision", "-p", "plan", "--skip-actions",
                              "nonsense", "--dry-run", "-i", "inventory"})
                  .err,
              HasSubstr("nonsense"));
}

TEST_F(RlineFailoverTest, ACommandDoesTheActionsAndNoneTwice) {
  plan.mutable_boot_groups(0)->add_end_actions("one");
  plan.mutable_boot_groups(0)->add_end_actions("two");
  Use(SixVms(), plan);
  const std::string program =
      Script("act", "cat >> " + Path("done") + "; grep -c '\"two\"' " +
                        Path("done") + " > /dev/null && exit 1; exit 0");
  const Result started = Start({"--action-command", program});
  EXPECT_EQ(started.exit_code, 7);
  EXPECT_THAT(started.err, HasSubstr("exit code 1"));
  EXPECT_EQ(State(), "AWAITING_MANUAL_ACTION");
  EXPECT_EQ(OnRun("resume").exit_code, 7);
  EXPECT_EQ(LineCount(ReadText("done")), 2);
  EXPECT_THAT(Status().waiting_for(), Each(HasSubstr("a command began it")));
  EXPECT_EQ(OnRun("resume", {"--action-done"}).exit_code, 7);
  EXPECT_EQ(State(), "AWAITING_COMMIT");
  EXPECT_EQ(LineCount(ReadText("done")), 2);
}

TEST_F(RlineFailoverTest, ABootGroupThatIsNotWellHoldsTheNext) {
  const std::string gate =
      Script("gate", "cat > /dev/null; test -e " + Path("well"));
  EXPECT_EQ(Start({"--health-gate", gate}).exit_code, 7);
  EXPECT_EQ(State(), "AWAITING_MANUAL_ACTION");
  EXPECT_THAT(States(), Contains("PLANNED"));
  WriteText("well", "");
  EXPECT_EQ(OnRun("resume").exit_code, 7);
  EXPECT_EQ(State(), "AWAITING_COMMIT");
}

TEST_F(RlineFailoverTest, AVmThatTheUsersProgramRefusesIsNotVerified) {
  const std::string look =
      Script("look", "grep -q '\"vm-2\"' && ! test -e " + Path("well") +
                         " && echo no web page && exit 1; exit 0");
  const Result started = Start({"--verify-command", look});
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_EQ(State(), "PARTIALLY_FAILED_OVER");
  EXPECT_THAT(started.out, HasSubstr("no web page"));
  EXPECT_EQ(Commit().exit_code, 1);
  WriteText("well", "");
  EXPECT_EQ(Start().exit_code, 7);
  EXPECT_EQ((Effects()[{"vm-2", v1::SiteCall::FAIL_OVER}]), 1);
}

TEST_F(RlineFailoverTest, AHalfFailedGroupIsHeldAndTriedAgain) {
  Result started;
  int seed = 0;
  do {
    for (const char* file : {"run", "run.site"}) {
      unlink(Path(file).c_str());
    }
    started = Start({"--site-option", "fails=4", "--site-option",
                     absl::StrCat("seed=", ++seed)});
  } while (started.exit_code != 1 || State() != "PARTIALLY_FAILED_OVER");
  const Result commit = Commit();
  EXPECT_EQ(commit.exit_code, 1);
  EXPECT_THAT(commit.err, HasSubstr("needs every VM verified"));
  const v1::FailoverStatus status = Status();
  EXPECT_THAT(status.next(), HasSubstr("start again"));
  while (Start().exit_code == 1) {
  }
  EXPECT_EQ(State(), "AWAITING_COMMIT");
  EXPECT_THAT(Effects(), Each(testing::Pair(testing::_, 1)));
}

TEST_F(RlineFailoverTest, PointsAreChangedForWholeGroupsBeforeCommit) {
  EXPECT_EQ(Start().exit_code, 7);
  const std::string before = Status().vms(0).used_recovery_point_id();
  Select("older", {"--option", "latest-app-consistent", "--target-time",
                   "2026-03-01T05:30:00Z"});
  const Result changed = OnRun("change-point", {"-d", "older", "-p", "plan"});
  EXPECT_EQ(changed.exit_code, 7) << changed.err;
  EXPECT_THAT(changed.err, HasSubstr("lost"));
  EXPECT_NE(Status().vms(0).used_recovery_point_id(), before);
  EXPECT_EQ(Status().vms(0).used_recovery_point_id(),
            DecisionOf(ReadText("older")).vm_selections(0).recovery_point_id());
  // A point that the site does not have is not gone to.
  std::string gone = ReadText("older");
  const std::string id = DecisionOf(gone).vm_selections(0).recovery_point_id();
  gone.replace(gone.find(id), id.size(), "gone");
  WriteText("gone", gone);
  EXPECT_EQ(OnRun("change-point", {"-d", "gone", "-p", "plan"}).exit_code, 4);
  EXPECT_EQ(State(), "AWAITING_COMMIT");
  // What is approved is what is carried out now.
  const Result again = OnRun("change-point", {"-d", "older", "-p", "plan"});
  EXPECT_FALSE(ParseJson<v1::FailoverStatus>(again.out).changed());
  EXPECT_EQ(Commit().exit_code, 0);
}

TEST_F(RlineFailoverTest, AFailoverIsTakenBackBeforeCommitAlone) {
  EXPECT_EQ(Start().exit_code, 7);
  EXPECT_EQ(OnRun("cleanup").exit_code, 1);
  EXPECT_EQ(OnRun("cancel").exit_code, 0);
  EXPECT_EQ(State(), "CANCELLED");
  EXPECT_EQ(OnRun("cancel").exit_code, 0);
  const Result again = Start();  // what is over is not begun again
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("a new one"));
  EXPECT_EQ(State(), "CANCELLED");
}

TEST_F(RlineFailoverTest, ARehearsalIsCleanedUp) {
  plan.set_purpose(v1::RecoveryPlan::TEST);
  Use(SixVms(), plan);
  EXPECT_EQ(Start().exit_code, 0);
  EXPECT_EQ(Commit().exit_code, 1);
  EXPECT_EQ(OnRun("cleanup").exit_code, 0);
  EXPECT_EQ(State(), "CANCELLED");
}

TEST_F(RlineFailoverTest, WhatNobodyHasDecidedIsNotCarriedOut) {
  Select("decision", {});  // the option is defaulted
  EXPECT_EQ(Start().exit_code, 65);
  Select("decision", {"--option", "latest-app-consistent", "--not-before",
                      "2026-03-01T11:00:00Z"});
  EXPECT_EQ(Start().exit_code, 3);
  Select("decision", {"--option", "latest-app-consistent"});
  EXPECT_EQ(Start({"--not-after", "2026-03-01T11:00:00Z"}).exit_code, 4);
  EXPECT_EQ(OnRun("start", {"-d", "decision", "-i", "inventory"}).exit_code,
            64);
  plan.set_id("another");
  WriteText("plan", TextOf(plan));
  EXPECT_EQ(Start().exit_code, 4);
  EXPECT_FALSE(Exists("run"));
}

TEST_F(RlineFailoverTest, ASecondRunnerIsRefused) {
  EXPECT_EQ(Start().exit_code, 7);
  const int lock = open(Path("run-lock").c_str(), O_RDWR);
  ASSERT_EQ(flock(lock, LOCK_EX), 0);
  EXPECT_EQ(Commit().exit_code, 6);
  EXPECT_EQ(State(), "AWAITING_COMMIT");  // to look takes no lock
  close(lock);
  EXPECT_EQ(Commit().exit_code, 0);
}

TEST_F(RlineFailoverTest, APersonMayWaitForAState) {
  EXPECT_EQ(Start().exit_code, 7);
  EXPECT_EQ(OnRun("status", {"--wait-for", "AWAITING_COMMIT"}).exit_code, 0);
  EXPECT_EQ(
      OnRun("status", {"--wait-for", "PROTECTED", "--timeout", "0s"}).exit_code,
      8);
  EXPECT_EQ(OnRun("status", {"--wait-for", "PROTEKTED"}).exit_code, 64);
}

TEST_F(RlineFailoverTest, EachRecordIsAnEvent) {
  EXPECT_EQ(Start({"--events", "events"}).exit_code, 7);
  const std::string events = ReadText("events");
  EXPECT_EQ(events, OnRun("history").out);
  EXPECT_THAT(events, HasSubstr("{\"sequence\":1,\"plan\":{"));
  EXPECT_THAT(events, HasSubstr("\"action\":\"FAIL_OVER\""));
  const std::string chain = OnRun("history", {"--export"}).out;
  EXPECT_EQ(LineCount(chain), LineCount(events) + 1);
  EXPECT_THAT(chain, HasSubstr(Status().log_digest()));
}

TEST_F(RlineFailoverTest, ALogThatWasChangedIsRefused) {
  EXPECT_EQ(Start().exit_code, 7);
  std::string log = ReadText("run");
  const size_t at = log.find("vm-1/1");
  ASSERT_NE(at, std::string::npos);
  log[at + 3] = '7';
  WriteText("run", log);
  for (const char* verb : {"status", "history", "resume"}) {
    EXPECT_EQ(OnRun(verb).exit_code, 65) << verb;
  }
  EXPECT_EQ(Failover({"status", "--run", "nowhere"}).exit_code, 65);
}

TEST_F(RlineFailoverTest, WhatTheSiteCannotTellIsExitFive) {
  Script("describe", "cat > /dev/null; echo \"{\\\"vms\\\": [$(cat " +
                         Path("vm.json") + ")]}\"");
  v1::SiteVm vm;
  v1::Inventory one = SixVms();
  *vm.mutable_vm() = one.vms(0);
  vm.set_point_choice(v1::SiteVm::BY_ID);
  vm.add_allowed_actions(v1::SiteCall::FAIL_OVER);
  // One VM alone is enough.
  plan.clear_boot_groups();
  v1::BootGroup* group = plan.add_boot_groups();
  group->set_id("all");
  group->add_vm_ids("vm-1");
  one.mutable_vms()->DeleteSubrange(1, 5);
  one.mutable_replication_groups()->Clear();
  one.mutable_vms(0)->clear_replication_group_id();
  vm.mutable_vm()->clear_replication_group_id();
  Use(one, plan);
  std::string json;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(vm, &json).ok());
  WriteText("vm.json", json);
  Script("fail-over", "echo x >> " + Path("ledger") + "; kill -9 $$");
  Script("verify",
         "echo '{\"vmUp\": true, \"sourceOff\": true, "
         "\"recoveryPointId\": \"'$(cat " +
             Path("point") + ")'\"}'");
  WriteText(
      "point",
      DecisionOf(ReadText("decision")).vm_selections(0).recovery_point_id());
  const std::vector<std::string> site = {
      "--site",        "exec",
      "--site-option", absl::StrCat("folder=", Path("")),
      "--not-after",   "2999-01-01T00:00:00Z",
      "--poll",        "10ms"};
  const Result unknown = Start(site);
  EXPECT_EQ(unknown.exit_code, 5) << unknown.err;
  EXPECT_THAT(unknown.err, HasSubstr("resume"));
  EXPECT_EQ(State(), "FAILING_OVER");
  EXPECT_EQ(OnRun("resume", {"--poll", "10ms"}).exit_code, 5);
  Script("read", "echo '{\"state\": \"DONE\"}'");
  const Result resumed = OnRun("resume", {"--poll", "10ms"});
  EXPECT_EQ(resumed.exit_code, 7) << resumed.err << resumed.out;
  EXPECT_EQ(LineCount(ReadText("ledger")), 1);
}

TEST_F(RlineFailoverTest, QuiescedSourcesGetPointsThatAreSelectedBy) {
  const Result quiesced =
      Failover({"quiesce", "-p", "plan", "-i", "inventory", "--site-option",
                "file=site", "--inventory-output", "after"});
  EXPECT_EQ(quiesced.exit_code, 0) << quiesced.err;
  const auto report = ParseJson<v1::QuiesceReport>(quiesced.out);
  EXPECT_TRUE(report.complete());
  WriteText("inventory", ReadText("after"));
  Select("decision", {"--option", "latest-multi-vm-processed", "--not-before",
                      "2026-03-01T12:00:00Z"});
  const auto decision = DecisionOf(ReadText("decision"));
  EXPECT_EQ(decision.outcome(), v1::Decision::COMPLETE);
  EXPECT_GE(decision.vm_selections(0).capture_time().seconds(),
            report.quiesced_at().seconds());
  const Result started =
      OnRun("start", {"-d", "decision", "-p", "plan", "--site-option",
                      "file=site", "--site-option", "unreachable=3"});
  EXPECT_EQ(started.exit_code, 7) << started.err;
  const Result late = Failover(
      {"quiesce", "-p", "plan", "-i", "inventory", "--deadline", "40s"});
  EXPECT_EQ(late.exit_code, 8);
}

// The real program, killed over and over.
TEST_F(RlineFailoverTest, AKilledProgramLosesNothingAndDoublesNothing) {
  std::mt19937_64 random(7);
  int deaths = 0;
  const auto live = [&](std::vector<std::string> args) {
    args.insert(args.begin(), {"failover"});
    // Longer lives on a machine that has much to do.
    for (double most_micros = 30'000;; most_micros *= 1.02) {
      const pid_t child = fork();
      if (child == 0) {
        if (chdir(Path("").c_str()) != 0) _exit(127);
        std::vector<char*> words = {const_cast<char*>("rline")};
        for (std::string& arg : args) words.push_back(arg.data());
        words.push_back(nullptr);
        const int null = open("/dev/null", O_RDWR);
        dup2(null, 1);
        dup2(null, 2);
        execv(RlinePath().c_str(), words.data());
        _exit(127);
      }
      usleep(static_cast<useconds_t>(random() %
                                     static_cast<uint64_t>(most_micros)));
      kill(child, SIGKILL);
      int status = 0;
      waitpid(child, &status, 0);
      if (WIFEXITED(status)) return WEXITSTATUS(status);
      ++deaths;
    }
  };
  const int rounds = kSanitizersAreOn ? 1 : 5;
  for (int round = 0; round < rounds; ++round) {
    for (const char* file : {"run", "run.site"}) unlink(Path(file).c_str());
    EXPECT_EQ(live({"start", "--run", "run", "-d", "decision", "-p", "plan",
                    "-i", "inventory"}),
              7);
    EXPECT_EQ(live({"commit", "--run", "run", "--approve",
                    Status().decision_digest()}),
              0);
    EXPECT_EQ(live({"reprotect", "--run", "run"}), 0);
    EXPECT_EQ(State(), "PROTECTED");
    const auto effects = Effects();
    EXPECT_EQ(effects.size(), 6u * 3);
    EXPECT_THAT(effects, Each(testing::Pair(testing::_, 1)));
  }
  EXPECT_GT(deaths, rounds);
}

}  // namespace
}  // namespace recoveryline
