#include "tests/fake_arm/fake_types.h"

#include "absl/strings/match.h"

namespace recoveryline::fake {
namespace {

struct ActionNames {
  absl::string_view post;
  absl::string_view scenario;
  absl::string_view friendly;
};

const ActionNames& NamesOf(Action action) {
  static constexpr ActionNames kNames[] = {
      {"plannedFailover", "PlannedFailover", "Planned failover"},
      {"unplannedFailover", "UnplannedFailover", "Failover"},
      {"testFailover", "TestFailover", "Test failover"},
      {"testFailoverCleanup", "TestFailoverCleanup", "Test failover cleanup"},
      {"applyRecoveryPoint", "ChangePit", "Change recovery point"},
      {"failoverCommit", "CommitFailover", "Commit"},
      {"failoverCancel", "CancelFailover", "Cancel failover"},
      {"reProtect", "ReprotectReplicationGroup", "Reverse replication"},
      {"switchprotection", "SwitchProtection", "Re-protect"},
      {"repairReplication", "RepairReplication", "Resynchronize"},
  };
  return kNames[static_cast<int>(action)];
}

}  // namespace

const TypeFacts& FactsOf(InstanceType type) {
  static constexpr TypeFacts kFacts[] = {
      {.name = "A2A",
       .reprotected = InstanceType::kA2A,
       .has_unplanned_failover = true,
       .has_test_failover = true,
       .reverse_operation = "SwitchProtection"},
      {.name = "InMage",
       .reversed = true,
       .reprotected = InstanceType::kInMageAzureV2,
       .waits_for_agent = true,
       .has_unplanned_failover = true,
       .reverse_operation = "ReverseReplicate"},
      {.name = "InMageAzureV2",
       .reprotected = InstanceType::kInMage,
       .waits_for_agent = true,
       .has_unplanned_failover = true,
       .has_test_failover = true,
       .reverse_operation = "ReverseReplicate"},
      {.name = "InMageRcm",
       .reprotected = InstanceType::kInMageRcmFailback,
       .waits_for_agent = true,
       .has_unplanned_failover = true,
       .has_test_failover = true,
       .reverse_operation = "SwitchProtection"},
      {.name = "InMageRcmFailback",
       .reversed = true,
       .reprotected = InstanceType::kInMageRcm,
       .waits_for_agent = true,
       .has_planned_failover = true,
       .reverse_operation = "ReverseReplicate"},
      {.name = "HyperVReplicaAzure",
       .reprotected = InstanceType::kHyperVReplicaAzure,
       .has_planned_failover = true,
       .has_unplanned_failover = true,
       .has_test_failover = true,
       .reverse_operation = "ReverseReplicate"},
  };
  return kFacts[static_cast<int>(type)];
}

absl::string_view Name(InstanceType type) { return FactsOf(type).name; }

std::optional<InstanceType> InstanceTypeOf(absl::string_view name) {
  for (const InstanceType type : kInstanceTypes) {
    if (absl::EqualsIgnoreCase(name, Name(type))) return type;
  }
  return std::nullopt;
}

absl::string_view Name(Action action) { return NamesOf(action).post; }

std::optional<Action> ActionOf(absl::string_view name) {
  for (const Action action : kActions) {
    if (absl::EqualsIgnoreCase(name, Name(action))) return action;
  }
  return std::nullopt;
}

absl::string_view ScenarioOf(Action action) { return NamesOf(action).scenario; }

absl::string_view FriendlyNameOf(Action action) {
  return NamesOf(action).friendly;
}

bool IsFailover(Action action) {
  return action == Action::kPlannedFailover ||
         action == Action::kUnplannedFailover;
}

absl::string_view Name(OperationState state) {
  switch (state) {
    case OperationState::kRunning:
      return "InProgress";
    case OperationState::kSucceeded:
      return "Succeeded";
    case OperationState::kFailed:
      return "Failed";
    case OperationState::kCancelled:
      return "Cancelled";
  }
  return "";
}

}  // namespace recoveryline::fake
