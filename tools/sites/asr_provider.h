// AsrProvider: what can a replication provider ("instanceType") be asked for?
//
//   const AsrProvider provider = AsrProviderOf("InMageRcm");
//   AllowsAction(allowed_operations, provider, action, purpose);
//   PointChoiceOf(provider, runs_at_recovery, grouped);      // BY_ID
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_SITES_ASR_PROVIDER_H_
#define RECOVERYLINE_TOOLS_SITES_ASR_PROVIDER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "recoveryline/v1/plan.pb.h"
#include "recoveryline/v1/site.pb.h"
#include "tools/sites/arm_json.h"

namespace recoveryline {

enum class AsrProvider {
  kUnknown,
  kA2A,
  kHyperVReplicaAzure,
  kInMage,
  kInMageAzureV2,
  kInMageRcm,
  kInMageRcmFailback,
};

// A field of what a reprotection is told.
struct AsrReprotectField {
  const char* name;
  bool is_required;
};

AsrProvider AsrProviderOf(absl::string_view instance_type);
// As Azure spells it.
absl::string_view NameOf(AsrProvider provider);
const std::vector<AsrReprotectField>& ReprotectFieldsOf(AsrProvider provider);

// Whether an item that would do these operations ("allowedOperations") would do
// the action.
bool AllowsAction(const Json& allowed_operations, AsrProvider provider,
                  v1::SiteCall::Action action,
                  v1::RecoveryPlan::Purpose purpose);

// How far a failover can be told its point; `grouped`: only through a plan.
v1::SiteVm::PointChoice PointChoiceOf(AsrProvider provider,
                                      bool runs_at_recovery, bool grouped);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_PROVIDER_H_
