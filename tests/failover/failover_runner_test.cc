#include "engine/failover/failover_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/failover/failover_scene.h"
#include "tests/failover/fake_site.h"

namespace recoveryline {
namespace {

using v1::FailoverPlan;
using v1::FailoverRequest;
using S = FailoverState;

// Waits as long as it takes.
Driving Willing() {
  return {.wait = [] { return true; }};
}

struct World {
  World(FailoverPlan of, uint64_t seed, const FakeSite::Chaos& chaos)
      : plan(std::move(of)), site(seed, chaos, &crashes), log(&crashes) {}

  // A process: begins the run or goes on with it, to the end or to its death.
  // The last status; OK at the end.
  absl::Status LiveOnce() {
    const Driving driving{.wait = [this] {
      crashes.Here();
      return true;
    }};
    auto runner =
        log.records().empty()
            ? FailoverRunner::Begin(plan, &site, &log, driving)
            : FailoverRunner::Resume(log.records(), &site, &log, driving);
    if (!runner.ok()) return runner.status();
    absl::Status status = (*runner)->Drive();
    while (status.ok() && (*runner)->run().state() != S::kProtected) {
      status = (*runner)->Ask(RequestOf(NextVerb((*runner)->run())));
    }
    return status;
  }

  // How often it died on the way.
  int Live() {
    for (int deaths = 0;; ++deaths) {
      try {
        const absl::Status status = LiveOnce();
        if (status.ok()) return deaths;
        // What the site cannot tell now, it can tell later.
        const bool later =
            absl::IsUnknown(status) || absl::IsUnavailable(status);
        EXPECT_TRUE(later) << status;
        if (!later) return deaths;
      } catch (const Crash&) {
        crashes.next = next_crash ? crashes.passed + next_crash() : -1;
      }
    }
  }

  // Each effect of a run without failures, once.
  void ExpectEachEffectOnce() {
    for (const v1::FailoverVm& vm : plan.vms()) {
      for (const v1::SiteCall::Action action :
           {v1::SiteCall::FAIL_OVER, v1::SiteCall::COMMIT,
            v1::SiteCall::REPROTECT}) {
        EXPECT_EQ((site.effects[{vm.vm_id(), action, vm.recovery_point_id()}]),
                  1)
            << vm.vm_id();
      }
    }
  }

  FailoverPlan plan;
  Crashes crashes;
  FakeSite site;
  MemoryLog log;
  std::function<int64_t()> next_crash;
};

TEST(FailoverRunnerTest, ARunGoesFromThePlanToProtection) {
  World world(PlanOf(4, 6), 1, {});
  EXPECT_EQ(world.Live(), 0);
  world.ExpectEachEffectOnce();
  EXPECT_EQ(world.site.descriptions, 2);
}

TEST(FailoverRunnerTest, ASiteThatIsNotReadyIsWaitedForAsLongAsIsWanted) {
  World world(PlanOf(1, 2), 1, {.not_ready = 1});
  int waits = 0;
  auto runner = FailoverRunner::Begin(world.plan, &world.site, &world.log,
                                      {.wait = [&] { return ++waits < 5; }});
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      (*runner)->Ask(RequestOf(FailoverRequest::START))));
  EXPECT_EQ(waits, 5);
  EXPECT_EQ((*runner)->run().state(), S::kFailingOver);
  EXPECT_TRUE(world.site.effects.empty());
}

TEST(FailoverRunnerTest, WhatItIsNotReadyForIsBegunAgainEverMoreSeldom) {
  World world(PlanOf(1, 1), 1, {});
  world.site.not_ready_calls = 5;
  int waits = 0;
  Driving driving{.wait = [&] { return ++waits < 100; }};
  driving.max_pause = 8;
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, driving);
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_EQ(waits, 1 + 2 + 4 + 8 + 8);
  EXPECT_TRUE((*runner)->Reasons().empty());
}

TEST(FailoverRunnerTest, TheLastReasonOfTheSiteIsTold) {
  World world(PlanOf(1, 2), 1, {.not_ready = 1});
  World silent(PlanOf(1, 2), 1, {});
  silent.site.is_away = true;
  for (World* of : {&world, &silent}) {
    int waits = 0;
    auto runner = FailoverRunner::Begin(of->plan, &of->site, &of->log,
                                        {.wait = [&] { return ++waits < 3; }});
    ASSERT_TRUE(runner.ok());
    const absl::Status late = (*runner)->Ask(RequestOf(FailoverRequest::START));
    EXPECT_TRUE(absl::IsDeadlineExceeded(late));
    EXPECT_THAT(std::string(late.message()),
                testing::HasSubstr(of == &world ? "no agent yet" : "away"));
    EXPECT_FALSE((*runner)->Reasons().empty());
  }
}

