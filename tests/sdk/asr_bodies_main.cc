// Writes each request that we have for Azure Site Recovery, a line of JSON
// each: action, instanceType, method, path, body. tests/sdk/compare_requests.js
// holds them against what the official SDK sends.

#include <cstdio>
#include <string>

#include "nlohmann/json.hpp"
#include "tools/sites/asr_requests.h"

namespace recoveryline {
namespace {

constexpr char kVault[] =
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-dr/"
    "providers/Microsoft.RecoveryServices/vaults/vault-dr";
constexpr char kPlace[] =
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-dr/"
    "providers/Microsoft.";

std::string Place(const std::string& rest) { return kPlace + rest; }

AsrRequestOptions Options() {
  AsrRequestOptions options;
  options.test_network_id = Place("Network/virtualNetworks/isolated");
  options.reprotect = {
      {"A2A",
       {{"recoveryContainerId", std::string(kVault) +
                                    "/replicationFabrics/f/"
                                    "replicationProtectionContainers/c"},
        {"policyId", std::string(kVault) + "/replicationPolicies/p"}}},
      {"InMageAzureV2",
       {{"masterTargetId", "m"},
        {"processServerId", "s"},
        {"storageAccountId", Place("Storage/storageAccounts/a")},
        {"policyId", std::string(kVault) + "/replicationPolicies/p"}}},
      {"InMage",
       {{"masterTargetId", "m"},
        {"processServerId", "s"},
        {"retentionDrive", "R:"},
        {"profileId", "p"}}},
      {"InMageRcm",
       {{"reprotectAgentId", "a"},
        {"datastoreName", "d"},
        {"logStorageAccountId", Place("Storage/storageAccounts/logs")}}},
      {"InMageRcmFailback",
       {{"processServerId", "s"},
        {"policyId", std::string(kVault) + "/replicationPolicies/p"}}}};
  return options;
}

// Nothing where a provider cannot be asked for it. How many.
int Write(const AsrAsk& ask) {
  const absl::StatusOr<AsrRequest> request =
      AsrRequestFor(ask, "vm-001", Options());
  if (!request.ok()) return 0;
  const std::string action = request->path.substr(request->path.rfind('/') + 1);
  nlohmann::json line = {{"action", action},
                         {"instanceType", std::string(NameOf(ask.provider))},
                         {"method", "POST"},
                         {"path", request->path}};
  if (!request->body.is_null()) line["body"] = request->body;
  std::printf("%s\n", line.dump().c_str());
  return 1;
}

int WriteAll() {
  using v1::RecoveryPlan;
  using v1::SiteCall;
  int written = 0;
  AsrAsk ask;
  for (const AsrProvider provider :
       {AsrProvider::kA2A, AsrProvider::kHyperVReplicaAzure,
        AsrProvider::kInMage, AsrProvider::kInMageAzureV2,
        AsrProvider::kInMageRcm, AsrProvider::kInMageRcmFailback}) {
    ask.provider = provider;
    ask.item_id = std::string(kVault) +
                  "/replicationFabrics/f/replicationProtectionContainers/c/"
                  "replicationProtectedItems/vm-001";
    for (const auto consistency : {v1::RecoveryPoint::CRASH_CONSISTENT,
                                   v1::RecoveryPoint::APPLICATION_CONSISTENT}) {
      ask.consistency = consistency;
      for (const SiteCall::Action action :
           {SiteCall::FAIL_OVER, SiteCall::CHANGE_POINT, SiteCall::COMMIT,
            SiteCall::REPROTECT, SiteCall::CANCEL}) {
        ask.action = action;
        for (const RecoveryPlan::Purpose purpose :
             {RecoveryPlan::FAILBACK, RecoveryPlan::FAILOVER,
              RecoveryPlan::TEST}) {
          ask.purpose = purpose;
          for (const bool back : {false, true}) {
            ask.runs_at_recovery = back;
            for (const bool fenced : {false, true}) {
              ask.source_is_fenced = fenced;
              for (const bool pinned : {false, true}) {
                ask.point_id = pinned ? ask.item_id + "/recoveryPoints/p" : "";
                ask.plan_id.clear();
                written += Write(ask);
                ask.plan_id =
                    std::string(kVault) + "/replicationRecoveryPlans/p";
                ask.use_shared_points = pinned;
                written += Write(ask);
              }
            }
          }
        }
      }
    }
  }
  return written;
}

}  // namespace
}  // namespace recoveryline

int main() { return recoveryline::WriteAll() > 0 ? 0 : 1; }
