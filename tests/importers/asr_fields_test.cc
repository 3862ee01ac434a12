// How Azure writes ids, times, states and consistencies.

#include "tools/importers/asr_fields.h"

#include <string>

#include "absl/strings/ascii.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace recoveryline::asr {
namespace {

using ::testing::ElementsAre;
using State = TimeReading::State;

constexpr char kItem[] =
    "/subscriptions/s/resourceGroups/r/providers/P/vaults/V/"
    "replicationFabrics/F/replicationProtectionContainers/C/"
    "replicationProtectedItems/vm2";

std::string TextOf(absl::string_view time) {
  const TimeReading reading = ReadTime(time);
  return reading.state == State::kTime ? FormatInstant(reading.instant) : "";
}

TEST(ReadTimeTest, KeepsZeroToSevenDigitsToTheTick) {
  EXPECT_EQ(TextOf("2017-05-13T12:51:15Z"), "2017-05-13T12:51:15Z");
  EXPECT_EQ(TextOf("2017-05-13T12:51:15.7Z"), "2017-05-13T12:51:15.7Z");
  EXPECT_EQ(TextOf("2023-08-26T04:16:46.0423Z"), "2023-08-26T04:16:46.0423Z");
  EXPECT_EQ(TextOf("2017-05-13T12:51:15.065764Z"),
            "2017-05-13T12:51:15.065764Z");
  EXPECT_EQ(TextOf("2017-05-13T13:51:15.1048236Z"),
            "2017-05-13T13:51:15.1048236Z");
  EXPECT_EQ(ReadTime("2017-05-13T13:51:15.1048237Z").instant -
                ReadTime("2017-05-13T13:51:15.1048236Z").instant,
            100);
}

TEST(ReadTimeTest, ZonesAreApplied) {
  EXPECT_EQ(TextOf("2023-08-18T08:29:59.372555+01:30"),
            "2023-08-18T06:59:59.372555Z");
}

TEST(ReadTimeTest, AMissingZoneIsUtcAndSaysSo) {
  EXPECT_EQ(TextOf("2024-01-19T08:55:51"), "2024-01-19T08:55:51Z");
  EXPECT_TRUE(ReadTime("2024-01-19T08:55:51").assumed_utc);
  EXPECT_FALSE(ReadTime("2024-01-19T08:55:51Z").assumed_utc);
}

TEST(ReadTimeTest, SentinelsAreNone) {
  for (const char* date :
       {"1753-01-01T01:01:01", "0001-01-01T00:00:00", "1601-01-01T00:00:00"}) {
    for (const char* rest :
         {"", "Z", ".0Z", ".0000000Z", ".0000000", "+00:00"}) {
      EXPECT_EQ(ReadTime(std::string(date) + rest).state, State::kNone)
          << date << rest;
    }
  }
  EXPECT_EQ(ReadTime("").state, State::kNone);
}

TEST(ReadTimeTest, OtherFormsAreUnreadable) {
  for (const char* text :
       {"05/13/2017 12:51:15", "/Date(1494679875065)/", "2017-05-13",
        "2017-05-13T24:00:00Z", "2017-05-13t12:51:15z", "noon", "0",
        "1753-01-01T01:01:01 or so", "2017-05-13T12:51:15.Z"}) {
    EXPECT_EQ(ReadTime(text).state, State::kUnreadable) << text;
  }
}

TEST(ReadTimeTest, ATimeOutOfRangeIsUnreadable) {
  EXPECT_EQ(ReadTime("1600-01-01T00:00:00Z").state, State::kUnreadable);
  EXPECT_EQ(ReadTime("9999-12-31T23:59:59Z").state, State::kUnreadable);
}

TEST(ParseIdTest, NamesAnItem) {
  const ParsedId id = ParseId(kItem);
  EXPECT_EQ(id.kind, ResourceKind::kItem);
  EXPECT_EQ(id.owner.name, "vm2");
  EXPECT_EQ(id.owner.text, kItem);
  EXPECT_EQ(id.owner.vault,
            "/subscriptions/s/resourcegroups/r/providers/p/vaults/v");
}

TEST(ParseIdTest, NamesAPointAndItsItem) {
  const ParsedId id = ParseId(std::string(kItem) + "/recoveryPoints/7A");
  EXPECT_EQ(id.kind, ResourceKind::kPoint);
  EXPECT_EQ(id.owner.text, kItem);
  EXPECT_EQ(id.point_name, "7A");
}

TEST(ParseIdTest, IgnoresCaseAndStraySlashes) {
  const ParsedId id = ParseId(kItem);
  const std::string upper = absl::AsciiStrToUpper(kItem);
  EXPECT_EQ(ParseId(upper).owner.Key(), id.owner.Key());
  EXPECT_EQ(ParseId("/" + upper + "/").owner.Key(), id.owner.Key());
  EXPECT_EQ(ParseId(upper).owner.name, "VM2");
}

TEST(ParseIdTest, OtherIdsAreOther) {
  for (const char* id :
       {"", "/", "vm2", "/replicationProtectedItems",
        "/vaults/v/replicationJobs/j", "/vaults/v/recoveryPoints/p",
        "/vaults/v/replicationMigrationItems/m/recoveryPoints/p",
        "/vaults/v/replicationRecoveryPlans/r/recoveryPoints/p"}) {
    EXPECT_EQ(ParseId(id).kind, ResourceKind::kOther) << id;
  }
  const std::string too_long =
      std::string(kItem) + std::string(kMaxIdBytes, 'x');
  EXPECT_EQ(ParseId(too_long).kind, ResourceKind::kOther);
}

TEST(ParseIdTest, TypesAreReadLikeIds) {
  EXPECT_EQ(KindOfType("Microsoft.RecoveryServices/vaults/"
                       "replicationFabrics/replicationProtectionContainers/"
                       "REPLICATIONPROTECTEDITEMS/recoveryPoints"),
            ResourceKind::kPoint);
  EXPECT_EQ(KindOfType("x/replicationProtectionClusters/recoverypoints"),
            ResourceKind::kClusterPoint);
  EXPECT_EQ(KindOfType("x/replicationRecoveryPlans"), ResourceKind::kPlan);
  EXPECT_EQ(KindOfType("x/replicationJobs"), ResourceKind::kOther);
}

TEST(NameLadderTest, ClimbsFromTheNameToTheId) {
  EXPECT_THAT(NameLadder(ParseId(kItem).owner),
              ElementsAre("vm2", "C/vm2", "F/C/vm2", "V/F/C/vm2", kItem));
  EXPECT_EQ(VaultName(ParseId(kItem).owner), "V");
}

TEST(ProtectionStateTest, KnowsTheStatesSeen) {
  EXPECT_EQ(ProtectionStateOf("Protected"), v1::Vm::REPLICATING);
  EXPECT_EQ(ProtectionStateOf("protected"), v1::Vm::REPLICATING);
  EXPECT_EQ(ProtectionStateOf("InitialReplicationInProgress"),
            v1::Vm::INITIAL_REPLICATION);
  EXPECT_EQ(ProtectionStateOf("UnprotectedStatesBegin"),
            v1::Vm::INITIAL_REPLICATION);
  EXPECT_EQ(ProtectionStateOf("ResynchronizationInProgress"),
            v1::Vm::RESYNCHRONIZING);
  EXPECT_EQ(ProtectionStateOf("UnplannedFailoverCommitPendingStatesBegin"),
            v1::Vm::FAILED_OVER);
  EXPECT_EQ(ProtectionStateOf("PlannedFailoverCommitRequired"),
            v1::Vm::FAILED_OVER);
  EXPECT_EQ(ProtectionStateOf("DisablingProtection"), v1::Vm::NOT_PROTECTED);
}

TEST(ProtectionStateTest, DoesNotGuess) {
  EXPECT_EQ(ProtectionStateOf("PlannedFailoverFailed"), std::nullopt);
  EXPECT_EQ(ProtectionStateOf("ProtectedOrSo"), std::nullopt);
  EXPECT_EQ(ProtectionStateOf(""), std::nullopt);
}

TEST(ConsistencyTest, KnowsTwoTypesInAnyCase) {
  EXPECT_EQ(ConsistencyOf("CrashConsistent"),
            v1::RecoveryPoint::CRASH_CONSISTENT);
  EXPECT_EQ(ConsistencyOf("APPLICATIONCONSISTENT"),
            v1::RecoveryPoint::APPLICATION_CONSISTENT);
  EXPECT_EQ(ConsistencyOf("NotSpecified"), std::nullopt);
}

}  // namespace
}  // namespace recoveryline::asr