TEST(FailoverRunnerTest, WhyItIsWaitedForStandsInTheLogOnce) {
  World world(PlanOf(1, 1), 1, {});
  world.site.not_ready_calls = 3;
  int waits = 0;
  auto runner = FailoverRunner::Begin(world.plan, &world.site, &world.log,
                                      {.wait = [&] { return ++waits < 2; }});
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      (*runner)->Ask(RequestOf(FailoverRequest::START))));
  const auto delays = [&world] {
    std::vector<std::string> messages;
    for (const v1::FailoverRecord& record : world.log.records()) {
      if (record.has_delay()) messages.push_back(record.delay().message());
    }
    return messages;
  };
  EXPECT_THAT(delays(), testing::ElementsAre(testing::HasSubstr("no agent")));
  // Who looks at the log alone knows it, too, and goes on from there.
  auto again =
      FailoverRunner::Resume(world.log.records(), &world.site, &world.log,
                             {.wait = [&] { return ++waits < 100; }});
  ASSERT_TRUE(again.ok());
  EXPECT_THAT((*again)->Reasons(), testing::ElementsAre(testing::Pair(
                                       0, testing::HasSubstr("no agent"))));
  EXPECT_TRUE((*again)->Drive().ok());
  EXPECT_EQ((*again)->run().state(), S::kAwaitingCommit);
  EXPECT_TRUE((*again)->Reasons().empty());
  EXPECT_EQ(delays().size(), 1u);
}

// A site that says something else each time does not fill the log.
TEST(FailoverRunnerTest, OnlySomeReasonsAreWritten) {
  World world(PlanOf(1, 1), 1, {});
  world.site.not_ready_calls = 100;
  world.site.numbers_reasons = true;
  int waits = 0;
  Driving driving{.wait = [&] { return ++waits < 1000; }};
  driving.max_pause = 1;
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, driving);
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_GT(waits, 90);
  EXPECT_EQ(
      std::count_if(world.log.records().begin(), world.log.records().end(),
                    [](const auto& r) { return r.has_delay(); }),
      20);
}

TEST(FailoverRunnerTest, ASilentSiteIsNotAskedForEachVmAfterTheDeadline) {
  World world(PlanOf(1, 6), 1, {});
  world.site.is_away = true;
  for (auto& vm : *world.plan.mutable_vms()) vm.set_boot_group(0);
  Driving driving{.wait = [] { return false; }};
  driving.is_late = [] { return true; };
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, driving);
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      (*runner)->Ask(RequestOf(FailoverRequest::START))));
  EXPECT_EQ(world.site.effects.size(), 1u);
}

TEST(FailoverRunnerTest, WhatIsRefusedIsNotWrittenDown) {
  World world(PlanOf(1, 2), 1, {});
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, Willing());
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      (*runner)->Ask(RequestOf(FailoverRequest::COMMIT))));
  EXPECT_EQ(world.log.records().size(), 1u);
}

TEST(FailoverRunnerTest, AnotherPointThanTheChosenIsNotVerified) {
  World world(PlanOf(1, 2), 1, {});
  world.site.always_at = "point-0";
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, Willing());
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_EQ((*runner)->run().state(), S::kPartiallyFailedOver);
  EXPECT_EQ(world.log.records().back().outcome().message(),
            "the site used recovery point \"point-0\" instead of \"point-1\"");
}

TEST(FailoverRunnerTest, WhereAPointIsChosenAfterwardsItIsGoneTo) {
  World world(PlanOf(1, 2), 1, {});
  world.site.always_at = "point-0";
  for (v1::FailoverVm& vm : *world.plan.mutable_vms()) {
    vm.set_point_choice(v1::SiteVm::AFTER_FAILOVER);
  }
  world.site.point_choice = v1::SiteVm::AFTER_FAILOVER;
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, Willing());
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_EQ((*runner)->run().state(), S::kAwaitingCommit);
  // VM 0 was there already.
  EXPECT_EQ(world.site.effects.size(), 3u);
  EXPECT_EQ(
      (world.site.effects[{"vm-1", v1::SiteCall::CHANGE_POINT, "point-1"}]), 1);
}

// A VM whose change of points failed is moved once it is asked for again.
TEST(FailoverRunnerTest, AChangeOfPointsThatFailedIsTriedAgain) {
  World world(PlanOf(1, 1), 1, {});
  world.site.always_at = "elsewhere";
  world.site.refused = v1::SiteCall::CHANGE_POINT;
  world.site.point_choice = v1::SiteVm::AFTER_FAILOVER;
  world.plan.mutable_vms(0)->set_point_choice(v1::SiteVm::AFTER_FAILOVER);
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, Willing());
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_EQ((*runner)->run().state(), S::kPartiallyFailedOver);
  world.site.refused = v1::SiteCall::ACTION_UNSPECIFIED;
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_EQ((*runner)->run().state(), S::kAwaitingCommit);
  EXPECT_EQ(world.site.point_of_vm["vm-0"], "point-0");
}

