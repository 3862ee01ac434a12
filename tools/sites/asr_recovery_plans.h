// AsrRecoveryPlans: which of Azure's recovery plans does a VM go through?
//
//   const std::vector<AsrRecoveryPlan> plans = ReadRecoveryPlans(pages);
//   const AsrPlanChoice choice = ChoosePlans(plans, groups, run_items);
//   choice.at(item_id);             // its plan; none: it goes alone
//
// A request through a plan fails all of its VMs over. So a group goes through
// the plan with the fewest VMs that holds all of the group, runs no actions of
// its own (which the run would not know of) and holds nothing but VMs of the
// run; and every VM of that plan goes through it, whether in a group or not.
//
// Invariant: a VM goes through one plan at most; two plans that are chosen
// share no VM. The same input gives the same choice.
//
// Cost: O(groups * plans * VMs of a plan).
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

// Null where there is none. Case does not count.
const AsrRecoveryPlan* PlanNamed(const std::vector<AsrRecoveryPlan>& plans,
                                 absl::string_view name);
const AsrRecoveryPlan* PlanWithId(const std::vector<AsrRecoveryPlan>& plans,
                                  absl::string_view id);

// Items by id in lower case.
using AsrItemSet = std::set<std::string>;
// By item; into the plans that were chosen from.
using AsrPlanChoice = std::map<std::string, const AsrRecoveryPlan*>;

// `run` holds the items that the run is about.
AsrPlanChoice ChoosePlans(const std::vector<AsrRecoveryPlan>& plans,
                          const std::vector<AsrItemSet>& groups,
                          const AsrItemSet& run);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_RECOVERY_PLANS_H_
