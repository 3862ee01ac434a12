// FakeItem: a protected item and what stands around it: its points, its group,
// its container, its plan.
//
//   const FakeItem& item = state.items[0];
//   item.phase == Phase::kCommitPending;     // failed over
//   item.points.back().id.Text();            // its newest point
//
// Invariants, which the vault keeps:
//   (1) The points of an item ascend by time.
//   (2) An item is in one group; one that Azure would call ungrouped is in a
//       group of its own that is not `named`.
//
// Thread-safety: plain data.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_ITEM_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_ITEM_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "tests/fake_arm/fake_id.h"
#include "tests/fake_arm/fake_types.h"

namespace recoveryline::fake {

struct FakePoint {
  absl::Time time;
  FakeId id;
  bool application_consistent = false;
  bool multi_vm = false;
  // Listed, but a failover to it fails.
  bool broken = false;
};

struct FakeHealthError {
  std::string code;
  std::string message;
  std::string remedy;
  bool critical = true;
};

struct FakeItem {
  std::string name;
  FakeId vm_id;
  InstanceType type = InstanceType::kInMageRcm;
  int block = 0;
  // Where its address is now, and where a switch of protection takes it.
  int container = 0;
  int other_container = 0;
  int group = 0;
  int plan = 0;

  Phase phase = Phase::kProtected;
  // The last failover was a planned one.
  bool planned = false;
  // It runs at the recovery site.
  bool at_recovery = false;
  bool replicating = true;
  std::vector<FakePoint> points;
  FakeId failover_point;
  absl::Time failover_point_time = absl::InfinitePast();
  TestState test = TestState::kNone;
  FakeId test_job;
  // After a failover; the past: there was none.
  absl::Time agent_registers = absl::InfinitePast();
  absl::Time last_failover = absl::InfinitePast();
  absl::Time last_test_failover = absl::InfinitePast();
  bool resync_required = false;
  std::vector<FakeHealthError> health_errors;
  // Operations that run at it, in the order in which they began.
  std::vector<int> running;

  // Failed over from Hyper-V and committed: the way back needs no reprotection.
  bool MayFailBack() const {
    return type == InstanceType::kHyperVReplicaAzure && at_recovery;
  }
};

struct FakeGroup {
  FakeId id;
  std::string name;
  bool named = false;
  std::vector<int> items;
  // Of its points within their interval, and how far they are made.
  absl::Duration offset;
  absl::Time points_until = absl::InfinitePast();
};

struct FakeContainer {
  std::string fabric;
  std::string name;
  // What point ids say instead, where the service does that.
  std::string name_in_points;
  // Names in lower case.
  absl::flat_hash_map<std::string, int> items;
};

struct FakePlan {
  std::string name;
  int container = 0;
  bool to_azure = true;
  // Items by boot group.
  std::vector<std::vector<int>> boot_groups;
  // Its operations; the last one is its current scenario.
  std::vector<int> operations;
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_ITEM_H_
