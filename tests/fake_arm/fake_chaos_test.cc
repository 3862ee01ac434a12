// What goes wrong in a fake vault: each kind of trouble by itself, and all of
// them at once, by seed.

#include "tests/fake_arm/fake_chaos.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/fake_arm/failover_bodies.h"
#include "tests/fake_arm/vault_scene.h"
#include "tests/sanitizers.h"
#include "tools/generator/random_stream.h"

namespace recoveryline::fake {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Json = nlohmann::json;

FakeOptions TwoVms() {
  FakeOptions options;
  options.blocks = {{.type = InstanceType::kInMageRcm, .vm_count = 2}};
  return options;
}

std::string FailoverBody() {
  return BodyOf(Action::kUnplannedFailover, InstanceType::kInMageRcm).dump();
}

std::string FailoverPath(VaultScene* scene) {
  return scene->ItemPath("vm-001") + "/unplannedFailover";
}

TEST(FakeChaosTest, AScriptedFaultHitsItsRequestAlone) {
  VaultScene scene(TwoVms());
  scene.vault.Script({.method = "POST",
                      .path_part = "unplannedFailover",
                      .fate = Fate::kDroppedAfter,
                      .skip = 1,
                      .times = 1});
  const std::string path = FailoverPath(&scene);
  EXPECT_EQ(scene.Get(scene.ItemPath("vm-001")).status, 200);
  const auto post = [&] {
    return scene.Send("POST", path, FailoverBody()).kind;
  };
  EXPECT_EQ(post(), FakeAnswer::kResponse);
  EXPECT_EQ(post(), FakeAnswer::kDroppedAfterEffect);
  EXPECT_EQ(post(), FakeAnswer::kResponse);
  EXPECT_EQ(scene.vault.ledger().Count("vm-001", Action::kUnplannedFailover),
            3);
}

TEST(FakeChaosTest, OnlyWhatComesAfterHasAnEffect) {
  struct Case {
    Fate fate;
    int effects;
    FakeAnswer::Kind kind;
    int status;
  };
  for (const Case& expected :
       {Case{Fate::kThrottled, 0, FakeAnswer::kResponse, 429},
        Case{Fate::kErrorBefore, 0, FakeAnswer::kResponse, 500},
        Case{Fate::kErrorAfter, 1, FakeAnswer::kResponse, 500},
        Case{Fate::kDroppedBefore, 0, FakeAnswer::kDroppedBeforeEffect, 0},
        Case{Fate::kDroppedAfter, 1, FakeAnswer::kDroppedAfterEffect, 202}}) {
    VaultScene scene(TwoVms());
    scene.vault.Script({.method = "POST", .fate = expected.fate});
    const FakeAnswer answer =
        scene.Send("POST", FailoverPath(&scene), FailoverBody());
    EXPECT_EQ(answer.kind, expected.kind) << Name(expected.fate);
    EXPECT_EQ(answer.response.status, expected.status) << Name(expected.fate);
    EXPECT_THAT(scene.vault.ledger().effects(), SizeIs(expected.effects));
    EXPECT_EQ(answer.response.headers.count("retry-after"),
              expected.status == 429 || expected.status == 202 ? 1u : 0u);
  }
}

TEST(FakeChaosTest, NamesOfFatesAreTheirOwn) {
  EXPECT_EQ(FateNamed("dropped-after"), Fate::kDroppedAfter);
  EXPECT_EQ(FateNamed("throttled"), Fate::kThrottled);
  EXPECT_EQ(FateNamed("dropped"), std::nullopt);
}

TEST(FakeChaosTest, AnEffectMayBeSeenLate) {
  FakeOptions options = TwoVms();
  options.chaos.late_to_be_seen = 1;
  VaultScene scene(options);
  const HttpResponse accepted =
      scene.Post(FailoverPath(&scene), FailoverBody());
  ASSERT_EQ(accepted.status, 202);
  const std::string jobs = scene.Root() + "/replicationJobs";
  EXPECT_THAT(scene.GetJson(jobs)["value"], IsEmpty());
  EXPECT_EQ(
      scene.Item("vm-001")["properties"]["currentScenario"]["scenarioName"],
      "None");
  EXPECT_EQ(scene.Allowed("vm-001").size(), 3u);
  // Who has its address knows.
  EXPECT_EQ(scene.Status(accepted)["status"], "InProgress");
  scene.Wait(absl::Seconds(11));
  EXPECT_THAT(scene.GetJson(jobs)["value"], SizeIs(1));
  EXPECT_EQ(
      scene.Item("vm-001")["properties"]["currentScenario"]["scenarioName"],
      "UnplannedFailover");
}

TEST(FakeChaosTest, AStatusMayGoBackOnce) {
  FakeOptions options = TwoVms();
  options.chaos.regressed_poll = 1;
  VaultScene scene(options);
  const HttpResponse accepted =
      scene.Post(FailoverPath(&scene), FailoverBody());
  scene.Wait(absl::Minutes(10));
  EXPECT_EQ(scene.Status(accepted)["status"], "Succeeded");
  EXPECT_EQ(scene.Status(accepted)["status"], "InProgress");
  EXPECT_EQ(scene.Status(accepted)["status"], "Succeeded");
  EXPECT_EQ(scene.Status(accepted)["status"], "Succeeded");
}

TEST(FakeChaosTest, APollMayRepeatWhatWasSaid) {
  FakeOptions options = TwoVms();
  options.chaos.stale_poll = 1;
  VaultScene scene(options);
  const HttpResponse accepted =
      scene.Post(FailoverPath(&scene), FailoverBody());
  EXPECT_EQ(scene.Status(accepted)["status"], "InProgress");
  scene.Wait(absl::Minutes(10));
  EXPECT_EQ(scene.Status(accepted)["status"], "InProgress");
  EXPECT_EQ(scene.StateOf("vm-001"),
            "UnplannedFailoverCommitPendingStatesBegin");
}

TEST(FakeChaosTest, ASuccessMayHaveAnError) {
  FakeOptions options = TwoVms();
  options.chaos.warned_operation = 1;
  VaultScene scene(options);
  const HttpResponse accepted =
      scene.Post(FailoverPath(&scene), FailoverBody());
  scene.Wait(absl::Minutes(10));
  const Json status = scene.Status(accepted);
  EXPECT_EQ(status["status"], "Succeeded");
  EXPECT_EQ(status["error"]["code"], "28175");
}

TEST(FakeChaosTest, AnOperationMayFailAndChangesNothing) {
  FakeOptions options = TwoVms();
  options.chaos.failed_operation = 1;
  VaultScene scene(options);
  const HttpResponse accepted =
      scene.Post(FailoverPath(&scene), FailoverBody());
  scene.Wait(absl::Minutes(10));
  EXPECT_EQ(scene.Status(accepted)["status"], "Failed");
  EXPECT_EQ(scene.StateOf("vm-001"), "Protected");
  const size_t points = scene.Points("vm-001").size();
  scene.Wait(absl::Minutes(5));
  EXPECT_GE(scene.Points("vm-001").size(), points);  // it replicates on
}

TEST(FakeChaosTest, OperationsAndAgentsMayBeSlow) {
  FakeOptions options = TwoVms();
  options.chaos.slow_operation = 1;
  options.chaos.late_agent = 1;
  VaultScene scene(options);
  const HttpResponse accepted =
      scene.Post(FailoverPath(&scene), FailoverBody());
  scene.Wait(absl::Minutes(10));
  EXPECT_EQ(scene.Status(accepted)["status"], "InProgress");
  scene.Wait(absl::Minutes(12));
  EXPECT_EQ(scene.Status(accepted)["status"], "Succeeded");
  const FakeItem& item = scene.vault.ItemNamed("vm-001");
  EXPECT_EQ(item.agent_registers - item.last_failover, absl::Minutes(28));
}

TEST(FakeChaosTest, PointsMayVanish) {
  FakeOptions options = TwoVms();
  options.chaos.pruned_point = 1;
  VaultScene scene(options);
  const auto usable = [&] {
    int count = 0;
    for (const FakeItem& item : scene.vault.state().items) {
      for (const FakePoint& point : item.points) count += point.broken ? 0 : 1;
    }
    return count;
  };
  const int before = usable();
  for (int i = 0; i < 20; ++i) scene.Get(scene.ItemPath("vm-001"));
  EXPECT_LE(usable(), before - 15);
  EXPECT_GE(usable(), before - 20);
}

TEST(FakeChaosTest, RatesAreKept) {
  FakeChaos chaos(7, ChaosRates::AtLevel(2));
  std::map<Fate, int> counts;
  constexpr int kRequests = 100'000;
  for (int i = 0; i < kRequests; ++i) ++counts[chaos.FateOf("GET", "x")];
  for (const Fate fate :
       {Fate::kThrottled, Fate::kErrorBefore, Fate::kErrorAfter,
        Fate::kDroppedBefore, Fate::kDroppedAfter}) {
    EXPECT_NEAR(counts[fate], 0.01 * kRequests, 150) << Name(fate);
  }
  FakeChaos none(7, ChaosRates::AtLevel(0));
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(none.FateOf("GET", "x"), Fate::kAnswered);
  }
}

