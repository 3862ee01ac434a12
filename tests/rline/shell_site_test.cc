// The sample site of shell programs, as rline failover drives it.

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "recoveryline/v1/failover.pb.h"
#include "tests/rline/rline_fixture.h"
#include "tests/sanitizers.h"

namespace recoveryline {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::Pair;

constexpr char kPrograms[] = PROJECT_DIR "/tools/sample/sites/shell";
constexpr char kActions[][13] = {"fail-over", "start",     "change-point",
                                 "commit",    "reprotect", "cancel",
                                 "quiesce"};
constexpr char kQueries[][9] = {"describe", "verify", "read"};

// A group of six at such a site, and a Decision for it.
class ShellSiteTest : public RlineFixture {
 protected:
  ShellSiteTest() {
    inventory = SixVms();
    v1::BootGroup* group = plan.add_boot_groups();
    group->set_id("all");
    for (const v1::Vm& vm : inventory.vms()) group->add_vm_ids(vm.id());
    WriteText("inventory", TextOf(inventory));
    MakeSite();
    Decide("decision", {});
  }

  void MakeSite() {
    std::filesystem::remove_all(Path("site"));
    std::filesystem::remove(Path("run"));
    Command make{.args = {"site"}};
    make.input = Rline({"convert", "inventory", "--to", "json"}).out;
    make.program = PROJECT_DIR "/tools/sample/sites/make_site.sh";
    const Result made = Rline(make);
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }
  void Decide(const std::string& name, std::vector<std::string> more) {
    WriteText("plan", TextOf(plan));
    std::vector<std::string> args = {"select",
                                     "-i",
                                     "inventory",
                                     "-p",
                                     "plan",
                                     "-o",
                                     name,
                                     "--format",
                                     "textproto",
                                     "--option",
                                     "latest-app-consistent"};
    args.insert(args.end(), more.begin(), more.end());
    const Result decided = Rline(args);
    ASSERT_EQ(decided.exit_code, 0) << decided.err;
  }
  // A script in the place of a program; CopyPrograms() comes first.
  void Wrap(const std::string& program, const std::string& text) {
    Remove(program);
    WriteText("programs/" + program, "#!/bin/sh\n" + text + "\n");
    chmod(Path("programs/" + program).c_str(), 0700);
  }
  static std::string Original(const std::string& program) {
    return absl::StrCat(kPrograms, "/", program);
  }
  // Into the folder "programs", which is used from then on.
  void CopyPrograms() {
    folder = Path("programs");
    std::filesystem::create_directory(folder);
    const auto link = [&](const std::string& program) {
      std::filesystem::create_symlink(Original(program),
                                      folder + "/" + program);
    };
    for (const char* action : kActions) link(action);
    for (const char* query : kQueries) link(query);
  }
  void Remove(const std::string& program) {
    std::filesystem::remove(Path("programs/" + program));
  }

  Command OfFailover(std::vector<std::string> args) const {
    args.insert(args.begin(), "failover");
    args.insert(args.end(), {"--format", "json"});
    Command command{.args = std::move(args)};
    command.environment = {"SAMPLE_SITE=" + Path("site")};
    return command;
  }
  std::vector<std::string> OnRun(const std::string& verb,
                                 std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {verb, "--run", "run", "--poll", "10ms"});
    return more;
  }
  std::vector<std::string> AtSite() const {
    return {"--site", "exec", "--site-option", "folder=" + folder};
  }
  std::vector<std::string> Start(const std::string& decision) const {
    std::vector<std::string> args = OnRun(
        "start",
        {"-d", decision, "-p", "plan", "--not-after", "2999-01-01T00:00:00Z"});
    const std::vector<std::string> site = AtSite();
    args.insert(args.end(), site.begin(), site.end());
    return args;
  }
  std::vector<std::string> Commit() const {
    return OnRun("commit", {"--approve", Status().decision_digest()});
  }
  Result Failover(std::vector<std::string> args) const {
    return Rline(OfFailover(std::move(args)));
  }
  v1::FailoverStatus Status() const {
    return ParseJson<v1::FailoverStatus>(
        Failover({"status", "--run", "run"}).out);
  }
  void RegisterAgents() const {
    for (const v1::Vm& vm : inventory.vms()) {
      WriteText("site/vms/" + vm.id() + "/agent", "");
    }
  }

