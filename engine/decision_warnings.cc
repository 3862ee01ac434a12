#include "engine/decision_warnings.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using v1::VmSelection;
using v1::Warning;

class Warnings {
 public:
  Warnings(const InventoryView& inventory, const v1::RecoveryPlan& plan,
           const PlanUnits& units, const EffectivePolicy& policy,
           v1::Decision* decision)
      : inventory_(inventory),
        plan_(plan),
        units_(units),
        policy_(policy),
        decision_(decision) {}

  void OfPlan() {
    if (units_.rows().empty()) {
      Add(Warning::PLAN_EMPTY, plan_.id(),
          "the plan names no machine; nothing was chosen");
    }
    if (policy_.option_defaulted) {
      Add(Warning::OPTION_DEFAULTED, plan_.id(),
          "neither an option nor rules were given; LATEST was used");
    }
    absl::flat_hash_set<absl::string_view> unknown;
    for (const v1::Exclusion& exclusion : plan_.policy().exclusions()) {
      for (const std::string& id : exclusion.vm_ids()) {
        if (inventory_.FindVm(id) || !unknown.insert(id).second) continue;
        Add(Warning::EXCLUSION_UNKNOWN_VM, id,
            "an exclusion names a machine that the inventory lacks");
      }
    }
  }

  // `row` is the row of the group of `planned`.
  void OfGroup(const PlannedUnit& planned, const v1::GroupSelection& row) {
    const GroupFacts& group = inventory_.group(planned.group);
    absl::flat_hash_set<absl::string_view> elsewhere;
    for (const absl::string_view id : group.expected_vm_ids) {
      const std::optional<int> vm = inventory_.FindVm(id);
      if (!vm || inventory_.vm(*vm).group == planned.group) continue;
      if (!elsewhere.insert(id).second) continue;
      Add(Warning::EXPECTED_VM_ELSEWHERE, id,
          absl::StrCat("group ", group.id,
                       " expects this machine, but it is not in the group"));
    }
    if (planned.incomplete && plan_.policy().allow_incomplete_groups()) {
      Add(Warning::GROUP_INCOMPLETE, group.id,
          "the group is incomplete; only its machines in the plan were "
          "chosen for");
    }
    if (row.guarantee() == v1::GroupSelection::INDEPENDENT &&
        planned.vms.size() > 1) {
      Add(Warning::GROUP_INDEPENDENT, group.id,
          "the group's machines were chosen for one by one; their points may "
          "not agree with each other");
    }
  }

  void OfVm(const PlannedVm& planned, const VmSelection& row) {
    if (planned.vm < 0) return;
    if (!policy_.core.replication_required &&
        !inventory_.vm(planned.vm).replicating) {
      Add(Warning::NOT_REPLICATING, planned.id,
          "the machine is not replicating");
    }
    const core::PointSeries& points = inventory_.points(planned.vm);
    const core::Instant present =
        std::min(policy_.core.decision_time,
                 inventory_.as_of_time().value_or(core::kMaxInstant));
    if (const int future = points.size() - points.UpperBound(present)) {
      Add(Warning::CAPTURE_IN_FUTURE, planned.id,
          absl::StrCat(future, " points were captured after ",
                       FormatInstant(present)));
    }
    if (policy_.option == v1::Policy::LATEST &&
        row.outcome() == VmSelection::SELECTED && !row.process_pending_data()) {
      Add(Warning::PENDING_DATA_IGNORED, planned.id,
          "processing pending data would carry the machine past what the "
          "policy allows");
    }
  }

 private:
  void Add(Warning::Reason reason, absl::string_view subject,
           absl::string_view message) {
    Warning* warning = decision_->add_warnings();
    warning->set_reason(reason);
    warning->set_subject(std::string(subject));
    warning->set_message(std::string(message));
  }

  const InventoryView& inventory_;
  const v1::RecoveryPlan& plan_;
  const PlanUnits& units_;
  const EffectivePolicy& policy_;
  v1::Decision* decision_;
};

}  // namespace

void WriteWarnings(const InventoryView& inventory, const v1::RecoveryPlan& plan,
                   const PlanUnits& units, const EffectivePolicy& policy,
                   v1::Decision* decision) {
  Warnings warnings(inventory, plan, units, policy, decision);
  warnings.OfPlan();
  int row = 0;
  for (const PlannedUnit& planned : units.units()) {
    if (planned.group < 0) continue;
    warnings.OfGroup(planned, decision->group_selections(row++));
  }
  row = 0;
  for (const PlannedVm& planned : units.rows()) {
    warnings.OfVm(planned, decision->vm_selections(row++));
  }
}

}  // namespace recoveryline
