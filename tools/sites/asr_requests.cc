#include "tools/sites/asr_requests.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

using v1::RecoveryPlan;
using v1::RecoveryPoint;
using v1::SiteCall;

constexpr char kForward[] = "PrimaryToRecovery";
constexpr char kBack[] = "RecoveryToPrimary";

absl::Status Impossible(const AsrAsk& ask, absl::string_view why) {
  return absl::UnimplementedError(
      absl::StrCat(NameOf(ask.provider), ": ", why));
}

AsrRequest Request(const std::string& id, absl::string_view operation,
                   Json properties) {
  return {.path = absl::StrCat(id, "/", operation),
          .body = {{"properties", std::move(properties)}}};
}

AsrRequest WithoutBody(const std::string& id, absl::string_view operation) {
  return {.path = absl::StrCat(id, "/", operation), .body = Json()};
}

Json DetailsOf(AsrProvider provider) {
  return {{"instanceType", NameOf(provider)}};
}

bool IsBack(const AsrAsk& ask) {
  return ask.provider == AsrProvider::kInMage ||
         ask.provider == AsrProvider::kInMageRcmFailback ||
         (ask.provider == AsrProvider::kHyperVReplicaAzure &&
          ask.runs_at_recovery);
}

const char* DirectionOf(const AsrAsk& ask) {
  return IsBack(ask) ? kBack : kForward;
}

// Whether the source is shut down in the course of it, or it fails.
bool IsPlanned(const AsrAsk& ask) {
  switch (ask.provider) {
    case AsrProvider::kInMageRcmFailback:
      return true;
    case AsrProvider::kHyperVReplicaAzure:
      return ask.runs_at_recovery || !ask.source_is_fenced;
    case AsrProvider::kA2A:
    case AsrProvider::kInMage:
    case AsrProvider::kInMageAzureV2:
    case AsrProvider::kInMageRcm:
    case AsrProvider::kUnknown:
      return false;
  }
  return false;
}

// The kind of point a modern failback can be told.
absl::StatusOr<std::string> FailbackType(const AsrAsk& ask) {
  switch (ask.consistency) {
    case RecoveryPoint::APPLICATION_CONSISTENT:
      return std::string("ApplicationConsistent");
    case RecoveryPoint::CRASH_CONSISTENT:
      return std::string("CrashConsistent");
    default:
      return Impossible(
          ask, absl::StrCat("a failback cannot be told ",
                            RecoveryPoint::Consistency_Name(ask.consistency),
                            " points"));
  }
}

// Adds the point to what a single failover or a test is told.
void AddPoint(const AsrAsk& ask, Json* details) {
  if (ask.provider == AsrProvider::kInMage) {
    (*details)["recoveryPointType"] =
        ask.point_id.empty() ? "LatestTime" : "Custom";
  }
  if (!ask.point_id.empty()) (*details)["recoveryPointId"] = ask.point_id;
}

absl::StatusOr<AsrRequest> SingleFailover(const AsrAsk& ask) {
  Json details = DetailsOf(ask.provider);
  if (ask.provider == AsrProvider::kInMageRcmFailback) {
    const absl::StatusOr<std::string> type = FailbackType(ask);
    if (!type.ok()) return type.status();
    details["recoveryPointType"] = *type;
    return Request(ask.item_id, "plannedFailover",
                   {{"providerSpecificDetails", std::move(details)}});
  }
  Json properties = {{"failoverDirection", DirectionOf(ask)}};
  if (ask.provider == AsrProvider::kHyperVReplicaAzure && IsBack(ask)) {
    properties["providerSpecificDetails"] = {
        {"instanceType", "HyperVReplicaAzureFailback"},
        {"dataSyncOption", "ForSynchronization"},
        {"recoveryVmCreationOption", "NoAction"}};
    return Request(ask.item_id, "plannedFailover", std::move(properties));
  }
  AddPoint(ask, &details);
  if (ask.provider == AsrProvider::kInMageRcm) {
    details["performShutdown"] = ask.source_is_fenced ? "false" : "true";
  }
  properties["providerSpecificDetails"] = std::move(details);
  if (IsPlanned(ask)) {
    return Request(ask.item_id, "plannedFailover", std::move(properties));
  }
  // InMageRcm has its own word for it, above.
  const bool is_required =
      !ask.source_is_fenced && ask.provider != AsrProvider::kInMageRcm;
  properties["sourceSiteOperations"] = is_required ? "Required" : "NotRequired";
  return Request(ask.item_id, "unplannedFailover", std::move(properties));
}

// The type of point that comes nearest to the chosen one.
std::string PlanPointType(const AsrAsk& ask) {
  if (ask.point_id.empty()) return "Latest";
  return ask.consistency == RecoveryPoint::APPLICATION_CONSISTENT
             ? "LatestApplicationConsistent"
             : "LatestProcessed";
}

