#include "tools/sites/simulated_site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

using testing::Contains;
using testing::Not;
using v1::CallReport;
using v1::SiteCall;

class SimulatedSiteTest : public testing::Test {
 protected:
  SimulatedSiteTest() {
    settings.mutable_start_time()->set_seconds(1'000'000);
    settings.mutable_call_duration()->set_seconds(30);
    settings.mutable_agent_delay()->set_seconds(14 * 60);
    settings.set_point_choice(v1::SiteVm::BY_ID);
    settings.set_can_cancel(true);
    settings.add_group_ids("g");
  }
  // Two VMs of a group, a lone one.
  void Build() {
    v1::SimulatedRecord record;
    *record.mutable_settings() = settings;
    Take(record);
    for (const char* id : {"a", "b", "c"}) {
      v1::Vm* vm = record.mutable_vm();
      *vm = v1::Vm();
      vm->set_id(id);
      if (*id != 'c') vm->set_replication_group_id("g");
      vm->set_protection_state(v1::Vm::REPLICATING);
      for (const char* point : {"old", "new"}) {
        v1::RecoveryPoint* added = vm->add_recovery_points();
        added->set_id(point);
        added->mutable_capture_time()->set_seconds(*point == 'o' ? 10 : 20);
      }
      Take(record);
    }
  }
  void Take(const v1::SimulatedRecord& record) {
    ASSERT_TRUE(site.Apply(record).ok());
    kept.push_back(record);
  }
  SiteCall Call(const std::string& vm, SiteCall::Action action,
                const std::string& point = "new") {
    SiteCall call;
    call.set_key(absl::StrCat("key-", ++keys));
    call.set_vm_id(vm);
    call.set_action(action);
    call.set_purpose(v1::RecoveryPlan::FAILBACK);
    call.set_recovery_point_id(point);
    return call;
  }
  CallReport::State StateOf(const SiteCall& call) {
    const auto report = site.Read(call);
    EXPECT_TRUE(report.ok());
    return report->state();
  }
  // Begun, and waited for.
  void Do(const SiteCall& call) {
    const absl::Status begun = site.Begin(call);
    ASSERT_TRUE(begun.ok()) << begun;
    EXPECT_EQ(StateOf(call), CallReport::RUNNING);
    site.Sleep(absl::Seconds(30));
    EXPECT_EQ(StateOf(call), CallReport::DONE);
  }
  v1::SiteVm Described(const std::string& vm) {
    return site.Describe({vm}).value()[0];
  }

  v1::SimulatedSettings settings;
  std::vector<v1::SimulatedRecord> kept;
  SimulatedSite site{[this](const v1::SimulatedRecord& record) {
    kept.push_back(record);
    return absl::OkStatus();
  }};
  int keys = 0;
};

TEST_F(SimulatedSiteTest, AVmGoesToItsPointAndComesUp) {
  Build();
  Do(Call("a", SiteCall::FAIL_OVER, "old"));
  const SiteCall verify = Call("a", SiteCall::VERIFY);
  EXPECT_EQ(StateOf(verify), CallReport::RUNNING);
  site.Sleep(absl::Seconds(20));
  const CallReport report = site.Read(verify).value();
  EXPECT_EQ(report.state(), CallReport::DONE);
  EXPECT_TRUE(report.vm_up());
  EXPECT_TRUE(report.source_off());
  EXPECT_EQ(report.recovery_point_id(), "old");
  EXPECT_EQ(report.recovery_point_time().seconds(), 10);
  Do(Call("a", SiteCall::CHANGE_POINT, "new"));
  EXPECT_EQ(site.Read(verify)->recovery_point_id(), "new");
}

