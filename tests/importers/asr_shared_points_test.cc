// Which points of an ordinary multi-VM group count as captured together.

#include "tools/importers/asr_shared_points.h"

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

const Fields kFlagged = {
    {"recoveryPointSyncType", "\"multivmsyncrecoverypoint\""}};
const Fields kPerVm = {{"recoveryPointSyncType", "\"PerVmRecoveryPoint\""}};
constexpr char kTickLater[] = "2024-05-01T12:00:00.1234568Z";

std::string Grouped(absl::string_view name) {
  return Item(name, {{"multiVmGroupName", "\"shop\""}});
}

// Two machines of one group, with these points.
AsrImport GroupWith(const std::vector<std::string>& points,
                    SharedPointBy by = SharedPointBy::kTime) {
  std::vector<std::string> values = {Grouped("a"), Grouped("b")};
  values.insert(values.end(), points.begin(), points.end());
  AsrImportOptions options;
  options.shared_point_by = by;
  return ImportBodies({{"all.json", List(values)}}, options);
}

std::vector<std::string> MarkersOf(const AsrImport& import,
                                   absl::string_view id) {
  std::vector<std::string> markers;
  const v1::Vm vm = VmOf(import.inventory, id);
  for (const auto& point : vm.recovery_points()) {
    markers.push_back(point.consistency_marker());
  }
  return markers;
}

TEST(AsrSharedPointsTest, FlaggedPointsOfOneTickAreShared) {
  const AsrImport import = GroupWith(
      {Point("a", "p1", kNoon, kFlagged), Point("b", "q1", kNoon, kFlagged)});
  EXPECT_THAT(MarkersOf(import, "a"),
              ElementsAre("time:2024-05-01T12:00:00.1234567Z"));
  EXPECT_EQ(MarkersOf(import, "a"), MarkersOf(import, "b"));
  EXPECT_THAT(import.notes,
              Contains(HasSubstr("1 shared points were inferred")));
}

TEST(AsrSharedPointsTest, ATickApartIsNotShared) {
  const AsrImport import = GroupWith({Point("a", "p1", kNoon, kFlagged),
                                      Point("b", "q1", kTickLater, kFlagged)});
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre(""));
  EXPECT_THAT(import.notes, Contains(HasSubstr("none are marked as shared")));
}

TEST(AsrSharedPointsTest, PointsWithoutTheFlagAreNotShared) {
  const AsrImport import =
      GroupWith({Point("a", "p1", kNoon, kFlagged),
                 Point("b", "q1", kNoon, kPerVm), Point("b", "q2", kNoon)});
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre(""));
  EXPECT_THAT(MarkersOf(import, "b"), ElementsAre("", ""));
}

TEST(AsrSharedPointsTest, TwoPointsOfOneMachineShareNothing) {
  const AsrImport import = GroupWith(
      {Point("a", "p1", kNoon, kFlagged), Point("a", "p2", kNoon, kFlagged)});
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre("", ""));
}

TEST(AsrSharedPointsTest, TheFlagOfVmwareIsABooleanInAnyForm) {
  for (const char* flag : {"\"true\"", "\"True\"", "true"}) {
    const Fields details = {{"isMultiVmSyncPoint", flag}};
    const AsrImport import = GroupWith(
        {Point("a", "p1", kNoon, details), Point("b", "q1", kNoon, details)});
    EXPECT_NE(MarkersOf(import, "a").front(), "") << flag;
  }
  for (const char* flag : {"\"false\"", "false", "null", "1"}) {
    const Fields details = {{"isMultiVmSyncPoint", flag}};
    const AsrImport import = GroupWith(
        {Point("a", "p1", kNoon, details), Point("b", "q1", kNoon, details)});
    EXPECT_EQ(MarkersOf(import, "a").front(), "") << flag;
  }
}

TEST(AsrSharedPointsTest, MachinesOfDifferentGroupsShareNothing) {
  const AsrImport import =
      ImportBodies({{"all.json", List({Grouped("a"), Item("b", {}),
                                       Point("a", "p1", kNoon, kFlagged),
                                       Point("b", "q1", kNoon, kFlagged)})}});
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre(""));
  EXPECT_THAT(MarkersOf(import, "b"), ElementsAre(""));
}

TEST(AsrSharedPointsTest, ByIdTheSameNameIsShared) {
  const AsrImport import =
      GroupWith({Point("a", "P1", kNoon), Point("b", "p1", kTickLater),
                 Point("b", "q1", kNoon)},
                SharedPointBy::kId);
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre("P1"));
  EXPECT_THAT(MarkersOf(import, "b"), ElementsAre("", "P1"));
}

TEST(AsrSharedPointsTest, ByTimeTheSameNameIsNotShared) {
  const AsrImport import = GroupWith({Point("a", "p1", kNoon, kFlagged),
                                      Point("b", "p1", kTickLater, kFlagged)});
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre(""));
}

TEST(AsrSharedPointsTest, ByNoneNothingIsShared) {
  const AsrImport import = GroupWith(
      {Point("a", "p1", kNoon, kFlagged), Point("b", "p1", kNoon, kFlagged)},
      SharedPointBy::kNone);
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre(""));
  EXPECT_THAT(import.notes, Contains(HasSubstr("as was asked")));
}

TEST(AsrSharedPointsTest, ClustersKeepTheirMarkers) {
  AsrImportOptions options;
  options.shared_point_by = SharedPointBy::kNone;
  const AsrImport import = ImportBodies(
      {{"c.json", List({ClusterPoint("files", "p1", kNoon, {"a", "b"})})}},
      options);
  EXPECT_THAT(MarkersOf(import, "a"), ElementsAre("p1"));
}

}  // namespace
}  // namespace recoveryline
