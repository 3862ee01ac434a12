#include "engine/failover/failover_plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace recoveryline {
namespace {

using v1::Decision;
using v1::FailoverPlan;
using v1::VmSelection;

absl::Status MayBeCarriedOut(const Decision& decision, bool allow_partial) {
  if (decision.outcome() == Decision::INVALID ||
      decision.outcome() == Decision::OUTCOME_UNSPECIFIED) {
    return absl::InvalidArgumentError("the Decision is INVALID");
  }
  for (const v1::Warning& warning : decision.warnings()) {
    if (warning.reason() == v1::Warning::OPTION_DEFAULTED) {
      return absl::InvalidArgumentError(
          "the Decision's option was defaulted: state it (--option) and "
          "select again");
    }
  }
  int without = 0;
  std::string first;
  for (const VmSelection& row : decision.vm_selections()) {
    if (row.outcome() == VmSelection::SELECTED) continue;
    if (++without == 1) {
      first = absl::StrCat("VM \"", row.vm_id(), "\" has no point (",
                           VmSelection::Outcome_Name(row.outcome()), ")");
    }
  }
  if (without == decision.vm_selections_size()) {
    return absl::FailedPreconditionError("the Decision has no point at all");
  }
  if (without > 0 && !allow_partial) {
    return absl::FailedPreconditionError(
        without == 1
            ? first
            : absl::StrCat(first, "; and ", without - 1, " more have none"));
  }
  return absl::OkStatus();
}

// Makes the VMs of a plan, each row a VM that got a point.
class VmMaker {
 public:
  VmMaker(const Decision& decision, FailoverPlan* plan) : plan_(*plan) {
    for (const v1::GroupSelection& group : decision.group_selections()) {
      groups_[group.replication_group_id()] = &group;
    }
    for (int i = 0; i < plan_.boot_groups_size(); ++i) {
      boot_groups_[plan_.boot_groups(i).id()] = i;
    }
  }

  absl::Status Add(const VmSelection& row) {
    if (row.vm_id().empty() || row.recovery_point_id().empty() ||
        !seen_.insert(row.vm_id()).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("VM \"", row.vm_id(),
                       "\" stands there twice, or has no id or point"));
    }
    v1::FailoverVm* vm = plan_.add_vms();
    vm->set_vm_id(row.vm_id());
    vm->set_recovery_point_id(row.recovery_point_id());
    *vm->mutable_capture_time() = row.capture_time();
    vm->set_consistency(row.consistency());
    vm->set_process_pending_data(row.process_pending_data());
    const auto boot_group = boot_groups_.find(row.boot_group_id());
    if (boot_group == boot_groups_.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("VM \"", row.vm_id(), "\" is of boot group \"",
                       row.boot_group_id(), "\", which the plan lacks"));
    }
    vm->set_boot_group(boot_group->second);
    SetUnit(row, vm);
    return absl::OkStatus();
  }

 private:
  void SetUnit(const VmSelection& row, v1::FailoverVm* vm) {
    const auto group = groups_.find(row.replication_group_id());
    if (row.replication_group_id().empty() || group == groups_.end()) {
      vm->set_unit(units_++);
      return;
    }
    vm->set_replication_group_id(row.replication_group_id());
    vm->set_consistency_marker(group->second->consistency_marker());
    const auto [unit, is_new] =
        unit_of_group_.emplace(row.replication_group_id(), units_);
    if (is_new) ++units_;
    vm->set_unit(unit->second);
  }

  FailoverPlan& plan_;
  std::map<std::string, const v1::GroupSelection*> groups_;
  std::map<std::string, int> boot_groups_;
  std::map<std::string, int> unit_of_group_;
  std::set<std::string> seen_;
  int units_ = 0;
};

void AddBootGroups(const Decision& decision, const v1::RecoveryPlan* from,
                   FailoverPlan* plan) {
  if (from != nullptr) {
    for (const v1::BootGroup& group : from->boot_groups()) {
      v1::FailoverBootGroup* added = plan->add_boot_groups();
      added->set_id(group.id());
      *added->mutable_start_actions() = group.start_actions();
      *added->mutable_end_actions() = group.end_actions();
    }
  }
  // Those that only the Decision names: of a plan without any, or not given.
  if (plan->boot_groups_size() > 0) return;
  std::set<absl::string_view> named;
  for (const VmSelection& row : decision.vm_selections()) {
    if (named.insert(row.boot_group_id()).second) {
      plan->add_boot_groups()->set_id(row.boot_group_id());
    }
  }
}

