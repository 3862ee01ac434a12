#include "tests/fake_arm/fake_vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/fake_arm/failover_bodies.h"
#include "tests/fake_arm/vault_scene.h"
#include "tests/sanitizers.h"
#include "tools/generator/random_stream.h"

namespace recoveryline::fake {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Json = nlohmann::json;

FakeOptions OneOf(InstanceType type) {
  FakeOptions options;
  options.blocks = {{.type = type, .vm_count = 1}};
  return options;
}

HttpResponse Do(VaultScene* scene, Action action) {
  const InstanceType type = scene->vault.ItemNamed("vm-001").type;
  std::string body = BodyOf(action, type).dump();
  return scene->Post(absl::StrCat(scene->ItemPath("vm-001"), "/", Name(action)),
                     body);
}

// Does it and waits for its end.
void DoToTheEnd(VaultScene* scene, Action action) {
  const HttpResponse response = Do(scene, action);
  ASSERT_EQ(response.status, 202) << Name(action) << ": " << response.body;
  scene->Wait(absl::Minutes(30));
  EXPECT_EQ(scene->Status(response)["status"], "Succeeded") << Name(action);
}

std::string Agent(VaultScene* scene) {
  return scene
      ->Item("vm-001")["properties"]["providerSpecificDetails"]
                      ["isAgentRegistrationSuccessfulAfterFailover"]
      .dump();
}

TEST(FakeVaultTest, ModernVmwareGoesAllTheWayRound) {
  VaultScene scene(OneOf(InstanceType::kInMageRcm));
  EXPECT_EQ(scene.StateOf("vm-001"), "Protected");
  EXPECT_EQ(Agent(&scene), "null");
  EXPECT_THAT(
      scene.Allowed("vm-001"),
      ElementsAre("UnplannedFailover", "DisableProtection", "TestFailover"));

  const HttpResponse failover = Do(&scene, Action::kUnplannedFailover);
  ASSERT_EQ(failover.status, 202) << failover.body;
  EXPECT_THAT(scene.Allowed("vm-001"), IsEmpty());
  EXPECT_EQ(
      scene.Item("vm-001")["properties"]["currentScenario"]["scenarioName"],
      "UnplannedFailover");
  EXPECT_EQ(scene.Status(failover)["status"], "InProgress");
  scene.Wait(absl::Minutes(6));
  EXPECT_EQ(scene.Status(failover)["status"], "Succeeded");
  EXPECT_EQ(scene.StateOf("vm-001"),
            "UnplannedFailoverCommitPendingStatesBegin");
  // As it was recorded.
  EXPECT_THAT(scene.Allowed("vm-001"),
              ElementsAre("CompleteMigration", "Commit", "DisableProtection",
                          "ChangePit", "SwitchProtection"));
  EXPECT_EQ(Agent(&scene), "false");

  DoToTheEnd(&scene, Action::kFailoverCommit);
  EXPECT_EQ(scene.StateOf("vm-001"), "UnplannedFailoverCommitted");
  EXPECT_THAT(scene.Points("vm-001"), IsEmpty());
  EXPECT_EQ(Agent(&scene), "true");

  DoToTheEnd(&scene, Action::kReProtect);
  EXPECT_EQ(scene.vault.ItemNamed("vm-001").type,
            InstanceType::kInMageRcmFailback);
  EXPECT_EQ(scene.StateOf("vm-001"), "Protected");  // half an hour later
  scene.Wait(absl::Minutes(5));
  EXPECT_THAT(scene.Points("vm-001"), Not(IsEmpty()));

  DoToTheEnd(&scene, Action::kPlannedFailover);
  EXPECT_EQ(scene.StateOf("vm-001"), "PlannedFailoverCommitRequired");
  DoToTheEnd(&scene, Action::kFailoverCommit);
  DoToTheEnd(&scene, Action::kReProtect);
  EXPECT_EQ(scene.vault.ItemNamed("vm-001").type, InstanceType::kInMageRcm);
  EXPECT_THAT(scene.vault.ledger().Done("vm-001"), SizeIs(6));
  EXPECT_THAT(scene.vault.ledger().Doubled(), IsEmpty());
}

TEST(FakeVaultTest, AReprotectionBeforeTheAgentIsRefused) {
  FakeOptions options = OneOf(InstanceType::kInMageRcm);
  options.times.agent = absl::Minutes(14);
  VaultScene scene(options);
  Do(&scene, Action::kUnplannedFailover);
  scene.Wait(absl::Minutes(6));
  scene.Get(scene.ItemPath("vm-001"));
  const absl::Time failed_over = scene.vault.ItemNamed("vm-001").last_failover;
  Do(&scene, Action::kFailoverCommit);
  scene.now = failed_over + absl::Minutes(14) - absl::Nanoseconds(1);
  EXPECT_EQ(VaultScene::Code(Do(&scene, Action::kReProtect)), "95226");
  EXPECT_EQ(Agent(&scene), "false");
  EXPECT_EQ(scene.vault.ledger().Count("vm-001", Action::kReProtect), 0);
  scene.now = failed_over + absl::Minutes(14);
  EXPECT_EQ(Agent(&scene), "true");
  EXPECT_EQ(Do(&scene, Action::kReProtect).status, 202);
}

TEST(FakeVaultTest, AReprotectionBeforeTheAgentMayAlsoFailLater) {
  FakeOptions options = OneOf(InstanceType::kInMageAzureV2);
  options.refuses_reprotect_at_once = false;
  VaultScene scene(options);
  Do(&scene, Action::kUnplannedFailover);
  scene.Wait(absl::Minutes(6));
  Do(&scene, Action::kFailoverCommit);
  scene.Wait(absl::Minutes(1));
  const HttpResponse accepted = Do(&scene, Action::kReProtect);
  ASSERT_EQ(accepted.status, 202);
  EXPECT_TRUE(scene.Status(accepted)["error"].is_null());
  scene.Wait(absl::Minutes(7));
  EXPECT_EQ(scene.Status(accepted)["status"], "Failed");
  EXPECT_EQ(scene.Status(accepted)["error"]["code"], "95226");
  EXPECT_EQ(scene.StateOf("vm-001"), "UnplannedFailoverCommitted");
}

TEST(FakeVaultTest, ClassicVmwareFailsBackByAnUnplannedFailover) {
  VaultScene scene(OneOf(InstanceType::kInMageAzureV2));
  DoToTheEnd(&scene, Action::kUnplannedFailover);
  DoToTheEnd(&scene, Action::kFailoverCommit);
  DoToTheEnd(&scene, Action::kReProtect);
  EXPECT_EQ(scene.vault.ItemNamed("vm-001").type, InstanceType::kInMage);
  EXPECT_EQ(VaultScene::Code(Do(&scene, Action::kPlannedFailover)),
            "OperationNotAllowed");
  DoToTheEnd(&scene, Action::kUnplannedFailover);
  EXPECT_THAT(scene.Allowed("vm-001"), Not(Contains("ChangePit")));
  DoToTheEnd(&scene, Action::kFailoverCommit);
  DoToTheEnd(&scene, Action::kReProtect);
  EXPECT_EQ(scene.vault.ItemNamed("vm-001").type, InstanceType::kInMageAzureV2);
}

TEST(FakeVaultTest, HyperVFailsBackWithoutAReprotection) {
  VaultScene scene(OneOf(InstanceType::kHyperVReplicaAzure));
  DoToTheEnd(&scene, Action::kPlannedFailover);
  DoToTheEnd(&scene, Action::kFailoverCommit);
  EXPECT_EQ(scene.StateOf("vm-001"), "PlannedFailoverStatesBegin");
  EXPECT_THAT(
      scene.Allowed("vm-001"),
      ElementsAre("CompleteMigration", "DisableProtection", "Failback"));
  const std::string path = scene.ItemPath("vm-001") + "/plannedFailover";
  EXPECT_EQ(scene
                .Post(path, R"({"properties":{"providerSpecificDetails":
                                 {"instanceType":"HyperVReplicaAzure"}}})")
                .status,
            400);
  EXPECT_EQ(
      scene
          .Post(path, R"({"properties":{"failoverDirection":"RecoveryToPrimary"
                           ,"providerSpecificDetails":
                           {"instanceType":"HyperVReplicaAzureFailback"}}})")
          .status,
      202);
  scene.Wait(absl::Minutes(10));
  DoToTheEnd(&scene, Action::kFailoverCommit);
  EXPECT_THAT(scene.Allowed("vm-001"), Contains("ReverseReplicate"));
  DoToTheEnd(&scene, Action::kReProtect);
  EXPECT_EQ(scene.StateOf("vm-001"), "Protected");
}

