// Which points of an earlier inventory a further listing ends, and which of
// its points become shared: whole imports, one added to another.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/importers/asr_bodies.h"

namespace recoveryline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr char kOne[] = "2024-05-01T13:00:00Z";
constexpr char kTwo[] = "2024-05-01T14:00:00Z";
constexpr char kTimeOne[] = "time:2024-05-01T13:00:00Z";

const Fields kFlagged = {{"isMultiVmSyncPoint", "\"true\""}};
const Fields kShop = {{"multiVmGroupName", "\"shop\""}};

// A listing of one page for each of `lists`.
AsrImport Imported(const std::vector<std::string>& lists,
                   const AsrImportOptions& options = {}) {
  std::map<std::string, std::string> bodies;
  for (const std::string& list : lists) {
    bodies[absl::StrCat(bodies.size(), ".json")] = list;
  }
  return ImportBodies(bodies, options);
}

AsrImport Added(const AsrImport& earlier, const std::vector<std::string>& lists,
                SharedPointBy by = SharedPointBy::kTime) {
  AsrImportOptions options;
  options.earlier = &earlier.inventory;
  options.shared_point_by = by;
  return Imported(lists, options);
}

// The points of a machine that have no end.
std::vector<std::string> Living(const AsrImport& import,
                                absl::string_view vm_id) {
  std::vector<std::string> ids;
  const v1::Vm vm = VmOf(import.inventory, vm_id);
  for (const v1::RecoveryPoint& point : vm.recovery_points()) {
    if (!point.has_expire_time()) ids.push_back(point.id());
  }
  return ids;
}

std::vector<std::string> MarkersOf(const AsrImport& import,
                                   absl::string_view vm_id) {
  std::vector<std::string> markers;
  const v1::Vm vm = VmOf(import.inventory, vm_id);
  for (const v1::RecoveryPoint& point : vm.recovery_points()) {
    markers.push_back(point.consistency_marker());
  }
  return markers;
}

std::string ClusterBody(const std::vector<std::string>& nodes) {
  std::vector<std::string> ids;
  for (const std::string& node : nodes) ids.push_back(JsonText(ItemId(node)));
  return Object(
      {{"id", JsonText(ClusterId("files"))},
       {"properties", Object({{"clusterProtectedItemIds", Array(ids)}})}});
}

TEST(AsrMergeTest, AWholeListEndsWhatItLacks) {
  const AsrImport earlier = Imported({List({Point("a", "p1", kNoon)})});
  const AsrImport import = Added(earlier, {List({Point("a", "p2", kOne)})});
  EXPECT_THAT(Living(import, "a"), ElementsAre("p2"));
}

TEST(AsrMergeTest, AnOpenListEndsNothing) {
  const AsrImport earlier = Imported(
      {List({Point("a", "p1", kNoon)}), List({Point("b", "q1", kNoon)})});
  const AsrImport import =
      Added(earlier, {List({Point("a", "p2", kOne)}, "https://n?page=2"),
                      List({Point("b", "q2", kOne)})});
  EXPECT_THAT(Living(import, "a"), ElementsAre("p1", "p2"));
  EXPECT_THAT(Living(import, "b"), ElementsAre("q2"));
  EXPECT_THAT(import.notes, Contains(AllOf(HasSubstr("\"a\": 1 points"),
                                           HasSubstr("incomplete"))));
}

TEST(AsrMergeTest, AnOpenPageOfSeveralListsEndsNothingInAny) {
  const AsrImport earlier = Imported(
      {List({Point("a", "p1", kNoon)}), List({Point("b", "q1", kNoon)})});
  const AsrImport import = Added(
      earlier, {List({Point("a", "p2", kOne), Point("b", "q2", kOne)}, "n")});
  EXPECT_THAT(Living(import, "a"), ElementsAre("p1", "p2"));
  EXPECT_THAT(Living(import, "b"), ElementsAre("q1", "q2"));
}

