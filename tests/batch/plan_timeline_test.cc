// Timelines of plans say what the reference chooses, at every boundary and
// just before it, and what it will choose as points expire.

#include "engine/batch/plan_timeline.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/row_inventory.h"
#include "engine/timestamps.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/batch/batch_runs.h"
#include "tests/reference/random_world.h"
#include "tests/reference/reference_selector.h"

namespace recoveryline {
namespace {

using core::Instant;
using google::protobuf::util::MessageDifferencer;
using reference::World;
using v1::Decision;
using v1::Timeline;
using v1::TimelineStep;
using v1::UnitTimeline;
using v1::VmSelection;

constexpr int64_t kHour = 3'600'000'000'000;
// The last instant that there is belongs to no span.
constexpr Instant kLatest = core::kForever - kHour;

Instant At(const google::protobuf::Timestamp& time) { return *ToInstant(time); }

Decision DecisionAt(const World& world, Instant at) {
  return reference::ReferenceSelect(world.inventory, world.plan,
                                    ToTimestamp(at));
}

// The rows of the VMs by id.
std::map<std::string, VmSelection> RowsOf(const Decision& decision) {
  std::map<std::string, VmSelection> rows;
  for (const VmSelection& row : decision.vm_selections()) {
    rows[row.vm_id()] = row;
  }
  return rows;
}

void ExpectStep(const UnitTimeline& unit, const TimelineStep& step,
                const Decision& decision) {
  const auto rows = RowsOf(decision);
  for (int m = 0; m < unit.vm_ids_size(); ++m) {
    // The plan need not name all machines of a group.
    const auto row = rows.find(unit.vm_ids(m));
    if (row == rows.end()) continue;
    EXPECT_EQ(step.outcome(), row->second.outcome());
    if (step.outcome() != VmSelection::SELECTED) continue;
    EXPECT_EQ(step.rule_index(), row->second.rule_index());
    EXPECT_EQ(step.recovery_point_ids(m), row->second.recovery_point_id());
  }
  for (const v1::GroupSelection& group : decision.group_selections()) {
    if (group.replication_group_id() != unit.replication_group_id()) continue;
    EXPECT_EQ(step.guarantee(), group.guarantee());
    EXPECT_EQ(step.consistency_marker(), group.consistency_marker());
    if (step.outcome() != VmSelection::SELECTED) continue;
    EXPECT_EQ(At(step.earliest_capture_time()),
              At(group.earliest_capture_time()));
    EXPECT_EQ(At(step.latest_capture_time()), At(group.latest_capture_time()));
  }
}

TEST(PlanTimelineRandomTest, SaysWhatTheReferenceChooses) {
  int64_t steps = 0;
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE(seed);
    const World world = reference::RandomWorld(seed);
    const RowInventory inventory(world.inventory);
    const Instant as_of = DecisionTimeOf(world);
    if (as_of > kLatest) continue;
    const Timeline timeline = MakeTimeline(inventory, world.plan,
                                           {.to = as_of + 60,
                                            .as_of = as_of,
                                            .with_steps = true,
                                            .with_points = true},
                                           1 + static_cast<int>(seed % 3));
    ASSERT_TRUE(timeline.violations().empty()) << timeline.DebugString();
    for (const UnitTimeline& unit : timeline.units()) {
      for (const TimelineStep& step : unit.steps()) {
        ++steps;
        ExpectStep(unit, step, DecisionAt(world, At(step.start_time())));
        ExpectStep(unit, step, DecisionAt(world, At(step.end_time()) - 1));
      }
    }
    ASSERT_FALSE(testing::Test::HasFailure()) << timeline.DebugString();
  }
  EXPECT_GT(steps, 3000);
}

// When anything that is there at `as_of` is lost.
std::set<Instant> Losses(const World& world, Instant as_of) {
  std::set<Instant> losses;
  for (const v1::Vm& vm : world.inventory.vms()) {
    for (const v1::RecoveryPoint& point : vm.recovery_points()) {
      if (!point.has_expire_time()) continue;
      const auto expires = ToInstant(point.expire_time());
      if (expires && *expires > as_of) losses.insert(*expires);
    }
  }
  return losses;
}

// D is walked forward, with no point that comes after `as_of`.
TEST(PlanTimelineRandomTest, TheForecastIsWhatTheReferenceWillChoose) {
  int lost = 0;
  int weaker = 0;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    World world = reference::RandomWorld(seed);
    const Instant as_of = DecisionTimeOf(world);
    if (as_of > kLatest) continue;
    for (v1::Vm& vm : *world.inventory.mutable_vms()) {
      for (v1::RecoveryPoint& point : *vm.mutable_recovery_points()) {
        // None becomes available later.
        point.clear_available_from();
        if (At(point.capture_time()) > as_of) {
          *point.mutable_capture_time() = ToTimestamp(as_of);
        }
        *point.mutable_expire_time() =
            ToTimestamp(as_of + 1 + static_cast<Instant>(random() % 12));
        if (random() % 4 == 0) point.clear_expire_time();
      }
    }
    const RowInventory inventory(world.inventory);
    const Timeline timeline =
        MakeTimeline(inventory, world.plan, {.as_of = as_of}, 1);
    std::vector<Decision> walked = {DecisionAt(world, as_of)};
    std::vector<Instant> when = {as_of};
    for (const Instant loss : Losses(world, as_of)) {
      when.push_back(loss);
      walked.push_back(DecisionAt(world, loss));
    }
    for (const UnitTimeline& unit : timeline.units()) {
      // A machine that the plan names stands for its unit.
      std::vector<VmSelection> rows;
      for (const Decision& decision : walked) {
        rows.push_back(RowsOf(decision)[unit.vm_ids(0)]);
      }
      EXPECT_EQ(unit.forecast().outcome(), rows[0].outcome());
      std::optional<Instant> none_from;
      std::optional<Instant> weaker_from;
      for (size_t i = 1; i < rows.size(); ++i) {
        if (rows[0].outcome() != VmSelection::SELECTED || none_from) break;
        if (rows[i].outcome() != VmSelection::SELECTED) {
          none_from = when[i];
        } else if (!weaker_from &&
                   rows[i].rule_index() > rows[0].rule_index()) {
          weaker_from = when[i];
        }
      }
      ASSERT_EQ(unit.forecast().has_none_from(), none_from.has_value());
      ASSERT_EQ(unit.forecast().has_weaker_from(), weaker_from.has_value());
      if (none_from) {
        EXPECT_EQ(At(unit.forecast().none_from()), *none_from);
      }
      if (weaker_from) {
        EXPECT_EQ(At(unit.forecast().weaker_from()), *weaker_from);
      }
      lost += none_from ? 1 : 0;
      weaker += weaker_from ? 1 : 0;
    }
    ASSERT_FALSE(testing::Test::HasFailure()) << timeline.DebugString();
  }
  EXPECT_GT(lost, 100);
  EXPECT_GT(weaker, 20);
}

