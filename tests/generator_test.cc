#include "tools/generator/generator.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/generator/point_drafts.h"
#include "tools/generator/random_stream.h"

namespace recoveryline {
namespace {

using core::Instant;

constexpr core::Nanos kSecond = 1'000'000'000;
constexpr core::Nanos kHour = 3600 * kSecond;
constexpr Profile kProfiles[] = {Profile::kFiveMinute72h, Profile::kAsrPruned,
                                 Profile::kBursty, Profile::kAdversarial};

GeneratorOptions Small(Profile profile) {
  GeneratorOptions options;
  options.profile = profile;
  options.vm_count = 10;
  options.group_size = 4;
  return options;
}

Instant Capture(const v1::RecoveryPoint& point) {
  return *ToInstant(point.capture_time());
}

TEST(RandomStreamTest, NumbersNeverChange) {
  // The published first outputs of SplitMix64 for the state 1234567.
  RandomStream stream(1234567, {});
  EXPECT_EQ(stream.Next(), 6457827717110365317u);
  EXPECT_EQ(stream.Next(), 3203168211198807973u);
}

TEST(RandomStreamTest, UuidsAreVersionFour) {
  RandomStream stream(1, {});
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(stream.Uuid(),
                testing::MatchesRegex(
                    "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                    "[0-9a-f]{12}"));
  }
}

TEST(RandomStreamTest, KeysSeparateStreams) {
  EXPECT_NE(RandomStream(1, {2, 3}).Next(), RandomStream(1, {3, 2}).Next());
  EXPECT_NE(RandomStream(1, {2, 3}).Next(), RandomStream(2, {2, 3}).Next());
}

TEST(GeneratorTest, SameSeedGivesTheSameBytes) {
  for (const Profile profile : kProfiles) {
    GeneratorOptions options = Small(profile);
    const std::string once = Generate(options).SerializeAsString();
    EXPECT_EQ(Generate(options).SerializeAsString(), once);
    options.seed = 2;
    EXPECT_NE(Generate(options).SerializeAsString(), once);
  }
}

TEST(GeneratorTest, MachinesCanBeMadeInAnyOrder) {
  const GeneratorOptions options = Small(Profile::kFiveMinute72h);
  const v1::Inventory whole = Generate(options);
  const InventoryGenerator generator(options);
  for (int i = options.vm_count - 1; i >= 0; --i) {
    EXPECT_EQ(generator.MakeVm(i).SerializeAsString(),
              whole.vms(i).SerializeAsString());
  }
}

TEST(GeneratorTest, EveryProfileKeepsTheRules) {
  for (const Profile profile : kProfiles) {
    for (const int points : {1, 2, 5, 23, 24, 25, 155, 1000, 1500}) {
      GeneratorOptions options = Small(profile);
      options.point_count = points;
      options.judged_share = 0.1;
      const v1::Inventory inventory = Generate(options);
      Violations found;
      ValidateInventory(inventory, &found);
      ASSERT_TRUE(found.empty())
          << ProfileName(profile) << " " << points << ": "
          << found.list()[0].field_path() << " " << found.list()[0].message();
      for (const v1::Vm& vm : inventory.vms()) {
        ASSERT_EQ(vm.recovery_points_size(), points) << ProfileName(profile);
      }
    }
  }
}

TEST(GeneratorTest, NaturalCountsAreThoseOfTheProfile) {
  const v1::Inventory five = Generate(Small(Profile::kFiveMinute72h));
  EXPECT_EQ(five.vms(0).recovery_points_size(), 1000);
  const v1::Inventory pruned = Generate(Small(Profile::kAsrPruned));
  EXPECT_EQ(pruned.vms(0).recovery_points_size(), 155);
}

TEST(GeneratorTest, CaptureTimesAreTicksOf100Nanoseconds) {
  for (const Profile profile : kProfiles) {
    const v1::Inventory inventory = Generate(Small(profile));
    int whole_milliseconds = 0;
    int points = 0;
    for (const v1::Vm& vm : inventory.vms()) {
      for (const v1::RecoveryPoint& point : vm.recovery_points()) {
        ASSERT_EQ(Capture(point) % 100, 0);
        whole_milliseconds += Capture(point) % 1'000'000 == 0;
        ++points;
      }
    }
    EXPECT_LT(whole_milliseconds, points / 100) << ProfileName(profile);
  }
}

TEST(GeneratorTest, PointsAscendAndNoneIsInTheFuture) {
  for (const Profile profile : kProfiles) {
    const GeneratorOptions options = Small(profile);
    const v1::Inventory inventory = Generate(options);
    for (const v1::Vm& vm : inventory.vms()) {
      Instant previous = core::kMinInstant;
      for (const v1::RecoveryPoint& point : vm.recovery_points()) {
        ASSERT_GE(Capture(point), previous);
        previous = Capture(point);
      }
      EXPECT_LE(previous, options.as_of_time);
    }
  }
}

// The instants at which each marker of the first group was captured, and by
// how many of its machines.
struct MarkerUse {
  std::set<std::string> vm_ids;
  std::set<Instant> instants;
};

std::map<std::string, MarkerUse> MarkersOfFirstGroup(
    const v1::Inventory& inventory) {
  std::map<std::string, MarkerUse> uses;
  const std::string& group = inventory.replication_groups(0).id();
  for (const v1::Vm& vm : inventory.vms()) {
    if (vm.replication_group_id() != group) continue;
    for (const v1::RecoveryPoint& point : vm.recovery_points()) {
      if (point.consistency_marker().empty()) continue;
      MarkerUse& use = uses[point.consistency_marker()];
      use.vm_ids.insert(vm.id());
      use.instants.insert(Capture(point));
    }
  }
  return uses;
}

TEST(GeneratorTest, WithoutLossEveryMachineHasEveryMarkerAtOneTick) {
  GeneratorOptions options = Small(Profile::kFiveMinute72h);
  options.marker_loss = 0;
  const auto uses = MarkersOfFirstGroup(Generate(options));
  EXPECT_EQ(uses.size(), 72u);
  for (const auto& [marker, use] : uses) {
    EXPECT_EQ(use.vm_ids.size(), 4u) << marker;
    EXPECT_EQ(use.instants.size(), 1u) << marker;
  }
}

TEST(GeneratorTest, LossTakesThatShareOfMarkers) {
  GeneratorOptions options = Small(Profile::kFiveMinute72h);
  options.marker_loss = 0.25;
  options.vm_count = 400;
  int carried = 0;
  const v1::Inventory inventory = Generate(options);
  for (const v1::Vm& vm : inventory.vms()) {
    for (const v1::RecoveryPoint& point : vm.recovery_points()) {
      carried += !point.consistency_marker().empty();
    }
  }
  EXPECT_NEAR(carried / (400.0 * 72), 0.75, 0.01);
}

TEST(GeneratorTest, LossOfAllLeavesNoMarker) {
  GeneratorOptions options = Small(Profile::kBursty);
  options.marker_loss = 1;
  EXPECT_TRUE(MarkersOfFirstGroup(Generate(options)).empty());
}

TEST(GeneratorTest, LastGroupTakesWhatIsLeft) {
  const v1::Inventory inventory = Generate(Small(Profile::kAsrPruned));
  ASSERT_EQ(inventory.replication_groups_size(), 3);
  EXPECT_EQ(inventory.replication_groups(0).expected_vm_ids_size(), 4);
  EXPECT_EQ(inventory.replication_groups(2).expected_vm_ids_size(), 2);
  EXPECT_EQ(inventory.replication_groups(2).expected_vm_ids(1),
            inventory.vms(9).id());
}

TEST(GeneratorTest, WithoutGroupsThereAreNoMarkers) {
  GeneratorOptions options = Small(Profile::kFiveMinute72h);
  options.group_size = 1;
  const v1::Inventory inventory = Generate(options);
  EXPECT_EQ(inventory.replication_groups_size(), 0);
  for (const v1::Vm& vm : inventory.vms()) {
    EXPECT_EQ(vm.replication_group_id(), "");
    for (const v1::RecoveryPoint& point : vm.recovery_points()) {
      ASSERT_EQ(point.consistency_marker(), "");
    }
  }
}

TEST(GeneratorTest, FiveMinutePointsAreFiveMinutesApart) {
  GeneratorOptions options = Small(Profile::kFiveMinute72h);
  const v1::Inventory inventory = Generate(options);
  std::vector<Instant> crash;
  for (const v1::RecoveryPoint& point : inventory.vms(0).recovery_points()) {
    if (point.consistency() == v1::RecoveryPoint::CRASH_CONSISTENT) {
      crash.push_back(Capture(point));
    }
  }
  ASSERT_EQ(crash.size(), 864u);
  for (size_t i = 1; i < crash.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(crash[i] - crash[i - 1]), 300.0 * kSecond,
                4.0 * kSecond);
  }
}

TEST(GeneratorTest, AsrPrunedReachesBackFifteenDays) {
  const GeneratorOptions options = Small(Profile::kAsrPruned);
  const v1::Inventory inventory = Generate(options);
  for (const v1::Vm& vm : inventory.vms()) {
    const Instant oldest = Capture(vm.recovery_points(0));
    EXPECT_NEAR(static_cast<double>(options.as_of_time - oldest), 360.0 * kHour,
                1.0 * kHour);
  }
}

TEST(GeneratorTest, BurstsHoldPointsOfTheVerySameInstant) {
  const v1::Inventory inventory = Generate(Small(Profile::kBursty));
  int duplicates = 0;
  const v1::Vm& vm = inventory.vms(0);
  for (int i = 1; i < vm.recovery_points_size(); ++i) {
    duplicates +=
        Capture(vm.recovery_points(i)) == Capture(vm.recovery_points(i - 1));
  }
  EXPECT_GT(duplicates, 100);
}

TEST(GeneratorTest, FewAdversarialPointsCanBeUsed) {
  const GeneratorOptions options = Small(Profile::kAdversarial);
  const v1::Inventory inventory = Generate(options);
  for (const v1::Vm& vm : inventory.vms()) {
    int early = 0;
    int expired = 0;
    int usable = 0;
    for (const v1::RecoveryPoint& point : vm.recovery_points()) {
      if (point.has_available_from() &&
          *ToInstant(point.available_from()) > options.as_of_time) {
        ++early;
      } else if (*ToInstant(point.expire_time()) <= options.as_of_time) {
        ++expired;
      } else {
        ++usable;
      }
    }
    EXPECT_GT(early, 450);
    EXPECT_GT(expired, 450);
    EXPECT_NEAR(usable, 15, 2);
  }
}

TEST(GeneratorTest, JudgedShareIsThatOfVerdicts) {
  GeneratorOptions options = Small(Profile::kAsrPruned);
  options.vm_count = 200;
  options.judged_share = 0.2;
  int judged = 0;
  const v1::Inventory inventory = Generate(options);
  for (const v1::Vm& vm : inventory.vms()) {
    for (const v1::RecoveryPoint& point : vm.recovery_points()) {
      judged +=
          point.cleanliness() != v1::RecoveryPoint::CLEANLINESS_UNSPECIFIED;
    }
  }
  EXPECT_NEAR(judged / (200.0 * 155), 0.2, 0.02);
}

TEST(GeneratorTest, ProfileNamesAreRead) {
  for (const Profile profile : kProfiles) {
    EXPECT_EQ(ProfileOfName(ProfileName(profile)), profile);
  }
  EXPECT_EQ(ProfileOfName("weekly"), std::nullopt);
}

}  // namespace
}  // namespace recoveryline
