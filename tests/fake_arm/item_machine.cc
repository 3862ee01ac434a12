#include "tests/fake_arm/item_machine.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/fake_arm/point_schedule.h"

namespace recoveryline::fake {
namespace {

constexpr uint64_t kOperationStream = 21;
constexpr uint64_t kJobStream = 22;

FakeItem& ItemAt(int index, FakeState* state) {
  return state->items[static_cast<size_t>(index)];
}

FakeOperation& OperationAt(int index, FakeState* state) {
  return state->operations[static_cast<size_t>(index)];
}

absl::Duration UsualTime(Action action, const FakeTimes& times) {
  switch (action) {
    case Action::kPlannedFailover:
      return times.planned_failover;
    case Action::kUnplannedFailover:
      return times.unplanned_failover;
    case Action::kTestFailover:
      return times.test_failover;
    case Action::kTestFailoverCleanup:
      return times.test_cleanup;
    case Action::kApplyRecoveryPoint:
      return times.change_point;
    case Action::kFailoverCommit:
      return times.commit;
    case Action::kFailoverCancel:
      return times.cancel;
    case Action::kReProtect:
    case Action::kSwitchProtection:
      return times.reprotect;
    case Action::kRepairReplication:
      return times.repair;
  }
  return absl::ZeroDuration();
}

int AddOperation(FakeOperation operation, FakeState* state) {
  const auto number = static_cast<uint64_t>(state->operations.size());
  operation.id = FakeId::Of(state->options.seed, {kOperationStream, number});
  operation.job = FakeId::Of(state->options.seed, {kJobStream, number});
  const int index = static_cast<int>(number);
  state->operation_of[operation.id] = index;
  state->operation_of[operation.job] = index;
  state->operations.push_back(std::move(operation));
  return index;
}

// Draws what goes wrong with the operation; always equally often.
void DrawTroubles(absl::Time now, const FakeTimes& times, FakeChaos* chaos,
                  FakeOperation* operation) {
  const ChaosRates& rates = chaos->rates();
  const absl::Duration usual = UsualTime(operation->action, times);
  const double share = 0.75 + static_cast<double>(chaos->Below(512)) / 1024;
  const bool slow = chaos->Strikes(rates.slow_operation);
  const bool late = chaos->Strikes(rates.late_to_be_seen);
  const auto late_seconds = static_cast<int64_t>(1 + chaos->Below(10));
  const bool failed = chaos->Strikes(rates.failed_operation);
  const bool warned = chaos->Strikes(rates.warned_operation);
  const bool late_agent = chaos->Strikes(rates.late_agent);
  operation->visible = late ? now + absl::Seconds(late_seconds) : now;
  operation->done = std::max(now + usual * share * (slow ? 4 : 1),
                             operation->visible + absl::Seconds(1));
  operation->agent_delay = times.agent * (late_agent ? 2 : 1);
  if (failed) {
    operation->doomed = true;
    operation->error_code = "78093";
    operation->error_message = "The virtual machine is not running.";
  } else if (warned) {
    operation->error_code = "28175";
    operation->error_message = "The name of the virtual machine was changed.";
  }
}

void Doom(absl::string_view code, absl::string_view message,
          FakeOperation* operation) {
  operation->doomed = true;
  operation->error_code = std::string(code);
  operation->error_message = std::string(message);
}

// What the item itself makes impossible, or the test.
void FindFailure(const FakeItem& item, absl::Time now, FakeState* state,
                 FakeOperation* operation) {
  if (operation->action == Action::kReProtect &&
      FactsOf(item.type).waits_for_agent && now < item.agent_registers) {
    Doom("95226",
         absl::StrCat("The agent in ", item.name,
                      " has not registered after the failover."),
         operation);
  }
  std::vector<ScriptedFailure>& script = state->failures;
  for (size_t i = 0; i < script.size(); ++i) {
    if (script[i].item != operation->item ||
        script[i].action != operation->action) {
      continue;
    }
    Doom(script[i].code, script[i].message, operation);
    script.erase(script.begin() + static_cast<std::ptrdiff_t>(i));
    return;
  }
}

void Leave(int index, FakeItem* item) {
  item->running.erase(
      std::remove(item->running.begin(), item->running.end(), index),
      item->running.end());
}

// From now on the item replicates again, or does not.
void SetReplicating(bool replicating, absl::Time now, int index,
                    FakeState* state) {
  MakePointsUntil(now, ItemAt(index, state).group, state);
  ItemAt(index, state).replicating = replicating;
}

void EndFailover(const FakeOperation& operation, FakeItem* item) {
  const bool back = item->MayFailBack();
  item->phase = Phase::kCommitPending;
  item->planned = operation.action == Action::kPlannedFailover;
  item->at_recovery = !back;
  item->failover_point = operation.point;
  item->failover_point_time = operation.point_time;
  item->last_failover = operation.done;
  if (FactsOf(item->type).waits_for_agent) {
    item->agent_registers = operation.done + operation.agent_delay;
  }
}

// The item replicates the other way, from nothing.
void EndReprotection(const FakeOperation& operation, FakeState* state) {
  FakeItem& item = ItemAt(operation.item, state);
  if (item.phase != Phase::kCommitted) return;  // begun twice
  item.type = FactsOf(item.type).reprotected;
  item.phase = Phase::kInitialReplication;
  item.at_recovery = false;
  item.points.clear();
  item.failover_point = {};
  item.failover_point_time = absl::InfinitePast();
  item.agent_registers = absl::InfinitePast();
  if (operation.action == Action::kSwitchProtection) {
    const std::string key = absl::AsciiStrToLower(item.name);
    state->containers[static_cast<size_t>(item.container)].items.erase(key);
    std::swap(item.container, item.other_container);
    state->containers[static_cast<size_t>(item.container)].items[key] =
        operation.item;
  }
  state->Schedule(operation.done + state->options.times.initial_replication,
                  FakeEvent::kReplicated, operation.item);
}

void EndOperation(int index, absl::Time now, FakeState* state);

// The failover that runs is given up, and one that has ended is taken back.
void EndCancel(const FakeOperation& operation, FakeState* state) {
  const absl::Time now = operation.done;
  const int index = operation.item;
  const std::vector<int> running = ItemAt(index, state).running;
  for (const int other : running) {
    if (!IsFailover(OperationAt(other, state).action)) continue;
    OperationAt(other, state).state = OperationState::kCancelled;
    EndOperation(other, now, state);
  }
  FakeItem& item = ItemAt(index, state);
  item.phase = Phase::kProtected;
  item.at_recovery = false;
  SetReplicating(true, now, index, state);
}

void Succeed(const FakeOperation& operation, FakeState* state) {
  FakeItem& item = ItemAt(operation.item, state);
  switch (operation.action) {
    case Action::kPlannedFailover:
    case Action::kUnplannedFailover:
      EndFailover(operation, &item);
      return;
    case Action::kTestFailover:
      item.test = TestState::kWaitingForCompletion;
      item.test_job = operation.job;
      item.last_test_failover = operation.done;
      return;
    case Action::kTestFailoverCleanup:
      item.test = TestState::kNone;
      return;
    case Action::kApplyRecoveryPoint:
      item.failover_point = operation.point;
      item.failover_point_time = operation.point_time;
      return;
    case Action::kFailoverCommit:
      item.phase = Phase::kCommitted;
      item.points.clear();
      return;
    case Action::kFailoverCancel:
      EndCancel(operation, state);
      return;
    case Action::kReProtect:
    case Action::kSwitchProtection:
      EndReprotection(operation, state);
      return;
    case Action::kRepairReplication:
      item.resync_required = false;
      item.health_errors.clear();
      return;
  }
}

void EndPart(int parent_index, absl::Time now, bool failed, FakeState* state) {
  FakeOperation& parent = OperationAt(parent_index, state);
  parent.part_failed |= failed;
  if (--parent.parts_left > 0) return;
  parent.done = now;
  parent.state =
      parent.part_failed ? OperationState::kFailed : OperationState::kSucceeded;
  if (!parent.part_failed) return;
  parent.error_code = "RecoveryPlanJobFailed";
  parent.error_message = "The operation failed for items of the plan.";
}

// Its state is kRunning, or kCancelled already.
void EndOperation(int index, absl::Time now, FakeState* state) {
  Leave(index, &ItemAt(OperationAt(index, state).item, state));
  FakeOperation& begun = OperationAt(index, state);
  begun.done = now;
  if (begun.state == OperationState::kRunning) {
    begun.state =
        begun.doomed ? OperationState::kFailed : OperationState::kSucceeded;
  }
  const FakeOperation operation = begun;
  if (operation.state == OperationState::kSucceeded) {
    Succeed(operation, state);
  } else if (IsFailover(operation.action) &&
             ItemAt(operation.item, state).phase == Phase::kProtected) {
    SetReplicating(true, now, operation.item, state);
  }
  state->ledger.End(operation.effect, operation.state);
  if (operation.parent >= 0) {
    EndPart(operation.parent, now,
            operation.state != OperationState::kSucceeded, state);
  }
}

void EndInitialReplication(int index, absl::Time now, FakeState* state) {
  FakeItem& item = ItemAt(index, state);
  if (item.phase != Phase::kInitialReplication) return;
  item.phase = Phase::kProtected;
  SetReplicating(true, now, index, state);
}

bool AsksForPoint(Action action) {
  return IsFailover(action) || action == Action::kTestFailover ||
         action == Action::kApplyRecoveryPoint;
}

}  // namespace

int BeginAtItem(const ItemCall& call, const ActionInput& input, absl::Time now,
                FakeChaos* chaos, FakeState* state) {
  FakeOperation operation;
  operation.action = call.action;
  operation.item = call.item;
  operation.parent = call.parent;
  operation.started = now;
  DrawTroubles(now, state->options.times, chaos, &operation);
  if (AsksForPoint(call.action)) {
    const PointChoice choice = ChoosePoint(input.wish, call.item, now, state);
    operation.point = choice.id;
    operation.point_time = choice.time;
    if (!choice.error_code.empty()) {
      Doom(choice.error_code, choice.error_message, &operation);
    }
  }
  FakeItem& item = ItemAt(call.item, state);
  FindFailure(item, now, state, &operation);
  if (IsFailover(call.action)) SetReplicating(false, now, call.item, state);
  const bool doubled =
      std::any_of(item.running.begin(), item.running.end(), [&](int other) {
        return OperationAt(other, state).action == call.action;
      });
  const int index = AddOperation(std::move(operation), state);
  FakeOperation& begun = OperationAt(index, state);
  begun.effect = state->ledger.Add({.time = now,
                                    .item = item.name,
                                    .action = call.action,
                                    .point = begun.point,
                                    .operation = begun.id,
                                    .job = begun.job,
                                    .doubled = doubled});
  item.running.push_back(index);
  if (call.parent >= 0) {
    OperationAt(call.parent, state).parts.push_back(index);
    ++OperationAt(call.parent, state).parts_left;
  }
  state->Schedule(begun.done, FakeEvent::kOperationDone, index);
  return index;
}

int BeginAtPlan(Action action, int plan, absl::Time now, FakeChaos* chaos,
                FakeState* state) {
  FakeOperation operation;
  operation.action = action;
  operation.plan = plan;
  operation.started = now;
  DrawTroubles(now, state->options.times, chaos, &operation);
  // It fails by its items alone.
  operation.doomed = false;
  operation.error_code.clear();
  operation.error_message.clear();
  operation.done = absl::InfiniteFuture();
  const int index = AddOperation(std::move(operation), state);
  state->plans[static_cast<size_t>(plan)].operations.push_back(index);
  return index;
}

void AdvanceTo(absl::Time now, FakeState* state) {
  while (!state->events.empty() && state->events.top().time <= now) {
    const FakeEvent event = state->events.top();
    state->events.pop();
    if (event.kind == FakeEvent::kReplicated) {
      EndInitialReplication(event.index, event.time, state);
    } else if (OperationAt(event.index, state).state ==
               OperationState::kRunning) {
      EndOperation(event.index, event.time, state);
    }
  }
}

}  // namespace recoveryline::fake
