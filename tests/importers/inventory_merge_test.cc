// What is known once a new listing is added to an old inventory.

#include "tools/importers/inventory_merge.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/importers/asr_bodies.h"

namespace recoveryline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

v1::Inventory FromText(const std::string& text) {
  v1::Inventory inventory;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &inventory));
  return inventory;
}

// What a listing says that is `inventory`: each machine has its item unless it
// is in `without_item`, and each list of points is whole.
asr::AsrInventory ReadingOf(const v1::Inventory& inventory,
                            const std::vector<std::string>& without_item) {
  asr::AsrInventory made;
  made.inventory = inventory;
  for (const v1::Vm& vm : inventory.vms()) {
    asr::VmReading& reading = made.vms[vm.id()];
    reading.has_item =
        std::count(without_item.begin(), without_item.end(), vm.id()) == 0;
    if (!vm.recovery_points().empty()) {
      reading.own_list.reading = asr::ListReading::kWhole;
    }
    for (const v1::RecoveryPoint& point : vm.recovery_points()) {
      reading.multi_vm_flags.emplace(point.id(), false);
    }
  }
  for (const v1::ReplicationGroup& group : inventory.replication_groups()) {
    made.groups[group.id()];
  }
  return made;
}

// Merges and checks that the result is valid.
v1::Inventory Merged(const std::string& earlier, const std::string& later,
                     const std::vector<std::string>& without_item = {},
                     std::vector<std::string>* notes = nullptr) {
  std::vector<std::string> unread;
  asr::AsrInventory made = ReadingOf(FromText(later), without_item);
  asr::MergeInventories(FromText(earlier), SharedPointBy::kTime, &made,
                        notes == nullptr ? &unread : notes);
  ExpectValid(made.inventory);
  return made.inventory;
}

// A machine with two points, seen at 1000.
constexpr char kEarlier[] = R"pb(
  as_of_time { seconds: 1000 }
  vms {
    id: "web"
    display_name: "Web"
    replication_group_id: "shop"
    protection_state: FAILED_OVER
    disk_count: 2
    recovery_points {
      id: "p1"
      capture_time { seconds: 800 }
      consistency: CRASH_CONSISTENT
      consistency_marker: "m1"
    }
    recovery_points {
      id: "p2"
      capture_time { seconds: 900 }
      consistency: CRASH_CONSISTENT
      cleanliness: SUSPICIOUS
    }
  }
  replication_groups { id: "shop" multi_vm_consistency: true }
)pb";

TEST(InventoryMergeTest, AMissedPointExpiresWhenItWasFirstMissed) {
  const v1::Inventory merged = Merged(kEarlier, R"pb(
    as_of_time { seconds: 2000 }
    vms {
      id: "web"
      protection_state: REPLICATING
      recovery_points {
        id: "p2"
        capture_time { seconds: 900 }
      }
      recovery_points {
        id: "p3"
        capture_time { seconds: 1900 }
      }
    })pb");
  EXPECT_EQ(merged.as_of_time().seconds(), 2000);
  const v1::Vm vm = VmOf(merged, "web");
  ASSERT_EQ(vm.recovery_points_size(), 3);
  EXPECT_EQ(vm.recovery_points(0).id(), "p1");
  EXPECT_EQ(vm.recovery_points(0).expire_time().seconds(), 2000);
  EXPECT_EQ(vm.recovery_points(0).consistency_marker(), "m1");
  EXPECT_FALSE(vm.recovery_points(1).has_expire_time());
  EXPECT_FALSE(vm.recovery_points(2).has_expire_time());
}

TEST(InventoryMergeTest, AnEarlierEndStands) {
  const auto end_of = [](const std::string& expire_time) {
    return Merged(
               "vms { id: 'a' recovery_points { id: 'p' "
               "capture_time { seconds: 8 } " +
                   expire_time + " } }",
               "as_of_time { seconds: 20 } vms { id: 'a' recovery_points "
               "{ id: 'q' capture_time { seconds: 9 } } }")
        .vms(0)
        .recovery_points(0)
        .expire_time()
        .seconds();
  };
  EXPECT_EQ(end_of("expire_time { seconds: 15 }"), 15);
  EXPECT_EQ(end_of("expire_time { seconds: 25 }"), 20);
  EXPECT_EQ(end_of(""), 20);
}

