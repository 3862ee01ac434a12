#include "tools/sites/exec_site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace recoveryline {
namespace {

using testing::HasSubstr;
using v1::CallReport;
using v1::SiteCall;

class ExecSiteTest : public testing::Test {
 protected:
  ExecSiteTest()
      : folder(std::filesystem::path(testing::TempDir()) /
               testing::UnitTest::GetInstance()->current_test_info()->name()),
        site(folder.string(), {}) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    call.set_key("run/web/1");
    call.set_vm_id("web");
    call.set_action(SiteCall::FAIL_OVER);
    call.set_recovery_point_id("p");
  }
  ~ExecSiteTest() override { std::filesystem::remove_all(folder); }

  void Write(const std::string& name, const std::string& script) {
    std::ofstream(folder / name) << "#!/bin/sh\n" << script << "\n";
    chmod((folder / name).c_str(), 0700);
  }
  // As soon as it is not running any more.
  CallReport Ended(ExecSite* at) {
    while (true) {
      const auto report = at->Read(call);
      EXPECT_TRUE(report.ok()) << report.status();
      if (!report.ok() || report->state() != CallReport::RUNNING) {
        return report.ok() ? *report : CallReport();
      }
    }
  }
  CallReport Ended() { return Ended(&site); }

  const std::filesystem::path folder;
  ExecSite site;
  SiteCall call;
};

TEST_F(ExecSiteTest, AProgramReadsTheCallAndWritesTheReport) {
  Write("fail-over",
        "cat > \"$(dirname \"$0\")/read.json\"\n"
        "echo '{\"state\": \"DONE\", \"recoveryPointId\": \"p\"}'");
  ASSERT_TRUE(site.Begin(call).ok());
  const CallReport report = Ended();
  EXPECT_EQ(report.state(), CallReport::DONE);
  EXPECT_EQ(report.recovery_point_id(), "p");
  std::string text;
  std::ifstream(folder / "read.json") >> text;
  EXPECT_THAT(text, HasSubstr("\"vmId\":\"web\""));
  EXPECT_THAT(text, HasSubstr("\"action\":\"FAIL_OVER\""));
}

TEST_F(ExecSiteTest, SilenceIsDoneAndAKeyRunsOnce) {
  Write("fail-over", "echo x >> \"$(dirname \"$0\")/ledger\"");
  ASSERT_TRUE(site.Begin(call).ok());
  ASSERT_TRUE(site.Begin(call).ok());
  EXPECT_EQ(Ended().state(), CallReport::DONE);
  EXPECT_EQ(std::filesystem::file_size(folder / "ledger"), 2u);
}

TEST_F(ExecSiteTest, AnExitCodeSaysWhetherItFailedOrIsNotReady) {
  Write("fail-over", "echo no room; exit 3");
  ASSERT_TRUE(site.Begin(call).ok());
  const CallReport failed = Ended();
  EXPECT_EQ(failed.state(), CallReport::FAILED);
  EXPECT_THAT(failed.message(), HasSubstr("exit code 3: no room"));
  call.set_key("run/web/2");
  Write("fail-over", "exit 75");
  ASSERT_TRUE(site.Begin(call).ok());
  EXPECT_EQ(Ended().state(), CallReport::NOT_BEGUN);
  Write("fail-over", "exit 0");
  ASSERT_TRUE(site.Begin(call).ok());
  EXPECT_EQ(Ended().state(), CallReport::DONE);
}

TEST_F(ExecSiteTest, AProgramThatIsMissingWasNotRun) {
  const absl::Status begun = site.Begin(call);
  EXPECT_TRUE(absl::IsNotFound(begun));
  EXPECT_THAT(std::string(begun.message()), HasSubstr("fail-over"));
}

TEST_F(ExecSiteTest, WhatNobodyKnowsIsAskedOfRead) {
  Write("fail-over", "kill -9 $$");
  ASSERT_TRUE(site.Begin(call).ok());
  EXPECT_EQ(Ended().state(), CallReport::UNKNOWN);
  // Another process, which has begun nothing.
  ExecSite other(folder.string(), {});
  EXPECT_EQ(Ended(&other).state(), CallReport::UNKNOWN);
  Write("read", "echo '{\"state\": \"NOT_BEGUN\"}'");
  EXPECT_EQ(Ended(&other).state(), CallReport::NOT_BEGUN);
  EXPECT_EQ(Ended().state(), CallReport::NOT_BEGUN);
  // That it said nothing is no word of what has become of the call.
  for (const char* nothing : {"exit 1", "exit 0", "echo", "echo '{}'"}) {
    Write("read", nothing);
    EXPECT_EQ(Ended(&other).state(), CallReport::UNKNOWN) << nothing;
  }
}

