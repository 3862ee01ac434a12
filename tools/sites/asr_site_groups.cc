#include <algorithm>
#include <utility>

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
  const absl::StatusOr<AsrVault::Pages> pages = vault_.Plans();
  if (!pages.ok()) return pages.status();
  const std::vector<AsrRecoveryPlan> plans = ReadRecoveryPlans(*pages);
  // What was said when the call was marked stands.
  const std::optional<AsrMark> mark = AsrMark::Parse(call.mark());
  if (mark && !mark->plan.empty()) {
    const AsrRecoveryPlan* marked = PlanWithId(plans, mark->plan);
    if (marked != nullptr) return *marked;
  }
  const absl::StatusOr<AsrPlanChoice> choice = ChosenFrom(plans, call);
  if (!choice.ok()) return choice.status();
  const auto chosen = choice->find(absl::AsciiStrToLower(item.id()));
  if (chosen != choice->end()) return *chosen->second;
  if (!item.is_grouped && call.group_vm_ids_size() < 2) {
    return AsrRecoveryPlan();
  }
  return absl::UnimplementedError(absl::StrCat(
      "\"", call.vm_id(),
      "\" is in a group, which Azure fails over by a recovery plan alone; "
      "there is none of VMs of this run alone that runs no actions, and none "
      "was named"));
}

absl::StatusOr<AsrPlanChoice> AsrSite::ChosenFrom(
    const std::vector<AsrRecoveryPlan>& plans, const v1::SiteCall& call) {
  if (!options_.recovery_plan.empty()) {
    const AsrRecoveryPlan* named = PlanNamed(plans, options_.recovery_plan);
    if (named == nullptr) {
      return absl::NotFoundError(absl::StrCat(
          "the vault has no recovery plan \"", options_.recovery_plan, "\""));
    }
    AsrPlanChoice all;
    for (const auto& [key, id] : named->items) all[key] = named;
    return all;
  }
  std::vector<AsrItemSet> groups;
  AsrItemSet group =
      ItemsOf({call.group_vm_ids().begin(), call.group_vm_ids().end()});
  for (const auto& [id, members] : groups_) groups.push_back(members);
  if (group.size() > 1 &&
      std::find(groups.begin(), groups.end(), group) == groups.end()) {
    groups.push_back(group);
  }
  // Of a run of which nothing is known, this group is.
  AsrItemSet run = ItemsOf(options_.vm_ids);
  if (run.empty()) run = std::move(group);
  return ChoosePlans(plans, groups, run);
}

AsrItemSet AsrSite::ItemsOf(const std::vector<std::string>& vm_ids) const {
  AsrItemSet items;
  for (const std::string& vm_id : vm_ids) {
    const std::string id = KnownItemId(vm_id);
    if (!id.empty()) items.insert(absl::AsciiStrToLower(id));
  }
  return items;
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