absl::StatusOr<Json> PlanDetails(const AsrAsk& ask) {
  Json details = DetailsOf(ask.provider);
  const char* shared = ask.use_shared_points ? "true" : "false";
  switch (ask.provider) {
    case AsrProvider::kA2A:
      details["recoveryPointType"] = PlanPointType(ask);
      details["multiVmSyncPointOption"] = ask.use_shared_points
                                              ? "UseMultiVmSyncRecoveryPoint"
                                              : "UsePerVmRecoveryPoint";
      return details;
    case AsrProvider::kInMageAzureV2:
    case AsrProvider::kInMageRcm:
      details["recoveryPointType"] = PlanPointType(ask);
      details["useMultiVmSyncPoint"] = shared;
      return details;
    case AsrProvider::kInMage:
      details["recoveryPointType"] =
          ask.consistency == RecoveryPoint::APPLICATION_CONSISTENT
              ? "LatestTag"
              : "LatestTime";
      return details;
    case AsrProvider::kInMageRcmFailback: {
      const absl::StatusOr<std::string> type = FailbackType(ask);
      if (!type.ok()) return type.status();
      details["recoveryPointType"] = *type;
      details["useMultiVmSyncPoint"] = shared;
      return details;
    }
    case AsrProvider::kHyperVReplicaAzure:
      if (!IsBack(ask)) details["recoveryPointType"] = PlanPointType(ask);
      return details;
    case AsrProvider::kUnknown:
      break;
  }
  return Impossible(ask, "no recovery plan fails it over");
}

absl::StatusOr<AsrRequest> PlanFailover(const AsrAsk& ask) {
  absl::StatusOr<Json> details = PlanDetails(ask);
  if (!details.ok()) return details.status();
  Json properties = {
      {"failoverDirection", DirectionOf(ask)},
      {"providerSpecificDetails", Json::array({*std::move(details)})}};
  if (IsPlanned(ask)) {
    return Request(ask.plan_id, "plannedFailover", std::move(properties));
  }
  properties["sourceSiteOperations"] =
      ask.source_is_fenced ? "NotRequired" : "Required";
  return Request(ask.plan_id, "unplannedFailover", std::move(properties));
}

absl::StatusOr<AsrRequest> TestFailover(const AsrAsk& ask,
                                        const AsrRequestOptions& options) {
  if (IsBack(ask)) {
    return Impossible(ask, "a failback cannot be tested");
  }
  if (options.test_network_id.empty()) {
    return absl::InvalidArgumentError(
        "a test failover needs the id of an isolated network");
  }
  Json properties = {{"failoverDirection", DirectionOf(ask)},
                     {"networkType", "VmNetworkAsInput"},
                     {"networkId", options.test_network_id}};
  if (!ask.plan_id.empty()) {
    absl::StatusOr<Json> details = PlanDetails(ask);
    if (!details.ok()) return details.status();
    properties["providerSpecificDetails"] = Json::array({*std::move(details)});
    return Request(ask.plan_id, "testFailover", std::move(properties));
  }
  Json details = DetailsOf(ask.provider);
  AddPoint(ask, &details);
  if (ask.provider == AsrProvider::kInMageRcm) {
    details["networkId"] = options.test_network_id;
  }
  properties["providerSpecificDetails"] = std::move(details);
  return Request(ask.item_id, "testFailover", std::move(properties));
}

absl::StatusOr<AsrRequest> ChangePoint(const AsrAsk& ask) {
  switch (ask.provider) {
    case AsrProvider::kA2A:
    case AsrProvider::kInMageAzureV2:
    case AsrProvider::kInMageRcm:
    case AsrProvider::kHyperVReplicaAzure:
      break;
    case AsrProvider::kInMage:
    case AsrProvider::kInMageRcmFailback:
    case AsrProvider::kUnknown:
      return Impossible(ask, "the point cannot be changed after a failback");
  }
  if (ask.point_id.empty()) {
    return absl::InvalidArgumentError("a change of point needs a point");
  }
  Json details = DetailsOf(ask.provider);
  if (ask.provider == AsrProvider::kInMageRcm) {
    details["recoveryPointId"] = ask.point_id;
  }
  return Request(ask.item_id, "applyRecoveryPoint",
                 {{"recoveryPointId", ask.point_id},
                  {"providerSpecificDetails", std::move(details)}});
}

// Takes the user's fields into `*details`, those alone that the provider
// knows.
absl::Status AddFields(AsrProvider provider, const Json& fields,
                       Json* details) {
  const std::string subject =
      absl::StrCat("the reprotection of ", NameOf(provider));
  if (!fields.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat(subject, " needs an object of fields"));
  }
  const std::vector<AsrReprotectField>& known = ReprotectFieldsOf(provider);
  for (const auto& [key, value] : fields.items()) {
    const bool is_known =
        std::any_of(known.begin(), known.end(),
                    [&name = key](const AsrReprotectField& field) {
                      return name == field.name;
                    });
    if (!is_known) {
      return absl::InvalidArgumentError(
          absl::StrCat(subject, " has no field \"", key, "\""));
    }
    (*details)[key] = value;
  }
  return absl::OkStatus();
}