TEST_F(ExecSiteTest, WhatWasKilledBeforeItBeganIsBegunAgain) {
  for (const char* program :
       {"kill -9 $$", "echo '{\"state\": \"RUNNING\"}'"}) {
    call.set_key(program);
    Write("fail-over", program);
    Write("read", "echo '{\"state\": \"NOT_BEGUN\"}'");
    ASSERT_TRUE(site.Begin(call).ok());
    EXPECT_EQ(Ended().state(), CallReport::NOT_BEGUN);
    Write("fail-over", "exit 0");
    ASSERT_TRUE(site.Begin(call).ok());
    EXPECT_EQ(Ended().state(), CallReport::DONE) << program;
  }
}

TEST_F(ExecSiteTest, AnEndThatTheSystemKeepsToItselfIsUnknown) {
  Write("fail-over", "exit 0");
  const auto before = signal(SIGCHLD, SIG_IGN);
  ASSERT_TRUE(site.Begin(call).ok());
  EXPECT_EQ(Ended().state(), CallReport::UNKNOWN);
  signal(SIGCHLD, before);
}

TEST_F(ExecSiteTest, WhatGoesOnElsewhereIsAskedOfRead) {
  Write("fail-over", "echo '{\"state\": \"RUNNING\"}'");
  Write("read", "echo '{\"state\": \"DONE\", \"recoveryPointId\": \"q\"}'");
  ASSERT_TRUE(site.Begin(call).ok());
  EXPECT_EQ(Ended().recovery_point_id(), "q");
}

TEST_F(ExecSiteTest, NonsenseIsNotTakenForAnEnd) {
  for (const char* output :
       {"done!", "{\"stat\": \"DONE\"}", "{\"state\": 3}", "{} {}"}) {
    call.set_key(output);
    Write("fail-over", std::string("echo '") + output + "'");
    ASSERT_TRUE(site.Begin(call).ok());
    const CallReport report = Ended();
    EXPECT_EQ(report.state(), CallReport::UNKNOWN) << output;
  }
}

TEST_F(ExecSiteTest, VerifyIsAskedEachTime) {
  call.set_action(SiteCall::VERIFY);
  Write("verify", "echo '{\"vmUp\": true, \"sourceOff\": false}'");
  const auto report = site.Read(call);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->state(), CallReport::DONE);
  EXPECT_TRUE(report->vm_up());
  EXPECT_TRUE(report->has_source_off());
  EXPECT_FALSE(report->source_off());
}

TEST_F(ExecSiteTest, VmsAreDescribedInTheOrderAskedFor) {
  Write("describe",
        R"(echo '{"vms": [{"vm": {"id": "b", "recoveryPoints": [{"id": "p"}]},
          "pointChoice": "BY_ID", "allowedActions": ["FAIL_OVER"]}]}')");
  const auto vms = site.Describe({"a", "b"});
  ASSERT_TRUE(vms.ok()) << vms.status();
  EXPECT_FALSE(vms->at(0).found());
  EXPECT_EQ(vms->at(0).vm().id(), "a");
  EXPECT_TRUE(vms->at(1).found());
  EXPECT_EQ(vms->at(1).vm().recovery_points(0).id(), "p");
  Write("describe", "echo '{\"vms\": 3}'");
  EXPECT_TRUE(absl::IsUnavailable(site.Describe({"a"}).status()));
  Write("describe", "echo no network; exit 1");
  const absl::Status failed = site.Describe({"a"}).status();
  EXPECT_TRUE(absl::IsUnavailable(failed));
  EXPECT_THAT(std::string(failed.message()), HasSubstr("no network"));
}

TEST_F(ExecSiteTest, AProgramThatTakesTooLongIsKilledWithWhatItStarted) {
  ExecSite impatient(folder.string(), {.query_timeout = absl::Milliseconds(1)});
  Write("describe", "sleep 600 & wait");
  EXPECT_TRUE(absl::IsUnavailable(impatient.Describe({"a"}).status()));
}

}  // namespace
}  // namespace recoveryline
