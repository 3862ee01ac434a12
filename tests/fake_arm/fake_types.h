// Fake types: the words of Site Recovery that the fake is written in, and how
// the service spells them.
//
//   Name(InstanceType::kInMageRcm);                      // "InMageRcm"
//   ActionOf("UNPLANNEDFAILOVER");                       // the action, any
//   case FactsOf(InstanceType::kInMageRcm).reprotected;       //
//   kInMageRcmFailback
//
// Thread-safety: constants and pure functions.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_TYPES_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_TYPES_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace recoveryline::fake {

enum class InstanceType {
  kA2A,
  kInMage,
  kInMageAzureV2,
  kInMageRcm,
  kInMageRcmFailback,
  kHyperVReplicaAzure,
};
inline constexpr InstanceType kInstanceTypes[] = {
    InstanceType::kA2A,
    InstanceType::kInMage,
    InstanceType::kInMageAzureV2,
    InstanceType::kInMageRcm,
    InstanceType::kInMageRcmFailback,
    InstanceType::kHyperVReplicaAzure};

// What a POST does to an item, by itself or as one of a plan.
enum class Action {
  kPlannedFailover,
  kUnplannedFailover,
  kTestFailover,
  kTestFailoverCleanup,
  kApplyRecoveryPoint,
  kFailoverCommit,
  kFailoverCancel,
  kReProtect,
  kSwitchProtection,
  kRepairReplication,
};
inline constexpr Action kActions[] = {
    Action::kPlannedFailover,    Action::kUnplannedFailover,
    Action::kTestFailover,       Action::kTestFailoverCleanup,
    Action::kApplyRecoveryPoint, Action::kFailoverCommit,
    Action::kFailoverCancel,     Action::kReProtect,
    Action::kSwitchProtection,   Action::kRepairReplication};

// Where an item stands between two operations.
enum class Phase {
  kInitialReplication,
  kProtected,
  // Failed over, the point may still be changed.
  kCommitPending,
  kCommitted,
};

enum class TestState { kNone, kWaitingForCompletion };

enum class OperationState { kRunning, kSucceeded, kFailed, kCancelled };

// What an instance type is like.
struct TypeFacts {
  absl::string_view name;
  // From Azure back to where the VM came from.
  bool reversed = false;
  // What the item is once it replicates the other way.
  InstanceType reprotected = InstanceType::kA2A;
  // The agent has to register after a failover before it can be reprotected.
  bool waits_for_agent = false;
  bool has_planned_failover = false;
  bool has_unplanned_failover = false;
  bool has_test_failover = false;
  // How allowedOperations calls the way back after a commit.
  absl::string_view reverse_operation;
};

const TypeFacts& FactsOf(InstanceType type);
absl::string_view Name(InstanceType type);
std::optional<InstanceType> InstanceTypeOf(absl::string_view name);

// As in the address of a POST.
absl::string_view Name(Action action);
std::optional<Action> ActionOf(absl::string_view name);
// As a job calls it, and as people read it.
absl::string_view ScenarioOf(Action action);
absl::string_view FriendlyNameOf(Action action);
bool IsFailover(Action action);

// "InProgress", "Succeeded", ...
absl::string_view Name(OperationState state);

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_TYPES_H_
