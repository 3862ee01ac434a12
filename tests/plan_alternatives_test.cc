// What is said to be had for a price is what the reference gives for it.

#include "engine/plan_alternatives.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/assumptions.h"
#include "engine/row_inventory.h"
#include "engine/timestamps.h"
#include "tests/reference/random_world.h"
#include "tests/reference/reference_selector.h"
#include "tests/reference/small_world.h"
#include "tests/sanitizers.h"

namespace recoveryline {
namespace {

using core::Instant;
using reference::SmallWorld;
using reference::World;
using v1::Alternative;
using v1::GroupSelection;
using v1::RecoveryPoint;
using v1::UnitAlternatives;
using v1::UnitLine;
using v1::VmSelection;

Instant At(const google::protobuf::Timestamp& time) {
  return ToInstant(time).value();
}

// What a Decision says of a unit, as a line but for its rule; without a capture
// time where it has no choice.
UnitLine LineIn(const v1::Decision& decision, const UnitAlternatives& unit) {
  UnitLine line;
  for (const VmSelection& row : decision.vm_selections()) {
    if (std::count(unit.vm_ids().begin(), unit.vm_ids().end(), row.vm_id()) ==
            0 ||
        row.outcome() != VmSelection::SELECTED) {
      continue;
    }
    if (!line.has_earliest_capture_time() ||
        At(row.capture_time()) < At(line.earliest_capture_time())) {
      *line.mutable_earliest_capture_time() = row.capture_time();
    }
    if (line.consistency() == RecoveryPoint::CONSISTENCY_UNSPECIFIED ||
        row.consistency() < line.consistency()) {
      line.set_consistency(row.consistency());
    }
  }
  for (const GroupSelection& row : decision.group_selections()) {
    if (row.replication_group_id() != unit.replication_group_id() ||
        row.outcome() != VmSelection::SELECTED) {
      continue;
    }
    *line.mutable_latest_capture_time() = row.latest_capture_time();
    *line.mutable_skew() = row.skew();
    line.set_guarantee(row.guarantee());
    line.set_consistency_marker(row.consistency_marker());
  }
  return line;
}

std::string Text(UnitLine line) {
  line.clear_rule();
  return line.ShortDebugString();
}

struct Seen {
  int64_t lines = 0;
  int64_t without_vm = 0;
  int64_t without_choice = 0;
};

class Checking {
 public:
  explicit Checking(World world) : world_(std::move(world)) {
    world_.plan.mutable_policy()->clear_plan_alignment();
    SelectRequest request;
    request.decision_time = world_.decision_time;
    answer_ =
        MakeAlternatives(RowInventory(world_.inventory), world_.plan, request);
    decision_ = Decide(world_.inventory, world_.plan);
  }

  void CheckAll(Seen* seen) const {
    ASSERT_EQ(answer_.violations_size(), 0);
    for (const UnitAlternatives& unit : answer_.units()) {
      EXPECT_EQ(Text(unit.choice()), Text(LineIn(decision_, unit)));
      if (unit.has_choice()) CheckRule(unit.choice().rule(), unit);
      std::vector<std::string> without;
      for (const Alternative& alternative : unit.alternatives()) {
        const v1::Decision other = Decide(alternative);
        EXPECT_EQ(Text(alternative.line()), Text(LineIn(other, unit)))
            << alternative.ShortDebugString();
        CheckGain(unit, alternative);
        if (!alternative.without_vm_id().empty()) {
          without.push_back(alternative.without_vm_id());
        }
      }
      EXPECT_EQ(without, BlockingIn(unit));
      seen->lines += unit.alternatives_size();
      seen->without_vm += static_cast<int64_t>(without.size());
      if (!unit.has_choice() && unit.alternatives_size() > 0) {
        ++seen->without_choice;
      }
    }
  }

 private:
  v1::Decision Decide(const v1::Inventory& inventory,
                      const v1::RecoveryPlan& plan) const {
    return reference::ReferenceSelect(inventory, plan, world_.decision_time);
  }