TEST(FailoverRunnerTest, AGroupThatIsNotAllReprotectedIsNotWaitedFor) {
  World world(PlanOf(1, 2), 1, {});
  int waits = 0;
  auto runner = FailoverRunner::Begin(world.plan, &world.site, &world.log,
                                      {.wait = [&] { return ++waits < 100; }});
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::COMMIT)).ok());
  world.site.refused = v1::SiteCall::REPROTECT;
  world.site.refused_vm = "vm-1";
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::REPROTECT)).ok());
  EXPECT_EQ((*runner)->run().state(), S::kReprotecting);
  EXPECT_EQ(waits, 0);
  world.site.refused = v1::SiteCall::ACTION_UNSPECIFIED;
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::REPROTECT)).ok());
  EXPECT_EQ((*runner)->run().state(), S::kProtected);
}

TEST(FailoverRunnerTest, WhatPreflightFindsStopsTheWholePlan) {
  World world(PlanOf(1, 2), 1, {});
  world.plan.mutable_vms(1)->set_recovery_point_id("pruned");
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, Willing());
  ASSERT_TRUE(runner.ok());
  const absl::Status refused =
      (*runner)->Ask(RequestOf(FailoverRequest::START));
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_EQ(refused.message(),
            "VM \"vm-1\": its recovery point \"pruned\" is gone");
  EXPECT_TRUE((*runner)->preflight_report().drifted());
  EXPECT_EQ((*runner)->run().state(), S::kPlanned);
  EXPECT_TRUE(world.site.effects.empty());
}

TEST(FailoverRunnerTest, NoMoreIsUnderWayThanAllowed) {
  World world(PlanOf(2, 3), 1, {.slow = 3});
  for (v1::FailoverVm& vm : *world.plan.mutable_vms()) vm.set_boot_group(0);
  int most = 0;
  auto runner = FailoverRunner::Begin(
      world.plan, &world.site, &world.log,
      {.wait =
           [&] {
             int open = static_cast<int>(world.site.effects.size());
             for (const v1::FailoverRecord& record : world.log.records()) {
               if (record.has_outcome() &&
                   record.outcome().recovery_point_time().seconds() == 0 &&
                   record.outcome().key().find("/1") != std::string::npos) {
                 --open;
               }
             }
             most = std::max(most, open);
             return true;
           },
       .max_in_flight = 2});
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_EQ(world.site.effects.size(), 6u);
  EXPECT_GT(most, 0);
  EXPECT_LE(most, 2);
}

TEST(FailoverRunnerTest, ACommitApprovesTheDecisionThatIsCarriedOut) {
  World world(PlanOf(1, 1), 1, {});
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, Willing());
  ASSERT_TRUE(runner.ok());
  ASSERT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  FailoverRequest commit = RequestOf(FailoverRequest::COMMIT);
  commit.set_decision_digest("d2");
  EXPECT_TRUE(absl::IsInvalidArgument((*runner)->Ask(commit)));
  FailoverRequest change = RequestOf(FailoverRequest::CHANGE_POINT);
  change.add_vms()->set_vm_id("vm-0");
  change.mutable_vms(0)->set_recovery_point_id("older");
  change.set_decision_digest("d2");
  EXPECT_TRUE((*runner)->Ask(change).ok());
  EXPECT_TRUE((*runner)->Ask(commit).ok());
  EXPECT_EQ((*runner)->run().state(), S::kCommitted);
}

TEST(FailoverRunnerTest, AnActionThatHasBegunIsKnownAfterACrash) {
  World world(PlanOf(1, 1), 1, {});
  world.plan.mutable_boot_groups(0)->add_start_actions("open the firewall");
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, Willing());
  ASSERT_TRUE(runner.ok());
  EXPECT_FALSE((*runner)->BeginAction("open the firewall").ok());
  ASSERT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_EQ((*runner)->run().state(), S::kAwaitingManualAction);
  EXPECT_TRUE((*runner)->BeginAction("open the firewall").ok());
  runner = FailoverRunner::Resume(world.log.records(), &world.site, &world.log,
                                  Willing());
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE((*runner)->HasBegun("open the firewall"));
  EXPECT_FALSE((*runner)->HasBegun("another"));
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::CONTINUE)).ok());
  EXPECT_EQ((*runner)->run().state(), S::kAwaitingCommit);
}

