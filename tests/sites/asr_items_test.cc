#include "tools/sites/asr_items.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/sites/asr_jobs.h"

namespace recoveryline {
namespace {

using ::testing::ElementsAre;
using v1::RecoveryPlan;
using v1::SiteCall;
using v1::SiteVm;

constexpr char kId[] =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/"
    "vaults/v/replicationFabrics/f/replicationProtectionContainers/c/"
    "replicationProtectedItems/VM";

std::string ItemBody(const std::string& properties) {
  return absl::StrCat(R"({"id":")", kId, R"(","name":"VM","properties":)",
                      properties, "}");
}

TEST(AsrItemsTest, HostileBodiesAreRefusedOrReadAsEmpty) {
  for (const char* body :
       {"", "{", "[]", "null", "7", R"({"id":7})",
        R"({"id":"/a","properties":{}})", R"({"value":[]})"}) {
    EXPECT_FALSE(ReadAsrItem(body).ok()) << body;
  }
  for (const char* properties :
       {"{}", R"({"allowedOperations":{"a":1},"currentScenario":[],
                  "providerSpecificDetails":"x","healthErrors":{},
                  "activeLocation":7,"failoverRecoveryPointId":[]})"}) {
    const auto item = ReadAsrItem(ItemBody(properties));
    ASSERT_TRUE(item.ok()) << item.status();
    EXPECT_EQ(item->provider, AsrProvider::kUnknown);
    EXPECT_FALSE(item->IsFailedOver());
    SiteVm vm;
    WriteSiteVm(*item, *ParseJson(ItemBody(properties)), &vm);
    EXPECT_EQ(vm.point_choice(), SiteVm::IMPOSSIBLE);
    EXPECT_THAT(vm.allowed_actions(), ElementsAre(SiteCall::VERIFY));
  }
}

TEST(AsrItemsTest, GroupsAreThoseOfTheImporter) {
  const auto is_grouped = [](const std::string& details) {
    return ReadAsrItem(ItemBody(absl::StrCat(R"({"providerSpecificDetails":)",
                                             details, "}")))
        ->is_grouped;
  };
  EXPECT_TRUE(is_grouped(R"({"multiVmGroupName":"orders"})"));
  EXPECT_FALSE(is_grouped(R"({"multiVmGroupName":null})"));
  EXPECT_FALSE(is_grouped(R"({"multiVmGroupName":"X","multiVmGroupId":"x"})"));
  EXPECT_TRUE(is_grouped(
      R"({"multiVmGroupId":"x","multiVmGroupCreateOption":"UserSpecified"})"));
}

TEST(AsrItemsTest, ATestIsUncleanedUntilItsEnvironmentGoes) {
  const auto is_tested = [](const std::string& state) {
    return ReadAsrItem(ItemBody(absl::StrCat(R"({"testFailoverState":")", state,
                                             R"("})")))
        ->IsTested();
  };
  EXPECT_TRUE(is_tested("WaitingForCompletion"));
  EXPECT_FALSE(is_tested("None"));
  EXPECT_FALSE(is_tested(""));
  EXPECT_FALSE(is_tested("MarkedForDeletion"));
}

TEST(AsrJobsTest, AScenarioIsWhatBecomesOfAnAction) {
  const auto is = [](const char* scenario, SiteCall::Action action,
                     RecoveryPlan::Purpose purpose = RecoveryPlan::FAILBACK) {
    return IsOf(scenario, action, purpose);
  };
  for (const char* scenario :
       {"PlannedFailover", "UnplannedFailover", "Failback"}) {
    EXPECT_TRUE(is(scenario, SiteCall::FAIL_OVER));
    EXPECT_FALSE(is(scenario, SiteCall::FAIL_OVER, RecoveryPlan::TEST));
  }
  EXPECT_TRUE(is("TestFailover", SiteCall::FAIL_OVER, RecoveryPlan::TEST));
  for (const char* scenario :
       {"TestFailover", "TestFailoverCleanup", "CommitFailover",
        "CancelFailover", "FinalizeFailback", "ChangePit"}) {
    EXPECT_FALSE(is(scenario, SiteCall::FAIL_OVER)) << scenario;
  }
  EXPECT_FALSE(
      is("TestFailoverCleanup", SiteCall::FAIL_OVER, RecoveryPlan::TEST));
  EXPECT_TRUE(is("TestFailoverCleanup", SiteCall::CANCEL, RecoveryPlan::TEST));
  EXPECT_TRUE(is("CommitFailover", SiteCall::COMMIT));
  EXPECT_TRUE(is("ChangePit", SiteCall::CHANGE_POINT));
  for (const char* scenario :
       {"ReprotectReplicationGroup", "SwitchProtection", "ReverseReplicate"}) {
    EXPECT_TRUE(is(scenario, SiteCall::REPROTECT));
  }
}

TEST(AsrJobsTest, HostileJobsAreLeftOut) {
  const std::vector<AsrJob> jobs = ReadAsrJobs(
      {"{", "[]", R"({"value":{}})",
       R"({"value":[7,null,{},{"id":"/a"},{"id":"/replicationJobs/J",
         "properties":{"tasks":[7,{"name":[]}],"customDetails":[],
         "startTime":"never","state":7}}]})"});
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0].name, "j");
  EXPECT_EQ(jobs[0].state, ArmOperation::State::kRunning);
  EXPECT_FALSE(jobs[0].source_off);
}

