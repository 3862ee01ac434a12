// UnitScope: what is said of some of a plan's units.
//
//   KeepUnits(vm_ids, group_ids, &timeline);      // or &alternatives
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_REPORT_UNIT_SCOPE_H_
#define RECOVERYLINE_TOOLS_REPORT_UNIT_SCOPE_H_

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"

namespace recoveryline {

// Leaves the units that have one of the machines or are one of the groups, and
// of the missing machines those that are named.
template <typename Message>
void KeepUnits(const absl::flat_hash_set<std::string>& vm_ids,
               const absl::flat_hash_set<std::string>& group_ids,
               Message* message) {
  const auto is_named = [&](const std::string& id) {
    return vm_ids.contains(id);
  };
  auto* units = message->mutable_units();
  units->erase(std::remove_if(
                   units->begin(), units->end(),
                   [&](const auto& unit) {
                     return !group_ids.contains(unit.replication_group_id()) &&
                            std::none_of(unit.vm_ids().begin(),
                                         unit.vm_ids().end(), is_named);
                   }),
               units->end());
  auto* missing = message->mutable_missing_vm_ids();
  missing->erase(
      std::remove_if(missing->begin(), missing->end(),
                     [&](const std::string& id) { return !is_named(id); }),
      missing->end());
}

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_UNIT_SCOPE_H_
