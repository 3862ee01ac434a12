// Plans and groups of a fake vault: what fails over together, and to which
// points.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/fake_arm/failover_bodies.h"
#include "tests/fake_arm/vault_scene.h"

namespace recoveryline::fake {
namespace {

using ::testing::SizeIs;
using Json = nlohmann::json;

// Six VMs: two groups of two, and two lone ones.
FakeOptions SixVms(InstanceType type) {
  FakeOptions options;
  options.blocks = {{.type = type,
                     .vm_count = 6,
                     .group_count = 2,
                     .lone_count = 2,
                     .boot_group_count = 2}};
  return options;
}

std::string FailoverOf(InstanceType type) {
  return FactsOf(type).has_unplanned_failover ? "/unplannedFailover"
                                              : "/plannedFailover";
}

HttpResponse FailOver(VaultScene* scene, InstanceType type,
                      const char* point_type) {
  return scene->Post(scene->PlanPath("plan-1") + FailoverOf(type),
                     PlanBodyOf(type, point_type).dump());
}

TEST(FakePlanTest, AGroupIsNotFailedOverByItsVms) {
  for (const InstanceType type : kInstanceTypes) {
    VaultScene scene(SixVms(type));
    const Action action = FactsOf(type).has_unplanned_failover
                              ? Action::kUnplannedFailover
                              : Action::kPlannedFailover;
    const std::string body = BodyOf(action, type).dump();
    EXPECT_EQ(VaultScene::Code(scene.Post(
                  scene.ItemPath("vm-001") + FailoverOf(type), body)),
              "UnsupportedReplicationProtectionAction");
    EXPECT_EQ(
        scene.Post(scene.ItemPath("vm-006") + FailoverOf(type), body).status,
        202)
        << Name(type);
  }
}

TEST(FakePlanTest, APlanFailsAllItsVmsOver) {
  for (const InstanceType type : kInstanceTypes) {
    VaultScene scene(SixVms(type));
    const bool modern_back = type == InstanceType::kInMageRcmFailback;
    const HttpResponse accepted =
        FailOver(&scene, type,
                 modern_back                     ? "CrashConsistent"
                 : type == InstanceType::kInMage ? "LatestTime"
                                                 : "Latest");
    ASSERT_EQ(accepted.status, 202) << Name(type) << accepted.body;
    EXPECT_THAT(scene.vault.ledger().effects(), SizeIs(6));
    EXPECT_EQ(scene.Status(accepted)["status"], "InProgress");
    scene.Wait(absl::Minutes(10));
    EXPECT_EQ(scene.Status(accepted)["status"], "Succeeded");
    for (int i = 1; i <= 6; ++i) {
      EXPECT_EQ(scene.vault.ItemNamed(absl::StrCat("vm-00", i)).phase,
                Phase::kCommitPending);
    }
    const Json plan = scene.GetJson(scene.PlanPath("plan-1"))["properties"];
    EXPECT_EQ(plan["currentScenarioStatus"], "Succeeded");
    EXPECT_THAT(plan["groups"], SizeIs(4));  // and Shutdown, Failover
    const Json job =
        scene.GetJson(absl::StrCat(scene.Root(), "/replicationJobs"))["value"];
    EXPECT_THAT(job, SizeIs(7));
  }
}

TEST(FakePlanTest, APlanFailsWithOneOfItsVms) {
  VaultScene scene(SixVms(InstanceType::kInMageRcm));
  scene.vault.FailNext("vm-002", Action::kUnplannedFailover, "8061", "no disk");
  const HttpResponse accepted =
      FailOver(&scene, InstanceType::kInMageRcm, "Latest");
  ASSERT_EQ(accepted.status, 202);
  scene.Wait(absl::Minutes(10));
  EXPECT_EQ(scene.Status(accepted)["status"], "Failed");
  EXPECT_EQ(scene.StateOf("vm-002"), "Protected");
  EXPECT_EQ(scene.StateOf("vm-001"),
            "UnplannedFailoverCommitPendingStatesBegin");
  // The plan takes the one along that is left, and skips the others.
  EXPECT_EQ(FailOver(&scene, InstanceType::kInMageRcm, "Latest").status, 202);
  EXPECT_EQ(scene.vault.ledger().Count("vm-002", Action::kUnplannedFailover),
            2);
  EXPECT_EQ(scene.vault.ledger().Count("vm-001", Action::kUnplannedFailover),
            1);
}

TEST(FakePlanTest, APlanIsNotReprotected) {
  VaultScene scene(SixVms(InstanceType::kInMageRcm));
  EXPECT_EQ(scene.Post(scene.PlanPath("plan-1") + "/reProtect").status, 400);
  EXPECT_EQ(scene.Post(scene.PlanPath("plan-1") + "/failoverCommit").status,
            400);
  EXPECT_EQ(scene.Post(scene.PlanPath("plan-9") + "/failoverCommit").status,
            404);
}

// The time of the point that each VM went to.
std::map<std::string, absl::Time> TimesOf(const VaultScene& scene) {
  std::map<std::string, absl::Time> times;
  for (const FakeItem& item : scene.vault.state().items) {
    times[item.name] = item.failover_point_time;
  }
  return times;
}

TEST(FakePlanTest, AMultiVmPointIsCommonToTheGroup) {
  for (const bool multi : {true, false}) {
    FakeOptions options = SixVms(InstanceType::kInMageRcm);
    // One VM misses every common point but some.
    options.grid.missed_one_in = 1;
    options.grid.history = absl::Hours(3);
    VaultScene scene(options);
    scene.Wait(absl::Hours(1));
    Json body = PlanBodyOf(InstanceType::kInMageRcm, "LatestProcessed");
    body["properties"]["providerSpecificDetails"][0]["useMultiVmSyncPoint"] =
        multi ? "true" : "false";
    const HttpResponse accepted = scene.Post(
        scene.PlanPath("plan-1") + "/unplannedFailover", body.dump());
    ASSERT_EQ(accepted.status, 202);
    scene.Wait(absl::Minutes(10));
    // Always somebody misses it, so there is no common point at all.
    EXPECT_EQ(scene.Status(accepted)["status"], multi ? "Failed" : "Succeeded");
  }
  FakeOptions options = SixVms(InstanceType::kInMageRcm);
  options.grid.missed_one_in = 2;
  VaultScene scene(options);
  Json body = PlanBodyOf(InstanceType::kInMageRcm, "LatestProcessed");
  body["properties"]["providerSpecificDetails"][0]["useMultiVmSyncPoint"] =
      "true";
  ASSERT_EQ(
      scene.Post(scene.PlanPath("plan-1") + "/unplannedFailover", body.dump())
          .status,
      202);
  scene.Wait(absl::Minutes(10));
  scene.Get(scene.PlanPath("plan-1"));
  std::map<std::string, absl::Time> times = TimesOf(scene);
  EXPECT_EQ(times["vm-001"], times["vm-003"]);
  EXPECT_EQ(times["vm-002"], times["vm-004"]);
  EXPECT_NE(times["vm-001"], times["vm-002"]);
}

TEST(FakePlanTest, AnAppConsistentFailbackTakesTheGroupsCommonPoint) {
  VaultScene scene(SixVms(InstanceType::kInMageRcmFailback));
  ASSERT_EQ(FailOver(&scene, InstanceType::kInMageRcmFailback,
                     "ApplicationConsistent")
                .status,
            202);
  scene.Wait(absl::Minutes(10));
  scene.Get(scene.PlanPath("plan-1"));
  std::map<std::string, absl::Time> times = TimesOf(scene);
  EXPECT_EQ(times["vm-001"], times["vm-003"]);
  EXPECT_EQ(times["vm-002"], times["vm-004"]);
  EXPECT_LT(times["vm-001"], scene.vault.state().options.start);
}

TEST(FakePlanTest, ACrashConsistentFailbackCapturesAPointOfItsOwn) {
  VaultScene scene(SixVms(InstanceType::kInMageRcmFailback));
  scene.Wait(absl::Minutes(3));
  ASSERT_EQ(
      FailOver(&scene, InstanceType::kInMageRcmFailback, "CrashConsistent")
          .status,
      202);
  const absl::Time asked = scene.now;
  scene.Wait(absl::Minutes(10));
  scene.Get(scene.PlanPath("plan-1"));
  for (const auto& [name, time] : TimesOf(scene)) EXPECT_EQ(time, asked);
}

TEST(FakePlanTest, PointsComeWithTimeAndStopAtTheFailover) {
  FakeOptions options = SixVms(InstanceType::kA2A);
  VaultScene scene(options);
  scene.Points("vm-005");
  const absl::Time newest = scene.vault.ItemNamed("vm-005").points.back().time;
  scene.Wait(absl::Minutes(20));
  scene.Points("vm-005");
  EXPECT_EQ(scene.vault.ItemNamed("vm-005").points.back().time,
            newest + absl::Minutes(20));
  EXPECT_GT(scene.vault.ItemNamed("vm-005").points.back().time,
            scene.now - absl::Minutes(5));
  ASSERT_EQ(
      scene
          .Post(scene.ItemPath("vm-005") + "/unplannedFailover",
                BodyOf(Action::kUnplannedFailover, InstanceType::kA2A).dump())
          .status,
      202);
  scene.Wait(absl::Hours(1));
  scene.Points("vm-005");
  // Its last point is the one that the failover made of what was pending.
  EXPECT_EQ(scene.vault.ItemNamed("vm-005").points.back().id,
            scene.vault.ItemNamed("vm-005").failover_point);
}

TEST(FakePlanTest, OldPointsAreThinnedToOneAnHour) {
  FakeOptions options = SixVms(InstanceType::kA2A);
  VaultScene scene(options);
  for (int hour = 0; hour < 30; ++hour) {
    scene.Wait(absl::Hours(1));
    scene.Points("vm-005");
  }
  const std::vector<FakePoint>& points = scene.vault.ItemNamed("vm-005").points;
  EXPECT_GE(points.size(), 44u);  // 24 of two hours, 22 of the others
  EXPECT_LE(points.size(), 48u);
  EXPECT_TRUE(std::is_sorted(
      points.begin(), points.end(),
      [](const FakePoint& a, const FakePoint& b) { return a.time < b.time; }));
  EXPECT_GE(points.front().time, scene.now - absl::Hours(24));
}

TEST(FakePlanTest, WhoAsksWhenDoesNotChangeThePoints) {
  VaultScene often(SixVms(InstanceType::kInMageRcm));
  VaultScene once(SixVms(InstanceType::kInMageRcm));
  for (int i = 0; i < 600; ++i) {
    often.Wait(absl::Minutes(3));
    often.Points("vm-001");
  }
  once.Wait(absl::Minutes(1800));
  EXPECT_EQ(often.Points("vm-001"), once.Points("vm-001"));
}

TEST(FakePlanTest, TheFlagOfAPointDoesNotProveThatAllHaveIt) {
  FakeOptions options = SixVms(InstanceType::kInMageRcm);
  options.grid.missed_one_in = 2;
  VaultScene scene(options);
  std::set<std::string> first;
  for (const Json& point : scene.Points("vm-001")) {
    first.insert(point["properties"]["recoveryPointTime"]);
  }
  int flagged_alone = 0;
  int own = 0;
  for (const Json& point : scene.Points("vm-003")) {
    const Json& properties = point["properties"];
    const bool shared = first.count(properties["recoveryPointTime"]) > 0;
    const bool flagged =
        properties["providerSpecificDetails"]["isMultiVmSyncPoint"] == "true";
    if (flagged && !shared) ++flagged_alone;
    if (!flagged) ++own;
    EXPECT_TRUE(flagged || !shared);
  }
  EXPECT_GT(flagged_alone, 0);
  EXPECT_GT(own, 0);
}

TEST(FakePlanTest, CommonPointsMayShareTheirIds) {
  for (const bool shared : {false, true}) {
    FakeOptions options = SixVms(InstanceType::kInMageRcm);
    options.grid.common_ids = shared;
    options.grid.missed_one_in = 0;
    VaultScene scene(options);
    EXPECT_EQ(
        scene.Points("vm-001")[0]["name"] == scene.Points("vm-003")[0]["name"],
        shared);
    EXPECT_EQ(scene.Points("vm-001")[0]["properties"]["recoveryPointTime"],
              scene.Points("vm-003")[0]["properties"]["recoveryPointTime"]);
  }
}

TEST(FakePlanTest, AnItemThatLeavesItsGroupIsAlone) {
  VaultScene scene(SixVms(InstanceType::kInMageRcm));
  scene.vault.Ungroup("vm-001");
  EXPECT_TRUE(scene
                  .Item("vm-001")["properties"]["providerSpecificDetails"]
                                 ["multiVmGroupName"]
                  .is_null());
  EXPECT_EQ(scene.Item("vm-003")["properties"]["providerSpecificDetails"]
                                ["multiVmGroupName"],
            "group-1");
}

}  // namespace
}  // namespace recoveryline::fake