TEST_F(SimulatedSiteTest, AKeyHasOneEffect) {
  Build();
  const SiteCall call = Call("a", SiteCall::FAIL_OVER);
  EXPECT_EQ(StateOf(call), CallReport::NOT_BEGUN);
  EXPECT_TRUE(site.Begin(call).ok());
  EXPECT_TRUE(site.Begin(call).ok());
  EXPECT_EQ((site.effects().at({"a", SiteCall::FAIL_OVER})), 1);
  site.Sleep(absl::Minutes(1));
  EXPECT_TRUE(
      absl::IsInvalidArgument(site.Begin(Call("a", SiteCall::FAIL_OVER))));
}

TEST_F(SimulatedSiteTest, APointThatIsGoneIsRefused) {
  Build();
  EXPECT_TRUE(
      absl::IsNotFound(site.Begin(Call("a", SiteCall::FAIL_OVER, "pruned"))));
  EXPECT_TRUE(absl::IsNotFound(site.Begin(Call("z", SiteCall::FAIL_OVER))));
}

TEST_F(SimulatedSiteTest, AnAgentRegistersFourteenMinutesAfterTheCommit) {
  Build();
  Do(Call("c", SiteCall::FAIL_OVER));
  Do(Call("c", SiteCall::COMMIT));
  EXPECT_EQ(Described("c").vm().recovery_points_size(), 0);
  const SiteCall reprotect = Call("c", SiteCall::REPROTECT);
  EXPECT_FALSE(Described("c").agent_registered());
  EXPECT_TRUE(absl::IsFailedPrecondition(site.Begin(reprotect)));
  site.Sleep(absl::Minutes(14) - absl::Seconds(1));
  EXPECT_TRUE(absl::IsFailedPrecondition(site.Begin(reprotect)));
  site.Sleep(absl::Seconds(1));
  EXPECT_TRUE(Described("c").agent_registered());
  Do(reprotect);
  site.Sleep(absl::Minutes(5));
  EXPECT_EQ(Described("c").vm().recovery_points_size(), 1);
  EXPECT_EQ(Described("c").vm().protection_state(), v1::Vm::REPLICATING);
}

TEST_F(SimulatedSiteTest, AGroupHasCommonPointsOnceAllOfItAreProtected) {
  Build();
  for (const char* id : {"a", "b"}) {
    Do(Call(id, SiteCall::FAIL_OVER));
    Do(Call(id, SiteCall::COMMIT));
  }
  site.Sleep(absl::Minutes(14));
  Do(Call("a", SiteCall::REPROTECT));
  site.Sleep(absl::Minutes(11));
  EXPECT_EQ(Described("a").vm().recovery_points_size(), 0);
  Do(Call("b", SiteCall::REPROTECT));
  site.Sleep(absl::Minutes(11));
  const v1::Vm a = Described("a").vm();
  const v1::Vm b = Described("b").vm();
  ASSERT_GE(a.recovery_points_size(), 2);
  EXPECT_EQ(a.recovery_points(0).consistency_marker(),
            b.recovery_points(0).consistency_marker());
}

TEST_F(SimulatedSiteTest, ARehearsalLeavesTheSourceAndIsCleanedUp) {
  Build();
  SiteCall call = Call("a", SiteCall::FAIL_OVER);
  call.set_purpose(v1::RecoveryPlan::TEST);
  Do(call);
  site.Sleep(absl::Minutes(1));
  EXPECT_TRUE(Described("a").test_failover_uncleaned());
  EXPECT_FALSE(site.Read(Call("a", SiteCall::VERIFY))->source_off());
  EXPECT_THAT(Described("a").allowed_actions(),
              Not(Contains(SiteCall::COMMIT)));
  Do(Call("a", SiteCall::CANCEL));
  EXPECT_FALSE(Described("a").test_failover_uncleaned());
  EXPECT_EQ(Described("a").vm().recovery_points_size(), 2);
}

TEST_F(SimulatedSiteTest, AQuiescedSourceGetsAPointAfterwards) {
  Build();
  Do(Call("c", SiteCall::QUIESCE));
  const absl::Time since = site.Now();
  site.Sleep(absl::Minutes(6));
  const v1::Vm vm = Described("c").vm();
  ASSERT_EQ(vm.recovery_points_size(), 3);
  EXPECT_GE(vm.recovery_points(2).capture_time().seconds(),
            absl::ToUnixSeconds(since));
}

