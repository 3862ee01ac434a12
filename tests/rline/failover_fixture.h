// FailoverFixture: a group of six and a Decision for it, carried out at a
// simulated site, or one VM at a site of small programs.
//
//   TEST_F(RlineFailoverTest, ...) {
//     EXPECT_EQ(Start().exit_code, 7);
//     EXPECT_EQ(Commit().exit_code, 0);
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_RLINE_FAILOVER_FIXTURE_H_
#define RECOVERYLINE_TESTS_RLINE_FAILOVER_FIXTURE_H_

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "recoveryline/v1/failover.pb.h"
#include "tests/rline/rline_fixture.h"
#include "tools/sites/simulated_file.h"

namespace recoveryline {

// A group of six and a Decision for it.
class FailoverFixture : public RlineFixture {
 protected:
  FailoverFixture() {
    v1::RecoveryPlan two;
    for (int i = 0; i < 2; ++i) {
      v1::BootGroup* group = two.add_boot_groups();
      group->set_id(i == 0 ? "data" : "front");
      for (int k = 0; k < 3; ++k) {
        group->add_vm_ids(absl::StrCat("vm-", i * 3 + k + 1));
      }
    }
    Use(SixVms(), two);
  }

  void Use(const v1::Inventory& inventory, const v1::RecoveryPlan& recovery) {
    plan = recovery;
    WriteText("inventory", TextOf(inventory));
    WriteText("plan", TextOf(plan));
    Select("decision", {"--option", "latest-app-consistent"});
  }
  void Select(const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> args = {"select", "-i",       "inventory",
                                     "-p",     "plan",     "-o",
                                     name,     "--format", "textproto"};
    args.insert(args.end(), more.begin(), more.end());
    Rline(args);
  }

  Result Failover(std::vector<std::string> args) const {
    args.insert(args.begin(), "failover");
    args.insert(args.end(), {"--format", "json"});
    return Rline(args);
  }
  Result OnRun(const std::string& verb,
               std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {verb, "--run", "run"});
    return Failover(more);
  }
  Result Start(std::vector<std::string> more = {}) const {
    more.insert(more.begin(),
                {"-d", "decision", "-p", "plan", "-i", "inventory"});
    return OnRun("start", more);
  }
  v1::FailoverStatus Status() const {
    return ParseJson<v1::FailoverStatus>(OnRun("status").out);
  }
  std::string State() const { return Status().state(); }
  Result Commit() const {
    return OnRun("commit", {"--approve", Status().decision_digest()});
  }
  std::vector<std::string> States() const {
    std::vector<std::string> states;
    const v1::FailoverStatus status = Status();
    for (const auto& vm : status.vms()) states.push_back(vm.state());
    return states;
  }
  // How often each effect was had, by what the site's file says.
  std::map<std::pair<std::string, v1::SiteCall::Action>, int> Effects() const {
    auto file = SimulatedFile::Open(Path("run.site"));
    EXPECT_TRUE(file.ok()) << file.status();
    if (!file.ok()) return {};
    return (*file)->site().effects();
  }
  std::string Script(const std::string& name, const std::string& text) const {
    WriteText(name, "#!/bin/sh\n" + text + "\n");
    chmod(Path(name).c_str(), 0700);
    return Path(name);
  }

  // One lone VM, at a site of small programs in the folder "site" that let all
  // go well; tests replace some of them. Started with AtPrograms().
  void UseOneVmAtPrograms() {
    v1::Inventory one = SixVms();
    one.mutable_vms()->DeleteSubrange(1, 5);
    one.mutable_replication_groups()->Clear();
    one.mutable_vms(0)->clear_replication_group_id();
    plan.clear_boot_groups();
    v1::BootGroup* group = plan.add_boot_groups();
    group->set_id("all");
    group->add_vm_ids("vm-1");
    Use(one, plan);
    v1::SiteVm vm;
    *vm.mutable_vm() = one.vms(0);
    vm.set_point_choice(v1::SiteVm::BY_ID);
    vm.add_allowed_actions(v1::SiteCall::FAIL_OVER);
    std::string json;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(vm, &json).ok());
    WriteText("vm.json", json);
    std::filesystem::create_directory(Path("site"));
    Script("site/describe", "cat > /dev/null; echo \"{\\\"vms\\\": [$(cat " +
                                Path("vm.json") + ")]}\"");
    Script("site/verify",
           "echo '{\"state\": \"DONE\", \"vmUp\": true, \"sourceOff\": true, "
           "\"recoveryPointId\": \"" +
               DecisionOf(ReadText("decision"))
                   .vm_selections(0)
                   .recovery_point_id() +
               "\"}'");
    for (const char* action : {"fail-over", "commit", "reprotect", "cancel"}) {
      Script(absl::StrCat("site/", action), "exit 0");
    }
  }
  std::vector<std::string> AtPrograms(
      std::vector<std::string> more = {}) const {
    more.insert(more.begin(),
                {"--site", "exec", "--site-option", "folder=" + Path("site"),
                 "--not-after", "2999-01-01T00:00:00Z", "--poll", "10ms"});
    return more;
  }

  v1::RecoveryPlan plan;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_RLINE_FAILOVER_FIXTURE_H_