  // With the alternative's rule in place of the policy's, or without its VM.
  v1::Decision Decide(const Alternative& alternative) const {
    v1::Inventory inventory = world_.inventory;
    v1::RecoveryPlan plan = world_.plan;
    if (alternative.without_vm_id().empty()) {
      plan.mutable_policy()->clear_option();
      plan.mutable_policy()->clear_rules();
      *plan.mutable_policy()->add_rules() = alternative.line().rule();
    } else {
      v1::Assumptions assumptions;
      assumptions.add_without_vm_ids(alternative.without_vm_id());
      EXPECT_TRUE(Assume(assumptions, &inventory, &plan).ok());
    }
    return Decide(inventory, plan);
  }

  void CheckRule(const v1::Rule& rule, const UnitAlternatives& unit) const {
    for (const VmSelection& row : decision_.vm_selections()) {
      if (row.vm_id() != unit.vm_ids(0)) continue;
      EXPECT_EQ(rule.ShortDebugString(),
                decision_.effective_rules(row.rule_index()).ShortDebugString());
    }
  }

  static void CheckGain(const UnitAlternatives& unit,
                        const Alternative& alternative) {
    ASSERT_EQ(alternative.has_gain(), unit.has_choice());
    if (!unit.has_choice()) return;
    const UnitLine& line = alternative.line();
    EXPECT_EQ(
        ToNanos(alternative.gain()),
        core::SaturatingSubtract(At(line.earliest_capture_time()),
                                 At(unit.choice().earliest_capture_time())));
    // What is no better in anything is not listed.
    EXPECT_TRUE(At(line.earliest_capture_time()) >
                    At(unit.choice().earliest_capture_time()) ||
                line.consistency() > unit.choice().consistency() ||
                (line.guarantee() == GroupSelection::MARKER &&
                 unit.choice().guarantee() != GroupSelection::MARKER) ||
                ToNanos(line.skew()) < ToNanos(unit.choice().skew()))
        << alternative.ShortDebugString();
  }

  std::vector<std::string> BlockingIn(const UnitAlternatives& unit) const {
    std::vector<std::string> ids;
    for (const GroupSelection& row : decision_.group_selections()) {
      if (row.replication_group_id() != unit.replication_group_id()) continue;
      for (const v1::BlockingVm& vm : row.blocking_vms()) {
        ids.push_back(vm.vm_id());
      }
    }
    return ids;
  }

