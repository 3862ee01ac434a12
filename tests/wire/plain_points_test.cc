#include "engine/wire/plain_points.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/row_inventory.h"
#include "engine/wire/wire_fields.h"
#include "gtest/gtest.h"
#include "recoveryline/v1/inventory.pb.h"
#include "tests/reference/random_world.h"
#include "tests/violation_matchers.h"

namespace recoveryline {
namespace {

// The points alone, in binary form, and what may be looked at behind them.
struct Bytes {
  explicit Bytes(v1::Vm vm) {
    v1::Vm points;
    points.mutable_recovery_points()->Swap(vm.mutable_recovery_points());
    text = points.SerializeAsString();
    size = text.size();
    text.append(kPlainSlack, '\xff');
  }

  std::string text;
  size_t size;
};

// How many bytes of the points are plain.
size_t PlainBytes(const Bytes& bytes, PlainColumns* columns) {
  const char* const begin = bytes.text.data();
  return static_cast<size_t>(
      ReadPlainPoints(begin, begin + bytes.size, /*disk_count=*/2, columns) -
      begin);
}

v1::Vm VmOf(const std::string& points) { return FromText<v1::Vm>(points); }

// Not by luck: nothing that a serializer writes of an ordinary point is odd.
TEST(PlainPointsTest, WhatSerializersWriteOfOrdinaryPointsIsPlain) {
  int64_t points = 0;
  for (uint64_t seed = 0; seed < 2'000; ++seed) {
    const reference::World world = reference::RandomWorld(seed);
    for (const v1::Vm& vm : world.inventory.vms()) {
      const Bytes bytes(vm);
      PlainColumns columns;
      bool ordinary = true;
      for (const v1::RecoveryPoint& row : vm.recovery_points()) {
        for (const char c : row.id() + row.consistency_marker()) {
          ordinary =
              ordinary && absl::ascii_isascii(static_cast<unsigned char>(c));
        }
        for (const auto* time :
             {&row.capture_time(), &row.available_from(), &row.expire_time()}) {
          ordinary = ordinary && time->seconds() >= 0 &&
                     time->seconds() < 9'000'000'000;
        }
      }
      if (!ordinary) continue;
      ASSERT_EQ(PlainBytes(bytes, &columns), bytes.size) << "seed " << seed;
      ASSERT_EQ(columns.size(), static_cast<size_t>(vm.recovery_points_size()));
      points += vm.recovery_points_size();
      for (size_t i = 0; i < columns.size(); ++i) {
        const v1::RecoveryPoint& row = vm.recovery_points(static_cast<int>(i));
        const core::RecoveryPoint point = PointOf(row, 2);
        EXPECT_EQ(columns.ids[i], row.id());
        EXPECT_EQ(columns.points[i].capture_time, point.capture_time);
        EXPECT_EQ(columns.points[i].available_from, point.available_from);
        EXPECT_EQ(columns.points[i].expire_time, point.expire_time);
        EXPECT_EQ(columns.points[i].consistency, point.consistency);
        EXPECT_EQ(columns.points[i].cleanliness, point.cleanliness);
        EXPECT_EQ(columns.points[i].partial, point.partial);
      }
    }
  }
  EXPECT_GT(points, 10'000);
}

TEST(PlainPointsTest, ReadingStopsBeforeWhatIsNotPlain) {
  const std::string plain = "recovery_points { id: 'a' capture_time {} }";
  for (const char* odd :
       {"id: ''", "", "id: 'caf\\303\\251' capture_time {}",
        "id: 'b' capture_time { seconds: -1 }",
        "id: 'b' capture_time { nanos: 1000000000 }", "id: 'b'",
        "id: 'b' capture_time {} consistency: 4",
        "id: 'b' capture_time {} cleanliness: 5",
        "id: 'b' capture_time {} consistency_marker: '\\303\\251'",
        "id: 'b' capture_time { seconds: 2 } available_from { seconds: 1 }",
        "id: 'b' capture_time { seconds: 2 } expire_time { seconds: 2 }",
        "id: 'b' capture_time {} covered_disk_count: -1"}) {
    const Bytes bytes(
        VmOf(absl::StrCat(plain, "recovery_points {", odd, "}", plain)));
    PlainColumns columns;
    EXPECT_EQ(PlainBytes(bytes, &columns), Bytes(VmOf(plain)).size) << odd;
    EXPECT_EQ(columns.size(), 1u);
    EXPECT_EQ(columns.ids.size(), 1u);
    EXPECT_EQ(columns.uuids.size(), 1u);
  }
}

TEST(PlainPointsTest, TextIdsAndMarkersAreSaid) {
  const Bytes bytes(VmOf(R"(
      recovery_points { id: '0f8fad5b-d9cb-469f-a165-70867728950e'
                        capture_time {} }
      recovery_points { id: '0F8FAD5B-d9cb-469f-a165-70867728950e'
                        capture_time {} consistency_marker: 'm' })"));
  PlainColumns columns;
  EXPECT_EQ(PlainBytes(bytes, &columns), bytes.size);
  EXPECT_EQ(columns.text_ids, 1u);
  EXPECT_EQ(columns.uuids[0][0], '\x0f');
  ASSERT_EQ(columns.marked.size(), 1u);
  EXPECT_EQ(columns.marked[0].index, 1u);
  EXPECT_EQ(columns.marked[0].marker, "m");
}

}  // namespace
}  // namespace recoveryline
