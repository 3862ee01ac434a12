// AsrRequests: with which request does Azure Site Recovery do what we want?
//
//   AsrAsk ask = {.action = v1::SiteCall::FAIL_OVER, .provider = ..., ...};
//   absl::StatusOr<AsrRequest> request = AsrRequestFor(ask, options);
//   arm.Post(request->path + "?api-version=...", request->body.dump());
//
// Each replication provider ("instanceType") fails over in its own way:
//   provider            fails over by      told the point    direction
//   A2A                 unplannedFailover  by id             PrimaryToRecovery
//   InMageAzureV2       unplannedFailover  by id             PrimaryToRecovery
//   InMageRcm           unplannedFailover  by id             PrimaryToRecovery
//   InMage              unplannedFailover  by id             RecoveryToPrimary
//   InMageRcmFailback   plannedFailover    by type alone     not said
//   HyperVReplicaAzure  plannedFailover, or unplannedFailover where somebody
//                       keeps the source off; by id; PrimaryToRecovery. Back:
//                       plannedFailover as HyperVReplicaAzureFailback, no point
// Through a recovery plan all are told a type of point alone, which for A2A,
// InMageAzureV2 and InMageRcm is changed for the chosen one afterwards.
// What a provider cannot be told is Unimplemented, with the reason; what the
// user has to say and did not is InvalidArgument.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_SITES_ASR_REQUESTS_H_
#define RECOVERYLINE_TOOLS_SITES_ASR_REQUESTS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "recoveryline/v1/site.pb.h"
#include "tools/sites/arm_json.h"
#include "tools/sites/asr_provider.h"

namespace recoveryline {

// What is wanted for a VM, or with `plan_id` for all VMs of a recovery plan.
struct AsrAsk {
  v1::SiteCall::Action action = v1::SiteCall::ACTION_UNSPECIFIED;
  v1::RecoveryPlan::Purpose purpose = v1::RecoveryPlan::PURPOSE_UNSPECIFIED;
  AsrProvider provider = AsrProvider::kUnknown;
  // Azure's ids.
  std::string item_id = {};
  std::string plan_id = {};
  // Of the point; empty: the latest, after what has arrived is processed.
  std::string point_id = {};
  v1::RecoveryPoint::Consistency consistency =
      v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED;
  // activeLocation is "Recovery".
  bool runs_at_recovery = false;
  // Somebody else keeps the source from running on; else it is shut down.
  bool source_is_fenced = false;
  // Through a plan: its VMs share points.
  bool use_shared_points = false;
};

struct AsrRequestOptions {
  // Of the network for a test failover; TEST is impossible without one.
  std::string test_network_id = {};
  // providerSpecificDetails of a reprotection, by the provider's name
  // ("InMageRcm"); for A2A those of switchprotection. Objects.
  std::map<std::string, Json> reprotect = {};
  // Fields that are added for one VM, by Vm.id; they go before.
  std::map<std::string, Json> reprotect_vm = {};
};

struct AsrRequest {
  // Azure's id of what is asked, and the operation.
  std::string path = {};
  // A null: without a body.
  Json body = {};
};

// `vm_id` is Vm.id.
absl::StatusOr<AsrRequest> AsrRequestFor(const AsrAsk& ask,
                                         absl::string_view vm_id,
                                         const AsrRequestOptions& options);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_REQUESTS_H_
