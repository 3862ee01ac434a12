// AsrRecoveryPlans: through which of Azure's recovery plans does a group go?
//
//   const std::vector<AsrRecoveryPlan> plans = ReadRecoveryPlans(pages);
//   const AsrRecoveryPlan* plan = PlanOfExactly(plans, item_ids);
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_SITES_ASR_RECOVERY_PLANS_H_
#define RECOVERYLINE_TOOLS_SITES_ASR_RECOVERY_PLANS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace recoveryline {

struct AsrRecoveryPlan {
  std::string id;
  // Ids of its items as spelled, by the id in lower case.
  std::map<std::string, std::string> items;
  // It runs scripts, or waits for a person.
  bool runs_actions = false;
};

// Those in the pages of a list, by id; what is no plan is left out.
std::vector<AsrRecoveryPlan> ReadRecoveryPlans(
    const std::vector<std::string>& pages);

// Null where there is none. Case of names does not count.
const AsrRecoveryPlan* PlanNamed(const std::vector<AsrRecoveryPlan>& plans,
                                 absl::string_view name);
// The first that holds exactly these items, lower-case, and runs no actions.
const AsrRecoveryPlan* PlanOfExactly(const std::vector<AsrRecoveryPlan>& plans,
                                     const std::set<std::string>& items);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_RECOVERY_PLANS_H_
