#include <signal.h>
#include <sys/stat.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "recoveryline/v1/failover.pb.h"
#include "tests/fake_arm/fake_arm_server.h"
#include "tests/rline/rline_fixture.h"

namespace recoveryline {
namespace {

using fake::Action;
using fake::FakeVault;
using fake::InstanceType;
using testing::HasSubstr;

// Nothing but the file that holds it may ever have this.
constexpr char kToken[] = "sentinel-5b1e7d02c9-token";
constexpr char kReader[] = "sentinel-90ac41f3d8-reader";
constexpr char kTokenFile[] = "token";

// rline as a person calls it, and a vault behind TLS whose time runs fast.
class RlineAsrTest : public RlineFixture {
 protected:
  // Three VMs, two of them in a group; or none.
  void Serve(bool grouped) {
    fake::FakeServerOptions options;
    options.vault.blocks = {{.type = InstanceType::kInMageRcm,
                             .vm_count = 3,
                             .group_count = grouped ? 1 : 0,
                             .lone_count = grouped ? 1 : 0}};
    options.vault.times.retry_after = absl::ZeroDuration();
    options.speed = 1000;
    options.reader_token = kReader;
    server = *fake::FakeArmServer::Start(std::move(options));
    server->WithVault([this](FakeVault& vault) {
      vault.tokens().Allow(kToken, {});
      vault.tokens().Forget(fake::kFakeToken);
      root = vault.state().root;
    });
    WriteText("ca.pem", server->authority_pem());
    WriteText(kTokenFile, absl::StrCat(kToken, "\n"));
    WriteText("reprotect.json",
              R"({"InMageRcm":{"reprotectAgentId":"a","datastoreName":"d",)"
              R"("logStorageAccountId":"/l"}})");
  }

  void TearDown() override {
    for (const std::string& name : Files()) {
      if (name != kTokenFile) ExpectNoToken(ReadText(name), name);
    }
  }

  static void ExpectNoToken(const std::string& text, const std::string& where) {
    for (const char* secret : {kToken, kReader}) {
      EXPECT_FALSE(absl::StrContains(text, secret)) << where;
    }
  }

  Result Run(std::vector<std::string> args, const std::string& token = kToken) {
    const std::string what = args[0];
    Result result = Rline({.args = std::move(args),
                           .environment = {absl::StrCat("TOKEN=", token)}});
    ExpectNoToken(result.out, what);
    ExpectNoToken(result.err, what);
    return result;
  }
  std::vector<std::string> Import() const {
    return {"import",      "asr",       "--vault",     root,   "--endpoint",
            server->url(), "--ca-file", "ca.pem",      "-o",   "inventory",
            "--plans-dir", "plans",     "--token-env", "TOKEN"};
  }
  void Choose() {
    const Result imported = Run(Import());
    ASSERT_EQ(imported.exit_code, 0) << imported.err;
    // A plan of Azure's does not say which way its VMs go.
    v1::RecoveryPlan plan;
    plan.set_purpose(v1::RecoveryPlan::FAILOVER);
    WriteText("plan", TextOf(plan));
    const Result chosen =
        Run({"select", "-i", "inventory", "-p", "plan", "--option",
             "latest-multi-vm-app-consistent", "--for-site", "asr:InMageRcm",
             "-o", "decision"});
    ASSERT_EQ(chosen.exit_code, 0) << chosen.err;
  }
  Result Failover(const std::string& verb, std::vector<std::string> more,
                  const std::string& token_option = "token-file=token",
                  const std::string& token = kToken) {
    std::vector<std::string> args = {"failover", verb};
    for (const std::string& option :
         {absl::StrCat("vault=", root),
          absl::StrCat("endpoint=", server->url()),
          std::string("ca-file=ca.pem"), std::string("settle=1s"),
          std::string("reprotect=reprotect.json"), token_option}) {
      args.insert(args.end(), {"--site-option", option});
    }
    args.insert(args.end(), {"--site", "asr", "--format", "json"});
    args.insert(args.end(), more.begin(), more.end());
    return Run(args, token);
  }
  std::vector<std::string> OfDecision(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"-d", "decision", "-p", "plan", "--not-after",
                               "2199-01-01T00:00:00Z", "--allow-type-only",
                               "--source-fenced-by", "the test"});
    return more;
  }
  Result Start(const std::string& token_option = "token-file=token",
               const std::string& token = kToken,
               std::vector<std::string> more = {}) {
    more.insert(more.end(),
                {"--run", "run", "--poll", "20ms", "--events", "events"});
    return Failover("start", OfDecision(more), token_option, token);
  }
  Result OnRun(const std::string& verb, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"failover", verb, "--run", "run"});
    return Run(more);
  }
  v1::FailoverStatus Status() {
    return ParseJson<v1::FailoverStatus>(
        OnRun("status", {"--format", "json"}).out);
  }
  Result Asked(const std::string& verb, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--run", "run", "--poll", "20ms"});
    return Failover(verb, more, "token-command=cat token");
  }
  std::map<std::string, int> Effects() {
    std::map<std::string, int> effects;
    server->WithVault([&effects](FakeVault& vault) {
      EXPECT_TRUE(vault.ledger().Doubled().empty());
      for (const fake::FakeItem& item : vault.state().items) {
        for (const Action action : vault.ledger().Done(item.name)) {
          ++effects[std::string(Name(action))];
        }
      }
    });
    return effects;
  }

  std::unique_ptr<fake::FakeArmServer> server;
  std::string root;
};

