#include "tools/sites/asr_requests.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

using ::testing::HasSubstr;
using v1::RecoveryPlan;
using v1::RecoveryPoint;
using v1::SiteCall;

constexpr char kItem[] = "/v/c/replicationProtectedItems/vm";
constexpr char kPoint[] = "/v/c/replicationProtectedItems/vm/recoveryPoints/p";
constexpr char kPlan[] = "/v/replicationRecoveryPlans/plan";

AsrAsk Ask(AsrProvider provider, SiteCall::Action action,
           RecoveryPlan::Purpose purpose = RecoveryPlan::FAILBACK) {
  return {.action = action,
          .purpose = purpose,
          .provider = provider,
          .item_id = kItem,
          .point_id = kPoint,
          .consistency = RecoveryPoint::CRASH_CONSISTENT};
}

AsrRequestOptions AllOptions() {
  AsrRequestOptions options;
  options.test_network_id = "/net";
  options.reprotect = {
      {"A2A", {{"recoveryContainerId", "/c2"}, {"policyId", "/p"}}},
      {"InMage",
       {{"masterTargetId", "m"},
        {"processServerId", "s"},
        {"retentionDrive", "R"},
        {"profileId", "f"}}},
      {"InMageAzureV2", {{"storageAccountId", "/s"}}},
      {"InMageRcm",
       {{"reprotectAgentId", "a"},
        {"datastoreName", "d"},
        {"logStorageAccountId", "/l"}}},
      {"InMageRcmFailback", {{"processServerId", "s"}, {"policyId", "/p"}}}};
  return options;
}

// "OPERATION BODY", or why not.
std::string Said(const AsrAsk& ask,
                 const AsrRequestOptions& options = AllOptions()) {
  const auto request = AsrRequestFor(ask, "vm", options);
  if (!request.ok()) {
    return absl::StrCat(absl::StatusCodeToString(request.status().code()));
  }
  const std::string& path = request->path;
  return absl::StrCat(path.substr(path.rfind('/') + 1), " ",
                      request->body.dump());
}

// Json::dump() sorts keys, so that the texts can be compared.
std::string Body(const std::string& operation, const std::string& json) {
  return absl::StrCat(operation, " ", Json::parse(json).dump());
}

constexpr AsrProvider kProviders[] = {
    AsrProvider::kA2A,       AsrProvider::kHyperVReplicaAzure,
    AsrProvider::kInMage,    AsrProvider::kInMageAzureV2,
    AsrProvider::kInMageRcm, AsrProvider::kInMageRcmFailback};

TEST(AsrRequestsTest, EachProviderFailsOverInItsOwnWay) {
  const auto single = [](AsrProvider provider) {
    return Said(Ask(provider, SiteCall::FAIL_OVER));
  };
  EXPECT_EQ(single(AsrProvider::kA2A), Body("unplannedFailover", R"({
    "properties": {"failoverDirection": "PrimaryToRecovery",
      "sourceSiteOperations": "Required", "providerSpecificDetails": {
        "instanceType": "A2A", "recoveryPointId":
        "/v/c/replicationProtectedItems/vm/recoveryPoints/p"}}})"));
  EXPECT_EQ(single(AsrProvider::kInMageAzureV2), Body("unplannedFailover", R"({
    "properties": {"failoverDirection": "PrimaryToRecovery",
      "sourceSiteOperations": "Required", "providerSpecificDetails": {
        "instanceType": "InMageAzureV2", "recoveryPointId":
        "/v/c/replicationProtectedItems/vm/recoveryPoints/p"}}})"));
  EXPECT_EQ(single(AsrProvider::kInMageRcm), Body("unplannedFailover", R"({
    "properties": {"failoverDirection": "PrimaryToRecovery",
      "sourceSiteOperations": "NotRequired", "providerSpecificDetails": {
        "instanceType": "InMageRcm", "performShutdown": "true",
        "recoveryPointId":
        "/v/c/replicationProtectedItems/vm/recoveryPoints/p"}}})"));
  EXPECT_EQ(single(AsrProvider::kInMage), Body("unplannedFailover", R"({
    "properties": {"failoverDirection": "RecoveryToPrimary",
      "sourceSiteOperations": "Required", "providerSpecificDetails": {
        "instanceType": "InMage", "recoveryPointType": "Custom",
        "recoveryPointId":
        "/v/c/replicationProtectedItems/vm/recoveryPoints/p"}}})"));
  EXPECT_EQ(single(AsrProvider::kInMageRcmFailback),
            Body("plannedFailover",
                 R"({"properties": {"providerSpecificDetails": {
        "instanceType": "InMageRcmFailback",
        "recoveryPointType": "CrashConsistent"}}})"));
  EXPECT_EQ(single(AsrProvider::kHyperVReplicaAzure),
            Body("plannedFailover",
                 R"({"properties": {"failoverDirection": "PrimaryToRecovery",
        "providerSpecificDetails": {"instanceType": "HyperVReplicaAzure",
        "recoveryPointId":
        "/v/c/replicationProtectedItems/vm/recoveryPoints/p"}}})"));
}

