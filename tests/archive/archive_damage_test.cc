// Damaged and forged archives: refused, or the same answer; never a crash.

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>

#include "engine/archive/archive.h"
#include "engine/archive/archive_inventory.h"
#include "engine/archive/archive_rows.h"
#include "engine/select.h"
#include "engine/validate.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/archive/archive_bytes.h"
#include "tests/reference/random_world.h"

namespace recoveryline {
namespace {

using google::protobuf::util::MessageDifferencer;

// The Decision that the archive gives, or nothing where it is refused.
std::optional<v1::Decision> DecisionOf(absl::string_view bytes,
                                       const reference::World& world,
                                       ArchiveInventory::Proof proof) {
  const auto archive = Archive::Open(bytes);
  if (!archive.ok()) return std::nullopt;
  const ArchiveInventory view(**archive, proof);
  SelectRequest request;
  request.decision_time = world.decision_time;
  v1::Decision decision = Select(view, world.plan, request);
  view.RowsRead(ArchiveInventory::kWithPoints);
  if (!view.status().ok()) return std::nullopt;
  return decision;
}

// Small enough to be damaged in every place.
reference::World SmallWorld() {
  for (uint64_t seed = 0;; ++seed) {
    reference::World world = reference::RandomWorld(seed);
    const int vms = world.inventory.vms_size();
    if (vms >= 3 && vms <= 4 && world.inventory.ByteSizeLong() < 1'500 &&
        world.inventory.replication_groups_size() > 0) {
      return world;
    }
  }
}

TEST(ArchiveDamageTest, EveryFlippedBitIsRefusedOrChangesNothing) {
  const reference::World world = SmallWorld();
  ArchiveBytes bytes(world.inventory);
  const auto right =
      DecisionOf(bytes.view(), world, ArchiveInventory::kChecksums);
  ASSERT_TRUE(right.has_value());
  int refused = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      bytes[i] = static_cast<char>(bytes[i] ^ 1 << bit);
      const auto got =
          DecisionOf(bytes.view(), world, ArchiveInventory::kChecksums);
      bytes[i] = static_cast<char>(bytes[i] ^ 1 << bit);
      if (!got.has_value()) {
        ++refused;
        continue;
      }
      ASSERT_TRUE(MessageDifferencer::Equals(*right, *got))
          << "byte " << i << ", bit " << bit;
    }
  }
  // All but the framing of the checksums and of the trailer.
  EXPECT_GT(refused, static_cast<int>(8 * (bytes.size() - 64)));
}

TEST(ArchiveDamageTest, EveryTruncationIsRefused) {
  const reference::World world = SmallWorld();
  const ArchiveBytes bytes(world.inventory);
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(Archive::Open(bytes.view().substr(0, size)).ok()) << size;
  }
}

TEST(ArchiveDamageTest, WhatFollowsTheTrailerIsRefused) {
  const reference::World world = SmallWorld();
  const ArchiveBytes bytes(world.inventory);
  const std::string longer = std::string(bytes.view()) + '\0';
  std::vector<core::SeriesLine> lines(longer.size() / 64 + 1);
  std::memcpy(lines.data(), longer.data(), longer.size());
  EXPECT_FALSE(Archive::Open(
                   {reinterpret_cast<const char*>(lines.data()), longer.size()})
                   .ok());
}

TEST(ArchiveDamageTest, DamageElsewhereDoesNotMatter) {
  v1::Inventory inventory;
  for (int i = 0; i < 40; ++i) {
    v1::Vm* vm = inventory.add_vms();
    vm->set_id("vm-" + std::to_string(i));
    vm->set_display_name(std::string(5'000, 'x'));
  }
  ArchiveBytes bytes(inventory);
  bytes[10'000] ^= 1;
  const auto archive = Archive::Open(bytes.view());
  ASSERT_TRUE(archive.ok()) << archive.status();
  const ArchiveInventory view(**archive, ArchiveInventory::kChecksums);
  EXPECT_EQ(view.FindVm("vm-30"), 30);
  EXPECT_TRUE(view.status().ok()) << view.status();
  EXPECT_EQ(ProveArchive(**archive).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(RestoreInventory(**archive).status().code(),
            absl::StatusCode::kDataLoss);
}

// With all its checksums right, a changed archive is another archive: it may
// answer, but only as its own rows do.
TEST(ArchiveForgeryTest, AnswersAsItsRowsOrNotAtAll) {
  std::mt19937_64 random(7);
  int answered = 0;
  for (uint64_t seed = 0; seed < 6'000; ++seed) {
    SCOPED_TRACE(seed);
    const reference::World world = reference::RandomWorld(seed);
    ArchiveBytes bytes(world.inventory);
    for (uint64_t n = 1 + random() % 3; n > 0; --n) {
      bytes[random() % bytes.covered()] = static_cast<char>(random());
    }
    bytes.Sum();
    DecisionOf(bytes.view(), world, ArchiveInventory::kChecksums);
    const auto got =
        DecisionOf(bytes.view(), world, ArchiveInventory::kRebuild);
    const auto archive = Archive::Open(bytes.view());
    if (!archive.ok() || !ProveArchive(**archive).ok()) continue;
    const auto rows = RestoreInventory(**archive);
    ASSERT_TRUE(rows.ok()) << rows.status();
    Violations found;
    ValidateInventory(*rows, &found);
    ASSERT_TRUE(found.empty()) << found.list().front().DebugString();
    ASSERT_TRUE(got.has_value());
    SelectRequest request;
    request.decision_time = world.decision_time;
    ASSERT_TRUE(
        MessageDifferencer::Equals(Select(*rows, world.plan, request), *got));
    ++answered;
  }
  EXPECT_GT(answered, 50);
}

}  // namespace
}  // namespace recoveryline
