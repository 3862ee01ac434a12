// The bodies of jobs and operations.

#include "absl/strings/string_view.h"
#include "tests/fake_arm/arm_bodies.h"

namespace recoveryline::fake {
namespace {

bool HasEnded(OperationState state) {
  return state != OperationState::kRunning;
}

void AppendError(const FakeOperation& operation, OperationState shown,
                 JsonText* json) {
  json->Key("error");
  // A failure is told when it has happened, a warning at any time.
  if (operation.error_code.empty() || (operation.doomed && !HasEnded(shown))) {
    json->Null();
    return;
  }
  json->BeginObject()
      .Field("code", operation.error_code)
      .Field("message", operation.error_message)
      .EndObject();
}

void AppendTimes(const FakeOperation& operation, OperationState shown,
                 JsonText* json) {
  json->Field("startTime", ArmTime(operation.started));
  if (HasEnded(shown)) {
    json->Field("endTime", ArmTime(operation.done));
  } else {
    json->NullField("endTime");
  }
}

void AppendJobErrors(const FakeOperation& operation, OperationState shown,
                     JsonText* json) {
  json->Key("errors").BeginArray();
  if (!operation.error_code.empty() && HasEnded(shown)) {
    json->BeginObject().Key("serviceErrorDetails").BeginObject();
    json->Field("code", operation.error_code);
    json->Field("message", operation.error_message);
    json->Field("possibleCauses", "").Field("recommendedAction", "");
    json->EndObject().NullField("providerErrorDetails");
    json->Field("errorLevel", operation.doomed ? "Error" : "Warning");
    json->Field("creationTime", ArmTime(operation.done));
    json->Field("taskId", "").EndObject();
  }
  json->EndArray();
}

void AppendPart(const FakeOperation& part, OperationState shown,
                const FakeState& state, JsonText* json) {
  const FakeItem& item = state.items[static_cast<size_t>(part.item)];
  json->BeginObject().Field("name", item.name);
  json->Field("friendlyName", item.name);
  if (!part.point.IsNone() && HasEnded(shown)) {
    json->Field("recoveryPointId", PointId(item, part.point, state));
    json->Field("recoveryPointTime", ArmTime(part.point_time));
  } else {
    json->NullField("recoveryPointId").NullField("recoveryPointTime");
  }
  json->EndObject();
}

void AppendItemDetails(const FakeOperation& operation, OperationState shown,
                       const FakeState& state, JsonText* json) {
  json->Key("protectedItemDetails").BeginArray();
  if (operation.item >= 0) AppendPart(operation, shown, state, json);
  for (const int part : operation.parts) {
    AppendPart(state.operations[static_cast<size_t>(part)], shown, state, json);
  }
  json->EndArray();
}

void AppendJobDetails(const FakeOperation& operation, OperationState shown,
                      const FakeState& state, JsonText* json) {
  json->Key("customDetails").BeginObject();
  if (IsFailover(operation.action)) {
    json->Field("instanceType", "FailoverJobDetails");
    AppendItemDetails(operation, shown, state, json);
  } else if (operation.action == Action::kTestFailover) {
    json->Field("instanceType", "TestFailoverJobDetails");
    json->Field("testFailoverStatus", Name(shown));
    AppendItemDetails(operation, shown, state, json);
  } else {
    json->Field("instanceType", "AsrJobDetails");
    json->Key("affectedObjectDetails").BeginObject();
    if (operation.item >= 0) {
      const FakeItem& item = state.items[static_cast<size_t>(operation.item)];
      json->Field("PrimaryVmId", item.vm_id.Text());
      json->Field("PrimaryVmName", item.name);
    }
    json->EndObject();
  }
  json->EndObject();
}

}  // namespace

void AppendJob(const FakeOperation& operation, OperationState shown,
               const FakeState& state, JsonText* json) {
  const bool of_plan = operation.plan >= 0;
  json->BeginObject().Field("id", JobId(operation.job, state));
  json->Field("name", operation.job.Text());
  json->Field("type", "Microsoft.RecoveryServices/vaults/replicationJobs");
  json->Key("properties").BeginObject();
  json->Field("activityId", operation.id.Text());
  json->Field("scenarioName", ScenarioOf(operation.action));
  json->Field("friendlyName", FriendlyNameOf(operation.action));
  json->Field("state", Name(shown));
  json->Field("stateDescription",
              shown == OperationState::kSucceeded ? "Completed" : Name(shown));
  json->Key("tasks").BeginArray().EndArray();
  AppendJobErrors(operation, shown, json);
  AppendTimes(operation, shown, json);
  json->Key("allowedActions").BeginArray().EndArray();
  if (of_plan) {
    const FakePlan& plan = state.plans[static_cast<size_t>(operation.plan)];
    json->Field("targetObjectId", plan.name);
    json->Field("targetObjectName", plan.name);
  } else {
    const FakeItem& item = state.items[static_cast<size_t>(operation.item)];
    json->Field("targetObjectId", item.vm_id.Text());
    json->Field("targetObjectName", item.name);
  }
  json->Field("targetInstanceType",
              of_plan ? "RecoveryPlan" : "ProtectionEntity");
  AppendJobDetails(operation, shown, state, json);
  json->EndObject();
  // As an older operation, which is its job.
  json->Field("status", Name(shown));
  AppendError(operation, shown, json);
  AppendTimes(operation, shown, json);
  json->EndObject();
}

void AppendOperation(const FakeOperation& operation, OperationState shown,
                     JsonText* json) {
  json->BeginObject();
  AppendError(operation, shown, json);
  json->NullField("id").Field("name", operation.id.Text());
  json->NullField("properties").Field("status", Name(shown));
  AppendTimes(operation, shown, json);
  json->NullField("percentComplete").EndObject();
}

}  // namespace recoveryline::fake
