// The body of a replication protected item.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/fake_arm/arm_bodies.h"
#include "tests/fake_arm/item_machine.h"

namespace recoveryline::fake {
namespace {

using absl::string_view;

struct StateWords {
  string_view state;
  string_view description;
};

StateWords WordsOf(const FakeItem& item) {
  if (item.test == TestState::kWaitingForCompletion) {
    return {"Protected", "Cleanup test failover pending"};
  }
  switch (item.phase) {
    case Phase::kInitialReplication:
      return {"InitialReplicationInProgress",
              "Initial replication is in progress"};
    case Phase::kProtected:
      return {"Protected", "Protected"};
    case Phase::kCommitPending:
      if (item.planned) {
        return {"PlannedFailoverCommitRequired", "Planned failover finished"};
      }
      return {"UnplannedFailoverCommitPendingStatesBegin",
              "Failover completed"};
    case Phase::kCommitted:
      if (item.planned) {
        return {"PlannedFailoverStatesBegin", "Planned failover committed"};
      }
      return {"UnplannedFailoverCommitted", "Failover committed"};
  }
  return {};
}

string_view HealthOf(const FakeItem& item) {
  if (item.health_errors.empty()) return "Normal";
  const bool critical =
      std::any_of(item.health_errors.begin(), item.health_errors.end(),
                  [](const FakeHealthError& error) { return error.critical; });
  return critical ? "Critical" : "Warning";
}

void AppendHealthErrors(const FakeItem& item, JsonText* json) {
  json->Key("healthErrors").BeginArray();
  for (const FakeHealthError& error : item.health_errors) {
    json->BeginObject()
        .Key("innerHealthErrors")
        .BeginArray()
        .EndArray()
        .Field("errorSource", "Replication")
        .Field("errorType", "ProtectionHealth")
        .Field("errorLevel", error.critical ? "Error" : "Warning")
        .Field("errorCategory", "Replication")
        .Field("errorCode", error.code)
        .Field("summaryMessage", error.message)
        .Field("errorMessage", error.message)
        .Field("possibleCauses", "")
        .Field("recommendedAction", error.remedy)
        .Field("recoveryProviderErrorMessage", "")
        .Field("errorId", error.code)
        .EndObject();
  }
  json->EndArray();
}

void AppendScenario(const FakeItem& item, absl::Time now,
                    const FakeState& state, JsonText* json) {
  string_view name = "None";
  std::string job = JobId({}, state);
  std::string start(kNeverText);
  const int running = SeenOperation(item, now, state);
  if (running >= 0) {
    const FakeOperation& operation =
        state.operations[static_cast<size_t>(running)];
    name = ScenarioOf(operation.action);
    job = JobId(operation.job, state);
    start = ArmTime(operation.started);
  } else if (item.test == TestState::kWaitingForCompletion) {
    name = ScenarioOf(Action::kTestFailover);
    job = JobId(item.test_job, state);
    start = ArmTime(item.last_test_failover);
  }
  json->Key("currentScenario")
      .BeginObject()
      .Field("scenarioName", name)
      .Field("jobId", job)
      .Field("startTime", start)
      .EndObject();
}

// Who shares points with whom, in each provider's own way.
void AppendGroup(const FakeItem& item, const FakeState& state, JsonText* json) {
  const FakeGroup& group = state.groups[static_cast<size_t>(item.group)];
  switch (item.type) {
    case InstanceType::kA2A:
      json->Field("multiVmGroupId", group.id.Text());
      json->Field("multiVmGroupName", group.name);
      json->Field("multiVmGroupCreateOption",
                  group.named ? "UserSpecified" : "AutoCreated");
      return;
    case InstanceType::kInMage:
    case InstanceType::kInMageAzureV2:
      json->Field("multiVmGroupId", group.id.Text());
      json->Field("multiVmGroupName",
                  group.named ? group.name : group.id.Text());
      json->Field("multiVmSyncStatus", group.named ? "Enabled" : "Disabled");
      return;
    case InstanceType::kInMageRcm:
    case InstanceType::kInMageRcmFailback:
      if (group.named) {
        json->Field("multiVmGroupName", group.name);
      } else {
        json->NullField("multiVmGroupName");
      }
      return;
    case InstanceType::kHyperVReplicaAzure:
      return;
  }
}

void AppendDisks(const FakeItem& item, JsonText* json) {
  const string_view resync = item.resync_required ? "true" : "false";
  const bool is_hyperv = item.type == InstanceType::kHyperVReplicaAzure;
  const bool is_azure = item.type == InstanceType::kA2A;
  json->Key(is_hyperv  ? "azureVMDiskDetails"
            : is_azure ? "protectedManagedDisks"
                       : "protectedDisks");
  json->BeginArray().BeginObject();
  if (is_hyperv) {
    json->Field("vhdType", "OperatingSystem").Field("vhdName", item.name);
  } else {
    json->Field("diskId", absl::StrCat(item.name, "-disk-0"));
    json->Field("diskName", absl::StrCat(item.name, "-disk-0"));
    if (is_azure) {
      json->BoolField("resyncRequired", item.resync_required);
    } else {
      json->Field("resyncRequired", resync);
    }
  }
  json->EndObject().EndArray();
}

void AppendReplicationTimes(const FakeItem& item, absl::Time now,
                            const FakeState& state, JsonText* json) {
  if (item.points.empty()) return;
  const FakePoint& newest = item.points.back();
  const bool modern = item.type == InstanceType::kInMageRcm;
  json->NumberField(modern ? "lastRpoInSeconds" : "rpoInSeconds",
                    absl::ToInt64Seconds(now - newest.time));
  json->Field("lastRpoCalculatedTime", ArmTime(now));
  if (!modern) return;
  json->Field("lastRecoveryPointReceived", ArmTime(newest.time));
  json->Field("lastRecoveryPointId", PointId(item, newest.id, state));
}

void AppendDetails(const FakeItem& item, absl::Time now, const FakeState& state,
                   JsonText* json) {
  json->Key("providerSpecificDetails").BeginObject();
  json->Field("instanceType", Name(item.type));
  const bool modern = item.type == InstanceType::kInMageRcm ||
                      item.type == InstanceType::kInMageRcmFailback;
  json->Field(modern ? "internalIdentifier" : "vmId", item.vm_id.Text());
  AppendGroup(item, state, json);
  AppendDisks(item, json);
  AppendReplicationTimes(item, now, state, json);
  if (modern) {
    json->Field("targetVmName", item.name);
    json->Field("resyncRequired", item.resync_required ? "true" : "false");
    json->Field("resyncState",
                item.resync_required ? "PreparedForResynchronization" : "None");
    json->Key("isAgentRegistrationSuccessfulAfterFailover");
    if (item.agent_registers == absl::InfinitePast()) {
      json->Null();
    } else {
      json->Bool(now >= item.agent_registers);
    }
  }
  json->EndObject();
}

void AppendPlaces(const FakeItem& item, const FakeState& state,
                  JsonText* json) {
  const FakeContainer& here =
      state.containers[static_cast<size_t>(item.container)];
  const bool azure = item.type == InstanceType::kA2A;
  const bool home = FactsOf(item.type).reversed;
  const FakeContainer& there =
      state.containers[static_cast<size_t>(item.other_container)];
  json->Field("primaryFabricFriendlyName", here.fabric);
  json->Field("recoveryFabricFriendlyName",
              azure || home ? there.fabric : "Microsoft Azure");
  json->Field("recoveryFabricId", azure || home ? FabricId(there.fabric, state)
                                                : "Microsoft Azure");
  json->Field("primaryProtectionContainerFriendlyName", here.name);
  json->Field("recoveryProtectionContainerFriendlyName",
              azure || home ? there.name : "Microsoft Azure");
}

void AppendTimeField(string_view key, absl::Time time, JsonText* json) {
  if (time != absl::InfinitePast()) json->Field(key, ArmTime(time));
}

}  // namespace

void AppendItem(const FakeItem& item, absl::Time now, const FakeState& state,
                JsonText* json) {
  const bool tested = item.test == TestState::kWaitingForCompletion;
  const string_view health = HealthOf(item);
  json->BeginObject();
  json->Field("id", ItemId(item, state)).Field("name", item.name);
  json->Field("type",
              "Microsoft.RecoveryServices/vaults/replicationFabrics/"
              "replicationProtectionContainers/replicationProtectedItems");
  json->Key("properties").BeginObject();
  json->Field("friendlyName", item.name).Field("protectedItemType", "");
  AppendPlaces(item, state, json);
  json->Field("protectionState", WordsOf(item).state);
  json->Field("protectionStateDescription", WordsOf(item).description);
  json->Field("activeLocation", item.at_recovery ? "Recovery" : "Primary");
  json->Field("testFailoverState", tested ? "WaitingForCompletion" : "None");
  json->Field("testFailoverStateDescription",
              tested ? "Waiting for user input" : "None");
  json->Key("allowedOperations").BeginArray();
  for (const string_view operation : AllowedOperations(item, now, state)) {
    json->String(operation);
  }
  json->EndArray();
  json->Field("replicationHealth", health).Field("failoverHealth", health);
  AppendHealthErrors(item, json);
  json->Field("policyId",
              absl::StrCat(state.root, "/replicationPolicies/policy-1"));
  json->Field("policyFriendlyName", "policy-1");
  AppendTimeField("lastSuccessfulFailoverTime", item.last_failover, json);
  AppendTimeField("lastSuccessfulTestFailoverTime", item.last_test_failover,
                  json);
  AppendScenario(item, now, state, json);
  if (item.failover_point.IsNone() &&
      item.last_failover == absl::InfinitePast()) {
    json->NullField("failoverRecoveryPointId");
  } else {
    json->Field("failoverRecoveryPointId",
                PointId(item, item.failover_point, state));
  }
  AppendDetails(item, now, state, json);
  json->Field("recoveryContainerId", ContainerId(item.other_container, state));
  json->EndObject().EndObject();
}

}  // namespace recoveryline::fake
