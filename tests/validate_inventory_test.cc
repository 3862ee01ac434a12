// Each sentence of inventory.proto that forbids something, broken once; and
// what the contract calls legal, accepted.

#include <cstdint>
#include <limits>
#include <string>

#include "engine/validate.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/inventory.pb.h"
#include "tests/violation_matchers.h"

namespace recoveryline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using v1::Inventory;
using v1::RecoveryPoint;
using v1::Violation;
using v1::Vm;

// 2262-04-11T23:47:16.854775807Z and 1677-09-21T00:12:43.145224192Z: the ends
// of the range.
constexpr int64_t kLastSecond = 9'223'372'036;
constexpr int32_t kLastNanos = 854'775'807;
constexpr int64_t kFirstSecond = -9'223'372'037;
constexpr int32_t kFirstNanos = 145'224'192;
// 9999-12-31T23:59:59Z
constexpr int64_t kEndOfTime = 253'402'300'799;

class ValidateInventoryTest : public ::testing::Test {
 protected:
  Vm& web() { return *inventory_.mutable_vms(0); }
  RecoveryPoint& point(int i) { return *web().mutable_recovery_points(i); }

  Inventory inventory_ = FromText<Inventory>(R"pb(
    as_of_time { seconds: 1000 }
    vms {
      id: "web"
      replication_group_id: "shop"
      protection_state: REPLICATING
      disk_count: 2
      latest_replicated_time { seconds: 990 }
      recovery_points {
        id: "p0"
        capture_time { seconds: 100 }
        consistency: APPLICATION_CONSISTENT
        consistency_marker: "m"
        available_from { seconds: 110 }
        expire_time { seconds: 900 }
        cleanliness: CLEAN
        covered_disk_count: 2
      }
      recovery_points {
        id: "p1"
        capture_time { seconds: 200 }
      }
    }
    vms {
      id: "db"
      replication_group_id: "shop"
      recovery_points {
        id: "p0"
        capture_time { seconds: 100 }
      }
    }
    replication_groups {
      id: "shop"
      multi_vm_consistency: true
      expected_vm_ids: [ "web", "db" ]
    }
    replication_groups { id: "label" }
  )pb");
};

TEST_F(ValidateInventoryTest, ValidInventoryBreaksNothing) {
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
  EXPECT_THAT(BrokenRules(Inventory()), IsEmpty());
}

// Ids.

TEST_F(ValidateInventoryTest, VmIdIsRequired) {
  web().clear_id();
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::EMPTY_ID, "vms[0].id")));
}

TEST_F(ValidateInventoryTest, EmptyEntryIsAVmWithoutAnId) {
  inventory_.add_vms();
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::EMPTY_ID, "vms[2].id")));
}

TEST_F(ValidateInventoryTest, EmptyIdsAreNotDuplicates) {
  inventory_.add_vms();
  inventory_.add_vms();
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::EMPTY_ID, "vms[2].id"),
                          Breaks(Violation::EMPTY_ID, "vms[3].id")));
}

TEST_F(ValidateInventoryTest, VmIdStandsOnce) {
  inventory_.add_vms()->set_id("web");
  inventory_.add_vms()->set_id("web");
  const auto broken = BrokenRules(inventory_);
  ASSERT_THAT(broken,
              ElementsAre(Breaks(Violation::DUPLICATE_ID, "vms[2].id"),
                          Breaks(Violation::DUPLICATE_ID, "vms[3].id")));
  EXPECT_EQ(broken[1].message(), "\"web\" is the id of vms[0] too");
}

TEST_F(ValidateInventoryTest, IdsAreComparedByteByByte) {
  inventory_.add_vms()->set_id("WEB");
  inventory_.add_vms()->set_id("web ");
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, IdHasAtMost1024Bytes) {
  web().set_id(std::string(1024, 'x'));
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
  web().set_id(std::string(1025, 'x'));
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::ID_TOO_LONG, "vms[0].id")));
}

TEST_F(ValidateInventoryTest, PointIdIsRequired) {
  point(1).clear_id();
  EXPECT_THAT(
      BrokenRules(inventory_),
      ElementsAre(Breaks(Violation::EMPTY_ID, "vms[0].recoveryPoints[1].id")));
}