TEST(FakeVaultTest, AnAzureVmMovesToTheOtherFabric) {
  VaultScene scene(OneOf(InstanceType::kA2A));
  const std::string before = scene.ItemPath("vm-001");
  DoToTheEnd(&scene, Action::kUnplannedFailover);
  DoToTheEnd(&scene, Action::kFailoverCommit);
  EXPECT_EQ(scene
                .Post(before + "/reProtect",
                      BodyOf(Action::kReProtect, InstanceType::kA2A).dump())
                .status,
            400);
  Json body = BodyOf(Action::kSwitchProtection, InstanceType::kA2A);
  body["properties"]["replicationProtectedItemName"] = "VM-001";
  const std::string container =
      before.substr(0, before.find("/replicationProtectedItems"));
  const HttpResponse accepted =
      scene.Post(container + "/switchprotection", body.dump());
  ASSERT_EQ(accepted.status, 202) << accepted.body;
  scene.Wait(absl::Minutes(40));
  EXPECT_EQ(scene.Status(accepted)["status"], "Succeeded");
  EXPECT_EQ(scene.Get(before).status, 404);
  EXPECT_NE(scene.ItemPath("vm-001"), before);
  EXPECT_EQ(scene.StateOf("vm-001"), "Protected");
  DoToTheEnd(&scene, Action::kUnplannedFailover);
}

