#include "engine/failover/site_verdicts.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/failover/failover_scene.h"

namespace recoveryline {
namespace {

class WhyUnverifiedTest : public testing::Test {
 protected:
  WhyUnverifiedTest() : plan(PlanOf(1, 1)) {
    vm().mutable_capture_time()->set_seconds(100);
    report.set_vm_up(true);
    report.set_source_off(true);
    report.set_recovery_point_id("point-0");
  }
  v1::FailoverVm& vm() { return *plan.mutable_vms(0); }
  std::string Why() { return WhyUnverified(plan, vm(), report); }

  v1::FailoverPlan plan;
  v1::CallReport report;
};

TEST_F(WhyUnverifiedTest, AllThatIsAskedIsEnough) { EXPECT_EQ(Why(), ""); }

TEST_F(WhyUnverifiedTest, AVmThatIsNotSaidToRunIsNotVerified) {
  report.set_vm_up(false);
  EXPECT_EQ(Why(), "it does not run");
  report.clear_vm_up();
  EXPECT_EQ(Why(), "the site does not say that it runs");
}

TEST_F(WhyUnverifiedTest, ASourceThatRunsIsAllowedInARehearsalAlone) {
  report.set_source_off(false);
  EXPECT_EQ(Why(), "its source is not shut down");
  plan.set_source_fenced_by("the firewall");
  EXPECT_EQ(Why(), "its source is not shut down");  // of a failback
  plan.set_purpose(v1::RecoveryPlan::FAILOVER);
  EXPECT_EQ(Why(), "");
  plan.clear_source_fenced_by();
  EXPECT_EQ(Why(), "its source is not shut down");
  report.clear_source_off();
  EXPECT_EQ(Why(), "the site does not say that its source is shut down");
  plan.set_purpose(v1::RecoveryPlan::TEST);
  EXPECT_EQ(Why(), "");
}

TEST_F(WhyUnverifiedTest, PendingDataMayCarryPastTheChosenPoint) {
  report.set_recovery_point_id("newer");
  report.mutable_recovery_point_time()->set_seconds(100);
  EXPECT_EQ(Why(),
            "the site used recovery point \"newer\" instead of \"point-0\"");
  vm().set_process_pending_data(true);
  EXPECT_EQ(Why(), "");
  report.mutable_recovery_point_time()->set_seconds(99);
  EXPECT_EQ(Why(),
            "the site does not say that it used \"point-0\" or a later point");
  report.clear_recovery_point_time();
  EXPECT_NE(Why(), "");
}

TEST_F(WhyUnverifiedTest, AKindOfPointIsEnoughWhereItWasAllowed) {
  report.set_recovery_point_id("another");
  plan.set_allow_type_only(true);
  EXPECT_NE(Why(), "");
  vm().set_point_choice(v1::SiteVm::BY_TYPE);
  EXPECT_EQ(Why(), "");
  plan.set_allow_type_only(false);
  EXPECT_NE(Why(), "");
}

TEST(HavePointsAgainTest, EachVmHasOneAndAGroupACommonOne) {
  v1::SiteVm a = SiteVmOf("vm-0");
  v1::SiteVm b = SiteVmOf("vm-1");
  EXPECT_TRUE(HavePointsAgain({&a}));
  EXPECT_TRUE(HavePointsAgain({&a, &b}));
  b.mutable_vm()->mutable_recovery_points(0)->set_consistency_marker("n");
  EXPECT_FALSE(HavePointsAgain({&a, &b}));
  b.mutable_vm()->add_recovery_points()->set_consistency_marker("m");
  EXPECT_TRUE(HavePointsAgain({&a, &b}));
  a.mutable_vm()->mutable_recovery_points(0)->clear_consistency_marker();
  b.mutable_vm()->mutable_recovery_points(0)->clear_consistency_marker();
  EXPECT_FALSE(HavePointsAgain({&a, &b}));
  a.mutable_vm()->clear_recovery_points();
  EXPECT_FALSE(HavePointsAgain({&a}));
}

}  // namespace
}  // namespace recoveryline