// A client without a plan: it asks and does what comes into its head, and what
// it hears is put into one hash.
class Monkey {
 public:
  Monkey(uint64_t seed, int chaos_level)
      : random_(seed, {0x3042}), scene_(Options(seed, chaos_level)) {}

  void Step() {
    scene_.Wait(absl::Seconds(static_cast<int64_t>(random_.Below(120))));
    const size_t before = scene_.vault.ledger().effects().size();
    const FakeAnswer answer = random_.Chance(0.4) ? Act() : Look();
    const size_t begun = scene_.vault.ledger().effects().size() - before;
    const bool may =
        answer.response.status == 202 || answer.response.status == 500;
    if (answer.kind == FakeAnswer::kDroppedBeforeEffect || !may) {
      EXPECT_EQ(begun, 0u) << answer.response.body;
    }
    heard = absl::HashOf(heard, static_cast<int>(answer.kind),
                         answer.response.status, answer.response.body);
    if (answer.response.headers.count("location") > 0) {
      urls_.push_back(answer.response.headers.at("location"));
    }
    for (const FakeItem& item : scene_.vault.state().items) CheckItem(item);
  }

  const FakeLedger& ledger() const { return scene_.vault.ledger(); }

  uint64_t heard = 0;

 private:
  static FakeOptions Options(uint64_t seed, int chaos_level) {
    FakeOptions options;
    options.seed = seed;
    options.blocks.clear();
    for (const InstanceType type : kInstanceTypes) {
      options.blocks.push_back(
          {.type = type, .vm_count = 4, .group_count = 1, .lone_count = 2});
    }
    options.page_size = 5;
    options.chaos = ChaosRates::AtLevel(chaos_level);
    options.conflict_on_second_post = seed % 2 == 0;
    return options;
  }