TEST(AsrMergeTest, APointByItselfIsNoList) {
  const AsrImport earlier = Imported({List({Point("a", "p1", kNoon)})});
  const AsrImport import = Added(earlier, {Point("a", "p2", kOne)});
  EXPECT_THAT(Living(import, "a"), ElementsAre("p1", "p2"));
  EXPECT_THAT(import.notes, Contains(HasSubstr("that the listing lacks")));
}

TEST(AsrMergeTest, AListWithAStrayEndsNothing) {
  const AsrImport earlier = Imported({List({Point("a", "p1", kNoon)})});
  const std::string stray = absl::StrReplaceAll(
      Point("a", "p1", kNoon),
      {{"/Subscriptions/", "/"}, {"/recoveryPoints/", "/"}});
  for (const std::string& other : {stray, std::string("7")}) {
    const AsrImport import =
        Added(earlier, {List({Point("a", "p2", kOne), other})});
    EXPECT_THAT(Living(import, "a"), ElementsAre("p1", "p2")) << other;
  }
}

TEST(AsrMergeTest, AnUnreadablePointIsStillListed) {
  const AsrImport earlier =
      Imported({List({Point("a", "p0", kNoon), Point("a", "p1", kNoon)})});
  const AsrImport import = Added(
      earlier, {List({Point("a", "P1", "soon"), Point("a", "p2", kOne)})});
  EXPECT_THAT(Living(import, "a"), ElementsAre("p1", "p2"));
  EXPECT_THAT(import.notes, Contains(HasSubstr("1 points are listed but")));
}

TEST(AsrMergeTest, APointWithoutPropertiesIsStillListed) {
  const AsrImport earlier = Imported({List({Point("a", "p1", kNoon)})});
  const std::string bare = Object(
      {{"id", JsonText(absl::StrCat(ItemId("a"), "/recoveryPoints/p1"))}});
  const AsrImport import =
      Added(earlier, {List({bare, Point("a", "p2", kOne)})});
  EXPECT_THAT(Living(import, "a"), ElementsAre("p1", "p2"));
}

TEST(AsrMergeTest, AListOfUnreadablePointsIsReadAllTheSame) {
  const AsrImport earlier =
      Imported({List({Point("a", "p0", kNoon), Point("a", "p1", kNoon)})});
  const AsrImport import =
      Added(earlier, {List({Item("a", {{"lastHeartbeat", JsonText(kOne)}})}),
                      List({Point("a", "p1", "soon")})});
  EXPECT_THAT(Living(import, "a"), ElementsAre("p1"));
}

TEST(AsrMergeTest, AListingThatIsNotNewerEndsNothing) {
  const AsrImport earlier =
      Imported({List({Point("a", "p1", kNoon), Point("a", "p2", kTwo)})});
  for (const char* as_of : {kOne, kTwo}) {
    AsrImportOptions options;
    options.earlier = &earlier.inventory;
    ASSERT_TRUE(ParseRfc3339(as_of, &options.as_of.emplace()));
    const AsrImport import =
        Imported({List({Point("a", "p0", kNoon)})}, options);
    EXPECT_THAT(Living(import, "a"), IsSupersetOf({"p1", "p2"})) << as_of;
    // One that is older was made before p0 was missed.
    EXPECT_EQ(Living(import, "a").size(), as_of == kOne ? 2u : 3u);
    EXPECT_THAT(import.notes, Contains(HasSubstr("not known to be newer")));
  }
}

TEST(AsrMergeTest, AnOlderListingBringsNothingBack) {
  const AsrImport first = Imported({List({Point("a", "p1", kNoon)})});
  const AsrImport earlier = Added(first, {List({Point("a", "p2", kOne)})});
  AsrImport later = Added(earlier, {List({Point("a", "p3", kTwo)})});
  ASSERT_THAT(Living(later, "a"), ElementsAre("p3"));
  AsrImportOptions options;
  options.earlier = &later.inventory;
  ASSERT_TRUE(ParseRfc3339("2024-05-01T13:30:00Z", &options.as_of.emplace()));
  const AsrImport import = Imported(
      {List({Point("a", "p1", kNoon), Point("a", "p2", kOne)})}, options);
  EXPECT_THAT(Living(import, "a"), ElementsAre("p3"));
}

