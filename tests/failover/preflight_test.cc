#include "engine/failover/preflight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/failover/failover_scene.h"

namespace recoveryline {
namespace {

using Finding = v1::PreflightFinding;
using testing::ElementsAre;

// A plan of one group of two VMs, with which all is well.
class PreflightTest : public testing::Test {
 protected:
  PreflightTest() : plan(PlanOf(1, 2)) {
    for (v1::FailoverVm& vm : *plan.mutable_vms()) {
      vm.set_replication_group_id("g");
      vm.set_consistency_marker("m");
      vm.mutable_capture_time()->set_seconds(100);
      vms.push_back(SiteVmOf(vm.vm_id()));
      vms.back().mutable_vm()->set_replication_group_id("g");
      vms.back().add_group_vm_ids("vm-0");
      vms.back().add_group_vm_ids("vm-1");
      Point(vms.size() - 1)->mutable_capture_time()->set_seconds(100);
    }
  }
  v1::RecoveryPoint* Point(size_t vm) {
    return vms[vm].mutable_vm()->mutable_recovery_points(0);
  }
  // What is found, as "BLOCKS POINT_GONE vm-1".
  std::vector<std::string> Found() {
    report = CheckBeforehand(plan, vms);
    std::vector<std::string> texts;
    for (const Finding& finding : report.findings()) {
      EXPECT_FALSE(finding.message().empty());
      texts.push_back(Finding::Weight_Name(finding.weight()) + " " +
                      Finding::Kind_Name(finding.kind()) + " " +
                      finding.vm_id());
    }
    return texts;
  }