TEST(FailoverRunnerTest, PointsAreChangedBeforeCommit) {
  World world(PlanOf(2, 1), 1, {});
  auto runner =
      FailoverRunner::Begin(world.plan, &world.site, &world.log, Willing());
  ASSERT_TRUE(runner.ok());
  ASSERT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  FailoverRequest change = RequestOf(FailoverRequest::CHANGE_POINT);
  change.add_vms()->set_vm_id("vm-1");
  change.mutable_vms(0)->set_recovery_point_id("older");
  EXPECT_TRUE((*runner)->Ask(change).ok());
  EXPECT_EQ((*runner)->run().state(), S::kAwaitingCommit);
  EXPECT_EQ((world.site.effects[{"vm-1", v1::SiteCall::CHANGE_POINT, "older"}]),
            1);
  EXPECT_EQ(world.site.point_of_vm["vm-1"], "older");
  change.mutable_vms(0)->set_vm_id("vm-7");
  EXPECT_TRUE(absl::IsFailedPrecondition((*runner)->Ask(change)));
}

TEST(FailoverRunnerTest, ALogThatMakesNoSenseIsRefused) {
  World world(PlanOf(2, 2), 1, {});
  world.Live();
  const Driving wait = Willing();
  const auto& records = world.log.records();
  ASSERT_GT(records.size(), 20u);
  EXPECT_TRUE(absl::IsDataLoss(
      FailoverRunner::Resume({}, &world.site, &world.log, wait).status()));
  // Without one of its records. That a VM has a point again is its last word:
  // without it, the run is not over.
  for (size_t missing = 0; missing + 4 < records.size(); ++missing) {
    auto some = records;
    some.erase(some.begin() + static_cast<ptrdiff_t>(missing));
    EXPECT_TRUE(absl::IsDataLoss(
        FailoverRunner::Resume(some, &world.site, &world.log, wait).status()))
        << missing;
  }
}

// --- Crashes ---

// At every log write and every call of the site, before and after.
TEST(FailoverRunnerCrashTest, ACrashAnywhereLosesNothingAndDoublesNothing) {
  int64_t points = 0;
  for (;; ++points) {
    World world(PlanOf(4, 6), 1, {});
    world.crashes.next = points;
    const int deaths = world.Live();
    world.ExpectEachEffectOnce();
    ASSERT_FALSE(testing::Test::HasFailure()) << points;
    if (deaths == 0) break;
  }
  RecordProperty("crash_points", static_cast<int>(points));
  EXPECT_GT(points, 300);
}

TEST(FailoverRunnerCrashTest, ManyCrashesAndAnUnreliableSite) {
  int64_t deaths = 0;
  for (uint64_t seed = 0; seed < 2'000; ++seed) {
    SCOPED_TRACE(seed);
    World world(PlanOf(3, 3), seed,
                {.lost_request = 5,
                 .lost_answer = 5,
                 .unreachable = 6,
                 .slow = 2,
                 .silent = 40,
                 .not_ready = 4});
    std::mt19937_64 random(seed);
    world.next_crash = [&] { return static_cast<int64_t>(random() % 80); };
    world.crashes.next = world.next_crash();
    deaths += world.Live();
    world.ExpectEachEffectOnce();
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_GT(deaths, 5'000);
}

// A thousand VMs in a hundred groups, several crashes a run. How many runs:
// RECOVERYLINE_CRASH_RUNS, or a few.
TEST(FailoverRunnerCrashTest, AThousandVmsComeThroughManyCrashes) {
  const char* wanted = std::getenv("RECOVERYLINE_CRASH_RUNS");
  const uint64_t runs = wanted == nullptr ? 20 : std::stoull(wanted);
  int64_t deaths = 0;
  for (uint64_t seed = 0; seed < runs; ++seed) {
    SCOPED_TRACE(seed);
    World world(PlanOf(100, 10), seed, {.lost_answer = 7, .slow = 4});
    std::mt19937_64 random(seed);
    world.next_crash = [&] { return static_cast<int64_t>(random() % 9'000); };
    world.crashes.next = world.next_crash();
    deaths += world.Live();
    world.ExpectEachEffectOnce();
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  RecordProperty("deaths", static_cast<int>(deaths));
  EXPECT_GT(deaths, static_cast<int64_t>(runs));
}

// What has failed is tried again under another key; its effects come once.
TEST(FailoverRunnerCrashTest, FailuresAreTriedAgain) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    World world(PlanOf(3, 2), seed, {.lost_answer = 5, .slow = 3, .fails = 9});
    std::mt19937_64 random(seed);
    world.next_crash = [&] { return static_cast<int64_t>(random() % 90); };
    world.crashes.next = world.next_crash();
    world.Live();
    for (const auto& [effect, times] : world.site.effects) {
      EXPECT_EQ(times, 1) << effect.vm;
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

}  // namespace
}  // namespace recoveryline