TEST(InventoryMergeTest, AnOlderListingMissesNothing) {
  std::vector<std::string> notes;
  const v1::Inventory merged = Merged(kEarlier, R"pb(
                                        as_of_time { seconds: 900 }
                                        vms {
                                          id: "web"
                                          recovery_points {
                                            id: "p0"
                                            capture_time { seconds: 700 }
                                          }
                                        })pb",
                                      {}, &notes);
  EXPECT_EQ(merged.as_of_time().seconds(), 1000);
  EXPECT_FALSE(merged.vms(0).recovery_points(1).has_expire_time());
  EXPECT_FALSE(merged.vms(0).recovery_points(2).has_expire_time());
  EXPECT_THAT(notes, Contains(HasSubstr("not known to be newer")));
}

TEST(InventoryMergeTest, WithoutAnAsOfTimeNothingExpires) {
  std::vector<std::string> notes;
  const v1::Inventory merged =
      Merged(kEarlier,
             "vms { id: 'web' recovery_points { id: 'p3' "
             "capture_time { seconds: 950 } } }",
             {}, &notes);
  EXPECT_EQ(merged.as_of_time().seconds(), 1000);
  EXPECT_FALSE(merged.vms(0).recovery_points(0).has_expire_time());
  EXPECT_THAT(notes, Contains(HasSubstr("2 points are not listed")));
}

TEST(InventoryMergeTest, AnUnreadListIsNoEvidence) {
  std::vector<std::string> notes;
  const v1::Inventory merged =
      Merged(kEarlier, R"pb(
               as_of_time { seconds: 2000 }
               vms { id: "web" protection_state: REPLICATING })pb",
             {}, &notes);
  ASSERT_EQ(merged.vms(0).recovery_points_size(), 2);
  for (const v1::RecoveryPoint& point : merged.vms(0).recovery_points()) {
    EXPECT_FALSE(point.has_expire_time()) << point.id();
  }
  EXPECT_THAT(notes, Contains(HasSubstr("2 points come from a list that the")));
}

TEST(InventoryMergeTest, WhatTheNewReadingLeavesOpenStays) {
  const v1::Inventory merged = Merged(kEarlier, R"pb(
    as_of_time { seconds: 2000 }
    vms {
      id: "web"
      protection_state: REPLICATING
      recovery_points {
        id: "p1"
        capture_time { seconds: 800 }
        consistency: APPLICATION_CONSISTENT
      }
      recovery_points {
        id: "p2"
        capture_time { seconds: 900 }
      }
    })pb");
  const v1::Vm vm = VmOf(merged, "web");
  EXPECT_EQ(vm.display_name(), "Web");
  EXPECT_EQ(vm.disk_count(), 2);
  EXPECT_EQ(vm.recovery_points(0).consistency_marker(), "m1");
  EXPECT_EQ(vm.recovery_points(0).consistency(),
            v1::RecoveryPoint::APPLICATION_CONSISTENT);
  EXPECT_EQ(vm.recovery_points(1).cleanliness(), v1::RecoveryPoint::SUSPICIOUS);
  EXPECT_EQ(vm.recovery_points(1).consistency(),
            v1::RecoveryPoint::CRASH_CONSISTENT);
}

TEST(InventoryMergeTest, AnItemSettlesStateAndGroup) {
  const v1::Vm vm =
      VmOf(Merged(kEarlier, R"pb(
             vms { id: "web" protection_state: REPLICATING })pb"),
           "web");
  EXPECT_EQ(vm.protection_state(), v1::Vm::REPLICATING);
  EXPECT_EQ(vm.replication_group_id(), "");
}

TEST(InventoryMergeTest, PointsAloneLeaveStateAndGroupAsTheyWere) {
  std::vector<std::string> notes;
  const v1::Vm vm =
      VmOf(Merged(kEarlier, R"pb(
                    vms { id: "web" protection_state: REPLICATING })pb",
                  {"web"}, &notes),
           "web");
  EXPECT_EQ(vm.protection_state(), v1::Vm::FAILED_OVER);
  EXPECT_EQ(vm.replication_group_id(), "shop");
  EXPECT_THAT(notes, Contains(HasSubstr("known from its points alone now")));
}