  const FakeItem& SomeItem() {
    const auto& items = scene_.vault.state().items;
    return items[random_.Below(items.size())];
  }

  FakeAnswer Act() {
    const FakeItem& item = SomeItem();
    const Action action = kActions[random_.Below(std::size(kActions))];
    if (random_.Chance(0.2)) {
      const char* kind = item.type == InstanceType::kInMage ? "LatestTime"
                         : item.type == InstanceType::kInMageRcmFailback
                             ? "CrashConsistent"
                             : "Latest";
      return scene_.Send(
          "POST",
          absl::StrCat(PlanId(scene_.vault.state().plans[size_t(item.plan)],
                              scene_.vault.state()),
                       "/", Name(action)),
          PlanBodyOf(item.type, kind).dump());
    }
    Json body = BodyOf(action, item.type);
    body["properties"]["replicationProtectedItemName"] = item.name;
    if (action == Action::kApplyRecoveryPoint && !item.points.empty()) {
      body["properties"]["providerSpecificDetails"]["recoveryPointId"] =
          body["properties"]["recoveryPointId"] =
              PointId(item, item.points.front().id, scene_.vault.state());
    }
    const std::string target =
        action == Action::kSwitchProtection
            ? ContainerId(item.container, scene_.vault.state())
            : ItemId(item, scene_.vault.state());
    return scene_.Send("POST", absl::StrCat(target, "/", Name(action)),
                       body.dump());
  }

