#include "engine/retention.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kMinute = 60'000'000'000;

// A VM with a point each so many minutes; each 6th is application-consistent.
v1::Vm VmWith(int count, int minutes_apart) {
  v1::Vm vm;
  for (int i = 0; i < count; ++i) {
    v1::RecoveryPoint* point = vm.add_recovery_points();
    point->set_id(absl::StrCat(i));
    *point->mutable_capture_time() =
        ToTimestamp(int64_t{i} * minutes_apart * kMinute);
    point->set_consistency(i % 6 == 0
                               ? v1::RecoveryPoint::APPLICATION_CONSISTENT
                               : v1::RecoveryPoint::CRASH_CONSISTENT);
  }
  return vm;
}

// At which minute each point is lost; -1: never.
std::vector<int64_t> LostAt(const v1::Vm& vm) {
  std::vector<int64_t> minutes;
  for (const v1::RecoveryPoint& point : vm.recovery_points()) {
    minutes.push_back(point.has_expire_time()
                          ? *ToInstant(point.expire_time()) / kMinute
                          : -1);
  }
  return minutes;
}

std::vector<int64_t> Pruned(absl::string_view schedule, v1::Vm vm) {
  const auto parsed = ParseRetention(schedule);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  ApplyRetention(*parsed, &vm);
  return LostAt(vm);
}

TEST(RetentionTest, APointIsLostAtAnAgeWhenAnotherComes) {
  // At 25 minutes; the next ones come at 30, 40, 50.
  EXPECT_THAT(Pruned("all:25m", VmWith(6, 10)),
              ElementsAre(30, 40, 50, -1, -1, -1));
  // The point that comes just then takes its place.
  EXPECT_THAT(Pruned("all:30m", VmWith(5, 10)),
              ElementsAre(30, 40, -1, -1, -1));
}

TEST(RetentionTest, WithoutNewPointsOldOnesOutliveIt) {
  EXPECT_THAT(Pruned("all:1m", VmWith(1, 10)), ElementsAre(-1));
  EXPECT_THAT(Pruned("asr-0", VmWith(3, 10)), ElementsAre(10, 20, -1));
}

TEST(RetentionTest, OneOfEachStretchIsKeptTheStrongestThenTheFirst) {
  // All for 20 minutes, then one in 30 to an hour and a half.
  v1::Vm vm = VmWith(12, 10);
  vm.mutable_recovery_points(4)->set_consistency(
      v1::RecoveryPoint::APPLICATION_CONSISTENT);
  EXPECT_THAT(Pruned("all:20m,30m:90m", vm),
              ElementsAre(90, 30, 40,       // 0 is kept in its stretch
                          50, -1, 70,       // 4 is stronger than 3
                          -1, 90, 100, -1,  // 6, and then 9
                          -1, -1));
}

TEST(RetentionTest, WhatIsLostEarlierStaysSo) {
  v1::Vm vm = VmWith(4, 10);
  *vm.mutable_recovery_points(0)->mutable_expire_time() = ToTimestamp(1);
  *vm.mutable_recovery_points(1)->mutable_expire_time() =
      ToTimestamp(1000 * kMinute);
  EXPECT_THAT(Pruned("all:10m", vm), ElementsAre(0, 20, 30, -1));
}

TEST(RetentionTest, WhatIsGoneByItselfKeepsNoPlace) {
  // One in 30 minutes from the 20th on. The first would go by itself at 25,
  // before the others of its stretch are pruned; so the second has its place.
  v1::Vm vm = VmWith(9, 10);
  *vm.mutable_recovery_points(0)->mutable_expire_time() =
      ToTimestamp(25 * kMinute);
  EXPECT_THAT(Pruned("all:20m,30m:2h", vm),
              ElementsAre(20, -1, 40, -1, 60, 70, -1, -1, -1));
}

TEST(RetentionTest, APointThatComesLateTakesNoPlaceBefore) {
  v1::Vm vm = VmWith(3, 10);
  *vm.mutable_recovery_points(1)->mutable_available_from() =
      ToTimestamp(15 * kMinute);
  EXPECT_THAT(Pruned("all:1m", vm), ElementsAre(15, 20, -1));
}

TEST(RetentionTest, AzureKeepsLessAsPointsGrowOld) {
  const auto schedule = *ParseRetention("asr-15");
  ASSERT_EQ(schedule.tiers_size(), 3);
  EXPECT_EQ(schedule.tiers(0).until_age().seconds(), 2 * 3600);
  EXPECT_EQ(schedule.tiers(1).keep_one_per().seconds(), 2 * 3600);
  EXPECT_EQ(schedule.tiers(2).keep_one_per().seconds(), 4 * 3600);
  EXPECT_EQ(schedule.tiers(2).until_age().seconds(), 15 * 24 * 3600);
  EXPECT_EQ(ParseRetention("asr")->tiers(1).keep_one_per().seconds(), 3600);
}

TEST(RetentionTest, WhatIsNoScheduleIsRefused) {
  for (const char* text :
       {"", "asr-16", "asr-", "asr1", "2h", "all:", "all:0", "all:inf", "1h:x",
        "-1h:2h", "all:2h,1h:2h", "1h:4h,90m:8h", "1h:4h,all:8h"}) {
    EXPECT_FALSE(ParseRetention(text).ok()) << text;
  }
  EXPECT_THAT(std::string(ParseRetention("all:2h,1h:1h").status().message()),
              HasSubstr("tiers[1].untilAge"));
  EXPECT_FALSE(CheckRetention({}).ok());
}

}  // namespace
}  // namespace recoveryline
