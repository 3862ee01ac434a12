#include "tools/rline/fault_text.h"

#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/rline/printable.h"

namespace recoveryline {
namespace {

constexpr size_t kMostNamed = 3;

std::string Named(std::vector<std::string> names) {
  const size_t count = names.size();
  names.resize(std::min(count, kMostNamed));
  std::string text = absl::StrJoin(names, ", ");
  if (count > kMostNamed) {
    absl::StrAppend(&text, " and ", count - kMostNamed, " more");
  }
  return text;
}

class GroupFaults {
 public:
  GroupFaults(const Explained& explained, const std::string& group_id)
      : explained_(explained), group_id_(group_id) {}

  // The group's VMs for which `is_fault(vm)`, each followed by `how(vm)`.
  template <typename IsFault, typename How>
  std::string Vms(IsFault is_fault, How how) const {
    std::vector<std::string> names;
    for (const v1::Vm& vm : explained_.inventory.vms()) {
      if (vm.replication_group_id() != group_id_ || !is_fault(vm)) continue;
      names.push_back(
          absl::StrCat(Printable(explained_.names.Vm(vm.id())), how(vm)));
    }
    return Named(std::move(names));
  }

  // VMs of the group that the plan or the inventory lacks.
  std::string Missing() const {
    absl::flat_hash_set<absl::string_view> planned;
    for (const v1::VmSelection& row : explained_.decision.vm_selections()) {
      planned.insert(row.vm_id());
    }
    std::vector<std::string> names;
    for (const v1::Vm& vm : explained_.inventory.vms()) {
      if (vm.replication_group_id() != group_id_) continue;
      if (planned.contains(vm.id())) continue;
      names.push_back(absl::StrCat(Printable(explained_.names.Vm(vm.id())),
                                   " (not in the plan)"));
    }
    for (const v1::ReplicationGroup& group :
         explained_.inventory.replication_groups()) {
      if (group.id() != group_id_) continue;
      for (const std::string& id : group.expected_vm_ids()) {
        if (explained_.names.FindRow(id) != nullptr) continue;
        names.push_back(absl::StrCat(Printable(id), " (not in the inventory)"));
      }
    }
    return Named(std::move(names));
  }

  // VMs of which every point failed a rule of eligibility. One that was only
  // refused for the others' sake has an eligible point.
  std::string WithoutEligible() const {
    std::vector<std::string> names;
    for (const v1::VmSelection& row : explained_.decision.vm_selections()) {
      if (row.replication_group_id() != group_id_) continue;
      const auto& rejections = row.rejections();
      const bool eligible = std::any_of(
          rejections.begin(), rejections.end(), [](const v1::Rejection& r) {
            return r.reason() == v1::Rejection::NOT_COMMON ||
                   r.reason() == v1::Rejection::NOT_ALIGNED ||
                   r.reason() == v1::Rejection::NOT_PINNED;
          });
      if (eligible) continue;
      names.push_back(Printable(explained_.names.Vm(row.vm_id())));
    }
    return Named(std::move(names));
  }

 private:
  const Explained& explained_;
  const std::string& group_id_;
};

}  // namespace

std::string FaultText(const Explained& explained,
                      const v1::GroupSelection& row) {
  const GroupFaults faults(explained, row.replication_group_id());
  switch (row.outcome()) {
    case v1::VmSelection::GROUP_INCOMPLETE:
      return absl::StrCat("missing: ", faults.Missing());
    case v1::VmSelection::NOT_REPLICATING:
      return absl::StrCat(
          "not replicating: ",
          faults.Vms(
              [](const v1::Vm& vm) {
                return vm.protection_state() != v1::Vm::REPLICATING;
              },
              [](const v1::Vm& vm) {
                return absl::StrCat(
                    " (", v1::Vm::ProtectionState_Name(vm.protection_state()),
                    ")");
              }));
    case v1::VmSelection::NO_RECOVERY_POINTS:
      return absl::StrCat(
          "without points: ",
          faults.Vms(
              [](const v1::Vm& vm) { return vm.recovery_points().empty(); },
              [](const v1::Vm&) { return ""; }));
    case v1::VmSelection::NO_ELIGIBLE_POINT:
      return absl::StrCat("no eligible point under the first rule: ",
                          faults.WithoutEligible());
    case v1::VmSelection::NOT_ALIGNED:
      return "see who prevents the plan's line in the summary";
    default:
      return "see each VM with --vm for what it has";
  }
}

}  // namespace recoveryline
