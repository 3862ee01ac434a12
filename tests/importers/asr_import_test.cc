// What listings become: machines, points, times, and a note for all else.

#include "tools/importers/asr_import.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/importers/asr_bodies.h"

namespace recoveryline {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kOne[] = "2024-05-01T13:00:00Z";
constexpr char kTwo[] = "2024-05-01T14:00:00Z";

AsrImport ImportValues(const std::vector<std::string>& values) {
  return ImportBodies({{"all.json", List(values)}});
}

TEST(AsrImportTest, ASingleItemIsAMachine) {
  const AsrImport import = ImportBodies({{"item.json", Item("web-1", {})}});
  ASSERT_EQ(import.inventory.vms_size(), 1);
  EXPECT_EQ(import.inventory.vms(0).id(), "web-1");
  EXPECT_EQ(import.inventory.vms(0).display_name(), "The web-1");
  EXPECT_EQ(import.inventory.vms(0).protection_state(), v1::Vm::REPLICATING);
  EXPECT_EQ(import.inventory.source(), "Azure Site Recovery: harbour");
  EXPECT_THAT(import.vm_ids_without_item, IsEmpty());
}

TEST(AsrImportTest, PointsFindTheirItemInAnyCase) {
  const AsrImport import =
      ImportValues({Point("WEB-1", "p1", kNoon), Item("web-1", {})});
  EXPECT_THAT(PointsOf(VmOf(import.inventory, "web-1")),
              ElementsAre("p1@2024-05-01T12:00:00.1234567Z"));
}

TEST(AsrImportTest, PointsFindTheirItemInAnotherContainer) {
  const AsrImport import = ImportValues(
      {PointAt(IdIn("harbour", "east", "cloud_7", "web-1"), "p1", kNoon),
       Item("web-1", {})});
  EXPECT_THAT(VmIdsOf(import.inventory), ElementsAre("web-1"));
  EXPECT_EQ(import.inventory.vms(0).recovery_points_size(), 1);
  EXPECT_THAT(import.notes, Contains(HasSubstr("matched by the item's name")));
}

TEST(AsrImportTest, ItemsThatShareANameGetLongerIds) {
  const AsrImport import =
      ImportValues({ItemAt(IdIn("harbour", "east", "quay", "db"), {}),
                    ItemAt(IdIn("harbour", "east", "pier", "DB"), {}),
                    PointAt(IdIn("HARBOUR", "EAST", "PIER", "db"), "p1", kNoon),
                    ItemAt(IdIn("harbour", "east", "pier", "web"), {})});
  EXPECT_THAT(VmIdsOf(import.inventory),
              ElementsAre("pier/DB", "quay/db", "web"));
  EXPECT_EQ(VmOf(import.inventory, "pier/DB").recovery_points_size(), 1);
  EXPECT_THAT(import.notes, Contains(HasSubstr("share the name")));
}

TEST(AsrImportTest, ItemsOfTwoVaultsAreTwoMachines) {
  const AsrImport import =
      ImportValues({ItemAt(IdIn("north", "f", "c", "db"), {}),
                    ItemAt(IdIn("south", "f", "c", "db"), {}),
                    PointAt(IdIn("south", "f", "cloud_1", "db"), "p1", kNoon)});
  EXPECT_THAT(VmIdsOf(import.inventory),
              ElementsAre("north/f/c/db", "south/f/c/db"));
  EXPECT_EQ(VmOf(import.inventory, "south/f/c/db").recovery_points_size(), 1);
}

TEST(AsrImportTest, APointThatCouldBeOfTwoMachinesIsNamed) {
  const AsrImport import = ImportValues(
      {ItemAt(IdIn("harbour", "east", "quay", "db"), {}),
       ItemAt(IdIn("harbour", "east", "pier", "db"), {}),
       PointAt(IdIn("harbour", "east", "cloud_7", "db"), "p1", kNoon)});
  EXPECT_THAT(import.notes,
              Contains(AllOf(HasSubstr("all.json: value[2]"),
                             HasSubstr("\"p1\""), HasSubstr("left out"))));
  for (const v1::Vm& vm : import.inventory.vms()) {
    EXPECT_THAT(vm.recovery_points(), IsEmpty());
  }
}

TEST(AsrImportTest, AMachineOfPointsAloneIsReplicating) {
  const AsrImport import = ImportValues({Point("web-1", "p1", kNoon)});
  EXPECT_EQ(import.inventory.vms(0).protection_state(), v1::Vm::REPLICATING);
  EXPECT_THAT(import.vm_ids_without_item, ElementsAre("web-1"));
  EXPECT_THAT(import.notes,
              Contains(HasSubstr("known from its recovery points alone")));
}

TEST(AsrImportTest, AnUnknownStateIsUnsetAndNoted) {
  const AsrImport import = ImportValues(
      {Item("web-1", {}, {{"protectionState", "\"Daydreaming\""}})});
  EXPECT_EQ(import.inventory.vms(0).protection_state(),
            v1::Vm::PROTECTION_STATE_UNSPECIFIED);
  EXPECT_THAT(import.notes, Contains(HasSubstr("\"Daydreaming\"")));
}

TEST(AsrImportTest, AResynchronizationToComeIsNoted) {
  for (const char* flag : {"true", "\"true\"", "\"True\""}) {
    const AsrImport import =
        ImportValues({Item("web-1", {{"resyncRequired", flag}})});
    EXPECT_EQ(import.inventory.vms(0).protection_state(), v1::Vm::REPLICATING);
    EXPECT_THAT(import.notes, Contains(HasSubstr("resynchronized"))) << flag;
  }
}

TEST(AsrImportTest, DisksAreCountedByProvider) {
  const std::string two = "[{\"diskId\": 1}, {\"diskId\": 2}]";
  const auto disks = [](const Fields& details) {
    return ImportValues({Item("web-1", details)}).inventory.vms(0).disk_count();
  };
  EXPECT_EQ(disks({}), 0);
  EXPECT_EQ(disks({{"azureVMDiskDetails", two}}), 2);
  EXPECT_EQ(disks({{"protectedDisks", "[{}]"}}), 1);
  EXPECT_EQ(disks({{"protectedDisks", "[{}]"}, {"protectedManagedDisks", two}}),
            3);
  EXPECT_EQ(disks({{"azureVMDiskDetails", two}, {"protectedDisks", two}}), 2);
}

TEST(AsrImportTest, ThePointsOwnDiskListIsItsCoverage) {
  const AsrImport import =
      ImportValues({Point("web-1", "p1", kNoon, {{"disks", "[\"os\"]"}}),
                    Point("web-1", "p2", kOne, {{"disks", "[]"}})});
  EXPECT_EQ(import.inventory.vms(0).recovery_points(0).covered_disk_count(), 1);
  EXPECT_FALSE(
      import.inventory.vms(0).recovery_points(1).has_covered_disk_count());
}

TEST(AsrImportTest, ReplicatedUpToIsTheLaterOfTheTwoFieldsThatMeanIt) {
  const AsrImport import = ImportValues(
      {Item("a", {{"lastReplicatedTime", JsonText(kOne)},
                  {"lastRecoveryPointReceived", JsonText(kNoon)},
                  {"lastRpoCalculatedTime", JsonText(kTwo)}}),
       Item("b", {{"lastReplicatedTime", "\"1753-01-01T01:01:01Z\""}})});
  EXPECT_EQ(FormatTimestamp(import.inventory.vms(0).latest_replicated_time()),
            kOne);
  EXPECT_FALSE(import.inventory.vms(1).has_latest_replicated_time());
}

TEST(AsrImportTest, ConsistencyIsReadInAnyCase) {
  const AsrImport import =
      ImportValues({Point("a", "p1", kNoon, {}, "crashconsistent"),
                    Point("a", "p2", kOne, {}, "ApplicationConsistent")});
  EXPECT_EQ(import.inventory.vms(0).recovery_points(0).consistency(),
            v1::RecoveryPoint::CRASH_CONSISTENT);
  EXPECT_EQ(import.inventory.vms(0).recovery_points(1).consistency(),
            v1::RecoveryPoint::APPLICATION_CONSISTENT);
}

TEST(AsrImportTest, UnknownConsistencyIsUnsetAndThePointNamed) {
  const AsrImport import =
      ImportValues({Point("a", "p1", kNoon, {}, "NotSpecified")});
  EXPECT_EQ(import.inventory.vms(0).recovery_points(0).consistency(),
            v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED);
  EXPECT_THAT(import.notes,
              Contains(AllOf(HasSubstr("\"p1\""), HasSubstr("NotSpecified"))));
}

TEST(AsrImportTest, PointsThatCannotBeReadAreNamed) {
  const AsrImport import = ImportValues(
      {Point("a", "good", kNoon), Point("a", "noTime", "yesterday"),
       Point("a", "sentinel", "1753-01-01T01:01:01Z"),
       Object({{"name", "\"noId\""},
               {"type", "\"x/replicationProtectedItems/recoveryPoints\""}}),
       Object({{"id", JsonText(ItemId("a") + "/recoveryPoints/bare")}}),
       Object({{"name", "\"lost\""},
               {"id", "\"/vaults/v/elsewhere/e\""},
               {"type", "\"x/replicationProtectedItems/recoveryPoints\""}})});
  EXPECT_EQ(import.inventory.vms(0).recovery_points_size(), 1);
  int place = 0;
  for (const char* name :
       {"\"noTime\"", "\"sentinel\"", "\"noId\"", "\"bare\"", "\"lost\""}) {
    EXPECT_THAT(import.notes,
                Contains(AllOf(
                    HasSubstr(absl::StrCat("all.json: value[", ++place, "]")),
                    HasSubstr(name), HasSubstr("left out"))));
  }
}

TEST(AsrImportTest, TimesWithoutZoneAreUtcAndNoted) {
  const AsrImport import =
      ImportValues({Point("a", "p1", "2024-05-01T12:00:00")});
  EXPECT_THAT(PointsOf(import.inventory.vms(0)),
              ElementsAre("p1@2024-05-01T12:00:00Z"));
  EXPECT_THAT(import.notes, Contains(HasSubstr("UTC is assumed")));
}

TEST(AsrImportTest, OnePointReadTwiceStandsOnce) {
  const AsrImport import =
      ImportBodies({{"a.json", List({Point("a", "p1", kNoon)})},
                    {"b.json", List({Point("a", "P1", kNoon)})}});
  EXPECT_THAT(PointsOf(import.inventory.vms(0)),
              ElementsAre("p1@2024-05-01T12:00:00.1234567Z"));
  EXPECT_THAT(import.notes, Not(Contains(HasSubstr("read before"))));
}

TEST(AsrImportTest, OfReadingsThatDisagreeTheLastIsKept) {
  const AsrImport import =
      ImportBodies({{"a.json", List({Point("a", "p1", kNoon)})},
                    {"b.json", List({Point("a", "p1", kOne)})}});
  EXPECT_THAT(PointsOf(import.inventory.vms(0)),
              ElementsAre("p1@2024-05-01T13:00:00Z"));
  EXPECT_THAT(import.notes,
              Contains(AllOf(HasSubstr("b.json"), HasSubstr("a.json"),
                             HasSubstr("read before"))));
}

TEST(AsrImportTest, PointsStandByTimeThenId) {
  const AsrImport import = ImportValues(
      {Point("a", "z", kNoon), Point("a", "y", kNoon), Point("a", "x", kOne),
       Point("a", "w", "2024-05-01T12:00:00.1234566Z")});
  EXPECT_THAT(
      PointsOf(import.inventory.vms(0)),
      ElementsAre("w@2024-05-01T12:00:00.1234566Z",
                  "y@2024-05-01T12:00:00.1234567Z",
                  "z@2024-05-01T12:00:00.1234567Z", "x@2024-05-01T13:00:00Z"));
}

TEST(AsrImportTest, OfSeveralStatesOfAnItemTheLastCounts) {
  const std::string before =
      Item("a", {}, {{"protectionState", "\"InitialReplicationInProgress\""}});
  const std::string after = Item("A", {});
  const AsrImport import =
      ImportBodies({{"session.json",
                     Object({{"interactions",
                              Array({Object({{"response_body", before}}),
                                     Object({{"response_body", "null"}}),
                                     Object({{"response_body", after}})})}})}});
  ASSERT_EQ(import.inventory.vms_size(), 1);
  EXPECT_EQ(import.inventory.vms(0).protection_state(), v1::Vm::REPLICATING);
  EXPECT_THAT(import.notes,
              Contains(AllOf(HasSubstr("interactions[2].response_body"),
                             HasSubstr("several states"))));
}

TEST(AsrImportTest, AsOfTimeIsTheNewestTimeInTheListing) {
  const AsrImport import = ImportValues(
      {Item("a", {{"lastRpoCalculatedTime", JsonText(kTwo)},
                  {"agentCertificateExpiryDate", "\"2099-01-01T00:00:00Z\""}}),
       Point("a", "p1", kOne)});
  EXPECT_EQ(FormatTimestamp(import.inventory.as_of_time()), kTwo);
  EXPECT_THAT(import.notes, Contains(HasSubstr("lastRpoCalculatedTime")));
}

TEST(AsrImportTest, AsOfTimeCanBeSaid) {
  AsrImportOptions options;
  ASSERT_TRUE(ParseRfc3339(kTwo, &options.as_of.emplace()));
  const AsrImport import =
      ImportBodies({{"a.json", Point("a", "p1", kOne)}}, options);
  EXPECT_EQ(FormatTimestamp(import.inventory.as_of_time()), kTwo);
  EXPECT_THAT(import.notes, Not(Contains(HasSubstr("as_of_time"))));
}

TEST(AsrImportTest, AnAsOfTimeOutOfRangeIsRefused) {
  AsrImportOptions options;
  options.as_of.emplace().set_seconds(int64_t{1} << 40);
  EXPECT_EQ(
      TryImportBodies({{"a.json", Item("a", {})}}, options).status().code(),
      absl::StatusCode::kInvalidArgument);
}

TEST(AsrImportTest, AListingWithoutTimesHasNoAsOfTime) {
  const AsrImport import = ImportValues({Item("a", {})});
  EXPECT_FALSE(import.inventory.has_as_of_time());
  EXPECT_THAT(import.notes, Contains(HasSubstr("as_of_time is left unset")));
}

TEST(AsrImportTest, ItemsAndPlansNeedNoId) {
  const AsrImport import =
      ImportBodies({{"a.json",
                     R"({"name": "web-1", "type": "x/replicationProtectedItems",
            "properties": {"protectionState": "Protected"}})"}});
  EXPECT_THAT(VmIdsOf(import.inventory), ElementsAre("web-1"));
}

TEST(AsrImportTest, AnIdIsEnoughWithoutType) {
  const AsrImport import = ImportBodies(
      {{"a.json",
        Object({{"id", JsonText(ItemId("web-1"))}, {"properties", "{}"}})}});
  EXPECT_THAT(VmIdsOf(import.inventory), ElementsAre("web-1"));
}

TEST(AsrImportTest, ATooLongIdIsNamed) {
  const std::string name(2000, 'x');
  const AsrImport import = ImportValues({Item(name, {}), Item("a", {})});
  EXPECT_THAT(VmIdsOf(import.inventory), ElementsAre("a"));
  EXPECT_THAT(import.notes, Contains(HasSubstr("left out")));
}

TEST(AsrImportTest, ReadingTheFilesInAnyOrderGivesTheSame) {
  const ScratchDirectory directory;
  const std::string a = directory.Write("a.json", List({Item("b", {})}));
  const std::string b = directory.Write(
      "b.json", List({Point("b", "p2", kOne), Point("b", "p1", kNoon)}));
  const std::string c =
      directory.Write("c.json", List({Point("a", "p1", kNoon), Item("a", {})}));
  const auto serialized = [](const std::vector<std::string>& paths) {
    const auto import = ImportAsr(paths, {});
    return import.ok() ? import->inventory.SerializeAsString() : "";
  };
  const std::string expected = serialized({a, b, c});
  EXPECT_NE(expected, "");
  for (const auto& order :
       std::vector<std::vector<std::string>>{{a, c, b},
                                             {b, a, c},
                                             {b, c, a},
                                             {c, a, b},
                                             {c, b, a},
                                             {directory.path().string()},
                                             {c, directory.path().string()}}) {
    EXPECT_EQ(serialized(order), expected);
  }
}

TEST(AsrImportTest, NoPathIsInvalid) {
  EXPECT_EQ(ImportAsr({}, {}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(AsrImportTest, OneBadFileFailsTheImport) {
  const auto import = TryImportBodies(
      {{"a.json", Item("a", {})}, {"b.json", Item("b", {}).substr(0, 40)}});
  EXPECT_EQ(import.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(import.status().message(), HasSubstr("b.json"));
}

}  // namespace
}  // namespace recoveryline