TEST(AsrRequestsTest, TheLatestPointIsNotNamed) {
  for (const AsrProvider provider : kProviders) {
    AsrAsk ask = Ask(provider, SiteCall::FAIL_OVER);
    ask.point_id.clear();
    EXPECT_THAT(Said(ask), Not(HasSubstr("recoveryPointId")));
  }
  AsrAsk ask = Ask(AsrProvider::kInMage, SiteCall::FAIL_OVER);
  ask.point_id.clear();
  EXPECT_THAT(Said(ask), HasSubstr(R"("recoveryPointType":"LatestTime")"));
}

TEST(AsrRequestsTest, AFencedSourceIsNotShutDown) {
  for (const AsrProvider provider :
       {AsrProvider::kA2A, AsrProvider::kInMage, AsrProvider::kInMageAzureV2,
        AsrProvider::kInMageRcm, AsrProvider::kHyperVReplicaAzure}) {
    AsrAsk ask = Ask(provider, SiteCall::FAIL_OVER, RecoveryPlan::FAILOVER);
    ask.source_is_fenced = true;
    EXPECT_THAT(Said(ask), HasSubstr("unplannedFailover "));
    EXPECT_THAT(Said(ask),
                HasSubstr(R"("sourceSiteOperations":"NotRequired")"));
  }
  AsrAsk ask = Ask(AsrProvider::kInMageRcm, SiteCall::FAIL_OVER);
  ask.source_is_fenced = true;
  EXPECT_THAT(Said(ask), HasSubstr(R"("performShutdown":"false")"));
}

TEST(AsrRequestsTest, BackFromAzureHyperVHasAnotherName) {
  AsrAsk ask = Ask(AsrProvider::kHyperVReplicaAzure, SiteCall::FAIL_OVER);
  ask.runs_at_recovery = true;
  EXPECT_EQ(Said(ask), Body("plannedFailover", R"({"properties": {
    "failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": {
    "instanceType": "HyperVReplicaAzureFailback",
    "dataSyncOption": "ForSynchronization",
    "recoveryVmCreationOption": "NoAction"}}})"));
}

TEST(AsrRequestsTest, AModernFailbackIsToldAKindOfPoint) {
  AsrAsk ask = Ask(AsrProvider::kInMageRcmFailback, SiteCall::FAIL_OVER);
  ask.consistency = RecoveryPoint::APPLICATION_CONSISTENT;
  EXPECT_THAT(Said(ask), HasSubstr("ApplicationConsistent"));
  ask.consistency = RecoveryPoint::FILE_SYSTEM_CONSISTENT;
  EXPECT_EQ(Said(ask), "UNIMPLEMENTED");
}