  World world_;
  v1::PlanAlternatives answer_;
  v1::Decision decision_;
};

TEST(PlanAlternativesRandomTest, TheReferenceGivesWhatIsSaid) {
  const uint64_t worlds = kSanitizersAreOn ? 200 : 4'000;
  std::printf("seeds [0, %llu)\n", static_cast<unsigned long long>(worlds));
  Seen seen;
  for (uint64_t seed = 0; seed < worlds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Checking(reference::RandomWorld(seed)).CheckAll(&seen);
    if (testing::Test::HasFailure()) return;
  }
  std::printf("%lld lines, %lld without a VM, %lld units without a choice\n",
              static_cast<long long>(seen.lines),
              static_cast<long long>(seen.without_vm),
              static_cast<long long>(seen.without_choice));
  EXPECT_GT(seen.lines, static_cast<int64_t>(worlds) / 2);
  EXPECT_GT(seen.without_vm, static_cast<int64_t>(worlds) / 10);
  EXPECT_GT(seen.without_choice, static_cast<int64_t>(worlds) / 10);
}

// "newer by, CONSISTENCY, GUARANTEE[, without VM]", a line each.
std::string Summary(const UnitAlternatives& unit) {
  std::string out;
  for (const Alternative& a : unit.alternatives()) {
    absl::StrAppend(&out, a.has_gain() ? absl::StrCat(*ToNanos(a.gain())) : "-",
                    " ",
                    RecoveryPoint::Consistency_Name(a.line().consistency()),
                    " ", GroupSelection::Guarantee_Name(a.line().guarantee()),
                    " ", *ToNanos(a.line().skew()),
                    a.without_vm_id().empty()
                        ? ""
                        : absl::StrCat(" without ", a.without_vm_id()),
                    "\n");
  }
  return out;
}

v1::PlanAlternatives AlternativesIn(SmallWorld world) {
  return MakeAlternatives(RowInventory(*world.inventory()), *world.plan(), {});
}

TEST(PlanAlternativesTest, EachThingGivenUpHasItsGain) {
  SmallWorld world;
  world.AddGroup("g");
  v1::Vm* a = world.AddVm("a", "g");
  v1::Vm* b = world.AddVm("b", "g");
  v1::Vm* c = world.AddVm("c", "g");
  for (v1::Vm* vm : {a, b, c}) world.AddPoint(vm, "p40", 40, "m40");
  for (v1::Vm* vm : {a, b}) world.AddPoint(vm, "p60", 60, "m60");
  world.AddPoint(c, "p58", 58);
  for (v1::Vm* vm : {a, b, c}) {
    world.AddPoint(vm, "p50", 50, "m50")
        ->set_consistency(RecoveryPoint::CRASH_CONSISTENT);
  }
  world.AddRule(RecoveryPoint::APPLICATION_CONSISTENT, v1::Rule::COMMON);
  const v1::PlanAlternatives answer = AlternativesIn(world);
  ASSERT_EQ(answer.units_size(), 1);
  EXPECT_EQ(At(answer.units(0).choice().earliest_capture_time()), 40);
  EXPECT_EQ(Summary(answer.units(0)),
            "18 APPLICATION_CONSISTENT SKEW_BOUNDED 2\n"
            "10 CRASH_CONSISTENT MARKER 0\n"
            "20 APPLICATION_CONSISTENT MARKER 0 without c\n");
  EXPECT_EQ(answer.units(0).alternatives(0).line().rule().max_skew().nanos(),
            2);
}

// VM by VM, the same line as within its skew.
TEST(PlanAlternativesTest, WhatIsAsGoodAsTheChoiceIsNotListed) {
  SmallWorld world;
  world.AddGroup("g");
  world.AddPoint(world.AddVm("a", "g"), "p", 40);
  world.AddPoint(world.AddVm("b", "g"), "p", 43);
  world.AddRule(RecoveryPoint::CRASH_CONSISTENT, v1::Rule::INDEPENDENT);
  const v1::PlanAlternatives answer = AlternativesIn(world);
  ASSERT_TRUE(answer.units(0).has_choice());
  EXPECT_EQ(Summary(answer.units(0)),
            "3 APPLICATION_CONSISTENT INDEPENDENT 0 without a\n");
}

TEST(PlanAlternativesTest, WithoutAChoiceThereIsNoGain) {
  SmallWorld world;
  v1::Vm* a = world.AddVm("a");
  world.AddPoint(a, "p", 40)->set_consistency(RecoveryPoint::CRASH_CONSISTENT);
  world.AddRule(RecoveryPoint::APPLICATION_CONSISTENT, v1::Rule::COMMON);
  world.PlanFor({"a", "gone"});
  const v1::PlanAlternatives answer = AlternativesIn(world);
  ASSERT_EQ(answer.units_size(), 1);
  EXPECT_EQ(answer.units(0).outcome(), VmSelection::NO_ELIGIBLE_POINT);
  EXPECT_FALSE(answer.units(0).has_choice());
  EXPECT_EQ(Summary(answer.units(0)),
            "- CRASH_CONSISTENT GUARANTEE_UNSPECIFIED 0\n");
  ASSERT_EQ(answer.missing_vm_ids_size(), 1);
  EXPECT_EQ(answer.missing_vm_ids(0), "gone");
}

TEST(PlanAlternativesTest, APlanThatBreaksARuleHasNone) {
  SmallWorld world;
  world.PlanFor({"a", "a"});
  const v1::PlanAlternatives answer = AlternativesIn(world);
  ASSERT_EQ(answer.violations_size(), 1);
  EXPECT_EQ(answer.violations(0).reason(), v1::Violation::VM_TWICE_IN_PLAN);
  EXPECT_EQ(answer.units_size(), 0);
}

}  // namespace
}  // namespace recoveryline