// A group of two with markers on the hour; "b" lacks that of 2:00.
class PlanTimelineTest : public testing::Test {
 protected:
  PlanTimelineTest() {
    *inventory.mutable_as_of_time() = ToTimestamp(5 * kHour);
    v1::ReplicationGroup* group = inventory.add_replication_groups();
    group->set_id("g");
    group->set_multi_vm_consistency(true);
    for (const char* id : {"a", "b"}) {
      v1::Vm* vm = inventory.add_vms();
      vm->set_id(id);
      vm->set_replication_group_id("g");
      vm->set_protection_state(v1::Vm::REPLICATING);
      for (int hour = 1; hour <= 3; ++hour) {
        if (hour == 2 && vm->id() == "b") continue;
        v1::RecoveryPoint* point = vm->add_recovery_points();
        point->set_id(absl::StrCat(id, hour));
        *point->mutable_capture_time() = ToTimestamp(hour * kHour);
        *point->mutable_expire_time() = ToTimestamp((hour + 9) * kHour);
        point->set_consistency(v1::RecoveryPoint::APPLICATION_CONSISTENT);
        point->set_consistency_marker(absl::StrCat("m", hour));
      }
    }
    plan.mutable_policy()->set_option(v1::Policy::LATEST_APP_CONSISTENT);
    *plan.mutable_policy()->mutable_rpo_objective() = ToDuration(kHour);
  }
  Timeline Make(const TimelineRequest& request = {}) const {
    return MakeTimeline(RowInventory(inventory), plan, request, 1);
  }