TEST(FakeVaultTest, ATestFailoverWaitsForItsCleanup) {
  VaultScene scene(OneOf(InstanceType::kInMageRcm));
  DoToTheEnd(&scene, Action::kTestFailover);
  const Json item = scene.Item("vm-001")["properties"];
  EXPECT_EQ(item["testFailoverState"], "WaitingForCompletion");
  EXPECT_EQ(item["currentScenario"]["scenarioName"], "TestFailover");
  EXPECT_THAT(scene.Allowed("vm-001"), ElementsAre("TestFailoverCleanup"));
  EXPECT_EQ(Do(&scene, Action::kUnplannedFailover).status, 400);
  DoToTheEnd(&scene, Action::kTestFailoverCleanup);
  EXPECT_EQ(scene.Item("vm-001")["properties"]["testFailoverState"], "None");
  EXPECT_EQ(Do(&scene, Action::kUnplannedFailover).status, 202);
}

TEST(FakeVaultTest, APointIsTakenByItsIdAndChanged) {
  VaultScene scene(OneOf(InstanceType::kInMageRcm));
  const Json points = scene.Points("vm-001");
  const std::string third = points[2]["id"];
  // Another container than the item's own.
  EXPECT_EQ(third.find(scene.ItemPath("vm-001")), std::string::npos);
  Json body = BodyOf(Action::kUnplannedFailover, InstanceType::kInMageRcm);
  body["properties"]["providerSpecificDetails"]["recoveryPointId"] = third;
  ASSERT_EQ(
      scene.Post(scene.ItemPath("vm-001") + "/unplannedFailover", body.dump())
          .status,
      202);
  scene.Wait(absl::Minutes(6));
  EXPECT_EQ(scene.Item("vm-001")["properties"]["failoverRecoveryPointId"],
            third);
  EXPECT_EQ(scene.vault.ledger().effects()[0].point.Text(), points[2]["name"]);

  const std::string other = points[0]["id"];
  body = BodyOf(Action::kApplyRecoveryPoint, InstanceType::kInMageRcm);
  body["properties"]["recoveryPointId"] = other;
  const std::string path = scene.ItemPath("vm-001") + "/applyRecoveryPoint";
  EXPECT_EQ(scene.Post(path, body.dump()).status, 400);  // it is said nowhere
  body["properties"]["providerSpecificDetails"]["recoveryPointId"] = other;
  EXPECT_EQ(scene.Post(path, body.dump()).status, 202);
  scene.Wait(absl::Minutes(5));
  EXPECT_EQ(scene.Item("vm-001")["properties"]["failoverRecoveryPointId"],
            other);
}

TEST(FakeVaultTest, APointThatIsGoneFailsTheFailover) {
  for (const bool listed : {true, false}) {
    VaultScene scene(OneOf(InstanceType::kA2A));
    FakeItem& item = scene.vault.ItemNamed("vm-001");
    Json body = BodyOf(Action::kUnplannedFailover, InstanceType::kA2A);
    body["properties"]["providerSpecificDetails"]["recoveryPointId"] =
        scene.Points("vm-001")[1]["id"];
    if (listed) {
      item.points[1].broken = true;
    } else {
      item.points.erase(item.points.begin() + 1);
    }
    const HttpResponse accepted = scene.Post(
        scene.ItemPath("vm-001") + "/unplannedFailover", body.dump());
    ASSERT_EQ(accepted.status, 202);
    scene.Wait(absl::Minutes(6));
    EXPECT_EQ(scene.Status(accepted)["status"], "Failed");
    EXPECT_EQ(scene.Status(accepted)["error"]["code"], "BookmarkNotFound");
    EXPECT_EQ(scene.StateOf("vm-001"), "Protected");
    EXPECT_EQ(scene.vault.ledger().effects()[0].state, OperationState::kFailed);
  }
}

