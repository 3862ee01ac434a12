#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/sites/asr_site.h"

// VMs that Azure fails over together.

namespace recoveryline {

absl::StatusOr<AsrRecoveryPlan> AsrSite::PlanOf(const v1::SiteCall& call,
                                                const AsrItem& item) {
  if (call.action() != v1::SiteCall::FAIL_OVER ||
      call.purpose() == v1::RecoveryPlan::TEST) {
    return AsrRecoveryPlan();
  }
  if (item.is_in_cluster) {
    return absl::UnimplementedError(
        "no recovery plan fails a node of a cluster over");
  }
  absl::StatusOr<AsrRecoveryPlan> named = NamedPlan();
  if (!named.ok()) return named.status();
  if (named->items.count(absl::AsciiStrToLower(item.id())) == 1) return named;
  const bool is_grouped = item.is_grouped || call.group_vm_ids_size() > 1;
  return is_grouped ? PlanOfGroup(call) : AsrRecoveryPlan();
}

absl::StatusOr<AsrRecoveryPlan> AsrSite::NamedPlan() {
  if (options_.recovery_plan.empty()) return AsrRecoveryPlan();
  const absl::StatusOr<AsrVault::Pages> pages = vault_.Plans();
  if (!pages.ok()) return pages.status();
  const std::vector<AsrRecoveryPlan> plans = ReadRecoveryPlans(*pages);
  const AsrRecoveryPlan* plan = PlanNamed(plans, options_.recovery_plan);
  if (plan != nullptr) return *plan;
  return absl::NotFoundError(absl::StrCat("the vault has no recovery plan \"",
                                          options_.recovery_plan, "\""));
}

absl::StatusOr<AsrRecoveryPlan> AsrSite::PlanOfGroup(const v1::SiteCall& call) {
  std::set<std::string> wanted;
  std::vector<std::string> vm_ids(call.group_vm_ids().begin(),
                                  call.group_vm_ids().end());
  vm_ids.push_back(call.vm_id());
  for (const std::string& vm_id : vm_ids) {
    const absl::StatusOr<std::string> id = ItemIdOf(vm_id);
    if (!id.ok()) return id.status();
    wanted.insert(absl::AsciiStrToLower(*id));
  }
  const absl::StatusOr<AsrVault::Pages> pages = vault_.Plans();
  if (!pages.ok()) return pages.status();
  const std::vector<AsrRecoveryPlan> plans = ReadRecoveryPlans(*pages);
  const AsrRecoveryPlan* plan = PlanOfExactly(plans, wanted);
  if (plan != nullptr) return *plan;
  return absl::UnimplementedError(absl::StrCat(
      "\"", call.vm_id(),
      "\" is in a group, which Azure fails over by a recovery plan alone; "
      "there is none of exactly these VMs that runs no actions, and none was "
      "named"));
}

// Whether the group's request was sent for another VM of it: after this call
// was marked, or it is this VM's first. A VM that went with that request
// already is to go again.
absl::Status AsrSite::Joined(const v1::SiteCall& call,
                             const std::string& plan_id, bool* joined) {
  *joined = false;
  Known& known = known_[call.key()];
  const auto sent = plan_requests_.find(plan_id);
  if (sent == plan_requests_.end() ||
      (sent->second.sequence < known.marked &&
       sent->second.vm_ids.count(call.vm_id()) == 1)) {
    return absl::OkStatus();
  }
  sent->second.vm_ids.insert(call.vm_id());
  *joined = true;
  known.was_not_sent = false;
  known.sent_before = sent->second.sent_before;
  known.operation = sent->second.operation;
  if (!sent->second.is_open) return absl::OkStatus();
  return absl::UnavailableError(
      "whether the request for its group was accepted is not known");
}

// A plan's request is for all of its VMs: none may be under way. Those that are
// failed over already Azure leaves alone.
absl::Status AsrSite::IsReady(const AsrRecoveryPlan& plan,
                              const v1::SiteCall& call) {
  for (const auto& [key, id] : plan.items) {
    const absl::StatusOr<std::string> body = vault_.Resource(id);
    if (!body.ok()) return body.status();
    const absl::StatusOr<AsrItem> item = ReadAsrItem(*body);
    if (!item.ok()) return item.status();
    const bool is_idle = item->scenario.empty() &&
                         (item->IsFailedOver() ||
                          AllowsAction(item->allowed_operations, item->provider,
                                       call.action(), call.purpose()));
    if (is_idle) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("\"", item->fact.friendly_name,
                     "\" of its recovery plan is ", item->fact.protection_state,
                     item->scenario.empty() ? "" : ", in ", item->scenario));
  }
  return absl::OkStatus();
}

}  // namespace recoveryline
