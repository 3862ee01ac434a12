#include "tools/sites/asr_rights.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char kItem[] =
    "/Subscriptions/s/resourceGroups/providers/providers/"
    "Microsoft.RecoveryServices/vaults/v/replicationFabrics/f/"
    "replicationProtectionContainers/c/replicationProtectedItems/i";
constexpr char kCommit[] =
    "Microsoft.RecoveryServices/vaults/replicationFabrics/"
    "replicationProtectionContainers/replicationProtectedItems/"
    "failoverCommit/action";

AsrRights RightsOf(const std::string& actions,
                   const std::string& not_actions = "") {
  return AsrRights::Of(
      {absl::StrCat(R"({"value":[{"actions":[)", actions, R"(],"notActions":[)",
                    not_actions, "]}]}")});
}

TEST(AsrRightsTest, AnOperationIsNamedAsAzureNamesIt) {
  EXPECT_EQ(OperationOf(absl::StrCat(kItem, "/failoverCommit")), kCommit);
}

TEST(AsrRightsTest, AStarStandsForAnyText) {
  EXPECT_TRUE(RightsOf(R"("*")").Allow(kCommit));
  EXPECT_TRUE(
      RightsOf(R"("microsoft.recoveryservices/VAULTS/*")").Allow(kCommit));
  EXPECT_TRUE(
      RightsOf(R"("*/replicationProtectedItems/*/action")").Allow(kCommit));
  EXPECT_TRUE(RightsOf(absl::StrCat("\"", kCommit, "\"")).Allow(kCommit));
  EXPECT_FALSE(RightsOf(R"("*/read")").Allow(kCommit));
  EXPECT_FALSE(RightsOf(R"("Microsoft.Compute/*")").Allow(kCommit));
  EXPECT_FALSE(RightsOf(R"("*/failoverCommit")").Allow(kCommit));
  EXPECT_FALSE(RightsOf("").Allow(kCommit));
}

TEST(AsrRightsTest, AnyRoleWillDoButEachTakesItsOwnBack) {
  EXPECT_FALSE(
      RightsOf(R"("*")", R"("*/failoverCommit/action")").Allow(kCommit));
  EXPECT_TRUE(
      AsrRights::Of({R"({"value":[{"actions":["*"],"notActions":["*"]},)"
                     R"({"actions":["*/failoverCommit/*"]}]})"})
          .Allow(kCommit));
}

TEST(AsrRightsTest, WhatIsNotSaidIsNotHeldAgainstAnyone) {
  EXPECT_TRUE(AsrRights().Allow(kCommit));
  // What is said in another way than expected grants nothing.
  EXPECT_FALSE(AsrRights::Of({R"({"value":[{"actions":"*"},7]})", "<html>"})
                   .Allow(kCommit));
}

TEST(AsrRightsTest, AReaderLacksAllThatAFailoverAsksFor) {
  AsrItem item;
  item.provider = AsrProvider::kInMageRcmFailback;
  item.fact.ref.text = kItem;
  v1::SiteVm vm;
  AsrRequestOptions options;
  options.reprotect["InMageRcmFailback"] = {{"processServerId", "p"},
                                            {"policyId", "/p"}};
  WriteMissingRights(RightsOf(R"("*/read")"), item, "", options, &vm);
  std::vector<std::string> rights;
  for (const v1::MissingRight& missing : vm.missing_rights()) {
    if (!missing.in_test()) rights.push_back(missing.right());
  }
  // To fail over, to commit, to reprotect and to cancel; points are not changed
  // afterwards.
  EXPECT_THAT(rights, SizeIs(4));
  EXPECT_THAT(rights, Each(HasSubstr("/replicationProtectedItems/")));
  v1::SiteVm free;
  WriteMissingRights(RightsOf(R"("*")"), item, "", options, &free);
  EXPECT_EQ(free.missing_rights_size(), 0);
}

}  // namespace
}  // namespace recoveryline
