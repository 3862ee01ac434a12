// FakeState: everything that a fake vault holds, found by name or index.
//
//   FakeState state = MakeState(options);            // vault_shape.h
//   int item = state.FindItem("fabric", "container", "VM-001");   // any case
//
// Invariants:
//   (1) Groups, containers, operations and items name each other by index;
//       nothing is ever removed but points.
//   (2) An item is in the names of its container, and of no other one.
//
// A value: a copy is another vault.
// Cost: finding is O(1) but for containers, which are few.
// Thread-safety: plain data.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_STATE_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_STATE_H_

#include <functional>
#include <queue>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/fake_arm/fake_id.h"
#include "tests/fake_arm/fake_item.h"
#include "tests/fake_arm/fake_ledger.h"
#include "tests/fake_arm/fake_operation.h"
#include "tests/fake_arm/fake_options.h"

namespace recoveryline::fake {

struct FakeState {
  FakeOptions options;
  // "/Subscriptions/.../vaults/vault-dr", as ids begin.
  std::string root;
  std::vector<FakeContainer> containers;
  std::vector<FakeItem> items;
  std::vector<FakeGroup> groups;
  std::vector<FakePlan> plans;
  std::vector<FakeOperation> operations;
  absl::flat_hash_map<FakeId, int> operation_of;  // by id and by job
  FakeLedger ledger;
  std::vector<ScriptedFailure> failures;
  std::priority_queue<FakeEvent, std::vector<FakeEvent>, std::greater<>> events;
  int events_seen = 0;

  // -1: there is none.
  int FindContainer(absl::string_view fabric, absl::string_view name) const;
  int FindItem(absl::string_view fabric, absl::string_view container,
               absl::string_view name) const;
  // By name alone, wherever it is.
  int FindItem(absl::string_view name) const;
  int FindPlan(absl::string_view name) const;

  void Schedule(absl::Time time, FakeEvent::Kind kind, int index);
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_STATE_H_
