#include "tools/sites/asr_recovery_plans.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

using ::testing::ElementsAre;

AsrRecoveryPlan Plan(const std::string& id, const AsrItemSet& items,
                     bool runs_actions = false) {
  AsrRecoveryPlan plan{.id = id, .items = {}, .runs_actions = runs_actions};
  for (const std::string& item : items) plan.items[item] = item;
  return plan;
}

// "ITEM PLAN" for each item that goes through a plan.
std::vector<std::string> Choice(const std::vector<AsrRecoveryPlan>& plans,
                                const std::vector<AsrItemSet>& groups,
                                const AsrItemSet& run) {
  std::vector<std::string> texts;
  for (const auto& [item, plan] : ChoosePlans(plans, groups, run)) {
    texts.push_back(item + " " + plan->id);
  }
  return texts;
}

TEST(AsrRecoveryPlansTest, TheSmallestPlanOfAGroupIsTaken) {
  EXPECT_THAT(Choice({Plan("p", {"a", "b", "c"}), Plan("q", {"a", "b"})},
                     {{"a", "b"}}, {"a", "b", "c"}),
              ElementsAre("a q", "b q"));
}

TEST(AsrRecoveryPlansTest, WhoIsInAPlanThatIsTakenGoesThroughIt) {
  EXPECT_THAT(
      Choice({Plan("p", {"a", "b", "c"})}, {{"a", "b"}}, {"a", "b", "c", "d"}),
      ElementsAre("a p", "b p", "c p"));
}

TEST(AsrRecoveryPlansTest, APlanOfOtherVmsOrWithActionsIsNotTaken) {
  EXPECT_THAT(Choice({Plan("p", {"a", "b", "c"})}, {{"a", "b"}}, {"a", "b"}),
              ElementsAre());
  EXPECT_THAT(Choice({Plan("p", {"a", "b"}, true)}, {{"a", "b"}}, {"a", "b"}),
              ElementsAre());
  EXPECT_THAT(Choice({Plan("p", {"a", "b"})}, {}, {"a", "b"}), ElementsAre());
}

TEST(AsrRecoveryPlansTest, PlansThatAreTakenShareNoVm) {
  // The one for {c, d} holds b, who goes through another one.
  EXPECT_THAT(Choice({Plan("p", {"a", "b"}), Plan("q", {"b", "c", "d"})},
                     {{"a", "b"}, {"c", "d"}}, {"a", "b", "c", "d"}),
              ElementsAre("a p", "b p"));
  EXPECT_THAT(Choice({Plan("p", {"a", "b", "c", "d"})},
                     {{"a", "b"}, {"c", "d"}}, {"a", "b", "c", "d"}),
              ElementsAre("a p", "b p", "c p", "d p"));
}

TEST(AsrRecoveryPlansTest, HostilePagesHoldNoPlans) {
  EXPECT_TRUE(ReadRecoveryPlans({"", "{", "[]", R"({"value":7})",
                                 R"({"value":[7,{},{"id":"/a/b"}]})"})
                  .empty());
  const auto plans = ReadRecoveryPlans(
      {R"({"value":[{"id":"/subscriptions/s/resourceGroups/g/providers/)"
       R"(Microsoft.RecoveryServices/vaults/v/replicationRecoveryPlans/P",)"
       R"("properties":{"groups":[7,{"replicationProtectedItems":[7,)"
       R"({"id":"/X"}],"startGroupActions":[]}]}}]})"});
  ASSERT_EQ(plans.size(), 1u);
  EXPECT_EQ(PlanNamed(plans, "p"), &plans[0]);
  EXPECT_FALSE(plans[0].runs_actions);
  EXPECT_EQ(plans[0].items.at("/x"), "/X");
}

}  // namespace
}  // namespace recoveryline
