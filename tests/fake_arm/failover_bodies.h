// Failover bodies: what a POST says, by action and instance type, for tests.
//
//   BodyOf(Action::kPlannedFailover, InstanceType::kInMageRcmFailback);
//   // {"properties":{"providerSpecificDetails":{...}}}
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAILOVER_BODIES_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAILOVER_BODIES_H_

#include <string>

#include "nlohmann/json.hpp"
#include "tests/fake_arm/fake_types.h"

namespace recoveryline::fake {

// With all that is required, and no point: the latest.
inline nlohmann::json BodyOf(Action action, InstanceType type) {
  using Json = nlohmann::json;
  Json details = {{"instanceType", std::string(Name(type))}};
  if (action == Action::kUnplannedFailover &&
      type == InstanceType::kInMageRcm) {
    details["performShutdown"] = "true";
  }
  if (action == Action::kPlannedFailover &&
      type == InstanceType::kInMageRcmFailback) {
    details["recoveryPointType"] = "CrashConsistent";
  }
  if (action == Action::kReProtect) {
    for (const char* key :
         {"reprotectAgentId", "datastoreName", "logStorageAccountId",
          "processServerId", "policyId", "masterTargetId", "retentionDrive",
          "profileId"}) {
      details[key] = "x";
    }
  }
  if (action == Action::kSwitchProtection) {
    details["recoveryContainerId"] = "x";
  }
  return {{"properties", {{"providerSpecificDetails", details}}}};
}

// Of a plan's failover.
inline nlohmann::json PlanBodyOf(InstanceType type, const char* point_type) {
  using Json = nlohmann::json;
  const Json details = {{"instanceType", std::string(Name(type))},
                        {"recoveryPointType", point_type}};
  return {{"properties",
           {{"failoverDirection", FactsOf(type).reversed ? "RecoveryToPrimary"
                                                         : "PrimaryToRecovery"},
            {"sourceSiteOperations", "NotRequired"},
            {"providerSpecificDetails", Json::array({details})}}}};
}

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAILOVER_BODIES_H_
