// Damaged and forged archives: refused, or the same answer; never a crash.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/archive/archive.h"
#include "engine/archive/archive_format.h"
#include "engine/archive/archive_inventory.h"
#include "engine/archive/archive_rows.h"
#include "engine/row_inventory.h"
#include "engine/select.h"
#include "engine/validate.h"
#include "engine/verify.h"
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
  Verify(view, world.plan, decision, request);
  view.RowsRead(ArchiveInventory::kWithPoints);
  if (!view.status().ok()) return std::nullopt;
  return decision;
}

// Machines with more points than stand in their unit, so that some questions
// are about the newest and some go beyond them.
v1::Inventory LongInventory() {
  v1::Inventory inventory;
  v1::ReplicationGroup* group = inventory.add_replication_groups();
  group->set_id("web");
  group->set_multi_vm_consistency(true);
  for (const char* id : {"web-1", "web-2"}) {
    v1::Vm* vm = inventory.add_vms();
    vm->set_id(id);
    vm->set_replication_group_id("web");
    vm->set_protection_state(v1::Vm::REPLICATING);
    for (int i = 0; i < kNewestPoints + 30; ++i) {
      v1::RecoveryPoint* p = vm->add_recovery_points();
      p->set_id("point " + std::to_string(i));
      p->mutable_capture_time()->set_seconds(1'000 + i);
      p->mutable_expire_time()->set_seconds(1'500 + i);
      p->set_consistency(i % 5 == 0 ? v1::RecoveryPoint::APPLICATION_CONSISTENT
                                    : v1::RecoveryPoint::CRASH_CONSISTENT);
      if (i % 5 == 0) p->set_consistency_marker("m" + std::to_string(i));
    }
  }
  return inventory;
}

// As of the newest points, and as of some that only the whole has.
constexpr int kDecisionSeconds[] = {1'000 + kNewestPoints + 20, 1'012};

std::vector<v1::Decision> DecisionsOf(const InventoryView& view) {
  v1::RecoveryPlan plan;
  plan.mutable_policy()->set_option(v1::Policy::LATEST_MULTI_VM_APP_CONSISTENT);
  std::vector<v1::Decision> decisions;
  for (const int seconds : kDecisionSeconds) {
    SelectRequest request;
    request.decision_time.emplace().set_seconds(seconds);
    decisions.push_back(Select(view, plan, request));
  }
  return decisions;
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

TEST(ArchiveDamageTest, EveryDamagedByteOfTheNewestFirst) {
  const v1::Inventory inventory = LongInventory();
  const std::vector<v1::Decision> right = DecisionsOf(RowInventory(inventory));
  ASSERT_EQ(right[0].outcome(), v1::Decision::COMPLETE);
  ASSERT_EQ(right[1].outcome(), v1::Decision::COMPLETE);
  ArchiveBytes bytes(inventory);
  int refused = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const char bit = static_cast<char>(1 << i % 8);
    bytes[i] ^= bit;
    if (const auto archive = Archive::Open(bytes.view()); !archive.ok()) {
      ++refused;
    } else {
      const ArchiveInventory view(**archive, ArchiveInventory::kNewest);
      const std::vector<v1::Decision> got = DecisionsOf(view);
      if (!view.status().ok()) ++refused;
      for (size_t d = 0; d < got.size() && view.status().ok(); ++d) {
        ASSERT_TRUE(MessageDifferencer::Equals(right[d], got[d])) << i;
      }
    }
    bytes[i] ^= bit;
  }
  EXPECT_GT(refused, static_cast<int>(bytes.size() / 2));
}

TEST(ArchiveDamageTest, DamagedOlderPointsAreNamedWhenTheyAreNeeded) {
  ArchiveBytes bytes(LongInventory());
  // Among the records of the second machine, blocks away from the unit.
  const auto sound = Archive::Open(bytes.view());
  ASSERT_TRUE(sound.ok()) << sound.status();
  const auto unit = (*sound)->ReadUnit(0);
  ASSERT_TRUE(unit.ok()) << unit.status();
  EXPECT_EQ(unit->machines[1].newest_count, 96);
  EXPECT_EQ(unit->machines[1].point_count, 126);
  bytes[unit->machines[1].points.place + 500] ^= 1;
  const auto archive = Archive::Open(bytes.view());
  ASSERT_TRUE(archive.ok()) << archive.status();
  const ArchiveInventory view(**archive, ArchiveInventory::kNewest);
  const core::PointSeries& points = view.points(1);
  core::Eligibility ask;
  ask.accepted = ask.requirements.Accepted();
  ask.decision_time = kDecisionSeconds[0] * core::Instant{1'000'000'000};
  ask.target_time = ask.decision_time;
  EXPECT_EQ(points.Best(ask, points.size()), kNewestPoints + 20);
  EXPECT_TRUE(view.status().ok()) << view.status();
  ask.decision_time = kDecisionSeconds[1] * core::Instant{1'000'000'000};
  ask.target_time = ask.decision_time;
  points.Best(ask, points.size());
  EXPECT_EQ(view.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(view.status().message().substr(0, 16), "machine \"web-2\":");
}

TEST(ArchiveDamageTest, EveryTruncationIsRefused) {
  const reference::World world = SmallWorld();
  const ArchiveBytes bytes(world.inventory);
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(Archive::Open(bytes.view().substr(0, size)).ok()) << size;
  }
}

// Bytes that begin at a multiple of 64, as a mapped file does.
class Mapped {
 public:
  explicit Mapped(const std::string& bytes)
      : lines_(bytes.size() / sizeof(core::SeriesLine) + 1),
        size_(bytes.size()) {
    std::memcpy(lines_.data(), bytes.data(), size_);
  }
  absl::string_view view() const {
    return {reinterpret_cast<const char*>(lines_.data()), size_};
  }

 private:
  std::vector<core::SeriesLine> lines_;
  size_t size_;
};

TEST(ArchiveDamageTest, ATrailerKnowsHowMuchStandsBeforeIt) {
  const reference::World world = SmallWorld();
  const ArchiveBytes bytes(world.inventory);
  const std::string whole(bytes.view());
  for (const size_t count : {1, 64, 100}) {
    const std::string lacking = whole.substr(0, 64) + whole.substr(64 + count);
    const std::string longer =
        whole.substr(0, 64) + std::string(count, '\0') + whole.substr(64);
    for (const std::string& torn : {lacking, longer}) {
      const Mapped mapped(torn);
      const absl::Status status = Archive::Open(mapped.view()).status();
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
      EXPECT_EQ(status.message(), "the archive is torn or damaged: it has " +
                                      std::to_string(torn.size()) +
                                      " bytes instead of " +
                                      std::to_string(whole.size()));
    }
  }
}

TEST(ArchiveDamageTest, WhatFollowsTheTrailerIsRefused) {
  const reference::World world = SmallWorld();
  const ArchiveBytes bytes(world.inventory);
  const Mapped longer(std::string(bytes.view()) + '\0');
  EXPECT_FALSE(Archive::Open(longer.view()).ok());
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
    DecisionOf(bytes.view(), world, ArchiveInventory::kNewest);
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
    v1::Inventory reread;  // which judges the texts
    ASSERT_TRUE(reread.ParseFromString(rows->SerializeAsString()));
    ASSERT_TRUE(got.has_value());
    SelectRequest request;
    request.decision_time = world.decision_time;
    ASSERT_TRUE(
        MessageDifferencer::Equals(Select(*rows, world.plan, request), *got));
    ++answered;
  }
  EXPECT_GT(answered, 50);
}

// As Select() and Verify() count on, whatever the directory was made to say.
TEST(ArchiveForgeryTest, AMachineIsOneOfItsGroup) {
  v1::Inventory inventory;
  for (const char* id : {"a", "b", "c"}) {
    inventory.add_replication_groups()->set_id(id);
    v1::Vm* vm = inventory.add_vms();
    vm->set_id(id);
    vm->set_replication_group_id(id);
  }
  ArchiveBytes bytes(inventory);
  int answered = 0;
  for (size_t i = 0; i < bytes.covered(); ++i) {
    const char right = bytes[i];
    bytes[i] = static_cast<char>(right + 1);
    bytes.Sum();
    if (const auto archive = Archive::Open(bytes.view()); archive.ok()) {
      const ArchiveInventory view(**archive, ArchiveInventory::kChecksums);
      for (int vm = 0; vm < view.vm_count(); ++vm) {
        const int group = view.vm(vm).group;
        if (group < 0) continue;
        const std::vector<int>& vms = view.group(group).vms;
        if (!view.status().ok()) continue;
        EXPECT_TRUE(std::find(vms.begin(), vms.end(), vm) != vms.end())
            << "byte " << i;
        ++answered;
      }
    }
    bytes[i] = right;
  }
  EXPECT_GT(answered, 100);
}

TEST(ArchiveForgeryTest, EveryByteByItself) {
  const reference::World world = SmallWorld();
  ArchiveBytes bytes(world.inventory);
  int refused = 0;
  for (size_t i = 0; i < bytes.covered(); ++i) {
    SCOPED_TRACE(i);
    const char right = bytes[i];
    for (const int change : {1, 3, 0x80}) {
      bytes[i] = static_cast<char>(right ^ change);
      bytes.Sum();
      DecisionOf(bytes.view(), world, ArchiveInventory::kNewest);
      DecisionOf(bytes.view(), world, ArchiveInventory::kRebuild);
      const auto archive = Archive::Open(bytes.view());
      if (!archive.ok() || !ProveArchive(**archive).ok()) {
        ++refused;
        continue;
      }
      const auto rows = RestoreInventory(**archive);
      ASSERT_TRUE(rows.ok()) << rows.status();
      v1::Inventory reread;
      ASSERT_TRUE(reread.ParseFromString(rows->SerializeAsString()));
    }
    bytes[i] = right;
  }
  EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace recoveryline