  v1::FailoverPlan plan;
  std::vector<v1::SiteVm> vms;
  v1::PreflightReport report;
};

TEST_F(PreflightTest, NothingIsFoundWhereAllIsWell) {
  EXPECT_THAT(Found(), ElementsAre());
  EXPECT_TRUE(report.passed());
  EXPECT_FALSE(report.drifted());
  EXPECT_EQ(SummaryOf(report), "");
}

TEST_F(PreflightTest, APointThatIsGoneIsDrift) {
  Point(1)->set_id("other");
  EXPECT_THAT(Found(), ElementsAre("BLOCKS POINT_GONE vm-1"));
  EXPECT_FALSE(report.passed());
  EXPECT_TRUE(report.drifted());
  EXPECT_EQ(SummaryOf(report),
            "VM \"vm-1\": its recovery point \"point-1\" is gone");
}

TEST_F(PreflightTest, APointThatIsAnotherThanItWasIsDrift) {
  const std::vector<std::function<void()>> changes = {
      [&] { Point(0)->mutable_capture_time()->set_nanos(100); },
      [&] { Point(0)->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT); },
      [&] { Point(0)->set_consistency_marker("n"); }};
  for (v1::FailoverVm& vm : *plan.mutable_vms()) {
    vm.set_consistency(v1::RecoveryPoint::APPLICATION_CONSISTENT);
  }
  const auto make_sound = [&] {
    for (size_t i = 0; i < vms.size(); ++i) {
      *Point(i) = v1::RecoveryPoint();
      Point(i)->set_id(plan.vms(static_cast<int>(i)).recovery_point_id());
      Point(i)->set_consistency(v1::RecoveryPoint::APPLICATION_CONSISTENT);
      Point(i)->set_consistency_marker("m");
      Point(i)->mutable_capture_time()->set_seconds(100);
    }
  };
  make_sound();
  EXPECT_THAT(Found(), ElementsAre());
  for (const auto& change : changes) {
    make_sound();
    change();
    EXPECT_THAT(Found(), testing::Contains("BLOCKS POINT_CHANGED vm-0"));
    EXPECT_TRUE(report.drifted());
  }
}

TEST_F(PreflightTest, AGroupWithOtherVmsIsDrift) {
  vms[0].add_group_vm_ids("vm-9");
  EXPECT_THAT(Found(), ElementsAre("BLOCKS GROUP_CHANGED vm-0"));
  EXPECT_TRUE(report.drifted());
  plan.set_allow_partial(true);
  EXPECT_THAT(Found(), ElementsAre("WARNING GROUP_CHANGED vm-0"));
  EXPECT_TRUE(report.passed());
  vms[1].mutable_vm()->set_replication_group_id("h");
  EXPECT_THAT(Found(), ElementsAre("WARNING GROUP_CHANGED vm-0",
                                   "BLOCKS GROUP_CHANGED vm-1"));
}

TEST_F(PreflightTest, ANewerPointIsANote) {
  v1::RecoveryPoint* newer = vms[0].mutable_vm()->add_recovery_points();
  *newer = *Point(0);
  newer->set_id("newer");
  newer->mutable_capture_time()->set_nanos(1);
  EXPECT_THAT(Found(), ElementsAre("NOTE NEWER_POINT vm-0"));
  EXPECT_TRUE(report.passed());
}

TEST_F(PreflightTest, ReplicationIsNeededForAFailbackAlone) {
  vms[0].mutable_vm()->set_protection_state(v1::Vm::FAILED_OVER);
  EXPECT_THAT(Found(), ElementsAre("BLOCKS NOT_REPLICATING vm-0"));
  EXPECT_FALSE(report.drifted());
  plan.set_purpose(v1::RecoveryPlan::FAILOVER);
  EXPECT_THAT(Found(), ElementsAre("WARNING NOT_REPLICATING vm-0"));
  plan.set_purpose(v1::RecoveryPlan::TEST);
  EXPECT_TRUE(CheckBeforehand(plan, vms).passed());
}

TEST_F(PreflightTest, WhatStandsAgainstAVmIsListed) {
  v1::HealthError* error = vms[0].add_health_errors();
  error->set_code("78026");
  error->set_message("RPO has exceeded the threshold");
  error->set_remedy("look at the process server");
  EXPECT_THAT(Found(), ElementsAre("WARNING HEALTH vm-0"));
  EXPECT_EQ(report.findings(0).code(), "78026");
  EXPECT_EQ(report.findings(0).remedy(), "look at the process server");
  error->set_critical(true);
  vms[0].set_resynchronization_required(true);
  vms[0].set_agent_registered(false);
  vms[0].set_test_failover_uncleaned(true);
  vms[0].clear_allowed_actions();
  EXPECT_THAT(Found(), ElementsAre("BLOCKS HEALTH vm-0",
                                   "BLOCKS RESYNCHRONIZATION_REQUIRED vm-0",
                                   "BLOCKS AGENT_NOT_REGISTERED vm-0",
                                   "BLOCKS TEST_FAILOVER_UNCLEANED vm-0",
                                   "BLOCKS NOT_ALLOWED vm-0"));
  EXPECT_EQ(SummaryOf(report),
            "VM \"vm-0\": RPO has exceeded the threshold; and 4 more");
}

TEST_F(PreflightTest, ARightThatTheRunComesToIsNeededFromTheStart) {
  const auto lacks = [this](v1::SiteCall::Action action, bool in_test) {
    vms[0].clear_missing_rights();
    v1::MissingRight* missing = vms[0].add_missing_rights();
    missing->set_action(action);
    missing->set_in_test(in_test);
    missing->set_right("a/b/action");
  };
  for (const auto action : {v1::SiteCall::FAIL_OVER, v1::SiteCall::COMMIT,
                            v1::SiteCall::REPROTECT}) {
    lacks(action, false);
    EXPECT_THAT(Found(), ElementsAre("BLOCKS MISSING_RIGHT vm-0"));
    EXPECT_FALSE(report.drifted());
    EXPECT_TRUE(absl::IsPermissionDenied(StatusOf(report)));
  }
  for (const auto action : {v1::SiteCall::CANCEL, v1::SiteCall::CHANGE_POINT}) {
    lacks(action, false);
    EXPECT_THAT(Found(), ElementsAre("WARNING MISSING_RIGHT vm-0"));
    EXPECT_TRUE(StatusOf(report).ok());
  }
  // To change points is what comes next where the failover cannot be told.
  for (size_t i = 0; i < vms.size(); ++i) {
    plan.mutable_vms(static_cast<int>(i))
        ->set_point_choice(v1::SiteVm::AFTER_FAILOVER);
    vms[i].set_point_choice(v1::SiteVm::AFTER_FAILOVER);
  }
  EXPECT_THAT(Found(), ElementsAre("BLOCKS MISSING_RIGHT vm-0"));
  lacks(v1::SiteCall::CANCEL, true);
  EXPECT_THAT(Found(), ElementsAre());
  // A rehearsal has to be cleaned up.
  plan.set_purpose(v1::RecoveryPlan::TEST);
  EXPECT_THAT(Found(), ElementsAre("BLOCKS MISSING_RIGHT vm-0"));
  lacks(v1::SiteCall::COMMIT, false);
  EXPECT_THAT(Found(), ElementsAre());
}

TEST_F(PreflightTest, AVmThatTheSiteDoesNotKnowIsDrift) {
  vms[1] = v1::SiteVm();
  EXPECT_THAT(Found(), ElementsAre("BLOCKS UNKNOWN_VM vm-1"));
  EXPECT_TRUE(report.drifted());
}

TEST_F(PreflightTest, APointThatTheSiteCannotBeToldIsRefused) {
  vms[0].set_point_choice(v1::SiteVm::BY_TYPE);
  plan.mutable_vms(0)->set_point_choice(v1::SiteVm::BY_TYPE);
  EXPECT_THAT(Found(), ElementsAre("BLOCKS POINT_CANNOT_BE_CHOSEN vm-0"));
  plan.set_allow_type_only(true);
  EXPECT_THAT(Found(), ElementsAre("WARNING POINT_CANNOT_BE_CHOSEN vm-0"));
  vms[0].set_point_choice(v1::SiteVm::IMPOSSIBLE);
  EXPECT_THAT(Found(), ElementsAre("BLOCKS CAPABILITY_CHANGED vm-0",
                                   "BLOCKS POINT_CANNOT_BE_CHOSEN vm-0"));
  vms[0].set_point_choice(v1::SiteVm::BY_TYPE);
  vms[1].set_separate_start(true);
  EXPECT_THAT(Found(), ElementsAre("WARNING POINT_CANNOT_BE_CHOSEN vm-0",
                                   "BLOCKS CAPABILITY_CHANGED vm-1"));
}

TEST_F(PreflightTest, AVmWithoutPointsIsSaidToHaveNone) {
  vms[0].mutable_vm()->clear_recovery_points();
  EXPECT_THAT(Found(), ElementsAre("BLOCKS NO_RECOVERY_POINTS vm-0",
                                   "BLOCKS POINT_GONE vm-0"));
}

}  // namespace
}  // namespace recoveryline
