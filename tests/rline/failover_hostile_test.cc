// What nobody sane gives rline failover, and what must come of it all the same.

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "recoveryline/v1/failover.pb.h"
#include "tests/rline/failover_fixture.h"

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

}  // namespace
}  // namespace recoveryline