  // The lines of a VM's ledger, but for the first, each in its fields.
  std::vector<std::vector<std::string>> Ledger(const std::string& vm) const {
    std::vector<std::vector<std::string>> lines;
    std::istringstream text(ReadText("site/vms/" + vm + "/ledger"));
    std::string line;
    std::getline(text, line);
    while (std::getline(text, line))
      lines.push_back(absl::StrSplit(line, '\t'));
    return lines;
  }
  // How often each effect was had, by what the site's files say.
  std::map<std::pair<std::string, std::string>, int> Effects() const {
    std::map<std::pair<std::string, std::string>, int> effects;
    for (const v1::Vm& vm : inventory.vms()) {
      for (const auto& fields : Ledger(vm.id()))
        ++effects[{vm.id(), fields[0]}];
    }
    return effects;
  }

  // rline, killed after a while that is drawn anew until it ends by itself, in
  // another way than that it does not know or cannot ask. Its exit code.
  int Live(const std::vector<std::string>& args, unsigned most_micros) {
    while (true) {
      const pid_t child = fork();
      if (child == 0) Become(OfFailover(args));
      if (most_micros > 0) {
        usleep(static_cast<useconds_t>(random() % most_micros));
        kill(child, SIGKILL);
      }
      int status = 0;
      waitpid(child, &status, 0);
      const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      if (code >= 0 && code != 5 && code != 69) return code;
      if (++deaths > 3'000) return -1;
    }
  }
  [[noreturn]] void Become(const Command& command) const {
    if (chdir(Path("").c_str()) != 0) _exit(127);
    setenv("SAMPLE_SITE", Path("site").c_str(), 1);
    std::vector<char*> words = {const_cast<char*>("rline")};
    for (const std::string& arg : command.args) {
      words.push_back(const_cast<char*>(arg.c_str()));
    }
    words.push_back(nullptr);
    const int null = open("/dev/null", O_RDWR);
    dup2(null, 1);
    dup2(null, 2);
    execv(RlinePath().c_str(), words.data());
    _exit(127);
  }
  // What rline left behind goes on, and ends before its site is taken away.
  static void AdoptOrphans() { prctl(PR_SET_CHILD_SUBREAPER, 1); }
  static int AwaitOrphans() {
    int orphans = 0;
    while (waitpid(-1, nullptr, 0) > 0) ++orphans;
    return orphans;
  }
  void GoThroughItKilled(int rounds, unsigned most_micros) {
    AdoptOrphans();
    for (int round = 0; round < rounds; ++round) {
      MakeSite();
      RegisterAgents();
      EXPECT_EQ(Live(Start("decision"), most_micros), 7);
      EXPECT_EQ(Live(Commit(), most_micros), 0);
      EXPECT_EQ(Live(OnRun("reprotect"), most_micros), 0);
      EXPECT_EQ(Status().state(), "PROTECTED");
      orphans += AwaitOrphans();
      const auto effects = Effects();
      EXPECT_EQ(effects.size(), 6u * 3);
      EXPECT_THAT(effects, Each(Pair(testing::_, 1)));
    }
    RecordProperty("deaths", deaths);
    RecordProperty("orphans", orphans);
    std::printf("%d deaths, %d programs outlived rline\n", deaths, orphans);
  }

  v1::Inventory inventory;
  v1::RecoveryPlan plan;
  std::string folder = kPrograms;
  std::mt19937_64 random{11};
  int deaths = 0;
  int orphans = 0;
};

TEST_F(ShellSiteTest, FromADecisionToProtection) {
  std::vector<std::string> preflight = {
      "preflight",           "-d", "decision", "-p", "plan", "--not-after",
      "2999-01-01T00:00:00Z"};
  const std::vector<std::string> site = AtSite();
  preflight.insert(preflight.end(), site.begin(), site.end());
  EXPECT_EQ(Failover(preflight).exit_code, 0);
  const Result started = Failover(Start("decision"));
  EXPECT_EQ(started.exit_code, 7) << started.err;
  const v1::FailoverStatus status = Status();
  for (const auto& vm : status.vms()) {
    EXPECT_EQ(vm.used_recovery_point_id(), vm.recovery_point_id());
  }
  EXPECT_EQ(Failover(OnRun("commit", {"--approve", "sha256:0"})).exit_code, 4);
  EXPECT_EQ(Failover(Commit()).exit_code, 0);
  // Agents have not registered: nothing is done, and nothing is lost.
  const Result early = Failover(OnRun("reprotect", {"--deadline", "50ms"}));
  EXPECT_EQ(early.exit_code, 8) << early.err;
  EXPECT_EQ(Status().state(), "REPROTECTING");
  EXPECT_EQ(Effects().size(), 6u * 2);
  RegisterAgents();
  EXPECT_EQ(Failover(OnRun("reprotect")).exit_code, 0);
  EXPECT_EQ(Status().state(), "PROTECTED");
  EXPECT_EQ(Effects().size(), 6u * 3);
  EXPECT_THAT(Effects(), Each(Pair(testing::_, 1)));
}

TEST_F(ShellSiteTest, APointIsChangedAndAFailoverTakenBack) {
  EXPECT_EQ(Failover(Start("decision")).exit_code, 7);
  Decide("older", {"--target-time", "2026-03-01T05:30:00Z"});
  const Result changed =
      Failover(OnRun("change-point", {"-d", "older", "-p", "plan",
                                      "--not-after", "2999-01-01T00:00:00Z"}));
  EXPECT_EQ(changed.exit_code, 7) << changed.err;
  EXPECT_EQ(Ledger("vm-1").back()[0], "change-point");
  EXPECT_EQ(Ledger("vm-1").back()[4], "app-5");
  EXPECT_EQ(Failover(OnRun("cancel")).exit_code, 0);
  EXPECT_EQ(Status().state(), "CANCELLED");
  EXPECT_EQ(Ledger("vm-1").back()[1], "protected");
}

TEST_F(ShellSiteTest, ARehearsalLetsTheSourceRunAndIsCleanedUp) {
  plan.set_purpose(v1::RecoveryPlan::TEST);
  Decide("decision", {});
  EXPECT_EQ(Failover(Start("decision")).exit_code, 0);
  EXPECT_EQ(Ledger("vm-1").back()[2], "on");
  EXPECT_EQ(Failover(OnRun("cleanup")).exit_code, 0);
  EXPECT_EQ(Status().state(), "CANCELLED");
}

TEST_F(ShellSiteTest, VmsMayBeStartedApart) {
  WriteText("site/separate-start", "");
  const Result started = Failover(Start("decision"));
  EXPECT_EQ(started.exit_code, 7) << started.err;
  EXPECT_EQ(Ledger("vm-1").size(), 2u);
  EXPECT_EQ(Ledger("vm-1").back()[0], "start");
}

TEST_F(ShellSiteTest, QuiescedSourcesGetPointsThatAreSelectedBy) {
  std::vector<std::string> quiesce = {"quiesce", "-p",         "plan", "--poll",
                                      "10ms",    "--deadline", "1s"};
  const std::vector<std::string> site = AtSite();
  quiesce.insert(quiesce.end(), site.begin(), site.end());
  const Result stopped = Failover(quiesce);
  EXPECT_EQ(stopped.exit_code, 8) << stopped.err;
  const auto report = ParseJson<v1::QuiesceReport>(stopped.out);
  EXPECT_EQ(report.waiting_vm_ids_size(), 6);
  Command capture{.args = {"site"}};
  capture.program = PROJECT_DIR "/tools/sample/sites/capture_points.sh";
  ASSERT_EQ(Rline(capture).exit_code, 0);
  std::string since;
  ASSERT_TRUE(
      google::protobuf::util::MessageToJsonString(report.quiesced_at(), &since)
          .ok());
  quiesce.insert(quiesce.end(),
                 {"--stopped-since", since.substr(1, since.size() - 2),
                  "--inventory-output", "inventory"});
  const Result waited = Failover(quiesce);
  EXPECT_EQ(waited.exit_code, 0) << waited.err;
  Decide("decision", {"--not-before", since.substr(1, since.size() - 2)});
  EXPECT_EQ(Failover(Start("decision")).exit_code, 7);
  EXPECT_THAT(Ledger("vm-1").back()[4], HasSubstr("captured-"));
}

TEST_F(ShellSiteTest, AProgramKilledHalfWayIsUnknownUntilReadTells) {
  CopyPrograms();
  Remove("read");
  // With the call noted, and before its effect.
  Wrap("fail-over", "exec timeout -s KILL 0.5 env SAMPLE_SECONDS=600 " +
                        Original("fail-over"));
  const Result killed = Failover(Start("decision"));
  EXPECT_EQ(killed.exit_code, 5) << killed.err;
  EXPECT_THAT(killed.err, HasSubstr("resume"));
  EXPECT_EQ(Failover(OnRun("resume")).exit_code, 5);
  EXPECT_TRUE(Effects().empty());
  Remove("fail-over");
  std::filesystem::create_symlink(Original("fail-over"),
                                  Path("programs/fail-over"));
  std::filesystem::create_symlink(Original("read"), Path("programs/read"));
  const Result resumed = Failover(OnRun("resume"));
  EXPECT_EQ(resumed.exit_code, 7) << resumed.err;
  EXPECT_EQ(Effects().size(), 6u);
  EXPECT_THAT(Effects(), Each(Pair(testing::_, 1)));
}

TEST_F(ShellSiteTest, AnEffectWithoutAnEndIsFoundInTheLedger) {
  CopyPrograms();
  // As if it had been killed before it could note how it ended.
  Wrap("commit",
       "call=$(cat); echo \"$call\" | " + Original("commit") +
           "; key=$(echo \"$call\" | sed 's/.*\"key\":\"//; s/\".*//; "
           "s,/,%2F,g'); echo '{\"state\":\"RUNNING\"}' > " +
           Path("site/keys/") + "\"$key\"; kill -9 $$");
  EXPECT_EQ(Failover(Start("decision")).exit_code, 7);
  std::vector<std::string> commit = Commit();
  commit.insert(commit.end(), {"--deadline", "20s"});
  const Result committed = Failover(commit);
  EXPECT_EQ(committed.exit_code, 0) << committed.err;
  EXPECT_EQ(Status().state(), "COMMITTED");
  EXPECT_EQ((Effects()[{"vm-1", "commit"}]), 1);
}

TEST_F(ShellSiteTest, AProgramThatFailsAfterItsEffectHasNotFailed) {
  CopyPrograms();
  std::filesystem::create_directory(Path("failing"));
  const std::string sync = Path("failing/sync");
  WriteText("failing/sync", "#!/bin/sh\ncase $1 in *ledger) exit 1; esac\n");
  chmod(sync.c_str(), 0700);
  Wrap("fail-over", absl::StrCat("PATH=", Path("failing"), ":$PATH; exec ",
                                 Original("fail-over")));
  const Result started = Failover(Start("decision"));
  EXPECT_EQ(started.exit_code, 7) << started.err;
  EXPECT_EQ(Effects().size(), 6u);
  EXPECT_THAT(Effects(), Each(Pair(testing::_, 1)));
}

TEST_F(ShellSiteTest, WhatEndedAnswersTheSameForEver) {
  const std::string call = R"({"key":"k/1","vmId":"vm-1","action":"FAIL_OVER",)"
                           R"("recoveryPointId":"gone"})";
  Command command{.input = call + "\n"};
  command.environment = {"SAMPLE_SITE=" + Path("site")};
  const auto run = [&](const std::string& program) {
    command.program = Original(program);
    return Rline(command);
  };
  EXPECT_EQ(ParseJson<v1::CallReport>(run("read").out).state(),
            v1::CallReport::NOT_BEGUN);
  EXPECT_EQ(ParseJson<v1::CallReport>(run("fail-over").out).state(),
            v1::CallReport::FAILED);
  // The point is there by now, and the call was told that it failed.
  WriteText("site/vms/vm-1/points", "{\"id\":\"gone\"}\n");
  EXPECT_EQ(ParseJson<v1::CallReport>(run("fail-over").out).state(),
            v1::CallReport::FAILED);
  EXPECT_EQ(ParseJson<v1::CallReport>(run("read").out).state(),
            v1::CallReport::FAILED);
  EXPECT_TRUE(Effects().empty());
}

TEST_F(ShellSiteTest, ACallThatIsBegunTwiceAtOnceHasOneEffect) {
  WriteText("call", R"({"key":"k/1","vmId":"vm-1","action":"FAIL_OVER",)"
                    R"("recoveryPointId":"app-7"})");
  WriteText("both", absl::StrCat("export SAMPLE_SECONDS=0.5; cd ", kPrograms,
                                 "; call=", Path("call"),
                                 "; ./fail-over <$call & ./fail-over <$call &"
                                 " until [ -e ",
                                 Path("site/keys/k%2F1"),
                                 " ]; do :; done; ./read <$call; wait"));
  Command both{.args = {"both"}};
  both.environment = {"SAMPLE_SITE=" + Path("site")};
  both.program = "/bin/sh";
  const std::vector<std::string> reports =
      absl::StrSplit(Rline(both).out, '\n');
  ASSERT_EQ(reports.size(), 4u);
  EXPECT_THAT(reports[0], HasSubstr("RUNNING"));
  EXPECT_THAT(reports[1], HasSubstr("DONE"));
  EXPECT_EQ(reports[1], reports[2]);
  EXPECT_EQ(Ledger("vm-1").size(), 1u);
}

TEST_F(ShellSiteTest, IdsMayLookLikePaths) {
  inventory = OneVm();
  inventory.mutable_vms(0)->set_id("/a/../b c%2F.");
  inventory.mutable_vms(0)->mutable_recovery_points(1)->set_id("/p/.. q");
  plan.mutable_boot_groups(0)->clear_vm_ids();
  plan.mutable_boot_groups(0)->add_vm_ids("/a/../b c%2F.");
  WriteText("inventory", TextOf(inventory));
  MakeSite();
  Decide("decision", {});
  const Result started = Failover(Start("decision"));
  EXPECT_EQ(started.exit_code, 7) << started.err;
  EXPECT_EQ(Status().vms(0).used_recovery_point_id(), "/p/.. q");
  inventory.mutable_vms(0)->set_id("a\"b");
  WriteText("inventory", TextOf(inventory));
  Command make{.args = {"other"}};
  make.input = Rline({"convert", "inventory", "--to", "json"}).out;
  make.program = PROJECT_DIR "/tools/sample/sites/make_site.sh";
  EXPECT_EQ(Rline(make).exit_code, 65);
}

TEST_F(ShellSiteTest, ASiteThatIsNotNamedIsUnavailable) {
  Command start = OfFailover(Start("decision"));
  start.environment.clear();
  const Result result = Rline(start);
  EXPECT_EQ(result.exit_code, 69) << result.err;
}

TEST_F(ShellSiteTest, WhoStartsRlineMayIgnoreItsChildren) {
  Command start = OfFailover(Start("decision"));
  start.args.insert(start.args.begin(),
                    {"-c", "trap '' CHLD; exec \"$0\" \"$@\"", RlinePath()});
  start.program = "/bin/dash";
  EXPECT_EQ(Rline(start).exit_code, 7);
}

// Its programs go on, and are begun again beside themselves.
TEST_F(ShellSiteTest, KilledRlineLosesNothingAndDoublesNothing) {
  GoThroughItKilled(kSanitizersAreOn ? 1 : 4, 400'000);
  EXPECT_GT(deaths, 0);
}

// Each program is killed within 10 to 100 ms, wherever it is.
TEST_F(ShellSiteTest, KilledProgramsLoseNothingAndDoubleNothing) {
  CopyPrograms();
  const auto wrap = [&](const std::string& program) {
    Wrap(program, "echo >> " + Path("begun") +
                      "; exec timeout -s KILL 0.0$(($$ % 90 + 10)) " +
                      Original(program));
  };
  for (const char* action : kActions) wrap(action);
  const int rounds = kSanitizersAreOn ? 1 : 3;
  wrap("read");
  GoThroughItKilled(rounds, 0);
  const int begun = LineCount(ReadText("begun"));
  std::printf("%d programs for %d effects\n", begun, rounds * 6 * 3);
  EXPECT_GT(begun, rounds * 6 * 3);
}

}  // namespace
}  // namespace recoveryline