// Third-party data, not part of the project.
class AsrPayloadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kRoot)) {
      GTEST_SKIP() << "skipped: no ../shared/data";
    }
  }
  static Json Recorded(const std::string& name) {
    std::ifstream file(absl::StrCat(kRoot, "/recorded/", name));
    return Json::parse(std::string(std::istreambuf_iterator<char>(file), {}),
                       nullptr, false);
  }
  static SiteVm SiteVmOf(const Json& body) {
    SiteVm vm;
    WriteSiteVm(*ReadAsrItem(body.dump()), body, &vm);
    return vm;
  }

  static constexpr char kRoot[] = PROJECT_DIR "/../shared/data/asr";
};

TEST_F(AsrPayloadTest, AModernVmBeforeAndAfterItsFailover) {
  const Json recording =
      Recorded("cli_v2arcm_failover_reprotect_failback.json");
  const auto body = [&recording](int index) {
    return recording["interactions"][index]["response_body"];
  };
  const auto failed_over = ReadAsrItem(body(4).dump());
  ASSERT_TRUE(failed_over.ok()) << failed_over.status();
  EXPECT_EQ(failed_over->provider, AsrProvider::kInMageRcm);
  EXPECT_TRUE(failed_over->IsFailedOver());
  EXPECT_TRUE(failed_over->runs_at_recovery);
  EXPECT_FALSE(failed_over->is_grouped);
  EXPECT_EQ(failed_over->agent_registered, false);
  EXPECT_EQ(failed_over->failover_point,
            "41b4ebe8-08b7-4404-98fc-c234a366cdb9");
  EXPECT_EQ(failed_over->scenario, "");
  EXPECT_THAT(SiteVmOf(body(4)).allowed_actions(),
              ElementsAre(SiteCall::CHANGE_POINT, SiteCall::COMMIT,
                          SiteCall::REPROTECT, SiteCall::VERIFY));

  const auto back = ReadAsrItem(body(6).dump());
  EXPECT_EQ(back->provider, AsrProvider::kInMageRcmFailback);
  EXPECT_FALSE(back->IsFailedOver());
  EXPECT_EQ(back->agent_registered, std::nullopt);
  EXPECT_EQ(SiteVmOf(body(6)).point_choice(), SiteVm::BY_TYPE);
}

TEST_F(AsrPayloadTest, JobsAreTheirMachinesAndPlans) {
  const Json items = Recorded("net_EnumerateProtectedItem.json")["value"];
  const auto vm2 = ReadAsrItem(items[0].dump());
  const auto vm1 = ReadAsrItem(items[1].dump());
  ASSERT_TRUE(vm1.ok() && vm2.ok());
  for (const char* file :
       {"net_job_UnplannedFailover.json", "net_job_CommitFailover.json",
        "net_job_PlannedFailover.json", "net_job_Reprotect.json"}) {
    const auto job = ReadAsrJob(Recorded(file));
    ASSERT_TRUE(job) << file;
    EXPECT_EQ(MatchOf(*job, *vm2), AsrMatch::kYes) << file;
    EXPECT_EQ(MatchOf(*job, *vm1), AsrMatch::kNo) << file;
    EXPECT_EQ(job->state, ArmOperation::State::kSucceeded) << file;
  }
  EXPECT_EQ(ReadAsrJob(Recorded("net_job_UnplannedFailover.json"))->source_off,
            true);
  EXPECT_EQ(ReadAsrJob(Recorded("net_job_CommitFailover.json"))->source_off,
            std::nullopt);
  const auto plan = ReadAsrJob(Recorded("net_job_RPPlannedFailover.json"));
  EXPECT_TRUE(plan->is_of_plan);
  EXPECT_EQ(MatchOf(*plan, *vm1), AsrMatch::kNo);
  EXPECT_TRUE(IsOfPlan(
      *plan, absl::StrCat("/v/replicationRecoveryPlans/", plan->target_name)));
}

}  // namespace
}  // namespace recoveryline
