#include "engine/failover/failover_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/text_format.h"

namespace recoveryline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

class FailoverPlanTest : public testing::Test {
 protected:
  v1::Decision decision = Parse<v1::Decision>(R"pb(
    plan_id: "p"
    purpose: FAILBACK
    outcome: COMPLETE
    vm_selections {
      vm_id: "db-2"
      boot_group_id: "data"
      replication_group_id: "db"
      outcome: SELECTED
      recovery_point_id: "d2"
      consistency: APPLICATION_CONSISTENT
    }
    vm_selections {
      vm_id: "web"
      boot_group_id: "front"
      replication_group_id: "loose"
      outcome: SELECTED
      recovery_point_id: "w"
      process_pending_data: true
    }
    vm_selections {
      vm_id: "db-1"
      boot_group_id: "data"
      replication_group_id: "db"
      outcome: SELECTED
      recovery_point_id: "d1"
    }
    group_selections { replication_group_id: "db" consistency_marker: "m" }
  )pb");
  v1::RecoveryPlan plan = Parse<v1::RecoveryPlan>(R"pb(
    boot_groups { id: "network" start_actions: "look" end_actions: "open" }
    boot_groups { id: "data" vm_ids: "db-1" vm_ids: "db-2" }
    boot_groups {
      id: "front"
      vm_ids: "web"
      start_actions: "warm the cache"
      end_actions: "tell the customers"
    }
  )pb");
  FailoverOptions options{.run_id = "run-7", .decision_digest = "abc"};
};

TEST_F(FailoverPlanTest, EachVmThatGotAPointHasItsUnitAndBootGroup) {
  const auto made = PlanFailover(decision, &plan, options);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(IdsOf(*made), ElementsAre("db-2", "web", "db-1"));
  EXPECT_EQ(made->vms(0).unit(), made->vms(2).unit());
  EXPECT_NE(made->vms(0).unit(), made->vms(1).unit());
  EXPECT_EQ(made->vms(0).boot_group(), 1);
  EXPECT_EQ(made->vms(1).boot_group(), 2);
  EXPECT_EQ(made->vms(0).consistency_marker(), "m");
  EXPECT_EQ(made->vms(0).consistency(),
            v1::RecoveryPoint::APPLICATION_CONSISTENT);
  EXPECT_EQ(made->vms(1).replication_group_id(), "");
  EXPECT_TRUE(made->vms(1).process_pending_data());
  EXPECT_EQ(made->run_id(), "run-7");
  EXPECT_EQ(made->decision_digest(), "abc");
}

TEST_F(FailoverPlanTest, ActionsAreDueBetweenBootGroups) {
  const auto made = PlanFailover(decision, &plan, options);
  ASSERT_TRUE(made.ok());
  // The first boot group has no VMs.
  EXPECT_THAT(ActionsBefore(*made, 1), ElementsAre("look", "open"));
  EXPECT_THAT(ActionsBefore(*made, 2), ElementsAre("warm the cache"));
  EXPECT_THAT(ActionsBefore(*made, 3), ElementsAre("tell the customers"));
}

TEST_F(FailoverPlanTest, ActionsAreSkippedByName) {
  options.skip_actions = {"warm the cache"};
  auto made = PlanFailover(decision, &plan, options);
  ASSERT_TRUE(made.ok());
  EXPECT_THAT(ActionsBefore(*made, 2), IsEmpty());
  EXPECT_THAT(ActionsBefore(*made, 3), ElementsAre("tell the customers"));
  options.skip_actions = {"*"};
  made = PlanFailover(decision, &plan, options);
  ASSERT_TRUE(made.ok());
  EXPECT_THAT(ActionsBefore(*made, 3), IsEmpty());
  options.skip_actions = {"warm teh cache"};
  EXPECT_THAT(PlanFailover(decision, &plan, options).status().message(),
              HasSubstr("warm teh cache"));
}

TEST_F(FailoverPlanTest, WithoutAPlanBootGroupsAreThoseOfTheDecision) {
  const auto made = PlanFailover(decision, nullptr, options);
  ASSERT_TRUE(made.ok());
  ASSERT_EQ(made->boot_groups_size(), 2);
  EXPECT_EQ(made->boot_groups(0).id(), "data");
  plan.mutable_boot_groups(2)->set_id("other");
  EXPECT_TRUE(
      absl::IsInvalidArgument(PlanFailover(decision, &plan, options).status()));
}

TEST_F(FailoverPlanTest, ADecisionWithoutAPointForAllIsRefusedUnlessAllowed) {
  decision.mutable_vm_selections(1)->set_outcome(
      v1::VmSelection::NO_ELIGIBLE_POINT);
  decision.set_outcome(v1::Decision::PARTIAL);
  const absl::Status refused = PlanFailover(decision, &plan, options).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("\"web\""));
  options.allow_partial = true;
  const auto made = PlanFailover(decision, &plan, options);
  ASSERT_TRUE(made.ok());
  EXPECT_THAT(IdsOf(*made), ElementsAre("db-2", "db-1"));
  for (v1::VmSelection& row : *decision.mutable_vm_selections()) {
    row.set_outcome(v1::VmSelection::NO_RECOVERY_POINTS);
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(
      PlanFailover(decision, &plan, options).status()));
}

TEST_F(FailoverPlanTest, WhatNobodyHasStatedIsNotCarriedOut) {
  decision.add_warnings()->set_reason(v1::Warning::OPTION_DEFAULTED);
  EXPECT_TRUE(
      absl::IsInvalidArgument(PlanFailover(decision, &plan, options).status()));
  decision.clear_warnings();
  decision.set_outcome(v1::Decision::INVALID);
  EXPECT_TRUE(
      absl::IsInvalidArgument(PlanFailover(decision, &plan, options).status()));
}

TEST_F(FailoverPlanTest, ADecisionThatMakesNoSenseIsRefused) {
  decision.mutable_vm_selections(1)->set_vm_id("db-2");
  EXPECT_TRUE(
      absl::IsInvalidArgument(PlanFailover(decision, &plan, options).status()));
  decision.mutable_vm_selections(1)->set_vm_id("web");
  decision.mutable_vm_selections(1)->clear_recovery_point_id();
  EXPECT_TRUE(
      absl::IsInvalidArgument(PlanFailover(decision, &plan, options).status()));
}

TEST_F(FailoverPlanTest, AChangeNamesWholeUnitsThatDiffer) {
  const auto from = PlanFailover(decision, &plan, options);
  decision.mutable_vm_selections(0)->set_recovery_point_id("d2-older");
  options.decision_digest = "def";
  const auto to = PlanFailover(decision, &plan, options);
  ASSERT_TRUE(from.ok() && to.ok());
  const v1::FailoverRequest request = ChangeTo(*from, *to);
  EXPECT_EQ(request.verb(), v1::FailoverRequest::CHANGE_POINT);
  EXPECT_EQ(request.decision_digest(), "def");
  ASSERT_EQ(request.vms_size(), 2);
  EXPECT_EQ(request.vms(0).recovery_point_id(), "d2-older");
  EXPECT_EQ(request.vms(1).vm_id(), "db-1");
  EXPECT_EQ(ChangeTo(*to, *to).vms_size(), 0);
}

}  // namespace
}  // namespace recoveryline
