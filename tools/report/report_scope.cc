#include "tools/report/report_scope.h"

#include <algorithm>

namespace recoveryline {

void KeepUnits(const absl::flat_hash_set<std::string>& vm_ids,
               const absl::flat_hash_set<std::string>& group_ids,
               v1::Timeline* timeline) {
  const auto is_named = [&](const std::string& id) {
    return vm_ids.contains(id);
  };
  auto* units = timeline->mutable_units();
  units->erase(std::remove_if(
                   units->begin(), units->end(),
                   [&](const v1::UnitTimeline& unit) {
                     return !group_ids.contains(unit.replication_group_id()) &&
                            std::none_of(unit.vm_ids().begin(),
                                         unit.vm_ids().end(), is_named);
                   }),
               units->end());
  auto* missing = timeline->mutable_missing_vm_ids();
  missing->erase(
      std::remove_if(missing->begin(), missing->end(),
                     [&](const std::string& id) { return !is_named(id); }),
      missing->end());
}

}  // namespace recoveryline