TEST_F(RlineAsrTest, FromTheVaultToProtectionOverTls) {
  Serve(/*grouped=*/false);
  Choose();
  const Result looked = Failover("preflight", OfDecision());
  EXPECT_EQ(looked.exit_code, 0) << looked.err << looked.out;
  EXPECT_TRUE(Effects().empty());
  const Result started = Start();
  ASSERT_EQ(started.exit_code, 7) << started.err << started.out;
  EXPECT_EQ(Status().state(), "AWAITING_COMMIT");
  const Result committed =
      Asked("commit", {"--approve", Status().decision_digest()});
  EXPECT_EQ(committed.exit_code, 0) << committed.err;
  // The agent takes 14 minutes to register.
  const Result reprotected = Asked("reprotect");
  EXPECT_EQ(reprotected.exit_code, 0) << reprotected.err;
  EXPECT_EQ(Status().state(), "PROTECTED");
  EXPECT_EQ(Effects(), (std::map<std::string, int>{{"unplannedFailover", 3},
                                                   {"failoverCommit", 3},
                                                   {"reProtect", 3}}));
  const Result history = OnRun("history", {"--export", "-o", "history"});
  EXPECT_EQ(history.exit_code, 0) << history.err;
  EXPECT_THAT(Files(), testing::IsSupersetOf({"run", "events", "history"}));
}

// A group goes by its recovery plan, whose answer is lost.
TEST_F(RlineAsrTest, WhatALostAnswerDidIsReadAndNotDoneAgain) {
  for (const fake::Fate fate :
       {fake::Fate::kDroppedBefore, fake::Fate::kDroppedAfter}) {
    Serve(/*grouped=*/true);
    Choose();
    server->WithVault([fate](FakeVault& vault) {
      vault.Script(
          {.method = "POST", .path_part = "ailover", .fate = fate, .times = 2});
    });
    Result started = Start();
    for (int times = 0; started.exit_code == 5 && times < 20; ++times) {
      started = Asked("resume");
    }
    EXPECT_EQ(started.exit_code, 7) << started.err << started.out;
    EXPECT_EQ(Status().state(), "AWAITING_COMMIT");
    EXPECT_EQ(Effects()["unplannedFailover"], 3);
    for (const char* name : {"run", "run-lock", "events"}) {
      std::remove(Path(name).c_str());
    }
  }
}

TEST_F(RlineAsrTest, MissingRightsAreFoundBeforeTheFirstEffect) {
  Serve(/*grouped=*/true);
  Choose();
  const Result reader = Start("token-env=TOKEN", kReader);
  EXPECT_EQ(reader.exit_code, 77) << reader.err << reader.out;
  const Result unknown = Start("token-env=TOKEN", "sentinel-of-nobody");
  EXPECT_EQ(unknown.exit_code, 77) << unknown.err;
  EXPECT_EQ(Start("token-file=nowhere").exit_code, 77);
  EXPECT_EQ(Start("token-command=false").exit_code, 77);
  EXPECT_TRUE(Effects().empty());
  // With them, the same run goes on.
  EXPECT_EQ(Start().exit_code, 7);
  EXPECT_EQ(Effects()["unplannedFailover"], 3);
}

TEST_F(RlineAsrTest, TheArgumentsOfATokenCommandAreKeptNowhere) {
  Serve(/*grouped=*/false);
  Choose();
  ASSERT_EQ(Start("token-command=cat token").exit_code, 7);
  for (const char* file : {"run", "events"}) {
    EXPECT_FALSE(absl::StrContains(ReadText(file), "cat token")) << file;
  }
  const std::string digest = Status().decision_digest();
  const Result without = OnRun("commit", {"--approve", digest});
  EXPECT_EQ(without.exit_code, 64);
  EXPECT_THAT(without.err, testing::HasSubstr("token-command"));
  const Result again =
      OnRun("commit", {"--approve", digest, "--poll", "20ms", "--site-option",
                       "token-command=cat token"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
}

TEST_F(RlineAsrTest, AServiceThatIsGoneIsUnavailable) {
  Serve(/*grouped=*/true);
  Choose();
  const Result started = Start();
  ASSERT_EQ(started.exit_code, 7) << started.err;
  const std::string digest = Status().decision_digest();
  server->WithVault([](FakeVault& vault) {
    vault.Script({.fate = fake::Fate::kErrorBefore, .times = 1000});
  });
  const Result failing =
      Asked("commit", {"--approve", digest, "--deadline", "100ms"});
  EXPECT_EQ(failing.exit_code, 8) << failing.err;
  EXPECT_THAT(failing.err, testing::HasSubstr("the site does not answer"));
  EXPECT_EQ(Effects().count("failoverCommit"), 0u);
  // Where nobody answers, another run does not begin.
  for (const char* name : {"run", "run-lock"}) std::remove(Path(name).c_str());
  const Result gone = Start(
      "token-file=token", kToken,
      {"--deadline", "100ms", "--site-option", "endpoint=https://localhost:1"});
  EXPECT_EQ(gone.exit_code, 69) << gone.err;
  EXPECT_FALSE(Exists("run"));
}

}  // namespace
}  // namespace recoveryline