// A cluster of a and b with c1, and a's own p1.
AsrImport WithCluster() {
  return Imported({List({ClusterPoint("files", "c1", kNoon, {"a", "b"})}),
                   List({Point("a", "p1", kNoon)})});
}

TEST(AsrMergeTest, AClustersListEndsNoOwnPoint) {
  const AsrImport import = Added(
      WithCluster(), {List({ClusterPoint("files", "c2", kOne, {"a", "b"})})});
  EXPECT_THAT(Living(import, "a"), ElementsAre("p1", "c2"));
  EXPECT_THAT(Living(import, "b"), ElementsAre("c2"));
}

TEST(AsrMergeTest, AnOwnListEndsNoClusterPoint) {
  const AsrImport import =
      Added(WithCluster(), {List({Point("a", "p2", kOne)})});
  EXPECT_THAT(Living(import, "a"), ElementsAre("c1", "p2"));
  EXPECT_THAT(Living(import, "b"), ElementsAre("c1"));
}

TEST(AsrMergeTest, BothListsEndBothKinds) {
  const AsrImport import = Added(
      WithCluster(), {List({ClusterPoint("files", "c2", kOne, {"a", "b"})}),
                      List({Point("a", "p2", kOne)})});
  EXPECT_THAT(Living(import, "a"), ElementsAre("c2", "p2"));
}

TEST(AsrMergeTest, AClustersListCountsForNodesItDoesNotName) {
  const AsrImport import =
      Added(WithCluster(), {List({ClusterPoint("files", "c2", kOne, {"a"})})});
  EXPECT_THAT(Living(import, "a"), ElementsAre("p1", "c2"));
  EXPECT_THAT(Living(import, "b"), IsEmpty());
}

TEST(AsrMergeTest, AnUnreadableClusterPointIsStillListed) {
  const std::string broken = absl::StrReplaceAll(
      ClusterPoint("files", "c1", kNoon, {"a", "b"}), {{kNoon, "soon"}});
  const std::string nameless =
      absl::StrReplaceAll(ClusterPoint("files", "c1", kNoon, {"a", "b"}),
                          {{JsonText(ItemId("b")), "7"}});
  for (const std::string& point : {broken, nameless}) {
    const AsrImport import =
        Added(WithCluster(),
              {List({point, ClusterPoint("files", "c2", kOne, {"a", "b"})})});
    EXPECT_THAT(Living(import, "b"), ElementsAre("c1", "c2")) << point;
  }
}

TEST(AsrMergeTest, ClusterPointsAloneDoNotShrinkTheCluster) {
  const AsrImport earlier =
      Imported({List({ClusterBody({"a", "b", "c"})}),
                List({ClusterPoint("files", "c1", kNoon, {"a", "b"})})});
  const AsrImport import =
      Added(earlier, {List({ClusterPoint("files", "c2", kOne, {"A", "d"})})});
  ASSERT_EQ(import.inventory.replication_groups_size(), 1);
  EXPECT_THAT(import.inventory.replication_groups(0).expected_vm_ids(),
              ElementsAre("A", "b", "c", "d"));
}

TEST(AsrMergeTest, AClustersBodySettlesItsMembersAnew) {
  const AsrImport earlier =
      Imported({List({ClusterPoint("files", "c1", kNoon, {"a", "b"})})});
  const AsrImport import =
      Added(earlier, {List({ClusterBody({"a"})}),
                      List({ClusterPoint("files", "c2", kOne, {"a"})})});
  EXPECT_THAT(import.inventory.replication_groups(0).expected_vm_ids(),
              ElementsAre("a"));
}

TEST(AsrMergeTest, WhetherAGroupIsOneUnitStays) {
  AsrImport earlier = Imported({List({Item("a", kShop)})});
  v1::ReplicationGroup* group = earlier.inventory.mutable_replication_groups(0);
  group->set_multi_vm_consistency(false);
  group->add_expected_vm_ids("ghost");
  const AsrImport import = Added(earlier, {List({Item("a", kShop)})});
  EXPECT_FALSE(import.inventory.replication_groups(0).multi_vm_consistency());
  EXPECT_THAT(import.inventory.replication_groups(0).expected_vm_ids(),
              ElementsAre("ghost"));
}

