// What becomes of recovery plans.

#include "tools/importers/asr_plans.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/importers/asr_bodies.h"

namespace recoveryline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

AsrImport WithPlan(const std::vector<std::string>& groups) {
  return ImportBodies({{"all.json", List({Item("web", {}), Item("db", {}),
                                          Plan("evacuate", Array(groups))})}});
}

v1::RecoveryPlan OnlyPlan(const AsrImport& import) {
  EXPECT_THAT(import.plans, SizeIs(1));
  return import.plans.empty() ? v1::RecoveryPlan() : import.plans.front();
}

TEST(AsrPlansTest, BootGroupsKeepTheirOrder) {
  const v1::RecoveryPlan plan = OnlyPlan(
      WithPlan({PlanGroup("Shutdown", {}), PlanGroup("Failover", {}),
                PlanGroup("Boot", {"web"}), PlanGroup("boot", {"db"})}));
  EXPECT_EQ(plan.id(), "evacuate");
  EXPECT_EQ(plan.display_name(), "The evacuate");
  ASSERT_EQ(plan.boot_groups_size(), 2);
  EXPECT_EQ(plan.boot_groups(0).id(), "boot-1");
  EXPECT_THAT(plan.boot_groups(0).vm_ids(), ElementsAre("web"));
  EXPECT_EQ(plan.boot_groups(1).id(), "boot-2");
  EXPECT_THAT(plan.boot_groups(1).vm_ids(), ElementsAre("db"));
}

TEST(AsrPlansTest, ActionsAreKeptByNameElseAsJson) {
  const v1::RecoveryPlan plan = OnlyPlan(WithPlan(
      {PlanGroup("Boot", {"web"},
                 {R"({"actionName": "call the pilot", "failoverTypes": []})"},
                 {R"({ "customDetails": { "instanceType": "Manual" } })",
                  R"({"actionName": ""})"})}));
  EXPECT_THAT(plan.boot_groups(0).start_actions(),
              ElementsAre("call the pilot"));
  EXPECT_THAT(plan.boot_groups(0).end_actions(),
              ElementsAre(R"({"customDetails":{"instanceType":"Manual"}})",
                          R"({"actionName":""})"));
}

TEST(AsrPlansTest, WhatAnActionCarriesIsSaidAfterItsName) {
  const v1::RecoveryPlan plan = OnlyPlan(WithPlan(
      {PlanGroup("Boot", {"web"},
                 {R"({"actionName": "man", "customDetails": {
           "instanceType": "ManualActionDetails",
           "description": "Check the switch"}})",
                  R"({"actionName": "run", "customDetails": {
           "instanceType": "ScriptActionDetails", "path": "C:\\x.ps1",
           "timeout": null}})",
                  R"({"actionName": "run", "customDetails": {
           "scriptPath": "C:\\x.ps1", "timeout": "PT5M",
           "fabricLocation": "Recovery"}})"},
                 {R"({"actionName": "run", "customDetails": {
           "instanceType": "AutomationRunbookActionDetails",
           "runbookId": "/subscriptions/0/runbooks/r"}})",
                  R"({"actionName": "new", "customDetails": {
           "instanceType": "DroneActionDetails", "count": 3}})",
                  R"({"actionName": "odd", "customDetails": ["x"]})"})}));
  EXPECT_THAT(plan.boot_groups(0).start_actions(),
              ElementsAre("man: Check the switch", R"(run: script C:\x.ps1)",
                          R"(run: script C:\x.ps1, fabric Recovery, )"
                          "timeout PT5M"));
  EXPECT_THAT(plan.boot_groups(0).end_actions(),
              ElementsAre("run: runbook /subscriptions/0/runbooks/r",
                          R"(new: count 3, instanceType "DroneActionDetails")",
                          R"(odd: ["x"])"));
}