  v1::Inventory inventory;
  v1::RecoveryPlan plan;
};

TEST_F(PlanTimelineTest, StepsFiguresGapAndForecast) {
  const Timeline timeline = Make({.from = 0, .with_steps = true});
  ASSERT_EQ(timeline.units_size(), 1);
  const UnitTimeline& unit = timeline.units(0);
  // Nothing until 1:00, m1 until 3:00, m3 until 5:00.
  ASSERT_EQ(unit.steps_size(), 3);
  EXPECT_EQ(unit.steps(0).outcome(), VmSelection::NO_ELIGIBLE_POINT);
  EXPECT_EQ(unit.steps(1).consistency_marker(), "m1");
  EXPECT_EQ(unit.steps(1).recovery_point_ids_size(), 0);
  EXPECT_EQ(At(unit.steps(2).start_time()), 3 * kHour);
  EXPECT_EQ(At(unit.steps(2).end_time()), 5 * kHour);

  const v1::TimelineFigures& figures = unit.figures();
  EXPECT_EQ(*ToNanos(figures.with_choice()), 4 * kHour);
  EXPECT_EQ(*ToNanos(figures.without_choice()), kHour);
  EXPECT_EQ(*ToNanos(figures.worst_age()), 2 * kHour);
  EXPECT_EQ(At(figures.worst_age_until()), 3 * kHour);
  EXPECT_EQ(*ToNanos(figures.mean_age()), kHour);
  EXPECT_EQ(*ToNanos(figures.above_objective()), 2 * kHour);
  ASSERT_EQ(figures.age_percentiles_size(), 3);
  EXPECT_EQ(*ToNanos(figures.age_percentiles(0).age()), kHour);
  EXPECT_TRUE(MessageDifferencer::Equals(timeline.figures().worst_age(),
                                         figures.worst_age()));

  // Without "b" there would have been m2, an hour newer.
  const v1::TimelineGap& gap = unit.worst_gap();
  EXPECT_EQ(At(gap.start_time()), kHour);
  EXPECT_EQ(At(gap.end_time()), 3 * kHour);
  EXPECT_EQ(*ToNanos(gap.age()), 2 * kHour);
  ASSERT_EQ(gap.blocking_vms_size(), 1);
  EXPECT_EQ(gap.blocking_vms(0).vm_id(), "b");
  EXPECT_EQ(*ToNanos(gap.blocking_vms(0).gain()), kHour);

  EXPECT_EQ(At(unit.forecast().none_from()), 12 * kHour);
  EXPECT_FALSE(unit.forecast().has_weaker_from());
  ASSERT_EQ(unit.forecast().points_to_keep_size(), 2);
  EXPECT_EQ(unit.forecast().points_to_keep(0).recovery_point_id(), "a3");
  EXPECT_EQ(timeline.basis(), Timeline::SURVIVING_POINTS);
  EXPECT_FALSE(timeline.has_observed_from());
}

// A point that is captured and not there yet is no new one.
TEST_F(PlanTimelineTest, AChoiceThatComesIsForetold) {
  for (v1::Vm& vm : *inventory.mutable_vms()) {
    for (v1::RecoveryPoint& point : *vm.mutable_recovery_points()) {
      *point.mutable_available_from() = ToTimestamp(9 * kHour);
    }
  }
  const v1::UnitForecast forecast = Make().units(0).forecast();
  EXPECT_EQ(forecast.outcome(), VmSelection::NO_ELIGIBLE_POINT);
  EXPECT_EQ(At(forecast.choice_from()), 9 * kHour);
  EXPECT_FALSE(forecast.has_none_from());
}

