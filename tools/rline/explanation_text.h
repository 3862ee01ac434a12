// ExplanationText: why this point and no newer one, for a person at 3 am.
//
//   const Explained explained{decision, inventory, names, display};
//   out += ExplainGroup(explained, decision.group_selections(0));
//
//   GROUP web: selected, 6 VMs at one marker 3f2c...
//     Chosen     2026-02-28 23:21:48Z, 38m 12s older than the decision time
//     Refused    23 better points of its VMs
//                14 eligible, but not common to the whole group; e.g. ...
//     Price      36m 10s: without consistency vm-2 could go to ...
//     Held back  by vm-3: without it the group would be 36m newer, at ...
//
// What was chosen and how old it is, what was better and why it lost, what
// consistency costs, who holds the group back; times absolute and relative.
//
// Invariant: a group takes at most 15 lines, whatever its size.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_RLINE_EXPLANATION_TEXT_H_
#define RECOVERYLINE_TOOLS_RLINE_EXPLANATION_TEXT_H_

#include <string>
#include <vector>

#include "engine/explain.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "tools/rline/display.h"
#include "tools/rline/names.h"

namespace recoveryline {

// A Decision, what it was made from, and where it is shown.
struct Explained {
  const v1::Decision& decision;
  const v1::Inventory& inventory;
  const Names& names;
  const Display& display;
};

// One line a unit (a group or a lone VM), the worst first: without a choice,
// over its objective, then by data loss.
std::string ExplainPlan(const Explained& explained);

std::string ExplainGroup(const Explained& explained,
                         const v1::GroupSelection& row);

// `fates`: the VM's best points, to be listed one by one; may be empty.
std::string ExplainVm(const Explained& explained, const v1::VmSelection& row,
                      const std::vector<PointFate>& fates);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_EXPLANATION_TEXT_H_