absl::StatusOr<Json> ReprotectDetails(const AsrAsk& ask,
                                      absl::string_view vm_id,
                                      const AsrRequestOptions& options) {
  Json details = DetailsOf(ask.provider);
  const auto of_all = options.reprotect.find(std::string(NameOf(ask.provider)));
  const auto of_vm = options.reprotect_vm.find(std::string(vm_id));
  absl::Status added;
  if (of_all != options.reprotect.end()) {
    added = AddFields(ask.provider, of_all->second, &details);
  }
  if (added.ok() && of_vm != options.reprotect_vm.end()) {
    added = AddFields(ask.provider, of_vm->second, &details);
  }
  if (!added.ok()) return added;
  for (const AsrReprotectField& field : ReprotectFieldsOf(ask.provider)) {
    if (field.is_required && !details.contains(field.name)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the reprotection of ", NameOf(ask.provider), " needs ", field.name));
    }
  }
  return details;
}

// Reprotection then goes from where the VM runs now to where it ran before.
const char* ReprotectDirection(AsrProvider provider) {
  switch (provider) {
    case AsrProvider::kInMageAzureV2:
    case AsrProvider::kInMageRcm:
      return kBack;
    case AsrProvider::kA2A:
    case AsrProvider::kHyperVReplicaAzure:
    case AsrProvider::kInMage:
    case AsrProvider::kInMageRcmFailback:
    case AsrProvider::kUnknown:
      return kForward;
  }
  return kForward;
}

absl::StatusOr<AsrRequest> Reprotect(const AsrAsk& ask, absl::string_view vm_id,
                                     const AsrRequestOptions& options) {
  if (ask.provider == AsrProvider::kHyperVReplicaAzure &&
      ask.runs_at_recovery) {
    return Impossible(ask, "it goes back from Azure without a reprotection");
  }
  absl::StatusOr<Json> details = ReprotectDetails(ask, vm_id, options);
  if (!details.ok()) return details.status();
  if (ask.provider != AsrProvider::kA2A) {
    return Request(ask.item_id, "reProtect",
                   {{"failoverDirection", ReprotectDirection(ask.provider)},
                    {"providerSpecificDetails", *std::move(details)}});
  }
  // Asked of the container: ".../replicationProtectedItems/NAME" is cut off.
  constexpr absl::string_view kItems = "/replicationProtectedItems/";
  const size_t type =
      absl::AsciiStrToLower(ask.item_id).rfind(absl::AsciiStrToLower(kItems));
  if (type == std::string::npos) {
    return absl::InvalidArgumentError("the item's id is none");
  }
  return Request(ask.item_id.substr(0, type), "switchprotection",
                 {{"replicationProtectedItemName",
                   ask.item_id.substr(type + kItems.size())},
                  {"providerSpecificDetails", *std::move(details)}});
}

absl::StatusOr<AsrRequest> Cancel(const AsrAsk& ask) {
  if (ask.purpose == RecoveryPlan::TEST) {
    return Request(ask.item_id, "testFailoverCleanup",
                   {{"comments", "recoveryline"}});
  }
  if (ask.provider == AsrProvider::kInMage) {
    return Impossible(ask, "a classic failback cannot be cancelled");
  }
  // Where a VM of Hyper-V runs does not tell which way it was going.
  const bool is_back = ask.provider == AsrProvider::kInMageRcmFailback ||
                       (ask.provider == AsrProvider::kHyperVReplicaAzure &&
                        ask.purpose == RecoveryPlan::FAILBACK);
  if (!is_back) {
    return Impossible(ask,
                      "only a failback can be cancelled; a VM whose failover "
                      "is cancelled does not replicate again");
  }
  return WithoutBody(ask.item_id, "failoverCancel");
}

}  // namespace

absl::StatusOr<AsrRequest> AsrRequestFor(const AsrAsk& ask,
                                         absl::string_view vm_id,
                                         const AsrRequestOptions& options) {
  if (ask.provider == AsrProvider::kUnknown) {
    return Impossible(ask, "it is not known how it fails over");
  }
  switch (ask.action) {
    case SiteCall::FAIL_OVER:
      if (ask.purpose == RecoveryPlan::TEST) return TestFailover(ask, options);
      return ask.plan_id.empty() ? SingleFailover(ask) : PlanFailover(ask);
    case SiteCall::CHANGE_POINT:
      return ChangePoint(ask);
    case SiteCall::COMMIT:
      return WithoutBody(ask.item_id, "failoverCommit");
    case SiteCall::REPROTECT:
      return Reprotect(ask, vm_id, options);
    case SiteCall::CANCEL:
      return Cancel(ask);
    case SiteCall::START:
      return Impossible(ask, "a VM is started as it is failed over");
    case SiteCall::QUIESCE:
      return Impossible(ask, "a source is shut down as it is failed over");
    case SiteCall::VERIFY:
    case SiteCall::ACTION_UNSPECIFIED:
    default:
      break;
  }
  return absl::InvalidArgumentError("nothing that can be begun was asked for");
}

}  // namespace recoveryline