TEST(AsrRequestsTest, ARecoveryPlanIsToldAKindOfPoint) {
  const auto plan = [](AsrProvider provider, bool latest = false) {
    AsrAsk ask = Ask(provider, SiteCall::FAIL_OVER);
    ask.plan_id = kPlan;
    ask.use_shared_points = true;
    if (latest) ask.point_id.clear();
    return Said(ask);
  };
  EXPECT_EQ(plan(AsrProvider::kA2A), Body("unplannedFailover", R"({
    "properties": {"failoverDirection": "PrimaryToRecovery",
      "sourceSiteOperations": "Required", "providerSpecificDetails": [{
        "instanceType": "A2A", "recoveryPointType": "LatestProcessed",
        "multiVmSyncPointOption": "UseMultiVmSyncRecoveryPoint"}]}})"));
  EXPECT_EQ(plan(AsrProvider::kInMageRcm, true), Body("unplannedFailover", R"({
    "properties": {"failoverDirection": "PrimaryToRecovery",
      "sourceSiteOperations": "Required", "providerSpecificDetails": [{
        "instanceType": "InMageRcm", "recoveryPointType": "Latest",
        "useMultiVmSyncPoint": "true"}]}})"));
  EXPECT_EQ(plan(AsrProvider::kInMage), Body("unplannedFailover", R"({
    "properties": {"failoverDirection": "RecoveryToPrimary",
      "sourceSiteOperations": "Required", "providerSpecificDetails": [{
        "instanceType": "InMage", "recoveryPointType": "LatestTime"}]}})"));
  EXPECT_EQ(plan(AsrProvider::kInMageRcmFailback), Body("plannedFailover", R"({
    "properties": {"failoverDirection": "RecoveryToPrimary",
      "providerSpecificDetails": [{
        "instanceType": "InMageRcmFailback",
        "recoveryPointType": "CrashConsistent",
        "useMultiVmSyncPoint": "true"}]}})"));
  EXPECT_EQ(plan(AsrProvider::kHyperVReplicaAzure), Body("plannedFailover", R"({
    "properties": {"failoverDirection": "PrimaryToRecovery",
      "providerSpecificDetails": [{
        "instanceType": "HyperVReplicaAzure",
        "recoveryPointType": "LatestProcessed"}]}})"));
}

TEST(AsrRequestsTest, ATestNeedsAnIsolatedNetwork) {
  const AsrAsk ask =
      Ask(AsrProvider::kInMageRcm, SiteCall::FAIL_OVER, RecoveryPlan::TEST);
  EXPECT_EQ(Said(ask), Body("testFailover", R"({"properties": {
    "failoverDirection": "PrimaryToRecovery", "networkType":
    "VmNetworkAsInput", "networkId": "/net", "providerSpecificDetails": {
    "instanceType": "InMageRcm", "networkId": "/net", "recoveryPointId":
    "/v/c/replicationProtectedItems/vm/recoveryPoints/p"}}})"));
  EXPECT_EQ(Said(ask, {}), "INVALID_ARGUMENT");
  EXPECT_EQ(Said(Ask(AsrProvider::kInMageRcmFailback, SiteCall::FAIL_OVER,
                     RecoveryPlan::TEST)),
            "UNIMPLEMENTED");
}

