// The lists of a fake vault, their pages and filters; and who may read them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/fake_arm/failover_bodies.h"
#include "tests/fake_arm/vault_scene.h"

namespace recoveryline::fake {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Json = nlohmann::json;

FakeOptions TwoBlocks(int page_size) {
  FakeOptions options;
  options.blocks = {{.type = InstanceType::kInMageRcm, .vm_count = 5},
                    {.type = InstanceType::kA2A, .vm_count = 2}};
  options.page_size = page_size;
  return options;
}

// The names of all pages of a list.
std::vector<std::string> NamesOf(VaultScene* scene, const std::string& path,
                                 int* pages = nullptr) {
  std::vector<std::string> names;
  Json page = scene->GetJson(path);
  for (int i = 1; i < 1000; ++i) {
    for (const Json& entry : page["value"]) names.push_back(entry["name"]);
    if (pages != nullptr) *pages = i;
    if (page["nextLink"].is_null()) return names;
    page = Json::parse(
        scene->Follow(page["nextLink"].get<std::string>()).response.body);
  }
  ADD_FAILURE() << path << " has no last page";
  return names;
}

TEST(FakeListsTest, ItemsComePageByPage) {
  for (const int page_size : {1, 2, 3, 7, 100}) {
    VaultScene scene(TwoBlocks(page_size));
    int pages = 0;
    const std::vector<std::string> names =
        NamesOf(&scene, scene.Root() + "/replicationProtectedItems", &pages);
    EXPECT_THAT(names, ElementsAre("vm-001", "vm-002", "vm-003", "vm-004",
                                   "vm-005", "vm-006", "vm-007"));
    EXPECT_EQ(pages, (7 + page_size - 1) / page_size);
  }
}

TEST(FakeListsTest, AContainerListsItsItems) {
  VaultScene scene(TwoBlocks(100));
  const std::string container = ContainerId(
      scene.vault.ItemNamed("vm-006").container, scene.vault.state());
  EXPECT_THAT(NamesOf(&scene, container + "/replicationProtectedItems"),
              ElementsAre("vm-006", "vm-007"));
  EXPECT_EQ(scene.Get(container + "x/replicationProtectedItems").status, 404);
  EXPECT_THAT(NamesOf(&scene, scene.Root() + "/replicationFabrics"), SizeIs(3));
  EXPECT_THAT(
      NamesOf(&scene, scene.Root() + "/replicationProtectionContainers"),
      SizeIs(3));
  EXPECT_THAT(NamesOf(&scene, scene.Root() + "/replicationRecoveryPlans"),
              ElementsAre("plan-1", "plan-2"));
}

TEST(FakeListsTest, ItemsAreFiltered) {
  VaultScene scene(TwoBlocks(1));
  const std::string items =
      scene.Root() + "/replicationProtectedItems?$filter=";
  EXPECT_THAT(NamesOf(&scene, items + "RecoveryPlanName%20eq%20'plan-2'"),
              ElementsAre("vm-006", "vm-007"));
  EXPECT_THAT(NamesOf(&scene, items + "instanceType+eq+'a2a'"),
              ElementsAre("vm-006", "vm-007"));
  EXPECT_THAT(NamesOf(&scene, items + "RecoveryPlanName eq 'plan-2' and "
                                      "instanceType eq 'InMageRcm'"),
              IsEmpty());
  EXPECT_EQ(scene.Get(items + "Colour eq 'red'").status, 400);
  EXPECT_EQ(scene.Get(items + "RecoveryPlanName").status, 400);
}

TEST(FakeListsTest, PointsThatGoBetweenTwoPagesShiftNothing) {
  VaultScene scene(TwoBlocks(10));
  const std::string path = scene.ItemPath("vm-001") + "/recoveryPoints";
  const std::vector<std::string> all = NamesOf(&scene, path);
  ASSERT_GT(all.size(), 20u);
  const Json first = scene.GetJson(path);
  FakeItem& item = scene.vault.ItemNamed("vm-001");
  item.points.erase(item.points.begin() + 2);
  const Json second = Json::parse(
      scene.Follow(first["nextLink"].get<std::string>()).response.body);
  EXPECT_EQ(second["value"][0]["name"], all[10]);
}

TEST(FakeListsTest, JobsAreListedNewestFirstAndFiltered) {
  VaultScene scene(TwoBlocks(2));
  const std::string body =
      BodyOf(Action::kUnplannedFailover, InstanceType::kInMageRcm).dump();
  std::vector<absl::Time> times;
  for (int i = 1; i <= 5; ++i) {
    const std::string name = absl::StrCat("vm-00", i);
    ASSERT_EQ(
        scene.Post(scene.ItemPath(name) + "/unplannedFailover", body).status,
        202);
    times.push_back(scene.now);
    scene.Wait(absl::Minutes(i == 3 ? 10 : 1));
  }
  const std::string jobs = scene.Root() + "/replicationJobs";
  const std::vector<std::string> all = NamesOf(&scene, jobs);
  ASSERT_THAT(all, SizeIs(5));
  const Json newest = scene.GetJson(jobs)["value"][0]["properties"];
  EXPECT_EQ(newest["targetObjectName"], "vm-005");
  const auto filtered = [&](const std::string& filter) {
    return NamesOf(&scene, absl::StrCat(jobs, "?$filter=", filter)).size();
  };
  EXPECT_EQ(filtered("JobStatus eq 'InProgress'"), 2u);
  EXPECT_EQ(filtered("JobStatus eq 'Succeeded'"), 3u);
  EXPECT_EQ(filtered(absl::StrCat("StartTime eq '", ArmTime(times[3]), "'")),
            2u);
  EXPECT_EQ(
      filtered(absl::StrCat("StartTime eq '", ArmTime(times[1]),
                            "' and EndTime eq '", ArmTime(times[3]), "'")),
      3u);
  EXPECT_EQ(filtered("AffectedObjectTypes eq 'RecoveryPlan'"), 0u);
  EXPECT_EQ(scene.Get(jobs + "?$filter=StartTime eq 'soon'").status, 400);
  EXPECT_EQ(scene.Get(absl::StrCat(jobs, "/", all[0])).status, 200);
}

TEST(FakeListsTest, APageMayRepeatTheLastEntryOfTheOneBefore) {
  FakeOptions options = TwoBlocks(3);
  options.chaos.repeated_entry = 1;
  VaultScene scene(options);
  EXPECT_THAT(NamesOf(&scene, scene.Root() + "/replicationProtectedItems"),
              ElementsAre("vm-001", "vm-002", "vm-003", "vm-003", "vm-004",
                          "vm-005", "vm-006", "vm-006", "vm-007"));
}

TEST(FakeAccessTest, ATokenIsDemanded) {
  VaultScene scene(TwoBlocks(100));
  const std::string items = scene.Root() + "/replicationProtectedItems";
  scene.token = "";
  EXPECT_EQ(scene.Get(items).status, 401);
  EXPECT_EQ(scene.Get(items).headers.count("www-authenticate"), 1u);
  scene.token = "guess";
  EXPECT_EQ(VaultScene::Code(scene.Get(items)), "InvalidAuthenticationToken");
  HttpRequest request;
  request.method = "GET";
  request.url = absl::StrCat("https://localhost", items, "?api-version=x");
  const HttpResponse none = scene.vault.Handle(request, scene.now).response;
  EXPECT_EQ(VaultScene::Code(none), "AuthenticationFailed");
}

TEST(FakeAccessTest, ATokenExpires) {
  VaultScene scene(TwoBlocks(100));
  const std::string items = scene.Root() + "/replicationProtectedItems";
  scene.vault.tokens().Allow("short",
                             {.expires = scene.now + absl::Minutes(5)});
  scene.token = "short";
  EXPECT_EQ(scene.Get(items).status, 200);
  scene.Wait(absl::Minutes(5));
  EXPECT_EQ(VaultScene::Code(scene.Get(items)), "ExpiredAuthenticationToken");
}

TEST(FakeAccessTest, AReaderMayNotWrite) {
  VaultScene scene(TwoBlocks(100));
  scene.vault.tokens().Allow("reader", {.may_write = false});
  scene.token = "reader";
  EXPECT_EQ(scene.StateOf("vm-001"), "Protected");
  const HttpResponse refused =
      scene.Post(scene.ItemPath("vm-001") + "/failoverCommit");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(VaultScene::Code(refused), "AuthorizationFailed");
  EXPECT_TRUE(absl::StrContains(refused.body, "failoverCommit/action"));
  EXPECT_TRUE(absl::StrContains(refused.body, "vm-001"));
  const std::string permissions = absl::StrCat(
      scene.Root(), "/providers/Microsoft.Authorization/permissions");
  EXPECT_EQ(scene.GetJson(permissions)["value"][0]["actions"][0], "*/read");
  scene.token = kFakeToken;
  EXPECT_NE(scene.GetJson(permissions)["value"][0]["actions"][0], "*/read");
}

TEST(FakeAccessTest, OtherAddressesAreNotFound) {
  VaultScene scene(TwoBlocks(100));
  const std::string root = scene.Root();
  EXPECT_EQ(scene.Get(root + "/replicationColours").status, 404);
  EXPECT_EQ(scene.Get(root + "x/replicationJobs").status, 404);
  EXPECT_EQ(scene.Get("/").status, 404);
  EXPECT_EQ(scene.Get(scene.ItemPath("vm-001") + "x").status, 404);
  EXPECT_EQ(scene.Get(root + "/replicationJobs/None").status, 404);
  EXPECT_EQ(scene.Post(root + "/replicationProtectedItems").status, 404);
  EXPECT_EQ(scene.Post(scene.ItemPath("vm-001") + "/explode").status, 404);
  EXPECT_EQ(scene.Send("DELETE", scene.ItemPath("vm-001")).response.status,
            404);
  HttpRequest request;
  request.method = "GET";
  request.url = absl::StrCat("https://localhost", root, "/replicationJobs");
  request.headers["authorization"] = absl::StrCat("Bearer ", kFakeToken);
  EXPECT_EQ(VaultScene::Code(scene.vault.Handle(request, scene.now).response),
            "MissingApiVersionParameter");
  request.url = "http://localhost/";
  EXPECT_EQ(scene.vault.Handle(request, scene.now).response.status, 404);
}

TEST(FakeAccessTest, TheCaseOfAnAddressDoesNotMatter) {
  VaultScene scene(TwoBlocks(100));
  EXPECT_EQ(scene.Get(absl::AsciiStrToUpper(scene.ItemPath("vm-001"))).status,
            200);
  EXPECT_EQ(scene.Get(absl::AsciiStrToLower(scene.ItemPath("vm-001"))).status,
            200);
}

}  // namespace
}  // namespace recoveryline::fake
