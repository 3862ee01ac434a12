#include "engine/failover/failover_runner.h"

#include <gtest/gtest.h>

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

struct World {
  World(FailoverPlan of, uint64_t seed, const FakeSite::Chaos& chaos)
      : plan(std::move(of)), site(seed, chaos, &crashes), log(&crashes) {}

  // A process: begins the run or goes on with it, to the end or to its death.
  // The last status; OK at the end.
  absl::Status LiveOnce() {
    const WaitForSite wait = [this] {
      crashes.Here();
      return true;
    };
    auto runner =
        log.records().empty()
            ? FailoverRunner::Begin(plan, &site, &log, wait)
            : FailoverRunner::Resume(log.records(), &site, &log, wait);
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
        EXPECT_TRUE(absl::IsUnknown(status)) << status;
        if (!absl::IsUnknown(status)) return deaths;
      } catch (const Crash&) {
        crashes.next = next_crash ? crashes.passed + next_crash() : -1;
      }
    }
  }

  // Each effect of a run without failures, once.
  void ExpectEachEffectOnce() {
    for (const v1::FailoverVm& vm : plan.vms()) {
      for (const VmAction action :
           {VmAction::kFailOver, VmAction::kCommit, VmAction::kReprotect}) {
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
  EXPECT_EQ(world.site.preflights, 1);
}

TEST(FailoverRunnerTest, ASiteThatIsNotReadyIsWaitedForAsLongAsIsWanted) {
  World world(PlanOf(1, 2), 1, {.not_ready = 1});
  int waits = 0;
  auto runner = FailoverRunner::Begin(world.plan, &world.site, &world.log,
                                      [&] { return ++waits < 5; });
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      (*runner)->Ask(RequestOf(FailoverRequest::START))));
  EXPECT_EQ(waits, 5);
  EXPECT_EQ((*runner)->run().state(), S::kFailingOver);
  EXPECT_TRUE(world.site.effects.empty());
}

TEST(FailoverRunnerTest, WhatIsRefusedIsNotWrittenDown) {
  World world(PlanOf(1, 2), 1, {});
  auto runner = FailoverRunner::Begin(world.plan, &world.site, &world.log,
                                      [] { return true; });
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      (*runner)->Ask(RequestOf(FailoverRequest::COMMIT))));
  EXPECT_EQ(world.log.records().size(), 1u);
}

TEST(FailoverRunnerTest, AnotherPointThanTheChosenIsNotVerified) {
  World world(PlanOf(1, 2), 1, {});
  auto runner = FailoverRunner::Begin(world.plan, &world.site, &world.log,
                                      [] { return true; });
  ASSERT_TRUE(runner.ok());
  class Careless final : public RecoverySite {
   public:
    absl::Status Preflight(absl::Span<const SiteCall>) override {
      return absl::OkStatus();
    }
    absl::Status Begin(const SiteCall&) override { return absl::OkStatus(); }
    absl::StatusOr<CallReport> Read(const SiteCall&) override {
      return CallReport{.state = CallState::kDone,
                        .recovery_point_id = "point-0"};
    }
  } site;
  runner = FailoverRunner::Resume(world.log.records(), &site, &world.log,
                                  [] { return true; });
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_EQ((*runner)->run().state(), S::kPartiallyFailedOver);
  EXPECT_EQ(world.log.records().back().outcome().message(),
            "the site used recovery point \"point-0\" instead of \"point-1\"");
}

// Rights that are missing, say, are no end of anything.
TEST(FailoverRunnerTest, AWatchThatCannotBeginIsNoOutcome) {
  World world(PlanOf(1, 2), 1, {});
  class Strict final : public RecoverySite {
   public:
    absl::Status Preflight(absl::Span<const SiteCall>) override {
      return absl::OkStatus();
    }
    absl::Status Begin(const SiteCall& call) override {
      return call.action == VmAction::kWatch && strict
                 ? absl::PermissionDeniedError("no reader's rights")
                 : absl::OkStatus();
    }
    absl::StatusOr<CallReport> Read(const SiteCall& call) override {
      return CallReport{.state = CallState::kDone,
                        .recovery_point_id = call.recovery_point_id};
    }
    bool strict = true;
  } site;
  const WaitForSite wait = [] { return true; };
  auto runner = FailoverRunner::Begin(world.plan, &site, &world.log, wait);
  ASSERT_TRUE(runner.ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  EXPECT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::COMMIT)).ok());
  EXPECT_TRUE(absl::IsPermissionDenied(
      (*runner)->Ask(RequestOf(FailoverRequest::REPROTECT))));
  EXPECT_EQ((*runner)->run().state(), S::kReprotected);
  runner = FailoverRunner::Resume(world.log.records(), &site, &world.log, wait);
  ASSERT_TRUE(runner.ok());
  site.strict = false;
  EXPECT_TRUE((*runner)->Drive().ok());
  EXPECT_EQ((*runner)->run().state(), S::kProtected);
}

TEST(FailoverRunnerTest, PointsAreChangedBeforeCommit) {
  World world(PlanOf(2, 1), 1, {});
  auto runner = FailoverRunner::Begin(world.plan, &world.site, &world.log,
                                      [] { return true; });
  ASSERT_TRUE(runner.ok());
  ASSERT_TRUE((*runner)->Ask(RequestOf(FailoverRequest::START)).ok());
  FailoverRequest change = RequestOf(FailoverRequest::CHANGE_POINT);
  change.add_vms()->set_vm_id("vm-1");
  change.mutable_vms(0)->set_recovery_point_id("older");
  EXPECT_TRUE((*runner)->Ask(change).ok());
  EXPECT_EQ((*runner)->run().state(), S::kAwaitingCommit);
  EXPECT_EQ((world.site.effects[{"vm-1", VmAction::kChangePoint, "older"}]), 1);
  EXPECT_EQ(world.site.point_of_vm["vm-1"], "older");
  change.mutable_vms(0)->set_vm_id("vm-7");
  EXPECT_TRUE(absl::IsFailedPrecondition((*runner)->Ask(change)));
}

TEST(FailoverRunnerTest, ALogThatMakesNoSenseIsRefused) {
  World world(PlanOf(2, 2), 1, {});
  world.Live();
  const WaitForSite wait = [] { return true; };
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
  EXPECT_GT(points, 400);
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
      // A VM whose verification failed is failed over again.
      if (effect.action == VmAction::kCommit ||
          effect.action == VmAction::kReprotect) {
        EXPECT_EQ(times, 1) << effect.vm;
      }
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
}

}  // namespace
}  // namespace recoveryline