TEST_F(SimulatedSiteTest, WhereStartIsSeparateAVmIsUpOnceItIsStarted) {
  settings.set_separate_start(true);
  Build();
  Do(Call("a", SiteCall::FAIL_OVER));
  site.Sleep(absl::Minutes(1));
  EXPECT_FALSE(site.Read(Call("a", SiteCall::VERIFY))->vm_up());
  Do(Call("a", SiteCall::START));
  site.Sleep(absl::Minutes(1));
  EXPECT_TRUE(site.Read(Call("a", SiteCall::VERIFY))->vm_up());
}

TEST_F(SimulatedSiteTest, WhatItIsFollowsFromItsRecords) {
  Build();
  const SiteCall call = Call("a", SiteCall::FAIL_OVER);
  ASSERT_TRUE(site.Begin(call).ok());
  site.Sleep(absl::Seconds(10));
  SimulatedSite again;
  for (const v1::SimulatedRecord& record : kept) {
    ASSERT_TRUE(again.Apply(record).ok());
  }
  EXPECT_EQ(again.Now(), site.Now());
  EXPECT_EQ(again.effects(), site.effects());
  EXPECT_EQ(again.Read(call)->state(), CallReport::RUNNING);
  EXPECT_EQ(again.Describe({"a"})->at(0).SerializeAsString(),
            Described("a").SerializeAsString());
}

TEST_F(SimulatedSiteTest, AnEffectThatCannotBeKeptIsNone) {
  Build();
  SimulatedSite full([](const v1::SimulatedRecord&) {
    return absl::ResourceExhaustedError("the disk is full");
  });
  for (const v1::SimulatedRecord& record : kept) {
    ASSERT_TRUE(full.Apply(record).ok());
  }
  EXPECT_TRUE(absl::IsUnavailable(full.Begin(Call("a", SiteCall::FAIL_OVER))));
  EXPECT_TRUE(full.effects().empty());
  // Whether it is kept is open, so that nothing is said of it.
  EXPECT_TRUE(absl::IsResourceExhausted(
      full.Read(Call("a", SiteCall::FAIL_OVER)).status()));
  full.Sleep(absl::Seconds(1));
  EXPECT_TRUE(absl::IsResourceExhausted(full.kept()));
}

TEST_F(SimulatedSiteTest, FaultsComeByTheSeed) {
  settings.set_lost_request(3);
  settings.set_lost_answer(3);
  settings.set_fails(4);
  Build();
  const auto run = [&](uint64_t seed) {
    SimulatedSite faulty;
    v1::SimulatedRecord record = kept[0];
    record.mutable_settings()->set_seed(seed);
    EXPECT_TRUE(faulty.Apply(record).ok());
    std::string told;
    for (int i = 0; i < 300; ++i) {
      record = kept[3];
      record.mutable_vm()->set_id(absl::StrCat("vm-", i));
      EXPECT_TRUE(faulty.Apply(record).ok());
      SiteCall call = Call(record.vm().id(), SiteCall::FAIL_OVER);
      call.set_key(absl::StrCat("key-", i));
      const bool answered = faulty.Begin(call).ok();
      faulty.Sleep(absl::Seconds(31));
      const CallReport::State state = faulty.Read(call)->state();
      told += answered ? "" : "lost ";
      told += CallReport::State_Name(state) + "\n";
      // What does not arrive is not answered.
      EXPECT_FALSE(answered && state == CallReport::NOT_BEGUN);
    }
    return told;
  };
  const std::string told = run(7);
  EXPECT_EQ(told, run(7));
  EXPECT_NE(told, run(8));
  for (const char* each :
       {"\nDONE", "lost DONE", "\nFAILED", "lost NOT_BEGUN"}) {
    EXPECT_THAT(told, testing::HasSubstr(each));
  }
}

}  // namespace
}  // namespace recoveryline