TEST_F(ValidateInventoryTest, PointIdStandsOnceWithinItsVm) {
  point(1).set_id("p0");
  const auto broken = BrokenRules(inventory_);
  ASSERT_THAT(broken, ElementsAre(Breaks(Violation::DUPLICATE_ID,
                                         "vms[0].recoveryPoints[1].id")));
  EXPECT_EQ(broken[0].message(),
            "\"p0\" is the id of vms[0].recoveryPoints[0] too");
}

TEST_F(ValidateInventoryTest, PointIdHasAtMost1024Bytes) {
  point(0).set_id(std::string(1025, 'x'));
  point(1).set_id(std::string(1025, 'x'));
  EXPECT_THAT(
      BrokenRules(inventory_),
      ElementsAre(
          Breaks(Violation::ID_TOO_LONG, "vms[0].recoveryPoints[0].id"),
          Breaks(Violation::ID_TOO_LONG, "vms[0].recoveryPoints[1].id")));
}

TEST_F(ValidateInventoryTest, GroupIdIsRequiredUniqueAndShort) {
  inventory_.add_replication_groups();
  inventory_.add_replication_groups()->set_id("shop");
  inventory_.add_replication_groups()->set_id(std::string(1025, 'g'));
  EXPECT_THAT(
      BrokenRules(inventory_),
      ElementsAre(Breaks(Violation::EMPTY_ID, "replicationGroups[2].id"),
                  Breaks(Violation::DUPLICATE_ID, "replicationGroups[3].id"),
                  Breaks(Violation::ID_TOO_LONG, "replicationGroups[4].id")));
}

TEST_F(ValidateInventoryTest, VmAndGroupMayShareAnId) {
  inventory_.add_replication_groups()->set_id("web");
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, GroupOfAVmIsInTheInventory) {
  web().set_replication_group_id("store");
  const auto broken = BrokenRules(inventory_);
  ASSERT_THAT(broken, ElementsAre(Breaks(Violation::UNKNOWN_GROUP,
                                         "vms[0].replicationGroupId")));
  EXPECT_THAT(broken[0].message(), HasSubstr("\"store\""));
}

TEST_F(ValidateInventoryTest, TooLongGroupOfAVmIsNotUnknownToo) {
  web().set_replication_group_id(std::string(1025, 'g'));
  EXPECT_THAT(
      BrokenRules(inventory_),
      ElementsAre(Breaks(Violation::ID_TOO_LONG, "vms[0].replicationGroupId")));
}

TEST_F(ValidateInventoryTest, MarkerHasAtMost1024Bytes) {
  point(1).set_consistency_marker(std::string(1024, 'm'));
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
  point(1).set_consistency_marker(std::string(1025, 'm'));
  EXPECT_THAT(
      BrokenRules(inventory_),
      ElementsAre(Breaks(Violation::ID_TOO_LONG,
                         "vms[0].recoveryPoints[1].consistencyMarker")));
}

TEST_F(ValidateInventoryTest, ExpectedVmIdIsNotEmptyAndShort) {
  auto* group = inventory_.mutable_replication_groups(0);
  group->add_expected_vm_ids("");
  group->add_expected_vm_ids(std::string(1025, 'v'));
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::EMPTY_ID,
                                 "replicationGroups[0].expectedVmIds[2]"),
                          Breaks(Violation::ID_TOO_LONG,
                                 "replicationGroups[0].expectedVmIds[3]")));
}

// Enums and counts.

TEST_F(ValidateInventoryTest, UnknownEnumNumbersAreRefused) {
  web().set_protection_state(static_cast<Vm::ProtectionState>(6));
  point(0).set_consistency(static_cast<RecoveryPoint::Consistency>(4));
  point(1).set_cleanliness(static_cast<RecoveryPoint::Cleanliness>(-1));
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::UNKNOWN_ENUM_VALUE,
                                 "vms[0].protectionState"),
                          Breaks(Violation::UNKNOWN_ENUM_VALUE,
                                 "vms[0].recoveryPoints[0].consistency"),
                          Breaks(Violation::UNKNOWN_ENUM_VALUE,
                                 "vms[0].recoveryPoints[1].cleanliness")));
}