TEST_F(PlanTimelineTest, WhatWasWatchedIsSaidToBeObserved) {
  *inventory.mutable_observed_from() = ToTimestamp(kHour);
  const auto basis_from = [this](Instant from) {
    return MakeTimeline(RowInventory(inventory), plan, {.from = from}, 1)
        .basis();
  };
  EXPECT_EQ(basis_from(kHour), Timeline::OBSERVED_POINTS);
  EXPECT_EQ(MakeTimeline(RowInventory(inventory), plan,
                         {.from = kHour, .to = 5 * kHour + 1}, 1)
                .basis(),
            Timeline::SURVIVING_POINTS);
  EXPECT_EQ(basis_from(kHour - 1), Timeline::SURVIVING_POINTS);
}

TEST_F(PlanTimelineTest, AWeakerRuleIsForetold) {
  v1::Rule* crash = plan.mutable_policy()->add_rules();
  plan.mutable_policy()->clear_option();
  crash->set_consistency(v1::RecoveryPoint::APPLICATION_CONSISTENT);
  crash->set_group_scope(v1::Rule::COMMON);
  plan.mutable_policy()->add_rules()->set_consistency(
      v1::RecoveryPoint::CRASH_CONSISTENT);
  for (v1::Vm& vm : *inventory.mutable_vms()) {
    v1::RecoveryPoint* point = vm.add_recovery_points();
    point->set_id("kept");
    *point->mutable_capture_time() = ToTimestamp(1);
    point->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
  }
  const v1::UnitForecast forecast = Make().units(0).forecast();
  EXPECT_EQ(At(forecast.weaker_from()), 12 * kHour);
  EXPECT_FALSE(forecast.has_none_from());
}

TEST_F(PlanTimelineTest, TheSpanIsThatOfThePointsUnlessGiven) {
  EXPECT_EQ(At(Make().start_time()), kHour);
  EXPECT_EQ(At(Make().end_time()), 5 * kHour);
  const Timeline one = Make({.from = 2 * kHour, .to = 2 * kHour});
  EXPECT_TRUE(one.violations().empty());
  EXPECT_FALSE(one.units(0).has_worst_gap());
  EXPECT_FALSE(one.units(0).figures().has_worst_age());
  for (v1::Vm& vm : *inventory.mutable_vms()) vm.clear_recovery_points();
  EXPECT_EQ(At(Make().start_time()), 5 * kHour);
}

TEST_F(PlanTimelineTest, AnAlignedPlanIsRefused) {
  plan.mutable_policy()->mutable_plan_alignment();
  const v1::Timeline timeline = Make();
  ASSERT_EQ(timeline.violations_size(), 1);
  EXPECT_EQ(timeline.violations(0).reason(),
            v1::Violation::ALIGNMENT_UNSUPPORTED);
  EXPECT_EQ(timeline.violations(0).field_path(), "plan.policy.planAlignment");
}

TEST_F(PlanTimelineTest, WhatBreaksARuleIsAViolation) {
  EXPECT_EQ(Make({.from = 6 * kHour}).violations(0).field_path(), "startTime");
  plan.add_boot_groups();
  EXPECT_EQ(Make().violations(0).reason(), v1::Violation::EMPTY_ID);
  EXPECT_EQ(Make().units_size(), 0);
  plan.clear_boot_groups();
  inventory.clear_as_of_time();
  EXPECT_EQ(Make().violations(0).reason(), v1::Violation::NO_DECISION_TIME);
  EXPECT_TRUE(Make({.as_of = 5 * kHour}).violations().empty());
}

TEST_F(PlanTimelineTest, WhatTheInventoryLacksIsSaid) {
  plan.add_boot_groups()->set_id("all");
  for (const char* id : {"a", "b", "ghost"}) {
    plan.mutable_boot_groups(0)->add_vm_ids(id);
  }
  const Timeline timeline = Make();
  ASSERT_EQ(timeline.missing_vm_ids_size(), 1);
  EXPECT_EQ(timeline.missing_vm_ids(0), "ghost");
  EXPECT_EQ(timeline.units_size(), 1);
}

}  // namespace
}  // namespace recoveryline
