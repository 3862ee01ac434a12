// UnitFlags: some units of a plan, as a person names them.
//
//   UnitFlags some;
//   AddUnitFlags(command, "Draw", &some);    // --vm, --group
//   absl::Status kept = KeepNamed(some, names, &timeline);
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_TOOLS_RLINE_UNIT_FLAGS_H_
#define RECOVERYLINE_TOOLS_RLINE_UNIT_FLAGS_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "tools/report/unit_scope.h"
#include "tools/rline/names.h"

namespace recoveryline {

// Neither: all units.
struct UnitFlags {
  std::vector<std::string> vms;
  std::vector<std::string> groups;

  bool empty() const { return vms.empty() && groups.empty(); }
};

// `verb` is what is done to the unit: "Explain".
void AddUnitFlags(CLI::App* command, const std::string& verb, UnitFlags* flags);

using IdSet = absl::flat_hash_set<std::string>;

// That `text`, given by `flag`, is not in the plan; with what it may be a slip
// of.
absl::Status NotInPlan(absl::string_view flag, absl::string_view text,
                       const std::vector<std::string>& near);

// Replaces the ids that a plan has by those of them that the flags mean, by id
// or by name; an error where one means none.
absl::Status FindNamed(const UnitFlags& flags, const Names& names, IdSet* vms,
                       IdSet* groups);

// Leaves the units that the flags mean. REQUIRES: the message is of the whole
// plan.
template <typename Message>
absl::Status KeepNamed(const UnitFlags& flags, const Names& names,
                       Message* message) {
  if (flags.empty()) return absl::OkStatus();
  IdSet vms(message->missing_vm_ids().begin(), message->missing_vm_ids().end());
  IdSet groups;
  for (const auto& unit : message->units()) {
    vms.insert(unit.vm_ids().begin(), unit.vm_ids().end());
    if (!unit.replication_group_id().empty()) {
      groups.insert(unit.replication_group_id());
    }
  }
  absl::Status found = FindNamed(flags, names, &vms, &groups);
  if (found.ok()) KeepUnits(vms, groups, message);
  return found;
}

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_UNIT_FLAGS_H_