TEST_F(ValidateInventoryTest, CountsAreNotNegative) {
  web().set_disk_count(-1);
  point(0).set_covered_disk_count(std::numeric_limits<int32_t>::min());
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::NEGATIVE_COUNT, "vms[0].diskCount"),
                          Breaks(Violation::NEGATIVE_COUNT,
                                 "vms[0].recoveryPoints[0].coveredDiskCount")));
}

// Times.

TEST_F(ValidateInventoryTest, CaptureTimeIsRequired) {
  point(1).clear_capture_time();
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::NO_CAPTURE_TIME,
                                 "vms[0].recoveryPoints[1].captureTime")));
}

TEST_F(ValidateInventoryTest, EpochIsACaptureTime) {
  point(1).mutable_capture_time()->Clear();
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, RangeOfInstantsIsInclusive) {
  point(0).mutable_capture_time()->set_seconds(kFirstSecond);
  point(0).mutable_capture_time()->set_nanos(kFirstNanos);
  point(1).mutable_capture_time()->set_seconds(kLastSecond);
  point(1).mutable_capture_time()->set_nanos(kLastNanos);
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
  point(0).mutable_capture_time()->set_nanos(kFirstNanos - 1);
  point(1).mutable_capture_time()->set_nanos(kLastNanos + 1);
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].recoveryPoints[0].captureTime"),
                          Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].recoveryPoints[1].captureTime")));
}

TEST_F(ValidateInventoryTest, EveryTimeIsOfTheStandardForm) {
  inventory_.mutable_as_of_time()->set_nanos(1'000'000'000);
  web().mutable_latest_replicated_time()->set_nanos(-1);
  point(0).mutable_capture_time()->set_seconds(kEndOfTime + 1);
  point(1).mutable_available_from()->set_nanos(-1);
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE, "asOfTime"),
                          Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].latestReplicatedTime"),
                          Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].recoveryPoints[0].captureTime"),
                          Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].recoveryPoints[1].availableFrom")));
}

TEST_F(ValidateInventoryTest, EveryTimeLiesInTheRange) {
  inventory_.mutable_as_of_time()->set_seconds(kEndOfTime);
  web().mutable_latest_replicated_time()->set_seconds(kEndOfTime);
  point(1).mutable_available_from()->set_seconds(kEndOfTime);
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE, "asOfTime"),
                          Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].latestReplicatedTime"),
                          Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].recoveryPoints[1].availableFrom")));
}

TEST_F(ValidateInventoryTest, MessageNamesTheTime) {
  inventory_.mutable_as_of_time()->set_seconds(kEndOfTime);
  auto broken = BrokenRules(inventory_);
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_THAT(broken[0].message(), HasSubstr("9999-12-31T23:59:59Z"));
  inventory_.mutable_as_of_time()->set_nanos(-7);
  broken = BrokenRules(inventory_);
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_THAT(broken[0].message(), HasSubstr("nanos -7"));
}

TEST_F(ValidateInventoryTest, PointIsNotAvailableBeforeItsCapture) {
  point(0).mutable_available_from()->set_seconds(99);
  point(0).mutable_available_from()->set_nanos(999'999'999);
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::AVAILABLE_BEFORE_CAPTURE,
                                 "vms[0].recoveryPoints[0].availableFrom")));
}

TEST_F(ValidateInventoryTest, PointMayBeAvailableAtItsCapture) {
  point(0).mutable_available_from()->set_seconds(100);
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, PointExpiresAfterItIsAvailable) {
  point(0).mutable_expire_time()->set_seconds(110);
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::EXPIRES_BEFORE_AVAILABLE,
                                 "vms[0].recoveryPoints[0].expireTime")));
  point(0).mutable_expire_time()->set_nanos(1);
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, AvailableFromIsTheCaptureTimeUnlessGiven) {
  point(1).mutable_expire_time()->set_seconds(200);
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::EXPIRES_BEFORE_AVAILABLE,
                                 "vms[0].recoveryPoints[1].expireTime")));
  point(1).mutable_expire_time()->set_nanos(1);
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, ExpiryBeyondTheRangeIsNever) {
  point(0).mutable_expire_time()->set_seconds(kEndOfTime);
  point(0).mutable_expire_time()->set_nanos(999'999'999);
  point(1).mutable_capture_time()->set_seconds(kLastSecond);
  point(1).mutable_capture_time()->set_nanos(kLastNanos);
  point(1).mutable_expire_time()->set_seconds(kLastSecond);
  point(1).mutable_expire_time()->set_nanos(kLastNanos);
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, ExpiryBeyondTheYear9999IsRefused) {
  point(0).mutable_expire_time()->set_seconds(kEndOfTime + 1);
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].recoveryPoints[0].expireTime")));
}

