#include "engine/archive/archive.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/archive/archive_format.h"
#include "engine/archive/archive_inventory.h"
#include "engine/archive/archive_rows.h"
#include "engine/archive/crc32c.h"
#include "engine/row_inventory.h"
#include "engine/select.h"
#include "engine/timestamps.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "recoveryline/v1/archive.pb.h"
#include "tests/archive/archive_bytes.h"
#include "tests/reference/random_world.h"

namespace recoveryline {
namespace {

using google::protobuf::util::MessageDifferencer;

// Rows that say everything that a row can say.
v1::Inventory Wordy() {
  v1::Inventory inventory;
  inventory.set_source("a site");
  *inventory.mutable_as_of_time() = ToTimestamp(1'700'000'000'000'000'001);
  *inventory.mutable_observed_from() = ToTimestamp(1'600'000'000'000'000'001);
  for (const char* id : {"empty", "web"}) {
    inventory.add_replication_groups()->set_id(id);
  }
  v1::ReplicationGroup* group = inventory.mutable_replication_groups(1);
  group->set_display_name("Web");
  group->set_multi_vm_consistency(true);
  group->add_expected_vm_ids("gone");
  for (const char* id : {"web-1", "lone", "web-2", "pointless"}) {
    v1::Vm* vm = inventory.add_vms();
    vm->set_id(id);
    vm->set_display_name(std::string("the ") + id);
    vm->set_protection_state(v1::Vm::RESYNCHRONIZING);
    vm->set_disk_count(2);
    *vm->mutable_latest_replicated_time() = ToTimestamp(-5);
    if (id[0] == 'w') vm->set_replication_group_id("web");
    if (id[0] == 'p') continue;
    for (int i = 0; i < 70; ++i) {
      v1::RecoveryPoint* p = vm->add_recovery_points();
      p->set_id(id[0] == 'w' ? "0f8fad5b-d9cb-469f-a165-7086772895" +
                                   std::to_string(10 + i)
                             : "point " + std::to_string(i));
      const core::Instant t =
          1'700'000'000'000'000'000 + i * 37 % 70 * 1'000'003;
      *p->mutable_capture_time() = ToTimestamp(t);
      p->set_consistency(static_cast<v1::RecoveryPoint::Consistency>(i % 4));
      p->set_cleanliness(static_cast<v1::RecoveryPoint::Cleanliness>(i % 5));
      if (i % 3 == 0) p->set_consistency_marker("m" + std::to_string(i % 7));
      if (i % 4 < 2) *p->mutable_available_from() = ToTimestamp(t + i % 4 * 7);
      if (i % 5 == 1) *p->mutable_expire_time() = ToTimestamp(t + 1'000'000);
      if (i % 5 == 2) p->mutable_expire_time()->set_seconds(250'000'000'000);
      if (i % 6 == 3) p->set_covered_disk_count(i % 3);
    }
  }
  return inventory;
}

absl::StatusOr<v1::Inventory> ThereAndBack(const v1::Inventory& inventory) {
  const ArchiveBytes bytes(inventory);
  const auto archive = Archive::Open(bytes.view());
  if (!archive.ok()) return archive.status();
  const absl::Status proven = ProveArchive(**archive);
  if (!proven.ok()) return proven;
  return RestoreInventory(**archive);
}

TEST(ArchiveTest, EveryFieldComesBack) {
  const v1::Inventory inventory = Wordy();
  const auto again = ThereAndBack(inventory);
  ASSERT_TRUE(again.ok()) << again.status();
  std::string difference;
  MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(inventory, *again)) << difference;
}

TEST(ArchiveTest, NothingIsAnArchiveToo) {
  const auto again = ThereAndBack({});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(MessageDifferencer::Equals(v1::Inventory(), *again));
}

TEST(ArchiveTest, AnyReaderOfProtobufReadsItFromTheFront) {
  const v1::Inventory inventory = Wordy();
  const ArchiveBytes bytes(inventory);
  google::protobuf::io::ArrayInputStream input(bytes.view().data(),
                                               static_cast<int>(bytes.size()));
  v1::ArchiveRecord record;
  bool at_end = false;
  std::vector<v1::ArchiveRecord::PartCase> parts;
  std::vector<std::string> ids;
  std::vector<int> counts;
  size_t machine = 0;
  int points = 0;
  while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(
      &record, &input, &at_end)) {
    parts.push_back(record.part_case());
    const v1::ArchiveUnit& unit = record.unit();
    ASSERT_EQ(unit.machines_size(), 8 * unit.vms_size());
    for (int v = 0; v < unit.vms_size(); ++v) {
      ids.push_back(unit.vms(v).id());
      counts.push_back(static_cast<int>(unit.machines(8 * v) >> 32));
      EXPECT_EQ(unit.machines(8 * v + 7), counts.back());
    }
    if (record.has_points()) {
      const v1::ArchivePoints& columns = record.points();
      EXPECT_EQ(columns.lines_size() % 8, 0);
      if (ids[machine] == "lone") {
        EXPECT_EQ(columns.id_ends_size(), 70);
      } else {
        EXPECT_EQ(columns.uuids().size(), counts[machine] * 16);
      }
      points += counts[machine++];
    }
    record.Clear();
  }
  EXPECT_TRUE(at_end);
  EXPECT_EQ(points, 210);
  using Record = v1::ArchiveRecord;
  EXPECT_EQ(parts,
            (std::vector<Record::PartCase>{
                Record::kHeader, Record::kUnit, Record::kUnit, Record::kUnit,
                Record::kUnit, Record::kPoints, Record::kPoints,
                Record::kPoints, Record::kPoints, Record::kDirectory,
                Record::kChecksums, Record::kTrailer}));
}

TEST(ArchiveTest, AnotherVersionIsNotGuessedAt) {
  ArchiveBytes bytes(Wordy());
  bytes[kArchiveVersionAt] = 2;
  EXPECT_EQ(Archive::Open(bytes.view()).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(IsArchive(bytes.view()));
}

TEST(ArchiveTest, ManyIdsAreFound) {
  v1::Inventory inventory;
  for (int i = 0; i < 3'000; ++i) {
    inventory.add_vms()->set_id("vm-" + std::to_string(i));
    inventory.add_replication_groups()->set_id("g-" + std::to_string(i));
  }
  const ArchiveBytes bytes(inventory);
  const auto archive = Archive::Open(bytes.view());
  ASSERT_TRUE(archive.ok()) << archive.status();
  const ArchiveInventory view(**archive, ArchiveInventory::kChecksums);
  for (int i = 0; i < 3'000; ++i) {
    ASSERT_EQ(view.FindVm("vm-" + std::to_string(i)), i);
    ASSERT_EQ(view.FindGroup("g-" + std::to_string(i)), i);
    ASSERT_EQ(view.FindVm("wm-" + std::to_string(i)), std::nullopt);
  }
  EXPECT_TRUE(view.status().ok()) << view.status();
}

// Two ids that have one CRC32C.
std::pair<std::string, std::string> TwoIdsOfOneSum() {
  absl::flat_hash_map<uint32_t, std::string> ids;
  for (int i = 0;; ++i) {
    std::string id = "machine " + std::to_string(i);
    const auto [before, is_new] = ids.emplace(Crc32c(id), id);
    if (!is_new) return {before->second, id};
  }
}

TEST(ArchiveTest, AnIdIsMoreThanItsChecksum) {
  const auto [first, second] = TwoIdsOfOneSum();
  v1::Inventory inventory;
  inventory.add_vms()->set_id(first);
  inventory.add_replication_groups()->set_id(second);
  {
    const ArchiveBytes bytes(inventory);
    const auto archive = Archive::Open(bytes.view());
    ASSERT_TRUE(archive.ok()) << archive.status();
    const ArchiveInventory view(**archive, ArchiveInventory::kChecksums);
    EXPECT_EQ(view.FindVm(first), 0);
    EXPECT_EQ(view.FindVm(second), std::nullopt);
    EXPECT_EQ(view.FindGroup(first), std::nullopt);
    EXPECT_EQ(view.FindGroup(second), 0);
  }
  inventory.add_vms()->set_id(second);
  inventory.add_replication_groups()->set_id(first);
  const ArchiveBytes bytes(inventory);
  const auto archive = Archive::Open(bytes.view());
  ASSERT_TRUE(archive.ok()) << archive.status();
  const ArchiveInventory view(**archive, ArchiveInventory::kChecksums);
  EXPECT_EQ(view.FindVm(first), 0);
  EXPECT_EQ(view.FindVm(second), 1);
  EXPECT_EQ(view.FindGroup(first), 1);
  EXPECT_EQ(view.FindGroup(second), 0);
  EXPECT_TRUE(view.status().ok()) << view.status();
}

TEST(ArchiveTest, AGroupKeepsItsMachinesInOrder) {
  const v1::Inventory inventory = Wordy();
  const ArchiveBytes bytes(inventory);
  const auto archive = Archive::Open(bytes.view());
  ASSERT_TRUE(archive.ok()) << archive.status();
  const ArchiveInventory view(**archive, ArchiveInventory::kRebuild);
  EXPECT_EQ(view.group(1).vms, (std::vector<int>{0, 2}));
  EXPECT_TRUE(view.group(0).vms.empty());
  EXPECT_EQ(view.vm(1).group, -1);
  EXPECT_EQ(view.vm(2).display_name, "the web-2");
  EXPECT_EQ(view.points(3).size(), 0);
  EXPECT_EQ(view.FindPoint(1, "point 69").has_value(), true);
  EXPECT_EQ(view.FindPoint(1, "point 70"), std::nullopt);
  const RowInventory rows(inventory);
  for (int v = 0; v < 3; ++v) {
    ASSERT_EQ(view.RowIndexes(v), rows.RowIndexes(v));
    for (core::Position p = 0; p < 70; ++p) {
      ASSERT_EQ(view.point_id(v, p), rows.point_id(v, p));
      ASSERT_EQ(view.FindPoint(v, rows.point_id(v, p)), p);
      const core::Marker marker = rows.points(v).marker(p);
      ASSERT_EQ(view.points(v).marker(p), marker);
      if (marker == core::kNoMarker) continue;
      ASSERT_EQ(view.marker_id(v, marker), rows.marker_id(v, marker));
      ASSERT_EQ(view.FindMarker(v, rows.marker_id(v, marker)), marker);
    }
  }
  EXPECT_EQ(view.FindMarker(0, "none"), std::nullopt);
  EXPECT_TRUE(view.status().ok()) << view.status();
}

TEST(ArchiveRandomTest, WorldsAnswerAlikeAsRowsAndAsArchive) {
  for (uint64_t seed = 0; seed < 3'000; ++seed) {
    SCOPED_TRACE(seed);
    const reference::World world = reference::RandomWorld(seed);
    const ArchiveBytes bytes(world.inventory);
    const auto archive = Archive::Open(bytes.view());
    ASSERT_TRUE(archive.ok()) << archive.status();
    SelectRequest request;
    request.decision_time = world.decision_time;
    const v1::Decision from_rows = Select(world.inventory, world.plan, request);
    for (const auto proof :
         {ArchiveInventory::kNewest, ArchiveInventory::kRebuild}) {
      const ArchiveInventory view(**archive, proof);
      const v1::Decision from_archive = Select(view, world.plan, request);
      ASSERT_TRUE(view.status().ok()) << view.status();
      ASSERT_TRUE(MessageDifferencer::Equals(from_rows, from_archive))
          << from_rows.DebugString() << from_archive.DebugString();
    }
    const auto rows = RestoreInventory(**archive);
    ASSERT_TRUE(rows.ok()) << rows.status();
    ASSERT_TRUE(MessageDifferencer::Equals(world.inventory, *rows));
    ASSERT_TRUE(ProveArchive(**archive).ok());
  }
}

}  // namespace
}  // namespace recoveryline