TEST(AsrRequestsTest, TheRest) {
  EXPECT_EQ(Said(Ask(AsrProvider::kA2A, SiteCall::CHANGE_POINT)),
            Body("applyRecoveryPoint", R"({"properties": {"recoveryPointId":
    "/v/c/replicationProtectedItems/vm/recoveryPoints/p",
    "providerSpecificDetails": {"instanceType": "A2A"}}})"));
  EXPECT_EQ(Said(Ask(AsrProvider::kInMageRcm, SiteCall::CHANGE_POINT)),
            Body("applyRecoveryPoint", R"({"properties": {"recoveryPointId":
    "/v/c/replicationProtectedItems/vm/recoveryPoints/p",
    "providerSpecificDetails": {"instanceType": "InMageRcm", "recoveryPointId":
    "/v/c/replicationProtectedItems/vm/recoveryPoints/p"}}})"));
  EXPECT_EQ(Said(Ask(AsrProvider::kInMage, SiteCall::CHANGE_POINT)),
            "UNIMPLEMENTED");
  for (const AsrProvider provider : kProviders) {
    EXPECT_EQ(Said(Ask(provider, SiteCall::COMMIT)), "failoverCommit null");
    EXPECT_EQ(
        Said(Ask(provider, SiteCall::CANCEL, RecoveryPlan::TEST)),
        R"(testFailoverCleanup {"properties":{"comments":"recoveryline"}})");
    EXPECT_EQ(Said(Ask(provider, SiteCall::QUIESCE)), "UNIMPLEMENTED");
    EXPECT_EQ(Said(Ask(provider, SiteCall::START)), "UNIMPLEMENTED");
    EXPECT_EQ(Said(Ask(provider, SiteCall::VERIFY)), "INVALID_ARGUMENT");
  }
  EXPECT_EQ(Said(Ask(AsrProvider::kInMageRcmFailback, SiteCall::CANCEL)),
            "failoverCancel null");
  EXPECT_EQ(Said(Ask(AsrProvider::kInMage, SiteCall::CANCEL)), "UNIMPLEMENTED");
  EXPECT_EQ(Said(Ask(AsrProvider::kInMageRcm, SiteCall::CANCEL)),
            "UNIMPLEMENTED");
  EXPECT_EQ(Said(Ask(AsrProvider::kUnknown, SiteCall::COMMIT)),
            "UNIMPLEMENTED");
}

TEST(AsrRequestsTest, AReprotectionIsToldWhatTheUserSays) {
  const auto said = [](AsrProvider provider, const AsrRequestOptions& options) {
    return Said(Ask(provider, SiteCall::REPROTECT), options);
  };
  EXPECT_EQ(said(AsrProvider::kInMageRcm, AllOptions()), Body("reProtect", R"({
    "properties": {"failoverDirection": "RecoveryToPrimary",
    "providerSpecificDetails": {"instanceType": "InMageRcm",
    "reprotectAgentId": "a", "datastoreName": "d",
    "logStorageAccountId": "/l"}}})"));
  EXPECT_THAT(said(AsrProvider::kInMageRcmFailback, AllOptions()),
              HasSubstr("PrimaryToRecovery"));
  EXPECT_EQ(said(AsrProvider::kHyperVReplicaAzure, {}), Body("reProtect", R"({
    "properties": {"failoverDirection": "PrimaryToRecovery",
    "providerSpecificDetails": {"instanceType": "HyperVReplicaAzure"}}})"));

  AsrAsk in_azure = Ask(AsrProvider::kHyperVReplicaAzure, SiteCall::REPROTECT);
  in_azure.runs_at_recovery = true;
  EXPECT_EQ(Said(in_azure), "UNIMPLEMENTED");

  // Asked of the container.
  const auto a2a = AsrRequestFor(Ask(AsrProvider::kA2A, SiteCall::REPROTECT),
                                 "vm", AllOptions());
  EXPECT_EQ(a2a->path, "/v/c/switchprotection");
  EXPECT_EQ(a2a->body, Json::parse(R"({"properties": {
    "replicationProtectedItemName": "vm", "providerSpecificDetails": {
    "instanceType": "A2A", "recoveryContainerId": "/c2",
    "policyId": "/p"}}})"));

  // One VM's own fields go before; what is missing or unknown is refused.
  AsrRequestOptions options = AllOptions();
  options.reprotect_vm["vm"] = {{"datastoreName", "mine"}};
  EXPECT_THAT(said(AsrProvider::kInMageRcm, options),
              HasSubstr(R"("datastoreName":"mine")"));
  EXPECT_EQ(said(AsrProvider::kInMageRcm, {}), "INVALID_ARGUMENT");
  options.reprotect_vm["vm"] = {{"datastorename", "mine"}};
  EXPECT_EQ(said(AsrProvider::kInMageRcm, options), "INVALID_ARGUMENT");
  options.reprotect_vm["vm"] = "text";
  EXPECT_EQ(said(AsrProvider::kInMageRcm, options), "INVALID_ARGUMENT");
}