absl::Status SkipActions(const std::vector<std::string>& names,
                         FailoverPlan* plan) {
  for (const std::string& name : names) {
    bool found = name == "*";
    const auto is_skipped = [&](const std::string& action) {
      const bool skipped = name == "*" || action == name;
      found = found || skipped;
      return skipped;
    };
    for (v1::FailoverBootGroup& group : *plan->mutable_boot_groups()) {
      for (auto* actions :
           {group.mutable_start_actions(), group.mutable_end_actions()}) {
        actions->erase(
            std::remove_if(actions->begin(), actions->end(), is_skipped),
            actions->end());
      }
    }
    if (!found) {
      return absl::InvalidArgumentError(
          absl::StrCat("the plan has no action \"", name, "\" to skip"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FailoverPlan> PlanFailover(const Decision& decision,
                                          const v1::RecoveryPlan* plan,
                                          const FailoverOptions& options) {
  if (absl::Status may = MayBeCarriedOut(decision, options.allow_partial);
      !may.ok()) {
    return may;
  }
  FailoverPlan made;
  made.set_run_id(options.run_id);
  made.set_decision_digest(options.decision_digest);
  made.set_plan_id(decision.plan_id());
  made.set_purpose(decision.purpose());
  made.set_site(options.site);
  made.set_allow_type_only(options.allow_type_only);
  made.set_allow_partial(options.allow_partial);
  made.set_source_fenced_by(options.source_fenced_by);
  AddBootGroups(decision, plan, &made);
  if (absl::Status skipped = SkipActions(options.skip_actions, &made);
      !skipped.ok()) {
    return skipped;
  }
  VmMaker vms(decision, &made);
  for (const VmSelection& row : decision.vm_selections()) {
    if (row.outcome() != VmSelection::SELECTED) continue;
    if (absl::Status added = vms.Add(row); !added.ok()) return added;
  }
  return made;
}

std::vector<std::string> IdsOf(const FailoverPlan& plan) {
  std::vector<std::string> ids;
  for (const v1::FailoverVm& vm : plan.vms()) ids.push_back(vm.vm_id());
  return ids;
}

void AddCapabilities(absl::Span<const v1::SiteVm> vms, FailoverPlan* plan) {
  for (int i = 0; i < plan->vms_size(); ++i) {
    const v1::SiteVm& site = vms[static_cast<size_t>(i)];
    plan->mutable_vms(i)->set_point_choice(site.point_choice());
    if (site.separate_start()) plan->set_separate_start(true);
  }
}

std::vector<std::string> ActionsBefore(const FailoverPlan& plan,
                                       int boot_group) {
  int first = 0;  // after the last boot group before it that has VMs
  for (const v1::FailoverVm& vm : plan.vms()) {
    if (vm.boot_group() < boot_group) {
      first = std::max(first, vm.boot_group() + 1);
    }
  }
  std::vector<std::string> actions;
  const int end = plan.boot_groups_size();
  for (int i = first; i <= std::min(boot_group, end); ++i) {
    if (i > 0) {
      const auto& ended = plan.boot_groups(i - 1).end_actions();
      actions.insert(actions.end(), ended.begin(), ended.end());
    }
    if (i < end) {
      const auto& starts = plan.boot_groups(i).start_actions();
      actions.insert(actions.end(), starts.begin(), starts.end());
    }
  }
  return actions;
}

v1::FailoverRequest ChangeTo(const FailoverPlan& from, const FailoverPlan& to) {
  v1::FailoverRequest request;
  request.set_verb(v1::FailoverRequest::CHANGE_POINT);
  request.set_decision_digest(to.decision_digest());
  std::map<absl::string_view, const v1::FailoverVm*> now;
  for (const v1::FailoverVm& vm : from.vms()) now[vm.vm_id()] = &vm;
  std::set<int> units;  // of `to`, in which something differs
  for (const v1::FailoverVm& vm : to.vms()) {
    const auto found = now.find(vm.vm_id());
    if (found == now.end() ||
        found->second->recovery_point_id() != vm.recovery_point_id()) {
      units.insert(vm.unit());
    }
  }
  for (const v1::FailoverVm& vm : to.vms()) {
    if (units.count(vm.unit()) == 1) *request.add_vms() = vm;
  }
  return request;
}

}  // namespace recoveryline
