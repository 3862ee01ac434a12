// What an item would do now, and what it says that it would.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/fake_arm/item_machine.h"

namespace recoveryline::fake {
namespace {

using absl::string_view;

// The phase and type alone.
bool Fits(Action action, const FakeItem& item) {
  const TypeFacts& facts = FactsOf(item.type);
  const bool is_protected =
      item.phase == Phase::kProtected && item.test == TestState::kNone;
  const bool back = item.phase == Phase::kCommitted && item.MayFailBack();
  switch (action) {
    case Action::kPlannedFailover:
      return (facts.has_planned_failover && is_protected) || back;
    case Action::kUnplannedFailover:
      return facts.has_unplanned_failover && is_protected;
    case Action::kTestFailover:
      return facts.has_test_failover && is_protected;
    case Action::kTestFailoverCleanup:
      return item.test == TestState::kWaitingForCompletion;
    case Action::kApplyRecoveryPoint:
      return item.phase == Phase::kCommitPending && !facts.reversed &&
             item.at_recovery;
    case Action::kFailoverCommit:
      return item.phase == Phase::kCommitPending;
    case Action::kFailoverCancel:
      return item.type == InstanceType::kInMageRcmFailback &&
             item.phase == Phase::kCommitPending;
    case Action::kReProtect:
      return item.phase == Phase::kCommitted &&
             item.type != InstanceType::kA2A && !back;
    case Action::kSwitchProtection:
      return item.phase == Phase::kCommitted && item.type == InstanceType::kA2A;
    case Action::kRepairReplication:
      return item.phase == Phase::kProtected && item.resync_required;
  }
  return false;
}

bool Runs(Action action, const FakeItem& item, const FakeState& state) {
  return std::any_of(item.running.begin(), item.running.end(), [&](int index) {
    return state.operations[static_cast<size_t>(index)].action == action;
  });
}

bool MayCancelRunning(Action action, const FakeItem& item,
                      const FakeState& state) {
  return action == Action::kFailoverCancel &&
         item.type == InstanceType::kInMageRcmFailback &&
         Runs(Action::kPlannedFailover, item, state) &&
         !Runs(Action::kFailoverCancel, item, state);
}

Refusal NotAllowed(Action action, const FakeItem& item) {
  return {
      400, "OperationNotAllowed",
      absl::StrCat("The operation ", ScenarioOf(action), " is not allowed for ",
                   item.name, " in its current state.")};
}

void AddAfterFailover(const FakeItem& item, std::vector<string_view>* allowed) {
  const bool forward = !FactsOf(item.type).reversed && item.at_recovery;
  if (forward && item.type != InstanceType::kA2A) {
    allowed->push_back("CompleteMigration");
  }
  allowed->push_back("Commit");
  allowed->push_back("DisableProtection");
  if (forward) allowed->push_back("ChangePit");
  if (item.type == InstanceType::kInMageRcm) {
    allowed->push_back("SwitchProtection");
  }
  if (item.type == InstanceType::kInMageRcmFailback) {
    allowed->push_back("CancelFailover");
  }
}

void AddCommitted(const FakeItem& item, std::vector<string_view>* allowed) {
  if (!FactsOf(item.type).reversed && item.at_recovery &&
      item.type != InstanceType::kA2A) {
    allowed->push_back("CompleteMigration");
  }
  allowed->push_back("DisableProtection");
  allowed->push_back(item.MayFailBack() ? "Failback"
                                        : FactsOf(item.type).reverse_operation);
}

void AddProtected(const FakeItem& item, std::vector<string_view>* allowed) {
  const TypeFacts& facts = FactsOf(item.type);
  if (facts.has_planned_failover) allowed->push_back("PlannedFailover");
  if (facts.has_unplanned_failover) allowed->push_back("UnplannedFailover");
  allowed->push_back("DisableProtection");
  if (facts.has_test_failover) allowed->push_back("TestFailover");
  if (item.resync_required) allowed->push_back("RepairReplication");
}

}  // namespace

int SeenOperation(const FakeItem& item, absl::Time now,
                  const FakeState& state) {
  for (auto index = item.running.rbegin(); index != item.running.rend();
       ++index) {
    if (state.operations[static_cast<size_t>(*index)].visible <= now) {
      return *index;
    }
  }
  return -1;
}

std::optional<Refusal> RefusalOf(const ItemCall& call, absl::Time now,
                                 const FakeState& state) {
  const FakeItem& item = state.items[static_cast<size_t>(call.item)];
  const FakeOptions& options = state.options;
  if (MayCancelRunning(call.action, item, state)) return std::nullopt;
  if (!item.running.empty() &&
      (options.conflict_on_second_post || !Runs(call.action, item, state))) {
    return Refusal{
        409, "Conflict",
        absl::StrCat("Another operation is in progress for ", item.name, ".")};
  }
  const bool again = Runs(call.action, item, state);
  if (!again && !Fits(call.action, item)) return NotAllowed(call.action, item);
  if (IsFailover(call.action) && !call.by_plan &&
      options.refuses_lone_failover_in_group &&
      state.groups[static_cast<size_t>(item.group)].named) {
    return Refusal{400, "UnsupportedReplicationProtectionAction",
                   absl::StrCat(item.name,
                                " is in a replication group: fail over by a "
                                "recovery plan.")};
  }
  if (call.action == Action::kReProtect && options.refuses_reprotect_at_once &&
      FactsOf(item.type).waits_for_agent && now < item.agent_registers) {
    return Refusal{400, "95226",
                   absl::StrCat("The agent in ", item.name,
                                " has not registered after the failover.")};
  }
  return std::nullopt;
}

std::vector<string_view> AllowedOperations(const FakeItem& item, absl::Time now,
                                           const FakeState& state) {
  const int running = SeenOperation(item, now, state);
  if (running >= 0) {
    const Action action = state.operations[static_cast<size_t>(running)].action;
    const bool cancellable = action == Action::kPlannedFailover &&
                             item.type == InstanceType::kInMageRcmFailback;
    return cancellable ? std::vector<string_view>{"CancelFailover"}
                       : std::vector<string_view>{};
  }
  if (item.test == TestState::kWaitingForCompletion) {
    return {"TestFailoverCleanup"};
  }
  std::vector<string_view> allowed;
  switch (item.phase) {
    case Phase::kInitialReplication:
      allowed.push_back("DisableProtection");
      break;
    case Phase::kProtected:
      AddProtected(item, &allowed);
      break;
    case Phase::kCommitPending:
      AddAfterFailover(item, &allowed);
      break;
    case Phase::kCommitted:
      AddCommitted(item, &allowed);
      break;
  }
  return allowed;
}

}  // namespace recoveryline::fake
