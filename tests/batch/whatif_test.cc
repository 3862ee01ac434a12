// What-if answers are what the reference says of the other world; a VM that is
// said to hold its group back does, by exactly what is said.

#include "engine/batch/whatif.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "engine/assumptions.h"
#include "engine/row_inventory.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "tests/batch/batch_runs.h"
#include "tests/reference/random_world.h"
#include "tests/reference/reference_selector.h"

namespace recoveryline {
namespace {

using core::Instant;
using reference::World;
using v1::VmSelection;

constexpr Instant kLatest = core::kForever - 1'000'000'000'000;

v1::GroupSelection GroupOf(const v1::Decision& decision,
                           const std::string& id) {
  for (const v1::GroupSelection& group : decision.group_selections()) {
    if (group.replication_group_id() == id) return group;
  }
  return {};
}

v1::Decision DecisionAt(const v1::Inventory& inventory,
                        const v1::RecoveryPlan& plan, Instant at) {
  return reference::ReferenceSelect(inventory, plan, ToTimestamp(at));
}

// That the differences are those of the two Decisions, none left out.
void ExpectSides(const v1::DecisionComparison& comparison,
                 const v1::Decision& before, const v1::Decision& after) {
  std::map<std::string, std::pair<VmSelection, VmSelection>> rows;
  for (const VmSelection& row : before.vm_selections()) {
    rows[row.vm_id()].first = row;
  }
  for (const VmSelection& row : after.vm_selections()) {
    rows[row.vm_id()].second = row;
  }
  for (const v1::VmDifference& vm : comparison.vms()) {
    const auto& [was, is] = rows.at(vm.vm_id());
    EXPECT_EQ(vm.outcome_before(), was.outcome());
    EXPECT_EQ(vm.outcome_after(), is.outcome());
    EXPECT_EQ(vm.recovery_point_id_before(), was.recovery_point_id());
    EXPECT_EQ(vm.recovery_point_id_after(), is.recovery_point_id());
    rows.erase(vm.vm_id());
  }
  EXPECT_EQ(comparison.same_vm_count(), static_cast<int64_t>(rows.size()));
  for (const auto& [id, sides] : rows) {
    EXPECT_EQ(sides.first.outcome(), sides.second.outcome()) << id;
    EXPECT_EQ(sides.first.recovery_point_id(),
              sides.second.recovery_point_id());
  }
}

// At the worst moment of each group, without the VM that is said to cause it.
TEST(WhatIfRandomTest, WithoutTheBlockingVmTheGainIsWhatWasSaid) {
  int gained = 0;
  int found = 0;
  for (uint64_t seed = 0; seed < 1500; ++seed) {
    SCOPED_TRACE(seed);
    World world = reference::RandomWorld(seed);
    const Instant as_of = DecisionTimeOf(world);
    if (as_of > kLatest) continue;
    const v1::Timeline timeline = MakeTimeline(RowInventory(world.inventory),
                                               world.plan, {.as_of = as_of}, 1);
    for (const v1::UnitTimeline& unit : timeline.units()) {
      const std::string& group = unit.replication_group_id();
      if (group.empty() || unit.worst_gap().blocking_vms().empty()) continue;
      const v1::BlockingVm& blocking = unit.worst_gap().blocking_vms(0);
      const Instant at = *ToInstant(unit.worst_gap().end_time()) - 1;
      v1::Assumptions without;
      without.add_without_vm_ids(blocking.vm_id());
      v1::Inventory inventory = world.inventory;
      v1::RecoveryPlan plan = world.plan;
      ASSERT_TRUE(Assume(without, &inventory, &plan).ok());
      Violations violations;
      ValidatePlanAgainst(plan, RowInventory(inventory), &violations);
      // Its marker may be pinned, and nobody else's.
      if (!violations.empty()) continue;
      const v1::GroupSelection before =
          GroupOf(DecisionAt(world.inventory, world.plan, at), group);
      const v1::Decision decision = DecisionAt(inventory, plan, at);
      const v1::GroupSelection after = GroupOf(decision, group);
      ASSERT_EQ(after.outcome(), VmSelection::SELECTED);
      if (blocking.has_gain()) {
        ++gained;
        EXPECT_EQ(*ToNanos(blocking.gain()),
                  *ToInstant(after.earliest_capture_time()) -
                      *ToInstant(before.earliest_capture_time()));
      } else {
        ++found;
        EXPECT_NE(before.outcome(), VmSelection::SELECTED);
      }
      const auto answer =
          MakeWhatIf(world.inventory, world.plan, without, {.as_of = at}, 1);
      ASSERT_TRUE(answer.ok()) << answer.status();
      ExpectSides(answer->choice(), DecisionAt(world.inventory, world.plan, at),
                  decision);
    }
    ASSERT_FALSE(testing::Test::HasFailure()) << timeline.DebugString();
  }
  EXPECT_GT(gained, 30);
  EXPECT_GT(found, 10);
}

class WhatIfTest : public testing::Test {
 protected:
  WhatIfTest() {
    inventory.mutable_as_of_time()->set_seconds(100);
    for (const char* id : {"a", "b"}) {
      v1::Vm* vm = inventory.add_vms();
      vm->set_id(id);
      vm->set_protection_state(v1::Vm::REPLICATING);
      for (int at : {10, 90}) {
        v1::RecoveryPoint* point = vm->add_recovery_points();
        point->set_id(std::to_string(at));
        point->mutable_capture_time()->set_seconds(at);
        point->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
      }
    }
  }
  v1::Inventory inventory;
  v1::Assumptions assumptions;
};

TEST_F(WhatIfTest, NothingAssumedChangesNothing) {
  const auto answer = MakeWhatIf(inventory, {}, assumptions, {}, 1);
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->choice().same());
  EXPECT_EQ(answer->units_size(), 0);
  EXPECT_EQ(answer->choice().same_vm_count(), 2);
}

TEST_F(WhatIfTest, LossesAreSortedAndFiguresCompared) {
  v1::Exclusion* exclusion = assumptions.add_exclusions();
  exclusion->mutable_start_time()->set_seconds(50);
  exclusion->add_vm_ids("b");
  assumptions.add_without_vm_ids("a");
  const auto answer = MakeWhatIf(inventory, {}, assumptions, {}, 1);
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(answer->choice().vms_size(), 2);
  EXPECT_EQ(answer->choice().vms(0).vm_id(), "b");
  EXPECT_EQ(answer->choice().vms(0).loss().seconds(), 80);
  EXPECT_EQ(answer->choice().vms(1).outcome_after(),
            VmSelection::OUTCOME_UNSPECIFIED);
  ASSERT_EQ(answer->units_size(), 2);
  EXPECT_EQ(answer->units(0).vm_ids(0), "b");
  EXPECT_EQ(answer->units(0).before().worst_age().seconds(), 80);
  EXPECT_EQ(answer->units(0).after().worst_age().seconds(), 90);
  EXPECT_FALSE(answer->units(1).has_after());
}

TEST_F(WhatIfTest, WhatMakesNoSenseIsRefused) {
  assumptions.add_without_vm_ids("ghost");
  EXPECT_TRUE(absl::IsInvalidArgument(
      MakeWhatIf(inventory, {}, assumptions, {}, 1).status()));
  assumptions.Clear();
  assumptions.add_exclusions()->add_replication_group_ids("ghost");
  EXPECT_TRUE(absl::IsInvalidArgument(
      MakeWhatIf(inventory, {}, assumptions, {}, 1).status()));
  // A broken inventory is an answer.
  inventory.add_vms();
  const auto answer = MakeWhatIf(inventory, {}, {}, {}, 1);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->violations_size(), 1);
}

}  // namespace
}  // namespace recoveryline
