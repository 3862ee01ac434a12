#include "tools/sites/asr_provider.h"

#include <initializer_list>
#include <string>

#include "absl/strings/match.h"

namespace recoveryline {
namespace {

using v1::RecoveryPlan;
using v1::SiteCall;

struct ProviderFacts {
  AsrProvider provider;
  const char* name;
  std::vector<AsrReprotectField> reprotect_fields;
};

const std::vector<ProviderFacts>& AllFacts() {
  static const auto* const facts = new std::vector<ProviderFacts>{
      {AsrProvider::kA2A,
       "A2A",
       {{"recoveryContainerId", true},
        {"policyId", true},
        {"vmDisks", false},
        {"vmManagedDisks", false},
        {"recoveryResourceGroupId", false},
        {"recoveryCloudServiceId", false},
        {"recoveryAvailabilitySetId", false},
        {"recoveryBootDiagStorageAccountId", false},
        {"recoveryAvailabilityZone", false},
        {"recoveryProximityPlacementGroupId", false},
        {"recoveryVirtualMachineScaleSetId", false},
        {"recoveryCapacityReservationGroupId", false},
        {"diskEncryptionInfo", false}}},
      {AsrProvider::kHyperVReplicaAzure,
       "HyperVReplicaAzure",
       {{"hvHostVmId", false},
        {"vmName", false},
        {"osType", false},
        {"vHDId", false},
        {"storageAccountId", false},
        {"logStorageAccountId", false}}},
      {AsrProvider::kInMage,
       "InMage",
       {{"masterTargetId", true},
        {"processServerId", true},
        {"retentionDrive", true},
        {"profileId", true},
        {"runAsAccountId", false},
        {"datastoreName", false},
        {"diskExclusionInput", false},
        {"disksToInclude", false}}},
      {AsrProvider::kInMageAzureV2,
       "InMageAzureV2",
       {{"masterTargetId", false},
        {"processServerId", false},
        {"storageAccountId", false},
        {"runAsAccountId", false},
        {"policyId", false},
        {"logStorageAccountId", false},
        {"disksToInclude", false}}},
      {AsrProvider::kInMageRcm,
       "InMageRcm",
       {{"reprotectAgentId", true},
        {"datastoreName", true},
        {"logStorageAccountId", true},
        {"policyId", false}}},
      {AsrProvider::kInMageRcmFailback,
       "InMageRcmFailback",
       {{"processServerId", true},
        {"policyId", true},
        {"runAsAccountId", false}}},
  };
  return *facts;
}

const ProviderFacts* FactsOf(AsrProvider provider) {
  for (const ProviderFacts& facts : AllFacts()) {
    if (facts.provider == provider) return &facts;
  }
  return nullptr;
}

bool HasAny(const Json& operations,
            std::initializer_list<absl::string_view> words) {
  if (!operations.is_array()) return false;
  for (const Json& entry : operations) {
    if (!entry.is_string()) continue;
    for (const absl::string_view word : words) {
      if (absl::EqualsIgnoreCase(entry.get_ref<const std::string&>(), word)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

AsrProvider AsrProviderOf(absl::string_view instance_type) {
  for (const ProviderFacts& facts : AllFacts()) {
    if (absl::EqualsIgnoreCase(facts.name, instance_type)) {
      return facts.provider;
    }
  }
  return AsrProvider::kUnknown;
}

absl::string_view NameOf(AsrProvider provider) {
  const ProviderFacts* facts = FactsOf(provider);
  return facts == nullptr ? "an unknown provider" : facts->name;
}

const std::vector<AsrReprotectField>& ReprotectFieldsOf(AsrProvider provider) {
  static const auto* const none = new std::vector<AsrReprotectField>();
  const ProviderFacts* facts = FactsOf(provider);
  return facts == nullptr ? *none : facts->reprotect_fields;
}

bool AllowsAction(const Json& allowed_operations, AsrProvider provider,
                  SiteCall::Action action, RecoveryPlan::Purpose purpose) {
  const auto allows =
      [&allowed_operations](std::initializer_list<absl::string_view> words) {
        return HasAny(allowed_operations, words);
      };
  const bool is_test = purpose == RecoveryPlan::TEST;
  switch (action) {
    case SiteCall::FAIL_OVER:
      if (is_test) return allows({"TestFailover"});
      if (provider == AsrProvider::kInMageRcmFailback) {
        return allows({"PlannedFailover", "Failback"});
      }
      if (provider == AsrProvider::kHyperVReplicaAzure) {
        return allows({"PlannedFailover", "UnplannedFailover", "Failback"});
      }
      return allows({"UnplannedFailover", "Failback"});
    case SiteCall::CHANGE_POINT:
      return allows({"ChangePit"});
    case SiteCall::COMMIT:
      return allows({"Commit"});
    case SiteCall::REPROTECT:
      return allows({"ReverseReplicate", "SwitchProtection"});
    case SiteCall::CANCEL:
      if (is_test) return allows({"TestFailoverCleanup"});
      return allows({"CancelFailover"});
    default:
      return false;
  }
}

v1::SiteVm::PointChoice PointChoiceOf(AsrProvider provider,
                                      bool runs_at_recovery, bool grouped) {
  using SiteVm = v1::SiteVm;
  switch (provider) {
    case AsrProvider::kA2A:
    case AsrProvider::kInMageAzureV2:
    case AsrProvider::kInMageRcm:
      return grouped ? SiteVm::AFTER_FAILOVER : SiteVm::BY_ID;
    case AsrProvider::kHyperVReplicaAzure:
      if (runs_at_recovery) return SiteVm::IMPOSSIBLE;
      return grouped ? SiteVm::AFTER_FAILOVER : SiteVm::BY_ID;
    case AsrProvider::kInMage:
      return grouped ? SiteVm::BY_TYPE : SiteVm::BY_ID;
    case AsrProvider::kInMageRcmFailback:
      return SiteVm::BY_TYPE;
    case AsrProvider::kUnknown:
      return SiteVm::IMPOSSIBLE;
  }
  return SiteVm::IMPOSSIBLE;
}

}  // namespace recoveryline