TEST(AsrProviderTest, AllowedOperationsGate) {
  const Json recorded = {"CompleteMigration", "Commit", "DisableProtection",
                         "ChangePit", "SwitchProtection"};
  const auto allows = [](const Json& operations, SiteCall::Action action,
                         RecoveryPlan::Purpose purpose =
                             RecoveryPlan::FAILBACK) {
    return AllowsAction(operations, AsrProvider::kInMageRcm, action, purpose);
  };
  EXPECT_TRUE(allows(recorded, SiteCall::COMMIT));
  EXPECT_TRUE(allows(recorded, SiteCall::CHANGE_POINT));
  EXPECT_TRUE(allows(recorded, SiteCall::REPROTECT));
  EXPECT_FALSE(allows(recorded, SiteCall::FAIL_OVER));
  EXPECT_FALSE(allows(recorded, SiteCall::CANCEL));
  const Json tested = {"TestFailoverCleanup"};
  EXPECT_TRUE(allows(tested, SiteCall::CANCEL, RecoveryPlan::TEST));
  EXPECT_FALSE(allows(tested, SiteCall::CANCEL));
  EXPECT_FALSE(allows({"PlannedFailover"}, SiteCall::FAIL_OVER));
  EXPECT_TRUE(allows({"unplannedfailover"}, SiteCall::FAIL_OVER));
  for (const Json& hostile :
       {Json(), Json("Commit"), Json(7), Json::object({{"Commit", 1}}),
        Json::array({7, nullptr, Json::array({"Commit"})})}) {
    EXPECT_FALSE(allows(hostile, SiteCall::COMMIT));
  }
}

TEST(AsrProviderTest, HowFarAFailoverCanBeToldItsPoint) {
  using SiteVm = v1::SiteVm;
  EXPECT_EQ(PointChoiceOf(AsrProvider::kA2A, false, false), SiteVm::BY_ID);
  EXPECT_EQ(PointChoiceOf(AsrProvider::kA2A, false, true),
            SiteVm::AFTER_FAILOVER);
  EXPECT_EQ(PointChoiceOf(AsrProvider::kInMage, false, true), SiteVm::BY_TYPE);
  EXPECT_EQ(PointChoiceOf(AsrProvider::kInMageRcmFailback, false, false),
            SiteVm::BY_TYPE);
  EXPECT_EQ(PointChoiceOf(AsrProvider::kHyperVReplicaAzure, true, false),
            SiteVm::IMPOSSIBLE);
  EXPECT_EQ(PointChoiceOf(AsrProvider::kUnknown, false, false),
            SiteVm::IMPOSSIBLE);
}

// Third-party data, not part of the project.
class AsrRecordedTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kRoot)) {
      GTEST_SKIP() << "skipped: no ../shared/data";
    }
  }
  static Json Read(const std::string& name) {
    std::ifstream file(absl::StrCat(kRoot, "/", name));
    return Json::parse(std::string(std::istreambuf_iterator<char>(file), {}),
                       nullptr, false);
  }

  static constexpr char kRoot[] = PROJECT_DIR "/../shared/data/asr";
};