TEST_F(ValidateInventoryTest, ExpiryBeforeTheRangeIsRefused) {
  point(0).mutable_expire_time()->set_seconds(kFirstSecond - 1);
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].recoveryPoints[0].expireTime")));
}

TEST_F(ValidateInventoryTest, UnreadableTimesAreNotComparedToo) {
  point(0).mutable_capture_time()->set_nanos(-1);
  point(0).mutable_available_from()->set_seconds(1);
  point(0).mutable_expire_time()->set_seconds(2);
  point(1).mutable_available_from()->set_nanos(-1);
  point(1).mutable_expire_time()->set_seconds(1);
  EXPECT_THAT(BrokenRules(inventory_),
              ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].recoveryPoints[0].captureTime"),
                          Breaks(Violation::TIME_OUT_OF_RANGE,
                                 "vms[0].recoveryPoints[1].availableFrom")));
}

// Legal, never a violation.

TEST_F(ValidateInventoryTest, SeveralPointsOfAVmMayCarryOneMarker) {
  point(1).set_consistency_marker("m");
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, PointMayCoverMoreDisksThanTheVmHas) {
  point(0).set_covered_disk_count(3);
  point(1).set_covered_disk_count(0);
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, PointMayBeCapturedAfterAsOfTime) {
  point(1).mutable_capture_time()->set_seconds(2000);
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, GroupMayBeEmpty) {
  inventory_.add_replication_groups()->set_id("nobody");
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, MarkerMayStandOnAnUngroupedVm) {
  web().clear_replication_group_id();
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, GroupMayExpectVmsThatAreElsewhereOrTwice) {
  auto* group = inventory_.mutable_replication_groups(1);
  group->add_expected_vm_ids("web");
  group->add_expected_vm_ids("web");
  group->add_expected_vm_ids("ghost");
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, AsOfTimeMayBeLeftOut) {
  inventory_.clear_as_of_time();
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

TEST_F(ValidateInventoryTest, UnsetEnumsAndNoPointsAreLegal) {
  Vm* vm = inventory_.add_vms();
  vm->set_id("bare");
  EXPECT_THAT(BrokenRules(inventory_), IsEmpty());
}

// All of them.

TEST_F(ValidateInventoryTest, ViolationsStandInFieldOrder) {
  web().set_disk_count(-1);
  web().clear_id();
  point(0).set_covered_disk_count(-1);
  point(0).clear_id();
  inventory_.mutable_replication_groups(1)->clear_id();
  inventory_.mutable_as_of_time()->set_nanos(-1);
  EXPECT_THAT(
      BrokenRules(inventory_),
      ElementsAre(Breaks(Violation::TIME_OUT_OF_RANGE, "asOfTime"),
                  Breaks(Violation::EMPTY_ID, "vms[0].id"),
                  Breaks(Violation::NEGATIVE_COUNT, "vms[0].diskCount"),
                  Breaks(Violation::EMPTY_ID, "vms[0].recoveryPoints[0].id"),
                  Breaks(Violation::NEGATIVE_COUNT,
                         "vms[0].recoveryPoints[0].coveredDiskCount"),
                  Breaks(Violation::EMPTY_ID, "replicationGroups[1].id")));
}

TEST_F(ValidateInventoryTest, FirstHundredAreKeptAndAllAreCounted) {
  for (int i = 0; i < 300; ++i) inventory_.add_vms();
  Violations found;
  ValidateInventory(inventory_, &found);
  EXPECT_EQ(found.list().size(), 100u);
  EXPECT_EQ(found.count(), 300);
  EXPECT_THAT(found.list().back(), Breaks(Violation::EMPTY_ID, "vms[101].id"));
}

}  // namespace
}  // namespace recoveryline
