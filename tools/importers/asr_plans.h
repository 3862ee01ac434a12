// Asr plans: what do the recovery plans of a listing start, and in what order?
//
//   std::vector<v1::RecoveryPlan> plans = MakePlans(listing, machines, &notes);
//
// The groups of type Boot become boot groups "boot-1", "boot-2", ... in their
// order, empty ones too, with their actions. Purpose and policy stay unset: a
// plan of Azure fails over in either direction, and its points are chosen when
// it does. Machines and actions of other groups cannot be kept and are noted.
//
// Invariants:
//   (1) No machine stands in a plan twice: its first place counts.
//   (2) Every plan has a boot group, for one without would mean all machines.
//   (3) A plan that was read more than once stands once, as last read.
//
// Cost: O(plans + entries) lookups.
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_PLANS_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_PLANS_H_

#include <string>
#include <vector>

#include "recoveryline/v1/plan.pb.h"
#include "tools/importers/asr_machines.h"

namespace recoveryline::asr {

// `exists` says which machines the inventory holds.
std::vector<v1::RecoveryPlan> MakePlans(const Listing& listing,
                                        const Machines& machines,
                                        const std::vector<bool>& exists,
                                        std::vector<std::string>* notes);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_PLANS_H_