// The group "shop" of a and b, which share a point at noon.
AsrImport WithGroup(SharedPointBy by = SharedPointBy::kTime) {
  AsrImportOptions options;
  options.shared_point_by = by;
  return Imported({List({Item("a", kShop), Item("b", kShop)}),
                   List({Point("a", "p1", kNoon, kFlagged)}),
                   List({Point("b", "p1", kNoon, kFlagged)})},
                  options);
}

TEST(AsrMergeTest, PointsAloneAreSharedInAGroupKnownBefore) {
  const AsrImport import =
      Added(WithGroup(), {List({Point("a", "p2", kOne, kFlagged)}),
                          List({Point("b", "q2", kOne, kFlagged)})});
  EXPECT_EQ(VmOf(import.inventory, "a").replication_group_id(), "shop");
  EXPECT_EQ(MarkersOf(import, "a").back(), kTimeOne);
  EXPECT_EQ(MarkersOf(import, "b").back(), kTimeOne);
  EXPECT_THAT(import.notes,
              Contains(HasSubstr("1 shared points were inferred")));
}

TEST(AsrMergeTest, APointIsSharedWithAMachineThatIsNotListed) {
  const AsrImport two = Added(
      Imported({List({Item("a", kShop), Item("b", kShop), Item("c", kShop)})}),
      {List({Point("a", "p2", kOne, kFlagged)}),
       List({Point("b", "q2", kOne, kFlagged)})});
  const AsrImport import =
      Added(two, {List({Point("c", "r2", kOne, kFlagged)})});
  EXPECT_THAT(MarkersOf(import, "c"), ElementsAre(kTimeOne));
}

TEST(AsrMergeTest, MarkersOutliveTheirPartners) {
  const AsrImport import =
      Added(WithGroup(), {List({Item("a", kShop), Item("b", kShop)}),
                          List({Point("a", "p1", kNoon, kFlagged)}),
                          List({Point("b", "q2", kOne, kFlagged)})});
  EXPECT_THAT(PointsOf(VmOf(import.inventory, "a")),
              ElementsAre("p1@2024-05-01T12:00:00.1234567Z#"
                          "time:2024-05-01T12:00:00.1234567Z"));
}

TEST(AsrMergeTest, AClusterKnownBeforeIsNotMarkedByTime) {
  const AsrImport import =
      Added(WithCluster(), {List({Point("a", "p2", kOne, kFlagged)}),
                            List({Point("b", "q2", kOne, kFlagged)})});
  EXPECT_THAT(MarkersOf(import, "b"), ElementsAre("c1", ""));
}

TEST(AsrMergeTest, AskedForNoneTheListedLoseTheirInferredMarkers) {
  const AsrImport import =
      Added(WithGroup(), {List({Point("a", "p1", kNoon, kFlagged)})},
            SharedPointBy::kNone);
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre(""));
  EXPECT_THAT(MarkersOf(import, "b"),
              ElementsAre("time:2024-05-01T12:00:00.1234567Z"));
  EXPECT_THAT(import.notes, Contains(HasSubstr("lose the marker")));
}

TEST(AsrMergeTest, AskedForIdsTheListedTakeThose) {
  const std::vector<std::string> lists = {
      List({Point("a", "p1", kNoon, kFlagged),
            Point("a", "alone", kOne, kFlagged)}),
      List({Point("b", "p1", kNoon, kFlagged)})};
  const AsrImport import = Added(WithGroup(), lists, SharedPointBy::kId);
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre("p1", ""));
  EXPECT_THAT(MarkersOf(import, "b"), ElementsAre("p1"));
}

TEST(AsrMergeTest, MarkersThatWereNotInferredByTimeStay) {
  const AsrImport import =
      Added(WithGroup(SharedPointBy::kId), {List({Point("a", "p1", kNoon)})},
            SharedPointBy::kNone);
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre("p1"));
  EXPECT_THAT(import.notes, Not(Contains(HasSubstr("lose the marker"))));
}

}  // namespace
}  // namespace recoveryline
