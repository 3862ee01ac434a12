// Random inventories, written as usual, oddly or damaged: whatever is read by
// way of the wire is what is read by way of messages.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "engine/row_inventory.h"
#include "engine/select.h"
#include "gtest/gtest.h"
#include "tests/reference/random_world.h"
#include "tests/reference/seeded_random.h"
#include "tests/wire/both_ways.h"
#include "tests/wire/odd_writer.h"

namespace recoveryline {
namespace {

using reference::RandomWorld;
using reference::SeededRandom;
using reference::World;

std::string RandomUuid(SeededRandom* random) {
  const uint64_t high = random->Next();
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32,
                         high >> 16 & 0xffff, high & 0xffff,
                         random->Next() & 0xffff, random->Next() >> 16);
}

// A world with ids and names of more kinds; still valid.
World WordyWorld(uint64_t seed) {
  World world = RandomWorld(seed);
  SeededRandom random(seed);
  const int uuid_percent = random.Pick<int>({0, 50, 100, 100});
  world.plan.clear_pins();  // they name points
  for (v1::Vm& vm : *world.inventory.mutable_vms()) {
    if (random.Percent(20))
      vm.set_display_name("M\u00fcller \u2192 \U0001f5a5");
    if (random.Percent(20)) vm.mutable_latest_replicated_time();
    for (v1::RecoveryPoint& point : *vm.mutable_recovery_points()) {
      if (random.Percent(uuid_percent)) point.set_id(RandomUuid(&random));
      if (random.Percent(2)) point.set_id(point.id() + "\u00e9");
      if (random.Percent(1)) point.set_id(std::string(900, 'x') + point.id());
    }
  }
  return world;
}

// Breaks a rule, or nothing.
void Break(SeededRandom* random, v1::Inventory* inventory) {
  if (inventory->vms().empty()) return;
  v1::Vm* vm = inventory->mutable_vms(random->Below(inventory->vms_size()));
  if (vm->recovery_points().empty()) return;
  const int count = vm->recovery_points_size();
  v1::RecoveryPoint* point = vm->mutable_recovery_points(random->Below(count));
  const auto off = [&](google::protobuf::Timestamp* time) {
    time->set_seconds(random->Pick<int64_t>(
        {-9'223'372'037, -1, 0, 9'223'372'036, 9'223'372'037, 253'402'300'799,
         253'402'300'800}));
    time->set_nanos(random->Pick<int>({-1, 0, 854'775'807, 1'000'000'000}));
  };
  switch (random->Below(14)) {
    case 0:
      return point->clear_id();
    case 1:
      return point->set_id(std::string(1'023 + random->Below(4), 'i'));
    case 2:
      return point->set_id(vm->recovery_points(random->Below(count)).id());
    case 3:
      return point->clear_capture_time();
    case 4:
      return off(point->mutable_capture_time());
    case 5:
      return off(point->mutable_available_from());
    case 6:
      return off(point->mutable_expire_time());
    case 7:
      return point->set_consistency(
          static_cast<v1::RecoveryPoint::Consistency>(random->Between(-1, 5)));
    case 8:
      return point->set_cleanliness(
          static_cast<v1::RecoveryPoint::Cleanliness>(random->Between(-1, 6)));
    case 9:
      return point->set_covered_disk_count(random->Between(-1, 300));
    case 10:
      return point->set_consistency_marker(
          std::string(1'023 + random->Below(4), 'm'));
    case 11:
      return vm->set_disk_count(random->Between(-1, 3));
    case 12:
      return vm->set_replication_group_id("nowhere");
    default:
      return vm->set_id(inventory->vms(0).id());
  }
}

void ExpectSameChoice(const World& world, const BothWays& read) {
  SelectRequest request;
  request.decision_time = world.decision_time;
  EXPECT_EQ(Select(*read.view, world.plan, request).SerializeAsString(),
            Select(world.inventory, world.plan, request).SerializeAsString());
}

TEST(WireInventoryRandomTest, WhatSerializersWriteIsRead) {
  for (uint64_t seed = 0; seed < 4'000; ++seed) {
    const World world = WordyWorld(seed);
    const BothWays read(world.inventory.SerializeAsString(), {});
    if (world.inventory.ByteSizeLong() == 0) continue;
    ASSERT_TRUE(read.IsValid()) << "seed " << seed;
    ASSERT_NE(read.view, nullptr) << "seed " << seed;
    ASSERT_EQ(read.Disagreement(), "") << "seed " << seed;
    ExpectSameChoice(world, read);
  }
}

TEST(WireInventoryRandomTest, WhatNoSerializerWritesIsReadToo) {
  for (uint64_t seed = 0; seed < 4'000; ++seed) {
    const World world = WordyWorld(seed);
    OddWriter writer(seed);
    const BothWays read(writer.Write(world.inventory), {});
    if (world.inventory.ByteSizeLong() == 0) continue;
    ASSERT_TRUE(read.IsValid()) << "seed " << seed;
    ASSERT_NE(read.view, nullptr) << "seed " << seed;
    ASSERT_EQ(read.Disagreement(), "") << "seed " << seed;
    ExpectSameChoice(world, read);
  }
}

// Groups of which few points are held are read twice.
TEST(WireInventoryRandomTest, HowManyPointsAreHeldDoesNotShow) {
  for (uint64_t seed = 0; seed < 1'000; ++seed) {
    const World world = WordyWorld(seed);
    if (world.inventory.ByteSizeLong() == 0) continue;
    OddWriter writer(seed);
    const BothWays read(writer.Write(world.inventory),
                        {.held_points = static_cast<size_t>(seed % 9)});
    ASSERT_NE(read.view, nullptr) << "seed " << seed;
    ASSERT_EQ(read.Disagreement(), "") << "seed " << seed;
  }
}

TEST(WireInventoryRandomTest, BrokenRulesGiveNoView) {
  int broken = 0;
  int whole = 0;
  for (uint64_t seed = 0; seed < 8'000; ++seed) {
    World world = WordyWorld(seed);
    SeededRandom random(seed);
    Break(&random, &world.inventory);
    OddWriter writer(seed);
    const BothWays read(seed % 2 == 0 ? world.inventory.SerializeAsString()
                                      : writer.Write(world.inventory),
                        {});
    if (world.inventory.ByteSizeLong() == 0) continue;
    ASSERT_EQ(read.Disagreement(), "") << "seed " << seed;
    ASSERT_EQ(read.view != nullptr, read.IsValid()) << "seed " << seed;
    ++(read.IsValid() ? whole : broken);
  }
  EXPECT_GT(broken, 2'000);
  EXPECT_GT(whole, 1'000);
}

// Small files with something of everything.
std::vector<std::string> SmallFiles() {
  std::vector<std::string> files;
  for (uint64_t seed = 0; files.size() < 6; ++seed) {
    const World world = WordyWorld(seed);
    OddWriter writer(seed);
    std::string bytes = seed % 2 == 0 ? world.inventory.SerializeAsString()
                                      : writer.Write(world.inventory);
    if (bytes.size() > 200 && bytes.size() < 1'500) files.push_back(bytes);
  }
  return files;
}

TEST(WireInventoryRandomTest, AnyByteMayBeAnotherOne) {
  int views = 0;
  int refused = 0;
  for (const std::string& bytes : SmallFiles()) {
    for (size_t at = 0; at < bytes.size(); ++at) {
      for (const int mask : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ mask);
        const BothWays read(damaged, {});
        ASSERT_EQ(read.Disagreement(), "") << "byte " << at << " ^ " << mask;
        ++(read.view == nullptr ? refused : views);
      }
    }
  }
  EXPECT_GT(views, 1'000);
  EXPECT_GT(refused, 1'000);
}

TEST(WireInventoryRandomTest, AFileMayEndAnywhere) {
  for (const std::string& bytes : SmallFiles()) {
    for (size_t size = 0; size < bytes.size(); ++size) {
      // Exactly as much memory, so that a sanitizer sees a look beyond it.
      const std::vector<char> cut(bytes.begin(),
                                  bytes.begin() + static_cast<int>(size));
      const BothWays read(absl::string_view(cut.data(), cut.size()), {});
      ASSERT_EQ(read.Disagreement(), "") << size << " bytes";
    }
  }
}

TEST(WireInventoryRandomTest, PiecesMayStandAnywhere) {
  for (uint64_t seed = 0; seed < 3'000; ++seed) {
    SeededRandom random(seed);
    OddWriter writer(seed);
    std::string bytes = writer.Write(WordyWorld(seed).inventory);
    if (bytes.size() < 2) continue;
    const auto any = [&] {
      return static_cast<size_t>(random.Below(static_cast<int>(bytes.size())));
    };
    for (int i = random.Between(1, 3); i > 0; --i) {
      const std::string piece = bytes.substr(any(), any() % 64);
      if (random.Percent(50)) {
        bytes.insert(any(), piece);
      } else {
        bytes.replace(any(), piece.size(), piece);
      }
    }
    ASSERT_EQ(BothWays(bytes, {}).Disagreement(), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace recoveryline
