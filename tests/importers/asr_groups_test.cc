// Which machines share consistency points: clusters and multi-VM groups.

#include "tools/importers/asr_groups.h"

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

constexpr char kGroupId[] = "\"6F1C2D3E-0000-4000-8000-00000000000A\"";

v1::Inventory Imported(const std::vector<std::string>& values) {
  return ImportBodies({{"all.json", List(values)}}).inventory;
}

// The group of the only machine that has such details; empty for none.
std::string GroupOf(const Fields& details) {
  return Imported({Item("web", details)}).vms(0).replication_group_id();
}

TEST(AsrGroupsTest, AnIdAloneMakesNoGroup) {
  EXPECT_EQ(GroupOf({{"instanceType", "\"A2A\""},
                     {"multiVmGroupId", kGroupId},
                     {"multiVmGroupName", "\"\""},
                     {"multiVmGroupCreateOption", "\"AutoCreated\""}}),
            "");
}

TEST(AsrGroupsTest, ANameThatIsTheIdMakesNoGroup) {
  EXPECT_EQ(GroupOf({{"instanceType", "\"InMageAzureV2\""},
                     {"multiVmGroupId", kGroupId},
                     {"multiVmGroupName",
                      "\"6f1c2d3e-0000-4000-8000-00000000000a\""}}),
            "");
}

TEST(AsrGroupsTest, ANullNameMakesNoGroup) {
  EXPECT_EQ(GroupOf({{"instanceType", "\"InMageRcm\""},
                     {"multiVmGroupName", "null"}}),
            "");
  EXPECT_EQ(GroupOf({}), "");
}

TEST(AsrGroupsTest, ANameMakesAGroupKeyedByItsId) {
  EXPECT_EQ(GroupOf({{"multiVmGroupId", kGroupId},
                     {"multiVmGroupName", "\"shop\""},
                     {"multiVmGroupCreateOption", "\"UserSpecified\""}}),
            "6F1C2D3E-0000-4000-8000-00000000000A");
}

TEST(AsrGroupsTest, ANameWithoutIdIsTheKey) {
  EXPECT_EQ(GroupOf({{"multiVmGroupName", "\"shop\""}}), "shop");
}

TEST(AsrGroupsTest, AGroupThatTheUserAskedForNeedsNoName) {
  EXPECT_NE(GroupOf({{"multiVmGroupId", kGroupId},
                     {"multiVmGroupName", "\"\""},
                     {"multiVmGroupCreateOption", "\"UserSpecified\""}}),
            "");
}

TEST(AsrGroupsTest, GroupIdsIgnoreCase) {
  const v1::Inventory inventory = Imported(
      {Item("a", {{"multiVmGroupId", "\"AB\""}, {"multiVmGroupName", "\"s\""}}),
       Item("b",
            {{"multiVmGroupId", "\"ab\""}, {"multiVmGroupName", "\"s\""}})});
  ASSERT_EQ(inventory.replication_groups_size(), 1);
  EXPECT_EQ(inventory.vms(0).replication_group_id(),
            inventory.vms(1).replication_group_id());
}

TEST(AsrGroupsTest, AGroupIsOneUnitAndExpectsNobody) {
  const v1::Inventory inventory = Imported({Item(
      "a", {{"multiVmGroupId", "\"1\""}, {"multiVmGroupName", "\"shop\""}})});
  const v1::ReplicationGroup& group = inventory.replication_groups(0);
  EXPECT_TRUE(group.multi_vm_consistency());
  EXPECT_EQ(group.display_name(), "shop");
  EXPECT_THAT(group.expected_vm_ids(), IsEmpty());
}

TEST(AsrGroupsTest, AGroupOfOneIsKeptAndNoted) {
  const AsrImport import = ImportBodies(
      {{"a.json", List({Item("a", {{"multiVmGroupName", "\"shop\""}})})}});
  EXPECT_EQ(import.inventory.replication_groups_size(), 1);
  EXPECT_THAT(import.notes, Contains(HasSubstr("has one machine")));
}

TEST(AsrGroupsTest, GroupsOfTwoVaultsAreTwo) {
  const v1::Inventory inventory = Imported(
      {ItemAt(IdIn("north", "f", "c", "a"), {{"multiVmGroupName", "\"shop\""}}),
       ItemAt(IdIn("south", "f", "c", "b"),
              {{"multiVmGroupName", "\"shop\""}})});
  ASSERT_EQ(inventory.replication_groups_size(), 2);
  EXPECT_EQ(inventory.replication_groups(0).id(), "north/shop");
  EXPECT_EQ(inventory.replication_groups(1).id(), "south/shop");
}

