#include "tests/fake_arm/arm_bodies.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/fake_arm/item_machine.h"

namespace recoveryline::fake {
namespace {

using absl::string_view;

constexpr string_view kTypePrefix = "Microsoft.RecoveryServices/vaults/";

std::string ContainerPath(const FakeContainer& container, string_view name,
                          const FakeState& state) {
  return absl::StrCat(state.root, "/replicationFabrics/", container.fabric,
                      "/replicationProtectionContainers/", name);
}

void BeginResource(const std::string& id, string_view name, string_view type,
                   JsonText* json) {
  json->BeginObject().Field("id", id).Field("name", name);
  json->Field("type", absl::StrCat(kTypePrefix, type));
  json->Key("properties").BeginObject();
}

// What a plan would do: what any item of it would.
void AppendPlanOperations(const FakePlan& plan, absl::Time now,
                          const FakeState& state, JsonText* json) {
  constexpr string_view kOfPlans[] = {"PlannedFailover", "UnplannedFailover",
                                      "TestFailover",    "TestFailoverCleanup",
                                      "Commit",          "CancelFailover"};
  std::vector<string_view> any;
  for (const std::vector<int>& group : plan.boot_groups) {
    for (const int item : group) {
      for (const string_view operation : AllowedOperations(
               state.items[static_cast<size_t>(item)], now, state)) {
        any.push_back(operation);
      }
    }
  }
  json->Key("allowedOperations").BeginArray();
  for (const string_view operation : kOfPlans) {
    if (std::find(any.begin(), any.end(), operation) != any.end()) {
      json->String(operation);
    }
  }
  json->EndArray();
}

void AppendPlanGroup(string_view type, const std::vector<int>& items,
                     const FakeState& state, JsonText* json) {
  json->BeginObject().Field("groupType", type);
  json->Key("replicationProtectedItems").BeginArray();
  for (const int index : items) {
    const FakeItem& item = state.items[static_cast<size_t>(index)];
    json->BeginObject()
        .Field("id", ItemId(item, state))
        .Field("virtualMachineId", item.vm_id.Text())
        .EndObject();
  }
  json->EndArray();
  json->Key("startGroupActions").BeginArray().EndArray();
  json->Key("endGroupActions").BeginArray().EndArray();
  json->EndObject();
}

void AppendPlanScenario(const FakePlan& plan, absl::Time now,
                        const FakeState& state, JsonText* json) {
  for (auto index = plan.operations.rbegin(); index != plan.operations.rend();
       ++index) {
    const FakeOperation& operation =
        state.operations[static_cast<size_t>(*index)];
    if (operation.visible > now) continue;
    json->Key("currentScenario")
        .BeginObject()
        .Field("scenarioName", ScenarioOf(operation.action))
        .Field("jobId", JobId(operation.job, state))
        .Field("startTime", ArmTime(operation.started))
        .EndObject();
    json->Field("currentScenarioStatus", Name(operation.state));
    json->Field("currentScenarioStatusDescription", Name(operation.state));
    return;
  }
  json->NullField("currentScenario").NullField("currentScenarioStatus");
  json->NullField("currentScenarioStatusDescription");
}

std::string ProviderOf(const FakePlan& plan, const FakeState& state) {
  for (const std::vector<int>& group : plan.boot_groups) {
    if (group.empty()) continue;
    return std::string(
        Name(state.items[static_cast<size_t>(group.front())].type));
  }
  return "";
}

}  // namespace

std::string FabricId(string_view fabric, const FakeState& state) {
  return absl::StrCat(state.root, "/replicationFabrics/", fabric);
}

std::string ContainerId(int container, const FakeState& state) {
  const FakeContainer& found = state.containers[static_cast<size_t>(container)];
  return ContainerPath(found, found.name, state);
}

std::string ItemId(const FakeItem& item, const FakeState& state) {
  return absl::StrCat(ContainerId(item.container, state),
                      "/replicationProtectedItems/", item.name);
}

std::string PointId(const FakeItem& item, const FakeId& point,
                    const FakeState& state) {
  if (point.IsNone()) return "";
  const FakeContainer& container =
      state.containers[static_cast<size_t>(item.container)];
  return absl::StrCat(ContainerPath(container, container.name_in_points, state),
                      "/replicationProtectedItems/", item.name,
                      "/recoveryPoints/", point.Text());
}

std::string PlanId(const FakePlan& plan, const FakeState& state) {
  return absl::StrCat(state.root, "/replicationRecoveryPlans/", plan.name);
}

std::string JobId(const FakeId& job, const FakeState& state) {
  return absl::StrCat(state.root, "/replicationJobs/",
                      job.IsNone() ? "None" : job.Text());
}

void AppendFabric(string_view fabric, const FakeState& state, JsonText* json) {
  BeginResource(FabricId(fabric, state), fabric, "replicationFabrics", json);
  json->Field("friendlyName", fabric).Field("health", "Normal");
  json->EndObject().EndObject();
}

void AppendContainer(int container, const FakeState& state, JsonText* json) {
  const FakeContainer& found = state.containers[static_cast<size_t>(container)];
  BeginResource(ContainerId(container, state), found.name,
                "replicationFabrics/replicationProtectionContainers", json);
  json->Field("friendlyName", found.name);
  json->Field("fabricFriendlyName", found.fabric);
  json->NumberField("protectedItemCount",
                    static_cast<int64_t>(found.items.size()));
  json->Field("pairingStatus", "Paired");
  json->EndObject().EndObject();
}

void AppendPoint(const FakePoint& point, const FakeItem& item,
                 const FakeState& state, JsonText* json) {
  BeginResource(PointId(item, point.id, state), point.id.Text(),
                "replicationFabrics/replicationProtectionContainers/"
                "replicationProtectedItems/recoveryPoints",
                json);
  json->Field("recoveryPointTime", ArmTime(point.time));
  json->Field("recoveryPointType", point.application_consistent
                                       ? "ApplicationConsistent"
                                       : "CrashConsistent");
  if (item.type == InstanceType::kA2A) {
    json->Key("providerSpecificDetails").BeginObject();
    json->Field("instanceType", "A2A");
    json->Field("recoveryPointSyncType", point.multi_vm
                                             ? "MultiVmSyncRecoveryPoint"
                                             : "PerVmRecoveryPoint");
    json->EndObject();
  } else if (item.type == InstanceType::kInMageAzureV2 ||
             item.type == InstanceType::kInMageRcm) {
    json->Key("providerSpecificDetails").BeginObject();
    json->Field("instanceType", Name(item.type));
    json->Field("isMultiVmSyncPoint", point.multi_vm ? "true" : "false");
    json->EndObject();
  }
  json->EndObject().EndObject();
}

void AppendPlan(const FakePlan& plan, absl::Time now, const FakeState& state,
                JsonText* json) {
  const FakeContainer& container =
      state.containers[static_cast<size_t>(plan.container)];
  BeginResource(PlanId(plan, state), plan.name, "replicationRecoveryPlans",
                json);
  json->Field("friendlyName", plan.name);
  json->Field("primaryFabricId", FabricId(container.fabric, state));
  json->Field("primaryFabricFriendlyName", container.fabric);
  if (plan.to_azure) {
    json->Field("recoveryFabricId", "Microsoft Azure");
    json->Field("recoveryFabricFriendlyName", "Microsoft Azure");
  }
  json->Field("failoverDeploymentModel", "ResourceManager");
  json->Key("replicationProviders").BeginArray();
  json->String(ProviderOf(plan, state)).EndArray();
  AppendPlanOperations(plan, now, state, json);
  AppendPlanScenario(plan, now, state, json);
  json->Key("groups").BeginArray();
  AppendPlanGroup("Shutdown", {}, state, json);
  AppendPlanGroup("Failover", {}, state, json);
  for (const std::vector<int>& group : plan.boot_groups) {
    AppendPlanGroup("Boot", group, state, json);
  }
  json->EndArray();
  json->Key("providerSpecificDetails").BeginArray().EndArray();
  json->EndObject().EndObject();
}

std::string ErrorBody(string_view code, string_view message) {
  JsonText json;
  json.BeginObject().Key("error").BeginObject();
  json.Field("code", code).Field("message", message);
  json.EndObject().EndObject();
  return json.Take();
}

}  // namespace recoveryline::fake