TEST_F(AsrRecordedTest, OurRequestsAreThoseOfAWholeCycle) {
  const Json recording =
      Read("recorded/cli_v2arcm_failover_reprotect_failback.json");
  int compared = 0;
  for (const Json& entry : ListAt(recording, {"interactions"})) {
    if (TextAt(entry, {"method"}) != "POST") continue;
    const std::string uri = TextAt(entry, {"uri"});
    const Json body = *ParseJson(At(entry, {"request_body"}).is_string()
                                     ? TextAt(entry, {"request_body"})
                                     : At(entry, {"request_body"}).dump());
    const std::string path = uri.substr(0, uri.find('?'));
    const std::string operation = path.substr(path.rfind('/') + 1);
    AsrAsk ask;
    AsrRequestOptions options;
    if (operation == "unplannedFailover") {
      ask = Ask(AsrProvider::kInMageRcm, SiteCall::FAIL_OVER);
      ask.point_id.clear();
    } else if (operation == "reProtect") {
      ask = Ask(AsrProvider::kInMageRcm, SiteCall::REPROTECT);
      Json fields = At(body, {"properties", "providerSpecificDetails"});
      fields.erase("instanceType");
      options.reprotect["InMageRcm"] = fields;
    } else if (operation == "plannedFailover") {
      ask = Ask(AsrProvider::kInMageRcmFailback, SiteCall::FAIL_OVER);
    } else {
      continue;  // "remove" is none of ours
    }
    ask.item_id =
        path.substr(std::string("https://management.azure.com").size(),
                    path.rfind('/') - 28);
    const auto request = AsrRequestFor(ask, "vm", options);
    ASSERT_TRUE(request.ok()) << request.status();
    EXPECT_EQ(request->body, body) << operation;
    EXPECT_EQ(absl::StrCat("https://management.azure.com", request->path),
              path);
    ++compared;
  }
  EXPECT_EQ(compared, 3);
}

TEST_F(AsrRecordedTest, OurRequestsAreThoseOfTheSpecification) {
  const auto parameter = [](const std::string& file, const char* key) {
    const Json body = Read(absl::StrCat("spec/", file, ".json"));
    return At(body, {"parameters", key});
  };
  const auto ours = [](AsrAsk ask) {
    AsrRequestOptions options;
    options.test_network_id =
        "/subscriptions/c183865e-6077-46f2-a3b1-deb0f4f4650a/resourceGroups/"
        "siterecoveryProd1/providers/Microsoft.Network/virtualNetworks/"
        "vnetavrai";
    return AsrRequestFor(ask, "vm", options)->body;
  };
  constexpr AsrProvider kHyperV = AsrProvider::kHyperVReplicaAzure;
  AsrAsk failover = Ask(kHyperV, SiteCall::FAIL_OVER);
  failover.point_id.clear();
  EXPECT_EQ(
      ours(failover),
      parameter("ReplicationProtectedItems_PlannedFailover", "failoverInput"));
  AsrAsk fenced = failover;
  fenced.source_is_fenced = true;
  EXPECT_EQ(ours(fenced),
            parameter("ReplicationProtectedItems_UnplannedFailover",
                      "failoverInput"));
  AsrAsk test = failover;
  test.purpose = RecoveryPlan::TEST;
  EXPECT_EQ(ours(test), parameter("ReplicationProtectedItems_TestFailover",
                                  "testfailoverInput"));
  EXPECT_EQ(ours(Ask(kHyperV, SiteCall::REPROTECT)),
            parameter("ReplicationProtectedItems_Reprotect", "reprotectInput"));
  const Json change = parameter("ReplicationProtectedItems_ApplyRecoveryPoint",
                                "applyRecoveryPointInput");
  AsrAsk point = Ask(kHyperV, SiteCall::CHANGE_POINT);
  point.point_id = TextAt(change, {"properties", "recoveryPointId"});
  EXPECT_EQ(ours(point), change);
  // The plan's example leaves the type of point to the service; we say it.
  AsrAsk plan = failover;
  plan.plan_id = kPlan;
  Json expected =
      parameter("ReplicationRecoveryPlans_PlannedFailover", "input");
  expected["properties"]["providerSpecificDetails"][0]["recoveryPointType"] =
      "Latest";
  EXPECT_EQ(ours(plan), expected);
}

}  // namespace
}  // namespace recoveryline
