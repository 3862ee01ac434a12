// What an answer must not depend on: the order of the inventory, and the ids
// beyond their order.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/select.h"
#include "tests/reference/compare.h"
#include "tests/reference/random_world.h"
#include "tests/reference/seeded_random.h"

namespace recoveryline {
namespace {

using reference::SeededRandom;
using reference::World;

constexpr uint64_t kWorlds = 3'000;

v1::Decision Decide(const World& world) {
  SelectRequest request;
  request.decision_time = world.decision_time;
  return Select(world.inventory, world.plan, request);
}

// A plan without boot groups means the inventory's order: says it, so that
// the order of the plan stays as it was.
void NameTheMachines(World* world) {
  if (!world->plan.boot_groups().empty()) return;
  v1::BootGroup* group = world->plan.add_boot_groups();
  group->set_id("all");
  for (const v1::Vm& vm : world->inventory.vms()) group->add_vm_ids(vm.id());
}

template <typename Rows>
void ShuffleRows(SeededRandom* random, Rows* rows) {
  for (int i = rows->size(); i > 1; --i) {
    rows->SwapElements(i - 1, random->Below(i));
  }
}

World Permuted(const World& world, SeededRandom* random) {
  World permuted = world;
  ShuffleRows(random, permuted.inventory.mutable_vms());
  ShuffleRows(random, permuted.inventory.mutable_replication_groups());
  ShuffleRows(random, permuted.plan.mutable_pins());
  for (v1::Vm& vm : *permuted.inventory.mutable_vms()) {
    ShuffleRows(random, vm.mutable_recovery_points());
  }
  return permuted;
}

// New ids in the order of the old ones, of other lengths and bytes.
class Renaming {
 public:
  void Add(const std::string& id) { new_ids_[id]; }

  void Finish(const std::string& prefix, SeededRandom* random) {
    int rank = 0;
    for (auto& [old_id, new_id] : new_ids_) {
      rank += 1 + random->Below(40);
      new_id = prefix + static_cast<char>('0' + rank / 64 % 64) +
               static_cast<char>('0' + rank % 64) +
               std::string(static_cast<size_t>(random->Below(20)), '-');
    }
    new_ids_[""] = "";  // No id at all stays none.
  }

  void Apply(std::string* id) const { *id = new_ids_.at(*id); }

 private:
  std::map<std::string, std::string> new_ids_;
};

// Renames every id of a world, and of the answer to it. Machines, groups,
// points and markers are named apart; so are boot groups, which stay.
class Renamer {
 public:
  Renamer(World world, SeededRandom* random) {
    VisitWorld(&world, [](Renaming* ids, std::string* id) { ids->Add(*id); });
    vms_.Finish("V", random);
    groups_.Finish("", random);
    points_.Finish("p", random);
    markers_.Finish("\xc3\xa9", random);
  }

  World Renamed(World world) {
    VisitWorld(&world, &Renamer::Rename);
    return world;
  }

  v1::Decision Renamed(v1::Decision decision) {
    for (v1::VmSelection& row : *decision.mutable_vm_selections()) {
      vms_.Apply(row.mutable_vm_id());
      groups_.Apply(row.mutable_replication_group_id());
      points_.Apply(row.mutable_recovery_point_id());
      RenameRejections(row.mutable_rejections());
    }
    for (v1::GroupSelection& row : *decision.mutable_group_selections()) {
      groups_.Apply(row.mutable_replication_group_id());
      markers_.Apply(row.mutable_consistency_marker());
      for (v1::BlockingVm& blocking : *row.mutable_blocking_vms()) {
        vms_.Apply(blocking.mutable_vm_id());
      }
      RenameRejections(row.mutable_rejections());
    }
    for (v1::Warning& warning : *decision.mutable_warnings()) {
      RenameSubject(&warning);
    }
    return decision;
  }

 private:
  static void Rename(Renaming* ids, std::string* id) { ids->Apply(id); }

  template <typename Visit>
  void VisitWorld(World* world, Visit visit) {
    for (v1::Vm& vm : *world->inventory.mutable_vms()) {
      visit(&vms_, vm.mutable_id());
      visit(&groups_, vm.mutable_replication_group_id());
      for (v1::RecoveryPoint& point : *vm.mutable_recovery_points()) {
        visit(&points_, point.mutable_id());
        visit(&markers_, point.mutable_consistency_marker());
      }
    }
    for (v1::ReplicationGroup& group :
         *world->inventory.mutable_replication_groups()) {
      visit(&groups_, group.mutable_id());
      for (std::string& id : *group.mutable_expected_vm_ids())
        visit(&vms_, &id);
    }
    VisitPlan(&world->plan, visit);
  }

  template <typename Visit>
  void VisitPlan(v1::RecoveryPlan* plan, Visit visit) {
    for (v1::BootGroup& group : *plan->mutable_boot_groups()) {
      for (std::string& id : *group.mutable_vm_ids()) visit(&vms_, &id);
    }
    for (v1::Pin& pin : *plan->mutable_pins()) {
      visit(&vms_, pin.mutable_vm_id());
      visit(&groups_, pin.mutable_replication_group_id());
      visit(&points_, pin.mutable_recovery_point_id());
      visit(&markers_, pin.mutable_consistency_marker());
    }
    auto* exclusions = plan->mutable_policy()->mutable_exclusions();
    for (v1::Exclusion& exclusion : *exclusions) {
      for (std::string& id : *exclusion.mutable_vm_ids()) visit(&vms_, &id);
      for (std::string& id : *exclusion.mutable_replication_group_ids()) {
        visit(&groups_, &id);
      }
    }
  }

  template <typename Rows>
  void RenameRejections(Rows* rows) const {
    for (v1::Rejection& rejection : *rows) {
      points_.Apply(rejection.mutable_example_point_id());
      vms_.Apply(rejection.mutable_example_vm_id());
    }
  }

  void RenameSubject(v1::Warning* warning) const {
    switch (warning->reason()) {
      case v1::Warning::PLAN_EMPTY:
      case v1::Warning::OPTION_DEFAULTED:
        return;  // The plan keeps its id.
      case v1::Warning::GROUP_INCOMPLETE:
      case v1::Warning::GROUP_INDEPENDENT:
        groups_.Apply(warning->mutable_subject());
        return;
      default:
        vms_.Apply(warning->mutable_subject());
    }
  }

  Renaming vms_;
  Renaming groups_;
  Renaming points_;
  Renaming markers_;
};

TEST(SelectSymmetryTest, TheOrderOfTheInventoryDoesNotMatter) {
  for (uint64_t seed = 0; seed < kWorlds; ++seed) {
    SeededRandom random(seed);
    World world = reference::RandomWorld(seed);
    NameTheMachines(&world);
    const World permuted = Permuted(world, &random);
    ASSERT_EQ(reference::DifferenceOf(Decide(world), Decide(permuted)), "")
        << "seed " << seed << "\n"
        << reference::Repro(world);
  }
}

TEST(SelectSymmetryTest, OnlyTheOrderOfIdsMatters) {
  for (uint64_t seed = 0; seed < kWorlds; ++seed) {
    SeededRandom random(seed);
    const World world = reference::RandomWorld(seed);
    Renamer renamer(world, &random);
    const v1::Decision expected = renamer.Renamed(Decide(world));
    const v1::Decision actual = Decide(renamer.Renamed(world));
    ASSERT_EQ(reference::DifferenceOf(expected, actual), "")
        << "seed " << seed << "\n"
        << reference::Repro(world);
  }
}

}  // namespace
}  // namespace recoveryline
