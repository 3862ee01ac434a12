#include "engine/wire/wire_inventory.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/violation_matchers.h"
#include "tests/wire/both_ways.h"
#include "tools/formats/inventory_file.h"
#include "tools/formats/wire_buffer.h"

namespace recoveryline {
namespace {

using absl::StrCat;

constexpr char kUuid[] = "0f8fad5b-d9cb-469f-a165-70867728950e";

// The view of what both ways agree to be valid; null where both do not.
std::unique_ptr<WireInventory> ViewOf(const std::string& bytes) {
  BothWays read(bytes, {});
  EXPECT_EQ(read.Disagreement(), "");
  EXPECT_EQ(read.view != nullptr, read.IsValid());
  return std::move(read.view);
}

// A machine with these points, and bytes behind it, so that they may be plain.
std::unique_ptr<WireInventory> ViewOfPoints(const std::string& points) {
  return ViewOf(FromText<v1::Inventory>(
                    StrCat("vms { id: 'web' disk_count: 2 ", points,
                           "} replication_groups { id: 'the last group' }"))
                    .SerializeAsString());
}

std::string WithId(const std::string& id) {
  return StrCat("recovery_points { id: '", id,
                "' capture_time { seconds: 1772323200 } } ");
}

TEST(WireInventoryTest, PointsStandInTheTotalOrder) {
  const auto view = ViewOfPoints(R"(
      recovery_points { id: 'b' capture_time { seconds: 9 } consistency: 1 }
      recovery_points { id: 'a' capture_time { seconds: 9 } consistency: 1 }
      recovery_points { id: 'c' capture_time { seconds: 9 } consistency: 2 }
      recovery_points { id: 'd' capture_time { seconds: 8 } consistency: 3 })");
  ASSERT_NE(view, nullptr);
  const std::vector<std::string> worst_first = {"d", "b", "a", "c"};
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(view->point_id(0, i), worst_first[static_cast<size_t>(i)]);
    EXPECT_EQ(view->FindPoint(0, worst_first[static_cast<size_t>(i)]), i);
  }
  EXPECT_EQ(view->FindPoint(0, "e"), std::nullopt);
}

TEST(WireInventoryTest, IdsOfAnyFormComeBackAsTheyWere) {
  std::string capitals = kUuid;
  capitals[1] = 'F';
  const auto uuids = ViewOfPoints(WithId(kUuid));
  ASSERT_NE(uuids, nullptr);
  EXPECT_EQ(uuids->point_id(0, 0), kUuid);
  EXPECT_EQ(uuids->FindPoint(0, kUuid), 0);
  EXPECT_EQ(uuids->FindPoint(0, capitals), std::nullopt);
  const auto mixed = ViewOfPoints(WithId(kUuid) + WithId(capitals) +
                                  WithId("plain") + WithId("caf\u00e9"));
  ASSERT_NE(mixed, nullptr);
  for (const std::string id : {kUuid, capitals.c_str(), "plain", "caf\u00e9"}) {
    const auto found = mixed->FindPoint(0, id);
    ASSERT_TRUE(found.has_value()) << id;
    EXPECT_EQ(mixed->point_id(0, *found), id);
  }
}

TEST(WireInventoryTest, AnIdMayNotStandTwiceInAMachine) {
  for (const std::string id : {kUuid, "plain", "caf\u00e9"}) {
    EXPECT_EQ(ViewOfPoints(WithId(id) + WithId("another") + WithId(id)),
              nullptr);
    EXPECT_NE(ViewOf(FromText<v1::Inventory>(
                         StrCat("vms { id: 'a' ", WithId(id), "} vms { id: 'b'",
                                WithId(id), "} source: 'a site'"))
                         .SerializeAsString()),
              nullptr);
  }
}

TEST(WireInventoryTest, MarkersAreRankedInTheirGroup) {
  const auto view = ViewOf(FromText<v1::Inventory>(R"(
          vms { id: 'a' replication_group_id: 'web'
                recovery_points { id: '1' capture_time { seconds: 1 }
                                  consistency_marker: 'zebra' }
                recovery_points { id: '2' capture_time { seconds: 2 }
                                  consistency_marker: 'ape' } }
          vms { id: 'lone'
                recovery_points { id: '1' capture_time { seconds: 1 }
                                  consistency_marker: 'zebra' } }
          vms { id: 'b' replication_group_id: 'web'
                recovery_points { id: '1' capture_time { seconds: 1 }
                                  consistency_marker: 'lion' } }
          replication_groups { id: 'web' })")
                               .SerializeAsString());
  ASSERT_NE(view, nullptr);
  EXPECT_EQ(view->points(0).marker(0), 2);
  EXPECT_EQ(view->points(0).marker(1), 0);
  EXPECT_EQ(view->points(1).marker(0), 0);
  EXPECT_EQ(view->points(2).marker(0), 1);
  EXPECT_EQ(view->marker_id(2, 2), "zebra");
  EXPECT_EQ(view->FindMarker(0, "lion"), 1);
  EXPECT_EQ(view->FindMarker(1, "lion"), std::nullopt);
}

// Around the forms that the plain reader knows by heart.
TEST(WireInventoryTest, TimesOfAnySizeAreRead) {
  std::string points;
  int id = 0;
  for (const int64_t seconds :
       {int64_t{-9'223'372'036}, int64_t{-1}, int64_t{0}, int64_t{127},
        int64_t{128}, int64_t{268'435'455}, int64_t{268'435'456},
        int64_t{1'772'323'200}, int64_t{4'294'967'296}, int64_t{9'223'372'035},
        int64_t{9'223'372'036}}) {
    for (const int nanos : {0, 1, 127, 128, 16'384, 2'097'151, 2'097'152,
                            268'435'455, 268'435'456, 854'775'807}) {
      absl::StrAppend(&points, "recovery_points { id: '", id++,
                      "' capture_time { seconds: ", seconds, " nanos: ", nanos,
                      "} }");
    }
  }
  EXPECT_NE(ViewOfPoints(points), nullptr);
  for (const char* time :
       {"seconds: 9223372036 nanos: 854775808", "seconds: 9223372037",
        "nanos: 1000000000", "nanos: -1", "seconds: -9223372037",
        "seconds: 1772323200 nanos: 1000000000", "seconds: 34359738367"}) {
    EXPECT_EQ(ViewOfPoints(StrCat("recovery_points { id: 'a' capture_time {",
                                  time, "} }")),
              nullptr)
        << time;
  }
}

TEST(WireInventoryTest, AMachineMaySayWhatItIsAfterItsPoints) {
  WireBuffer vm;
  for (const char* id : {"p1", "p2"}) {
    const size_t point = vm.BeginMessage(
        MakeTag(v1::Vm::kRecoveryPointsFieldNumber, WireType::kBytes));
    vm.AddBytes(MakeTag(1, WireType::kBytes), id);
    vm.EndMessage(vm.BeginMessage(MakeTag(2, WireType::kBytes)));
    vm.AddVarint(MakeTag(8, WireType::kVarint), 1);
    vm.EndMessage(point);
    vm.AddBytes(MakeTag(v1::Vm::kIdFieldNumber, WireType::kBytes), "web");
    vm.AddVarint(MakeTag(v1::Vm::kDiskCountFieldNumber, WireType::kVarint), 2);
    vm.AddVarint(MakeTag(17, WireType::kVarint), 1);  // of a later version
  }
  v1::Vm parsed;
  ASSERT_TRUE(vm.MergeInto(&parsed));
  v1::Inventory inventory;
  *inventory.add_vms() = parsed;
  // protobuf writes the unknown field last, behind the points.
  const auto view = ViewOf(inventory.SerializeAsString());
  ASSERT_NE(view, nullptr);
  EXPECT_TRUE(core::Flags::PartialOf(view->points(0).flags(0)));
  EXPECT_EQ(FirstUnknownFieldOf(*view), "vms[0], field 17");
}

TEST(WireInventoryTest, TheFirstUnknownFieldOfAPointIsNamed) {
  v1::Inventory inventory = FromText<v1::Inventory>(
      StrCat("vms { id: 'a' replication_group_id: 'late'", WithId("1"),
             WithId("2"), "} vms { id: 'b'", WithId("1"), WithId("2"),
             "} replication_groups { id: 'late' }"));
  const auto add_unknown = [](google::protobuf::Message* message, int number) {
    message->GetReflection()->MutableUnknownFields(message)->AddVarint(number,
                                                                       1);
  };
  add_unknown(inventory.mutable_replication_groups(0), 90);
  const auto first = [&] {
    return FirstUnknownFieldOf(*ViewOf(inventory.SerializeAsString()));
  };
  EXPECT_EQ(first(), "replicationGroups[0], field 90");
  add_unknown(inventory.mutable_vms(1)->mutable_recovery_points(1), 91);
  EXPECT_EQ(first(), "vms[1].recoveryPoints[1], field 91");
  add_unknown(inventory.mutable_vms(1)
                  ->mutable_recovery_points(0)
                  ->mutable_capture_time(),
              92);
  EXPECT_EQ(first(), "vms[1].recoveryPoints[0].captureTime, field 92");
  add_unknown(inventory.mutable_vms(0)->mutable_recovery_points(1), 93);
  EXPECT_EQ(first(), "vms[0].recoveryPoints[1], field 93");
  add_unknown(inventory.mutable_vms(0), 94);
  EXPECT_EQ(first(), "vms[0], field 94");
}

TEST(WireInventoryTest, TextMustBeUtf8) {
  const std::string all = FromText<v1::Inventory>(R"(
      source: 'caf\303\251'
      vms { id: 'caf\303\251' display_name: 'caf\303\251'
            replication_group_id: 'caf\303\251'
            recovery_points { id: 'caf\303\251' capture_time {}
                              consistency_marker: 'caf\303\251' }
            recovery_points { id: '2' capture_time {}
                              consistency_marker: 'caf\303\251' } }
      replication_groups { id: 'caf\303\251' display_name: 'caf\303\251'
                           expected_vm_ids: 'caf\303\251' })")
                              .SerializeAsString();
  EXPECT_NE(ViewOf(all), nullptr);
  int places = 0;
  for (size_t at = 0; (at = all.find("\303", at)) != std::string::npos; ++at) {
    std::string damaged = all;
    damaged[at] = 'x';
    EXPECT_EQ(ViewOf(damaged), nullptr) << at;
    ++places;
  }
  EXPECT_EQ(places, 10);
}

TEST(WireInventoryTest, WhatSaysNothingIsNoInventory) {
  EXPECT_EQ(ViewOf(""), nullptr);
  EXPECT_EQ(ViewOf(std::string("\x12\x00", 2)), nullptr);  // source: ""
  EXPECT_NE(ViewOf(std::string("\x0a\x00", 2)), nullptr);  // as_of_time {}
  EXPECT_EQ(ViewOf(std::string("\x2a\x02\x08\x07", 4))->observed_from(),
            7'000'000'000);
}

// As ReadBinpb() refuses them.
TEST(WireInventoryTest, FieldsHaveALimit) {
  constexpr int64_t kLimit = 4'096;
  for (const int64_t size : {kLimit, kLimit + 1}) {
    const std::string text(static_cast<size_t>(size), 'x');
    for (const std::string& inventory :
         {StrCat("source: '", text, "' vms { id: 'a' }"),
          StrCat("vms { id: 'a' display_name: '", text, "' }"),
          StrCat("replication_groups { id: 'a' display_name: '", text, "' }"),
          StrCat("vms { id: 'a' replication_group_id: '", text, "' }")}) {
      const BothWays read(
          FromText<v1::Inventory>(inventory).SerializeAsString(),
          {.field_bytes = kLimit});
      EXPECT_EQ(read.Disagreement(), "");
      EXPECT_EQ(read.view != nullptr, read.IsValid());
    }
  }
  // Many short fields make a long machine or group.
  std::string long_ones = "vms { id: 'a' ";
  for (int i = 0; i < 500; ++i) long_ones += WithId(StrCat("point ", i));
  long_ones += "} replication_groups { id: 'b' ";
  for (int i = 0; i < 500; ++i) long_ones += "expected_vm_ids: 'a machine' ";
  const BothWays read(
      FromText<v1::Inventory>(long_ones + "}").SerializeAsString(),
      {.field_bytes = kLimit});
  EXPECT_TRUE(read.IsValid());
  EXPECT_NE(read.view, nullptr);
  EXPECT_EQ(read.Disagreement(), "");
}

}  // namespace
}  // namespace recoveryline
