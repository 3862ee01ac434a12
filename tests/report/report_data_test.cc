#include "tools/report/report_data.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "nlohmann/json.hpp"
#include "tests/report/report_world.h"
#include "tools/report/report_times.h"
#include "tools/report/script_json.h"
#include "tools/report/unit_scope.h"

namespace recoveryline {
namespace {

using nlohmann::json;

constexpr double kSecond = 1e9;
constexpr double kHour = 3600 * kSecond;

json DataOf(const ReportWorld& world, size_t limit_bytes = 1'000'000) {
  return json::parse(ReportData(world.source(), world.form(), limit_bytes));
}

TEST(ReportDataTest, TheWorstUnitStandsFirst) {
  const json data = DataOf(ReportWorld());
  ASSERT_EQ(data["units"].size(), 3u);
  EXPECT_EQ(data["units"][0]["vms"][0][0], "bare");
  EXPECT_EQ(data["units"][1]["name"], "web");
  EXPECT_EQ(data["units"][2]["vms"][0][0], "solo");
}

TEST(ReportDataTest, TheChoiceAndWhoHoldsItBack) {
  const json data = DataOf(ReportWorld());
  const json& web = data["units"][1];
  // The base is 01:00, the first capture of all.
  EXPECT_EQ(data["base"], ReportWorld::kNoon - 11 * 3600);
  EXPECT_EQ(web["earliest"], 9 * kHour);
  EXPECT_EQ(web["loss"], 2 * kHour);
  EXPECT_EQ(web["over"], 1);
  EXPECT_EQ(web["marker"], "marker-10");
  // Without b, or without a: the other is alone at 11:00, or at 10:00.
  EXPECT_EQ(web["blocking"], json::parse("[[1, 36e11]]"));
  EXPECT_EQ(web["vms"][1][2], "b-10");
  const json& bare = data["units"][0];
  EXPECT_EQ(bare["outcome"], int{v1::VmSelection::NO_RECOVERY_POINTS});
  EXPECT_FALSE(bare.contains("earliest"));
  EXPECT_FALSE(bare["figures"].contains("worst"));
}

TEST(ReportDataTest, TotalsAreOverAllUnits) {
  const json data = DataOf(ReportWorld());
  EXPECT_EQ(data["unitCount"], 3);
  EXPECT_EQ(data["vmCount"], 4);
  EXPECT_EQ(data["withoutCount"], 1);
  EXPECT_EQ(data["overCount"], 1);
  EXPECT_EQ(data["lossWorst"], 2 * kHour);
  EXPECT_EQ(data["noneCount"], 2);
  // The choice of 10:00 is lost two days later; the older are gone by then.
  EXPECT_EQ(data["noneFirst"], 9 * kHour + 48 * kHour);
  EXPECT_EQ(data["figures"]["worst"], 2 * kHour);
  EXPECT_EQ(data["figures"]["without"], 11 * kHour);
  // 30 minutes above 90 minutes, of web alone.
  EXPECT_EQ(data["figures"]["above"], 0.5 * kHour);
  // Solo has eleven teeth of an hour, web nine and one of two: 12 h² in 22 h,
  // which is 1963.63... s.
  EXPECT_EQ(data["figures"]["mean"], 1'963'636e6);
}

TEST(ReportDataTest, HistoriesHoldEveryPointAndStep) {
  const json data = DataOf(ReportWorld());
  EXPECT_EQ(data["drawnCount"], 3);
  const json& history = data["units"][1]["history"];
  EXPECT_EQ(history["steps"]["all"], 10);
  EXPECT_EQ(history["steps"]["begin"].size(), 10u);
  EXPECT_EQ(history["points"][0]["all"], 11);
  // Application-consistent, 39 and more: older than the chosen, the chosen, and
  // a newer one that is not common.
  EXPECT_EQ(history["points"][0]["is"], "zzzzzzzzzyx");
  EXPECT_EQ(history["points"][1]["is"], "zzzzzzzzzy");
  EXPECT_EQ(history["points"][0]["refused"],
            json::parse(absl::StrCat("[[", v1::Rejection::NOT_COMMON, ",1]]")));
}

TEST(ReportDataTest, ForecastNamesThePointsToKeep) {
  const json data = DataOf(ReportWorld());
  // Of the whole plan: that of web is lost first.
  const json& forecast = data["units"][1]["forecast"];
  EXPECT_EQ(forecast["none"], (9 + 48) * kHour);
  ASSERT_EQ(forecast["keep"].size(), 2u);
  EXPECT_EQ(data["actBefore"], (9 + 48) * kHour);
  EXPECT_EQ(forecast["keep"][0][1], (9 + 48) * kHour);
}

TEST(ReportDataTest, WhatDoesNotFitIsLeftOutFromTheBestOn) {
  ReportWorld world;
  for (int i = 0; i < 500; ++i) {
    world.AddVm(absl::StrCat("vm-", i), "", 1 + i % 11);
  }
  world.Decide();
  const json whole = DataOf(world, 10'000'000);
  ASSERT_EQ(whole["units"].size(), 503u);
  EXPECT_EQ(whole["drawnCount"], 503);
  size_t listed = 503;
  for (const size_t limit : {200'000, 100'000, 50'000, 20'000}) {
    const std::string text = ReportData(world.source(), world.form(), limit);
    EXPECT_LE(text.size(), limit);
    const json data = json::parse(text);
    EXPECT_EQ(data["unitCount"], 503);
    EXPECT_EQ(data["figures"], whole["figures"]);
    ASSERT_LE(data["units"].size(), listed);
    listed = data["units"].size();
    EXPECT_GT(listed, 10u);
    for (size_t i = 0; i < listed; ++i) {
      EXPECT_EQ(data["units"][i]["vms"], whole["units"][i]["vms"]);
      EXPECT_EQ(data["units"][i].contains("history"),
                i < data["drawnCount"].get<size_t>());
    }
  }
  EXPECT_LT(listed, 503u);
}

TEST(ReportDataTest, LongHostileNamesKeepTheLimit) {
  ReportWorld world;
  for (int i = 0; i < 300; ++i) {
    world.AddVm(absl::StrCat(std::string(1'000, '<'), i), "", 1);
  }
  world.Decide();
  EXPECT_LE(ReportData(world.source(), world.form(), 100'000).size(), 100'000u);
}

TEST(ReportDataTest, AGroupTooLargeToDrawKeepsTheLimit) {
  ReportWorld world;
  for (int i = 0; i < 300; ++i) world.AddVm(absl::StrCat(i), "web-id", 11);
  world.Decide();
  const std::string text = ReportData(world.source(), world.form(), 40'000);
  EXPECT_LE(text.size(), 40'000u);
  const json data = json::parse(text);
  ASSERT_GE(data["units"].size(), 2u);
  EXPECT_EQ(data["units"][1]["vms"].size(), 302u);
  EXPECT_EQ(data["drawnCount"], 1);
}

TEST(ReportDataTest, AUnitThatWouldFillThePageAloneIsLeftOut) {
  ReportWorld world;
  // Without points it has no choice, and is the worst.
  for (int i = 0; i < 300; ++i) {
    world.AddVm(absl::StrCat(std::string(100, 'x'), i), "web-id", 0);
  }
  world.Decide();
  const json data = DataOf(world, 20'000);
  EXPECT_EQ(data["unitCount"], 3);
  ASSERT_EQ(data["units"].size(), 2u);
  for (const json& unit : data["units"]) EXPECT_FALSE(unit.contains("group"));
  EXPECT_EQ(data["drawnCount"], 2);
}

TEST(ReportDataTest, ALargeUnitKeepsItsNewestPoints) {
  ReportWorld world;
  v1::Vm* vm = world.AddVm("many", "", 0);
  for (int i = 0; i < 20'000; ++i) {
    v1::RecoveryPoint* point = vm->add_recovery_points();
    point->set_id(absl::StrCat("p", i));
    point->mutable_capture_time()->set_seconds(ReportWorld::kNoon - 20'000 + i);
    point->set_consistency(v1::RecoveryPoint::APPLICATION_CONSISTENT);
  }
  world.Decide();
  const json data = DataOf(world, 50'000);
  for (const json& unit : data["units"]) {
    if (unit["vms"][0][0] != "many") continue;
    const json& points = unit["history"]["points"][0];
    EXPECT_EQ(points["all"], 20'000);
    EXPECT_LT(points["at"].size(), 20'000u);
    EXPECT_GE(points["at"].size(), 10u);
    EXPECT_EQ(points["is"].get<std::string>().back(), 'y');
  }
}

TEST(ReportTimesTest, MillisecondsAreCutTowardsThePast) {
  const auto written = [](core::Nanos length) {
    ScriptJson out;
    ReportTimes(v1::Timeline()).Write(length, &out);
    return out.text();
  };
  EXPECT_EQ(written(1'999'999), "1e6");
  EXPECT_EQ(written(1'000'000), "1e6");
  EXPECT_EQ(written(999'999), "0");
  EXPECT_EQ(written(-1), "-1e6");
  EXPECT_EQ(written(-1'000'000), "-1e6");
}

TEST(ReportTimesTest, ShortLengthsAreExact) {
  const auto written = [](core::Nanos length) {
    ScriptJson out;
    WriteLength(length, &out);
    return out.text();
  };
  EXPECT_EQ(written(2'999'999'999), "2999e6");
  EXPECT_EQ(written(999'999'999), "999999999");
  EXPECT_EQ(written(1), "1");
}

TEST(ReportDataTest, TheZoneHasItsShifts) {
  ReportWorld world;
  ReportForm form = world.form();
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &form.zone));
  const json data = json::parse(ReportData(world.source(), form, 1'000'000));
  EXPECT_EQ(data["zone"], "Europe/Berlin");
  // Each shift is the first second of its offset.
  for (size_t i = 1; i < data["shifts"].size(); ++i) {
    const absl::Time at =
        absl::FromUnixSeconds(data["shifts"][i][0].get<int64_t>());
    EXPECT_EQ(form.zone.At(at).offset, data["shifts"][i][1]);
    EXPECT_NE(form.zone.At(at - absl::Seconds(1)).offset, data["shifts"][i][1]);
  }
  EXPECT_GT(data["shifts"].size(), 20u);
}

TEST(UnitScopeTest, UnitsAreKeptByGroupAndByMachine) {
  ReportWorld world;
  KeepUnits({"b"}, {}, &world.timeline());
  ASSERT_EQ(world.timeline().units_size(), 1);
  EXPECT_EQ(world.timeline().units(0).replication_group_id(), "web-id");
  const json data = DataOf(world);
  EXPECT_EQ(data["unitCount"], 1);
  EXPECT_EQ(data["figures"]["without"], 0);
  world.Decide();
  KeepUnits({"solo"}, {"web-id"}, &world.timeline());
  EXPECT_EQ(world.timeline().units_size(), 2);
}

TEST(UnitScopeTest, MissingMachinesAreKeptByName) {
  ReportWorld world;
  auto* group = world.plan().add_boot_groups();
  group->set_id("1");
  for (const char* id : {"solo", "gone", "lost"}) group->add_vm_ids(id);
  world.Decide();
  ASSERT_EQ(world.timeline().missing_vm_ids_size(), 2);
  KeepUnits({"gone"}, {}, &world.timeline());
  EXPECT_EQ(world.timeline().units_size(), 0);
  ASSERT_EQ(world.timeline().missing_vm_ids_size(), 1);
  EXPECT_EQ(world.timeline().missing_vm_ids(0), "gone");
}

// The history is made of a plan of some units; pins and boot groups of others
// must not be missed.
TEST(ReportDataTest, PlansWithPinsAndBootGroupsHaveHistories) {
  ReportWorld world;
  for (const char* id : {"solo", "a", "b"}) {
    auto* group = world.plan().add_boot_groups();
    group->set_id(id);
    group->add_vm_ids(id);
  }
  auto* pin = world.plan().add_pins();
  pin->set_replication_group_id("web-id");
  pin->set_consistency_marker("marker-3");
  pin = world.plan().add_pins();
  pin->set_vm_id("solo");
  pin->set_recovery_point_id("solo-2");
  // So many that they are drawn at several times.
  for (int i = 0; i < 100; ++i) {
    const std::string id = absl::StrCat("vm-", i);
    world.AddVm(id, "", 1 + i % 11);
    world.plan().mutable_boot_groups(i % 3)->add_vm_ids(id);
  }
  world.Decide();
  const json data = DataOf(world);
  ASSERT_EQ(data["units"].size(), 102u);
  EXPECT_EQ(data["drawnCount"], 102);
  for (const json& unit : data["units"]) {
    const std::string id = unit["vms"][0][0];
    const json& history = unit["history"];
    if (id == "solo" || id == "a") {
      EXPECT_EQ(history["steps"]["all"], 2) << unit;
      EXPECT_EQ(history["points"][0]["all"], 11);
    } else {
      EXPECT_GE(history["steps"]["all"], 1) << unit;
    }
  }
}

}  // namespace
}  // namespace recoveryline
