// SmallWorld: a world written by hand, a line a machine.
//
//   SmallWorld world;                        // the decision time is 100
//   world.AddGroup("g");
//   v1::Vm* a = world.AddVm("a", "g");
//   world.AddPoint(a, "p1", 90, "m");        // captured at 90 ns, marker m
//   EXPECT_EQ(PointsOf(world.Decide()), "a=p1");
//
// Instants are nanoseconds since the epoch. Machines are replicating, points
// application-consistent, groups have multi-VM consistency; change what a case
// is about through the pointers.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_REFERENCE_SMALL_WORLD_H_
#define RECOVERYLINE_TESTS_REFERENCE_SMALL_WORLD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "recoveryline/v1/decision.pb.h"
#include "tests/reference/random_world.h"

namespace recoveryline::reference {

class SmallWorld {
 public:
  SmallWorld();

  v1::ReplicationGroup* AddGroup(const std::string& id);
  v1::Vm* AddVm(const std::string& id, const std::string& group_id = "");
  v1::RecoveryPoint* AddPoint(v1::Vm* vm, const std::string& id,
                              int64_t capture_time,
                              const std::string& marker = "");
  // Names the machines, in this order, in a boot group "boot".
  void PlanFor(const std::vector<std::string>& vm_ids);
  // A rule for at least this consistency, by marker where COMMON.
  v1::Rule* AddRule(v1::RecoveryPoint::Consistency consistency,
                    v1::Rule::GroupScope group_scope);
  // COMMON by capture time.
  v1::Rule* AddSkewRule(v1::RecoveryPoint::Consistency consistency,
                        int64_t max_skew);
  void PinVm(const std::string& vm_id, const std::string& point_id);
  void PinGroup(const std::string& group_id, const std::string& marker);
  v1::Exclusion* AddExclusion(int64_t start, int64_t end);

  v1::Policy* policy() { return world_.plan.mutable_policy(); }
  v1::RecoveryPlan* plan() { return &world_.plan; }
  v1::Inventory* inventory() { return &world_.inventory; }
  World* world() { return &world_; }

  // What the subject of the test says: the reference, or the engine. The hand
  // cases are the same for both; see tests/CMakeLists.txt.
  v1::Decision Decide() const;

 private:
  World world_;
};

// "a=p1 b=-": the chosen points in row order, "-" for none.
std::string PointsOf(const v1::Decision& decision);
// "SELECTED NOT_FOUND": the outcomes of the VM rows.
std::string OutcomesOf(const v1::Decision& decision);
// "EXPIRED 2 p1": reason, count, example (and "of" its machine), of one row.
std::string RejectionsOf(const v1::VmSelection& row);
std::string RejectionsOf(const v1::GroupSelection& row);
// "a 10, b -": the blocking VMs with their gains in nanoseconds.
std::string BlockingOf(const v1::GroupSelection& row);
// "OPTION_DEFAULTED plan, ...": reasons and subjects.
std::string WarningsOf(const v1::Decision& decision);

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_SMALL_WORLD_H_