TEST(AsrClustersTest, AClusterIsAGroupOfTheNodesOfItsPoints) {
  const v1::Inventory inventory =
      Imported({ClusterPoint("files", "p1", kNoon, {"n1", "n2"}),
                ClusterPoint("files", "p2", "2024-05-01T13:00:00Z", {"n2"})});
  ASSERT_EQ(inventory.replication_groups_size(), 1);
  const v1::ReplicationGroup& group = inventory.replication_groups(0);
  EXPECT_EQ(group.id(), "files");
  EXPECT_TRUE(group.multi_vm_consistency());
  EXPECT_THAT(group.expected_vm_ids(), ElementsAre("n1", "n2"));
  EXPECT_EQ(VmOf(inventory, "n1").replication_group_id(), "files");
}

TEST(AsrClustersTest, APointGoesToTheNodesItListsWhateverItsFlagSays) {
  const AsrImport import = ImportBodies(
      {{"c.json",
        List({ClusterPoint("files", "p1", kNoon, {"n1", "n2"}),
              ClusterPoint("files", "p2", "2024-05-01T13:00:00Z", {"n2"})})}});
  EXPECT_THAT(PointsOf(VmOf(import.inventory, "n1")),
              ElementsAre("p1@2024-05-01T12:00:00.1234567Z#p1"));
  EXPECT_THAT(PointsOf(VmOf(import.inventory, "n2")),
              ElementsAre("p1@2024-05-01T12:00:00.1234567Z#p1",
                          "p2@2024-05-01T13:00:00Z#p2"));
  EXPECT_THAT(import.notes,
              Contains(HasSubstr("1 of 2 points do not list all of its 2")));
}

TEST(AsrClustersTest, APointWithoutNodesIsNamed) {
  const AsrImport import = ImportBodies(
      {{"c.json", List({ClusterPoint("files", "p1", kNoon, {})})}});
  EXPECT_EQ(import.inventory.vms_size(), 0);
  EXPECT_THAT(import.notes,
              Contains(AllOf(HasSubstr("c.json: value[0]"), HasSubstr("\"p1\""),
                             HasSubstr("no nodes"))));
}

TEST(AsrClustersTest, AnItemThatNamesItsClusterIsANode) {
  const v1::Inventory inventory = Imported(
      {Item("n3", {{"protectionClusterId", JsonText(ClusterId("FILES"))}}),
       ClusterPoint("files", "p1", kNoon, {"n1"})});
  ASSERT_EQ(inventory.replication_groups_size(), 1);
  EXPECT_THAT(inventory.replication_groups(0).expected_vm_ids(),
              ElementsAre("n1", "n3"));
}

TEST(AsrClustersTest, TheOwnListOfAClusterSettlesItsNodes) {
  const std::string cluster = Object(
      {{"id", JsonText(ClusterId("files"))},
       {"properties",
        Object({{"clusterProtectedItemIds",
                 Array({JsonText(ItemId("n1")), JsonText(ItemId("n9"))})}})}});
  const v1::Inventory inventory =
      Imported({ClusterPoint("files", "p1", kNoon, {"n1", "left"}), cluster});
  EXPECT_THAT(inventory.replication_groups(0).expected_vm_ids(),
              ElementsAre("n1", "n9"));
  EXPECT_EQ(VmOf(inventory, "left").replication_group_id(), "");
  EXPECT_THAT(VmIdsOf(inventory), ElementsAre("left", "n1"));
}

TEST(AsrClustersTest, AClusterGoesBeforeAMultiVmGroup) {
  const AsrImport import = ImportBodies(
      {{"a.json", List({Item("n1", {{"multiVmGroupName", "\"shop\""}}),
                        ClusterPoint("files", "p1", kNoon, {"n1", "n2"})})}});
  EXPECT_EQ(VmOf(import.inventory, "n1").replication_group_id(), "files");
  EXPECT_EQ(import.inventory.replication_groups_size(), 1);
  EXPECT_THAT(import.notes, Contains(HasSubstr("\"shop\" is ignored")));
}

TEST(AsrClustersTest, AMachineOfTwoClustersIsInOne) {
  const AsrImport import = ImportBodies(
      {{"a.json", List({ClusterPoint("k1", "p1", kNoon, {"n1", "n2"}),
                        ClusterPoint("k2", "p2", kNoon, {"n2", "n3"})})}});
  EXPECT_EQ(VmOf(import.inventory, "n2").replication_group_id(), "k1");
  EXPECT_EQ(VmOf(import.inventory, "n3").replication_group_id(), "k2");
  EXPECT_THAT(import.notes, Contains(HasSubstr("in another cluster already")));
}

TEST(AsrClustersTest, AClusterPointAndTheNodesOwnReadingAreOnePoint) {
  const v1::Inventory inventory =
      Imported({Point("n1", "P1", kNoon),
                ClusterPoint("files", "p1", kNoon, {"n1", "n2"})});
  EXPECT_THAT(PointsOf(VmOf(inventory, "n1")),
              ElementsAre("P1@2024-05-01T12:00:00.1234567Z#p1"));
}

}  // namespace
}  // namespace recoveryline