  FakeAnswer Look() {
    if (!urls_.empty() && random_.Chance(0.5)) {
      return scene_.Follow(urls_[random_.Below(urls_.size())]);
    }
    switch (random_.Below(4)) {
      case 0:
        return scene_.Send("GET", scene_.Root() + "/replicationJobs");
      case 1:
        return scene_.Send("GET", ItemId(SomeItem(), scene_.vault.state()) +
                                      "/recoveryPoints");
      case 2:
        return scene_.Send("GET", scene_.Root() + "/replicationRecoveryPlans");
      default:
        return scene_.Send("GET", ItemId(SomeItem(), scene_.vault.state()));
    }
  }

  static void CheckItem(const FakeItem& item) {
    EXPECT_TRUE(std::is_sorted(item.points.begin(), item.points.end(),
                               [](const FakePoint& a, const FakePoint& b) {
                                 return a.time <= b.time;
                               }))
        << item.name;
    EXPECT_LE(item.points.size(), 80u);
    EXPECT_TRUE(item.points.empty() || item.phase != Phase::kCommitted);
  }

  RandomStream random_;
  VaultScene scene_;
  std::vector<std::string> urls_;
};

TEST(FakeChaosRandomTest, TheSameSeedIsTheSameStory) {
  const int runs = kSanitizersAreOn ? 6 : 60;
  std::map<Action, int> done;
  int64_t doubled = 0;
  for (uint64_t seed = 1; seed <= static_cast<uint64_t>(runs); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Monkey one(seed, 3);
    Monkey two(seed, 3);
    Monkey other(seed + 1000, 3);
    for (int i = 0; i < 1000; ++i) {
      one.Step();
      two.Step();
      if (i < 50) other.Step();
    }
    ASSERT_EQ(one.heard, two.heard);
    EXPECT_EQ(one.ledger().ToJsonLines(), two.ledger().ToJsonLines());
    EXPECT_NE(one.heard, other.heard);
    for (const Effect& effect : one.ledger().effects()) {
      ++done[effect.action];
    }
    doubled += static_cast<int64_t>(one.ledger().Doubled().size());
    EXPECT_TRUE(seed % 2 == 1 || one.ledger().Doubled().empty());
  }
  for (const Action action : kActions) {
    // Nothing here needs a repair.
    if (action == Action::kRepairReplication) continue;
    EXPECT_GT(done[action], 0) << Name(action);
  }
  EXPECT_GT(doubled, 0);
}

TEST(FakeLedgerTest, ARowIsALineOfJson) {
  VaultScene scene(TwoVms());
  scene.Post(FailoverPath(&scene), FailoverBody());
  scene.Post(FailoverPath(&scene), FailoverBody());
  const std::string lines = scene.vault.ledger().ToJsonLines();
  ASSERT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  const Json second =
      Json::parse(lines.substr(lines.find('\n') + 1), nullptr, false);
  EXPECT_EQ(second["item"], "vm-001");
  EXPECT_EQ(second["action"], "unplannedFailover");
  EXPECT_EQ(second["doubled"], true);
  EXPECT_EQ(second["state"], "InProgress");
  EXPECT_EQ(second["recoveryPoint"].get<std::string>().size(), 36u);
}

}  // namespace
}  // namespace recoveryline::fake