TEST(InventoryMergeTest, AMachineNotMentionedStaysAsItWas) {
  std::vector<std::string> notes;
  const v1::Inventory merged = Merged(kEarlier, R"pb(
                                        as_of_time { seconds: 2000 }
                                        vms { id: "db" })pb",
                                      {}, &notes);
  EXPECT_THAT(VmIdsOf(merged), ElementsAre("db", "web"));
  EXPECT_FALSE(merged.vms(1).recovery_points(0).has_expire_time());
  EXPECT_EQ(merged.vms(1).replication_group_id(), "shop");
  EXPECT_THAT(notes, Contains(HasSubstr("not in the new listing")));
}

TEST(InventoryMergeTest, IdsMatchCaseAsideAndTakeTheNewSpelling) {
  const v1::Inventory merged = Merged(kEarlier, R"pb(
                                        as_of_time { seconds: 2000 }
                                        vms {
                                          id: "WEB"
                                          recovery_points {
                                            id: "P1"
                                            capture_time { seconds: 800 }
                                          }
                                          recovery_points {
                                            id: "P2"
                                            capture_time { seconds: 900 }
                                          }
                                        }
                                        replication_groups { id: "SHOP" })pb",
                                      {"WEB"});
  EXPECT_THAT(VmIdsOf(merged), ElementsAre("WEB"));
  EXPECT_EQ(merged.vms(0).recovery_points_size(), 2);
  EXPECT_EQ(merged.vms(0).replication_group_id(), "SHOP");
  EXPECT_EQ(merged.replication_groups_size(), 1);
}

TEST(InventoryMergeTest, IdsThatDifferInCaseAloneAreNotLost) {
  const v1::Inventory merged =
      Merged("vms { id: 'a' } vms { id: 'A' }", "vms { id: 'a' }");
  EXPECT_THAT(VmIdsOf(merged), ElementsAre("A", "a"));
}

TEST(InventoryMergeTest, APointWithAnotherTimeIsTakenFromTheNewListing) {
  std::vector<std::string> notes;
  const v1::Inventory merged = Merged(kEarlier, R"pb(
                                        as_of_time { seconds: 2000 }
                                        vms {
                                          id: "web"
                                          recovery_points {
                                            id: "p1"
                                            capture_time { seconds: 850 }
                                          }
                                          recovery_points {
                                            id: "p2"
                                            capture_time { seconds: 900 }
                                          }
                                        })pb",
                                      {}, &notes);
  EXPECT_EQ(merged.vms(0).recovery_points(0).capture_time().seconds(), 850);
  EXPECT_EQ(merged.vms(0).recovery_points(0).consistency_marker(), "");
  EXPECT_THAT(notes, Contains(HasSubstr("another capture time")));
}

TEST(InventoryMergeTest, APointThatIsListedAgainHasNotEnded) {
  const auto merged = [](int end) {
    return Merged(
               "vms { id: 'a' recovery_points { id: 'p' "
               "capture_time { seconds: 8 } expire_time { seconds: " +
                   std::to_string(end) + " } } }",
               "as_of_time { seconds: 20 } vms { id: 'a' recovery_points "
               "{ id: 'p' capture_time { seconds: 8 } } }")
        .vms(0)
        .recovery_points(0);
  };
  EXPECT_FALSE(merged(15).has_expire_time());
  EXPECT_EQ(merged(25).expire_time().seconds(), 25);
}

TEST(InventoryMergeTest, AddingAListingToItselfChangesNothing) {
  const v1::Inventory merged = Merged(kEarlier, kEarlier);
  EXPECT_EQ(merged.SerializeAsString(), FromText(kEarlier).SerializeAsString());
}

// What a listing of one machine says at a time: "p90 q190", with when each
// point was captured.
std::string Listing(int second, const std::vector<std::string>& points) {
  std::string text =
      "as_of_time { seconds: " + std::to_string(second) + " } vms { id: 'a' ";
  for (const std::string& point : points) {
    text += "recovery_points { id: '" + point +
            "' capture_time { seconds: " + point.substr(1) + " } } ";
  }
  return text + "}";
}