TEST(FakeVaultTest, AFailbackCanBeCancelledWhileItRunsAndAfter) {
  for (const int minutes : {1, 10}) {
    VaultScene scene(OneOf(InstanceType::kInMageRcmFailback));
    const HttpResponse failover = Do(&scene, Action::kPlannedFailover);
    ASSERT_EQ(failover.status, 202) << failover.body;
    scene.Wait(absl::Minutes(minutes));
    EXPECT_THAT(scene.Allowed("vm-001"), Contains("CancelFailover"));
    DoToTheEnd(&scene, Action::kFailoverCancel);
    EXPECT_EQ(scene.StateOf("vm-001"), "Protected");
    EXPECT_EQ(scene.Status(failover)["status"],
              minutes == 1 ? "Cancelled" : "Succeeded");
    EXPECT_EQ(Do(&scene, Action::kFailoverCancel).status, 400);
  }
}

TEST(FakeVaultTest, AResynchronisationIsRepaired) {
  VaultScene scene(OneOf(InstanceType::kInMageRcm));
  EXPECT_EQ(Do(&scene, Action::kRepairReplication).status, 400);
  FakeItem& item = scene.vault.ItemNamed("vm-001");
  item.resync_required = true;
  item.health_errors.push_back({"153009", "Resynchronization required.", "x"});
  Json shown = scene.Item("vm-001")["properties"];
  EXPECT_EQ(shown["providerSpecificDetails"]["resyncRequired"], "true");
  EXPECT_EQ(shown["replicationHealth"], "Critical");
  EXPECT_EQ(shown["healthErrors"][0]["errorCode"], "153009");
  DoToTheEnd(&scene, Action::kRepairReplication);
  shown = scene.Item("vm-001")["properties"];
  EXPECT_EQ(shown["providerSpecificDetails"]["resyncRequired"], "false");
  EXPECT_EQ(shown["replicationHealth"], "Normal");
}

TEST(FakeVaultTest, ASecondPostBeginsASecondFailoverOrConflicts) {
  for (const bool conflicts : {false, true}) {
    FakeOptions options = OneOf(InstanceType::kInMageRcm);
    options.conflict_on_second_post = conflicts;
    VaultScene scene(options);
    EXPECT_EQ(Do(&scene, Action::kUnplannedFailover).status, 202);
    EXPECT_EQ(Do(&scene, Action::kUnplannedFailover).status,
              conflicts ? 409 : 202);
    // Another action is refused in any case.
    EXPECT_EQ(Do(&scene, Action::kTestFailover).status, 409);
    EXPECT_EQ(scene.vault.ledger().Count("vm-001", Action::kUnplannedFailover),
              conflicts ? 1 : 2);
    EXPECT_THAT(scene.vault.ledger().Doubled(), SizeIs(conflicts ? 0 : 1));
    scene.Wait(absl::Minutes(6));
    EXPECT_EQ(scene.StateOf("vm-001"),
              "UnplannedFailoverCommitPendingStatesBegin");
    // When it is done, it is not done again.
    EXPECT_EQ(Do(&scene, Action::kUnplannedFailover).status, 400);
  }
}

TEST(FakeVaultTest, AReprotectionBegunTwiceTurnsTheItemOnce) {
  VaultScene scene(OneOf(InstanceType::kInMageRcm));
  DoToTheEnd(&scene, Action::kUnplannedFailover);
  DoToTheEnd(&scene, Action::kFailoverCommit);
  EXPECT_EQ(Do(&scene, Action::kReProtect).status, 202);
  EXPECT_EQ(Do(&scene, Action::kReProtect).status, 202);
  EXPECT_THAT(scene.vault.ledger().Doubled(), SizeIs(1));
  scene.Wait(absl::Minutes(10));
  EXPECT_EQ(scene.StateOf("vm-001"), "InitialReplicationInProgress");
  EXPECT_EQ(scene.vault.ItemNamed("vm-001").type,
            InstanceType::kInMageRcmFailback);
}

