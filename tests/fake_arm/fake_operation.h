// FakeOperation: what a POST began, its job, and how it will end.
//
//   const FakeOperation& operation = state.operations[index];
//   operation.state == OperationState::kRunning;     // until operation.done
//
// What goes wrong with it is settled when it begins.
//
// Thread-safety: plain data.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_OPERATION_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_OPERATION_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/fake_arm/fake_id.h"
#include "tests/fake_arm/fake_types.h"

namespace recoveryline::fake {

struct FakeOperation {
  FakeId id;
  FakeId job;
  Action action = Action::kPlannedFailover;
  // One of them, or a plan.
  int item = -1;
  int plan = -1;
  // The plan's operation that this one is a part of.
  int parent = -1;
  // Of a plan's operation: its parts, and how many of them have not ended.
  std::vector<int> parts;
  int parts_left = 0;
  bool part_failed = false;
  absl::Time started;
  // Jobs and the item show it from now on.
  absl::Time visible;
  absl::Time done;
  OperationState state = OperationState::kRunning;
  // It will fail, or has failed, with this; beside kSucceeded, a warning.
  bool doomed = false;
  // Of a failover: when the agent registers after it.
  absl::Duration agent_delay;
  std::string error_code;
  std::string error_message;
  FakeId point;
  absl::Time point_time = absl::InfinitePast();
  int effect = -1;
  bool told_success = false;
  bool told_running = false;
  bool regressed = false;
};

// An operation of this item that a test wants to fail.
struct ScriptedFailure {
  int item = 0;
  Action action = Action::kPlannedFailover;
  std::string code;
  std::string message;
};

struct FakeEvent {
  enum Kind { kOperationDone, kReplicated };

  absl::Time time;
  int number = 0;
  Kind kind = kOperationDone;
  int index = 0;

  friend bool operator>(const FakeEvent& a, const FakeEvent& b) {
    return a.time != b.time ? a.time > b.time : a.number > b.number;
  }
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_OPERATION_H_