class PointWatchTest : public testing::Test {
 protected:
  // Adds a listing to what is known; gives back since when it is watched, 0 for
  // not at all.
  int64_t Add(const std::string& listing) {
    inventory = Merged(inventory.DebugString(), listing, {}, &notes);
    return inventory.observed_from().seconds();
  }
  v1::RecoveryPoint Point(const std::string& id) const {
    for (const v1::RecoveryPoint& point : inventory.vms(0).recovery_points()) {
      if (point.id() == id) return point;
    }
    return {};
  }

  v1::Inventory inventory = FromText(Listing(100, {"p90"}));
  std::vector<std::string> notes;
};

TEST_F(PointWatchTest, AWholeListingBeginsItAndNewerOnesGoOn) {
  EXPECT_EQ(Add(Listing(200, {"q190"})), 200);
  EXPECT_EQ(Add(Listing(300, {"r290"})), 200);
  EXPECT_EQ(Add(Listing(300, {"r290"})), 200);  // the same once more
  EXPECT_EQ(Point("q190").expire_time().seconds(), 300);
  EXPECT_FALSE(Point("q190").has_available_from());
  EXPECT_THAT(notes, Not(Contains(HasSubstr("watched"))));
}

TEST_F(PointWatchTest, AListThatIsNotThereIsAGap) {
  Add(Listing(200, {"q190"}));
  EXPECT_EQ(Add(Listing(300, {})), 0);
  EXPECT_THAT(notes, Contains(HasSubstr("watched no longer since")));
  EXPECT_EQ(Add(Listing(400, {"q190"})), 400);
}

TEST_F(PointWatchTest, AMachineWhoseListWasNeverReadIsNotWatched) {
  const std::string without = " vms { id: 'b' }";
  EXPECT_EQ(Add(Listing(200, {"q190"}) + without), 0);
  EXPECT_EQ(Add(Listing(300, {"r290"}) + without), 0);
}

TEST_F(PointWatchTest, WhatCameBackWasNotThereInBetween) {
  Add(Listing(200, {"p90", "q190"}));
  EXPECT_EQ(Add(Listing(300, {"q190"})), 200);
  EXPECT_EQ(Add(Listing(400, {"p90", "q190"})), 400);
}

TEST_F(PointWatchTest, APointThatIsListedLateCameLate) {
  Add(Listing(200, {"p90"}));
  EXPECT_EQ(Add(Listing(300, {"p90", "q190", "r290"})), 200);
  EXPECT_EQ(Point("q190").available_from().seconds(), 200);
  EXPECT_EQ(Point("q190").available_from().nanos(), 1);
  EXPECT_FALSE(Point("r290").has_available_from());
}

TEST_F(PointWatchTest, AnOlderListingEndsItAndRevivesNothing) {
  Add(Listing(200, {"q190"}));
  EXPECT_EQ(Add(Listing(150, {"o140"})), 0);
  EXPECT_EQ(inventory.as_of_time().seconds(), 200);
  EXPECT_EQ(Point("o140").expire_time().seconds(), 200);
  EXPECT_THAT(notes, Contains(HasSubstr("watched no longer since")));
  EXPECT_THAT(notes, Contains(HasSubstr("this older listing alone")));
}

TEST_F(PointWatchTest, ANewMachineWithOldPointsWasNotWatched) {
  Add(Listing(200, {"q190"}));
  const std::string other =
      " vms { id: 'db' recovery_points { id: 'd' "
      "capture_time { seconds: ";
  v1::Inventory before = inventory;
  EXPECT_EQ(Add(Listing(300, {"q190"}) + other + "250 } } }"), 200);
  inventory = before;
  EXPECT_EQ(Add(Listing(300, {"q190"}) + other + "50 } } }"), 300);
}

TEST(InventoryMergeTest, AddingToNothingChangesNothing) {
  EXPECT_EQ(Merged("", kEarlier).SerializeAsString(),
            FromText(kEarlier).SerializeAsString());
  EXPECT_EQ(Merged(kEarlier, "").vms_size(), 1);
}

}  // namespace
}  // namespace recoveryline