TEST(AsrPlansTest, WhenAnActionRunsIsNoted) {
  const AsrImport import = WithPlan(
      {PlanGroup("Boot", {"web"},
                 {R"({"actionName": "man", "failoverTypes": ["TestFailover"],
           "failoverDirections": ["PrimaryToRecovery"]})"})});
  EXPECT_THAT(import.notes,
              Contains(AllOf(HasSubstr("startGroupActions[0]"),
                             HasSubstr("action \"man\""),
                             HasSubstr("failoverTypes [\"TestFailover\"]"),
                             HasSubstr("PrimaryToRecovery"))));
}

TEST(AsrPlansTest, ActionsOfShutdownAndFailoverGroupsAreEachNamed) {
  const AsrImport import = WithPlan(
      {PlanGroup("Shutdown", {}, {R"({"actionName": "drain"})"}),
       PlanGroup("Failover", {}, {R"({"actionName": "ring", "customDetails":
                                      {"description": "the bell"}})"}),
       PlanGroup("Boot", {"web"})});
  EXPECT_THAT(import.notes,
              Contains(AllOf(HasSubstr("\"drain\""), HasSubstr("Shutdown"))));
  EXPECT_THAT(import.notes, Contains(AllOf(HasSubstr("\"ring: the bell\""),
                                           HasSubstr("Failover"))));
}

TEST(AsrPlansTest, ABootGroupOfActionsAloneIsKept) {
  const v1::RecoveryPlan plan =
      OnlyPlan(WithPlan({PlanGroup("Boot", {}, {R"({"actionName": "wait"})"}),
                         PlanGroup("Boot", {"web"})}));
  ASSERT_EQ(plan.boot_groups_size(), 2);
  EXPECT_THAT(plan.boot_groups(0).vm_ids(), IsEmpty());
  EXPECT_THAT(plan.boot_groups(0).start_actions(), ElementsAre("wait"));
}

TEST(AsrPlansTest, WhatOtherGroupsHoldIsNamed) {
  const AsrImport import = WithPlan(
      {PlanGroup("Failover", {"db"}, {}, {R"({"actionName": "ring"})"}),
       PlanGroup("Boot", {"web"})});
  EXPECT_EQ(OnlyPlan(import).boot_groups_size(), 1);
  EXPECT_THAT(import.notes,
              Contains(AllOf(HasSubstr("groups[0]"), HasSubstr("\"db\""),
                             HasSubstr("Failover"))));
  EXPECT_THAT(import.notes,
              Contains(AllOf(HasSubstr("ring"), HasSubstr("not kept"))));
}

TEST(AsrPlansTest, APlanWithoutGroupsDoesNotMeanEveryMachine) {
  const AsrImport import = WithPlan({});
  const v1::RecoveryPlan plan = OnlyPlan(import);
  ASSERT_EQ(plan.boot_groups_size(), 1);
  EXPECT_THAT(plan.boot_groups(0).vm_ids(), IsEmpty());
  EXPECT_THAT(import.notes, Contains(HasSubstr("has no Boot group")));
}

TEST(AsrPlansTest, AMachineNamedTwiceKeepsItsFirstPlace) {
  const AsrImport import =
      WithPlan({PlanGroup("Boot", {"web"}), PlanGroup("Boot", {"WEB", "db"})});
  EXPECT_THAT(OnlyPlan(import).boot_groups(1).vm_ids(), ElementsAre("db"));
  EXPECT_THAT(import.notes, Contains(HasSubstr("names \"web\" again")));
}

TEST(AsrPlansTest, AMachineThatTheListingLacksIsNamedAllTheSame) {
  const AsrImport import = WithPlan({PlanGroup("Boot", {"ghost"})});
  EXPECT_THAT(OnlyPlan(import).boot_groups(0).vm_ids(), ElementsAre("ghost"));
  EXPECT_THAT(VmIdsOf(import.inventory), ElementsAre("db", "web"));
  EXPECT_THAT(import.notes, Contains(HasSubstr("which the listing lacks")));
}

TEST(AsrPlansTest, AnEntryThatIsNoIdIsNamed) {
  const AsrImport import =
      WithPlan({R"({"groupType": "Boot", "replicationProtectedItems":
           [{"virtualMachineId": "0c0c"}, {"id": "/vaults/v"}, 7]})"});
  EXPECT_THAT(OnlyPlan(import).boot_groups(0).vm_ids(), IsEmpty());
  EXPECT_THAT(import.notes, Contains(HasSubstr("0c0c")));
  EXPECT_THAT(import.notes, Contains(HasSubstr("/vaults/v")));
}

TEST(AsrPlansTest, PurposeAndPolicyStayUnset) {
  const AsrImport import = WithPlan({PlanGroup("Boot", {"web"})});
  EXPECT_EQ(OnlyPlan(import).purpose(), v1::RecoveryPlan::PURPOSE_UNSPECIFIED);
  EXPECT_FALSE(OnlyPlan(import).has_policy());
  EXPECT_THAT(import.notes, Contains(HasSubstr("FAILBACK")));
}

TEST(AsrPlansTest, TheLastStateOfAPlanCounts) {
  const AsrImport import = ImportBodies(
      {{"all.json",
        List({Plan("evacuate", Array({PlanGroup("Boot", {"web"})})),
              Plan("EVACUATE", Array({PlanGroup("Boot", {"db"})}))})}});
  EXPECT_THAT(OnlyPlan(import).boot_groups(0).vm_ids(), ElementsAre("db"));
  EXPECT_THAT(import.notes, Contains(HasSubstr("several states")));
}

TEST(AsrPlansTest, PlansStandInTheOrderOfTheirIds) {
  const AsrImport import =
      ImportBodies({{"all.json", List({Plan("b", "[]"), Plan("a", "[]")})}});
  ASSERT_EQ(import.plans.size(), 2);
  EXPECT_EQ(import.plans[0].id(), "a");
}

}  // namespace
}  // namespace recoveryline