TEST(FakeVaultTest, TheBodyOfAPostIsRead) {
  VaultScene scene(OneOf(InstanceType::kInMageRcm));
  const std::string path = scene.ItemPath("vm-001") + "/unplannedFailover";
  for (const char* body : {
           "",
           "[]",
           "{",
           "{}",
           R"({"properties":[]})",
           R"({"properties":{}})",
           R"({"properties":{"providerSpecificDetails":{}}})",
           R"({"properties":{"providerSpecificDetails":
               {"instanceType":"InMageRcm"}}})",
           R"({"properties":{"providerSpecificDetails":
               {"instanceType":"InMageRcm","performShutdown":true}}})",
           R"({"properties":{"providerSpecificDetails":
               {"instanceType":"A2A","performShutdown":"true"}}})",
           R"({"properties":{"failoverDirection":"RecoveryToPrimary",
               "providerSpecificDetails":
               {"instanceType":"InMageRcm","performShutdown":"true"}}})",
           R"({"properties":{"providerSpecificDetails":
               {"instanceType":"InMageRcm","performShutdown":"true",
                "recoveryPointId":"41b4ebe8-08b7-4404-98fc-c234a366cdb9"}}})",
       }) {
    EXPECT_EQ(scene.Post(path, body).status, 400) << body;
  }
  EXPECT_THAT(scene.vault.ledger().effects(), IsEmpty());
}

TEST(FakeVaultTest, OlderStylesOfPollingWork) {
  for (const PollStyle style : {PollStyle::kJob, PollStyle::kLocationOnly}) {
    FakeOptions options = OneOf(InstanceType::kInMageRcm);
    options.poll_style = style;
    VaultScene scene(options);
    const HttpResponse accepted = Do(&scene, Action::kUnplannedFailover);
    ASSERT_EQ(accepted.status, 202);
    EXPECT_EQ(accepted.headers.at("retry-after"), "30");
    EXPECT_EQ(accepted.headers.count("azure-asyncoperation"),
              style == PollStyle::kJob ? 1u : 0u);
    const std::string location = accepted.headers.at("location");
    EXPECT_EQ(scene.Follow(location).response.status, 202);
    scene.Wait(absl::Minutes(6));
    const HttpResponse result = scene.Follow(location).response;
    EXPECT_EQ(result.status, 200);
    EXPECT_EQ(Json::parse(result.body)["name"], "vm-001");
    if (style != PollStyle::kJob) continue;
    const Json job = scene.Status(accepted);
    EXPECT_EQ(job["status"], "Succeeded");
    EXPECT_EQ(job["properties"]["scenarioName"], "UnplannedFailover");
  }
}

TEST(FakeVaultTest, AnAddressWithoutItsSignatureIsNotFound) {
  VaultScene scene(OneOf(InstanceType::kInMageRcm));
  const HttpResponse accepted = Do(&scene, Action::kUnplannedFailover);
  const std::string url = accepted.headers.at("azure-asyncoperation");
  EXPECT_EQ(scene.Follow(url).response.status, 200);
  EXPECT_EQ(scene.Follow(url.substr(0, url.find('?'))).response.status, 404);
  EXPECT_EQ(scene.Follow(url.substr(0, url.find("&h="))).response.status, 404);
  std::string other = url;
  other.back() = other.back() == '0' ? '1' : '0';
  EXPECT_EQ(scene.Follow(other).response.status, 404);
}

TEST(FakeVaultRandomTest, SpoiledBodiesAndAddressesAreAnswered) {
  const uint64_t seed = 20260314;
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  RandomStream random(seed, {});
  std::map<int, int> statuses;
  FakeOptions options;
  options.blocks.clear();
  for (const InstanceType type : kInstanceTypes) {
    options.blocks.push_back({.type = type, .vm_count = 1});
  }
  const FakeVault prototype(options);
  VaultScene scene(options);
  const int rounds = kSanitizersAreOn ? 4000 : 40'000;
  for (int i = 0; i < rounds; ++i) {
    const size_t which = random.Below(prototype.state().items.size());
    const FakeItem& item = prototype.state().items[which];
    const Action action = kActions[random.Below(std::size(kActions))];
    std::string body = BodyOf(action, item.type).dump();
    std::string path = absl::StrCat(ItemId(item, prototype.state()), "/",
                                    Name(action), "?api-version=x&$filter=y");
    std::string& spoiled = random.Chance(0.7) ? body : path;
    for (uint64_t n = random.Below(3); n > 0; --n) {
      const size_t at = random.Below(spoiled.size());
      switch (random.Below(3)) {
        case 0:
          spoiled[at] = static_cast<char>(random.Below(256));
          break;
        case 1:
          spoiled.erase(at, random.Below(20));
          break;
        default:
          spoiled.insert(at, spoiled.substr(at / 2, random.Below(20)));
          break;
      }
    }
    scene.vault = prototype;
    ++statuses[scene.Post(path, body).status];
  }
  EXPECT_GT(statuses[202], 0);
  EXPECT_GT(statuses[400], 0);
  EXPECT_GT(statuses[404], 0);
  EXPECT_EQ(statuses[202] + statuses[400] + statuses[404], rounds);
}

}  // namespace
}  // namespace recoveryline::fake
