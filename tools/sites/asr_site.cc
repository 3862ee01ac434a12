#include "tools/sites/asr_site.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/importers/asr_fields.h"

// What is asked of Azure. What became of it is in asr_site_reading.cc, what is
// asked for a group in asr_site_groups.cc, how VMs are in
// asr_site_describing.cc.

namespace recoveryline {
namespace {

using v1::SiteCall;

// The clocks of Azure's servers differ by less.
constexpr absl::Duration kJobMargin = absl::Hours(24);

// The agent in the VM has not registered yet (ASR.md 4).
constexpr char kNoAgent[] = "95226";
// The point is listed still, but a disk has changed since.
constexpr char kNoBookmark[] = "BookmarkNotFound";

// The id of the machine `vm_id` among items by their ids in an inventory. An
// inventory made from fewer items may have a shorter name for it, which counts
// where it can mean one machine alone.
std::string FindId(const std::map<std::string, std::string>& item_ids,
                   const std::string& vm_id) {
  const auto exact = item_ids.find(vm_id);
  if (exact != item_ids.end()) return exact->second;
  std::string found;
  for (const auto& [id, item] : item_ids) {
    for (const std::string& name : asr::NameLadder(asr::ParseId(item).owner)) {
      if (!absl::EqualsIgnoreCase(name, vm_id)) continue;
      if (!found.empty()) return "";
      found = item;
      break;
    }
  }
  return found;
}

// What a refusal of a request means to a run.
absl::Status RefusalOf(const SiteCall& call, const absl::Status& refused) {
  const std::string code = ArmErrorCode(refused);
  if (absl::IsAborted(refused) ||
      (call.action() == SiteCall::REPROTECT && code == kNoAgent)) {
    return absl::FailedPreconditionError(refused.message());
  }
  if (code == kNoBookmark) {
    return absl::NotFoundError(absl::StrCat(
        refused.message(),
        ". The point cannot be used any more, as a disk was changed after it; "
        "choose another one"));
  }
  return refused;
}

}  // namespace

AsrSite::AsrSite(AsrVault vault, Clock& clock, Options options)
    : vault_(std::move(vault)),
      clock_(clock),
      options_(std::move(options)),
      made_(clock.Now()) {}

absl::Status AsrSite::KeepItems(const absl::StatusOr<AsrVault::Pages>& pages) {
  if (!pages.ok()) return pages.status();
  std::vector<AsrBody> bodies;
  AddBodies("replicationProtectedItems", *pages, &bodies);
  absl::StatusOr<AsrImport> import = ImportAsrBodies(bodies, {});
  if (!import.ok()) return import.status();
  item_ids_ = std::move(import->item_ids);
  names_.shared.clear();
  std::set<std::string> names;
  groups_.clear();
  for (const v1::Vm& vm : import->inventory.vms()) {
    const std::string name = absl::AsciiStrToLower(vm.display_name());
    if (!names.insert(name).second) names_.shared.insert(name);
    if (vm.replication_group_id().empty()) continue;
    groups_[vm.replication_group_id()].insert(
        absl::AsciiStrToLower(item_ids_[vm.id()]));
  }
  return absl::OkStatus();
}

std::string AsrSite::KnownItemId(const std::string& vm_id) const {
  return FindId(item_ids_, vm_id);
}

absl::StatusOr<std::string> AsrSite::ItemIdOf(const std::string& vm_id) {
  std::string id = FindId(item_ids_, vm_id);
  if (id.empty()) {
    if (absl::Status kept = KeepItems(vault_.Items()); !kept.ok()) return kept;
    id = FindId(item_ids_, vm_id);
  }
  if (!id.empty()) return id;
  return absl::NotFoundError(
      absl::StrCat("the vault has no protected item \"", vm_id, "\""));
}

absl::StatusOr<AsrItem> AsrSite::ItemOf(const std::string& vm_id) {
  absl::StatusOr<std::string> id = ItemIdOf(vm_id);
  if (!id.ok()) return id.status();
  absl::StatusOr<std::string> body = vault_.Resource(*id);
  if (absl::IsNotFound(body.status())) {
    // A reprotection may move an item to another fabric.
    item_ids_.clear();
    id = ItemIdOf(vm_id);
    if (!id.ok()) return id.status();
    body = vault_.Resource(*id);
  }
  if (!body.ok()) return body.status();
  return ReadAsrItem(*body);
}

absl::StatusOr<std::vector<AsrJob>> AsrSite::JobsSince(
    const std::string& since) {
  const absl::StatusOr<AsrVault::Pages> pages = vault_.Jobs(since);
  if (!pages.ok()) return pages.status();
  return ReadAsrJobs(*pages);
}

absl::StatusOr<std::string> AsrSite::Mark(const SiteCall& call) {
  const absl::StatusOr<AsrItem> item = ItemOf(call.vm_id());
  if (!item.ok()) return item.status();
  std::string since;
  if (const auto now = vault_.arm().server_time()) {
    since = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", *now - kJobMargin,
                             absl::UTCTimeZone());
  }
  const absl::StatusOr<std::vector<AsrJob>> jobs = JobsSince(since);
  if (!jobs.ok()) return jobs.status();
  AsrMark mark = AsrMark::Of(*item, *jobs, since);
  const absl::StatusOr<AsrRecoveryPlan> plan = PlanOf(call, *item);
  if (absl::IsUnavailable(plan.status())) return plan.status();
  // That there is none is for Begin() to say.
  if (plan.ok()) mark.plan = plan->id;
  known_[call.key()].marked = ++sequence_;
  return mark.Text();
}

absl::StatusOr<AsrRequest> AsrSite::RequestOf(const SiteCall& call,
                                              const AsrItem& item,
                                              const std::string& plan_id) {
  AsrAsk ask = {.action = call.action(),
                .purpose = call.purpose(),
                .provider = item.provider,
                .item_id = item.id(),
                .plan_id = plan_id,
                .consistency = call.consistency(),
                .runs_at_recovery = item.runs_at_recovery,
                .source_is_fenced = !call.source_fenced_by().empty(),
                .use_shared_points = call.group_vm_ids_size() > 1};
  const bool needs_point =
      (call.action() == SiteCall::FAIL_OVER && !call.process_pending_data()) ||
      call.action() == SiteCall::CHANGE_POINT;
  if (needs_point && PointChoiceOf(item.provider, item.runs_at_recovery,
                                   false) != v1::SiteVm::BY_TYPE) {
    const absl::StatusOr<AsrVault::Pages> pages = vault_.Points(item.id());
    if (!pages.ok()) return pages.status();
    const std::map<std::string, std::string> points = PointIds(*pages);
    const auto point =
        points.find(absl::AsciiStrToLower(call.recovery_point_id()));
    if (point == points.end()) {
      return absl::NotFoundError(
          absl::StrCat("\"", call.vm_id(), "\" has no recovery point \"",
                       call.recovery_point_id(), "\" any more"));
    }
    ask.point_id = point->second;
  }
  return AsrRequestFor(ask, call.vm_id(), options_.requests);
}

absl::Status AsrSite::Begin(const SiteCall& call) {
  Known& known = known_[call.key()];
  known.was_not_sent = true;
  const absl::StatusOr<AsrItem> item = ItemOf(call.vm_id());
  if (!item.ok()) return item.status();
  const absl::StatusOr<AsrRecoveryPlan> plan = PlanOf(call, *item);
  if (!plan.ok()) return plan.status();
  if (!plan->id.empty()) {
    bool joined = false;
    const absl::Status status = Joined(call, plan->id, &joined);
    if (joined) return status;
    if (item->IsFailedOver() && item->scenario.empty()) {
      // By a request of the process before, for another VM of the plan.
      known.is_done = true;
      known.was_not_sent = false;
      return absl::OkStatus();
    }
  }
  if (call.action() == SiteCall::REPROTECT && item->agent_registered == false) {
    return absl::FailedPreconditionError(
        "the agent in it has not registered yet");
  }
  const absl::StatusOr<AsrRequest> request = RequestOf(call, *item, plan->id);
  if (!request.ok()) return request.status();
  if (!AllowsAction(item->allowed_operations, item->provider, call.action(),
                    call.purpose())) {
    return absl::FailedPreconditionError(absl::StrCat(
        "Azure does not allow it now: it is ", item->fact.protection_state,
        item->scenario.empty() ? "" : ", in the course of ", item->scenario));
  }
  if (absl::Status ready = IsReady(*plan, call); !ready.ok()) return ready;
  return Send(call, *request, plan->id);
}

absl::Status AsrSite::Send(const SiteCall& call, const AsrRequest& request,
                           const std::string& plan_id) {
  Known& known = known_[call.key()];
  known.was_not_sent = false;
  known.sent_before = absl::InfiniteFuture();
  const ArmOutcome outcome =
      vault_.arm().Post(vault_.TargetOf(request.path),
                        request.body.is_null() ? "" : request.body.dump());
  known.sent_before = clock_.Now();
  const bool is_accepted = outcome.state == ArmOutcome::State::kRunning ||
                           outcome.state == ArmOutcome::State::kDone;
  const bool is_open = outcome.state == ArmOutcome::State::kUnknown;
  if (!plan_id.empty() && (is_accepted || is_open)) {
    plan_requests_[plan_id] = {.operation = outcome.operation,
                               .is_open = is_open,
                               .sequence = ++sequence_,
                               .vm_ids = {call.vm_id()},
                               .sent_before = known.sent_before};
  }
  switch (outcome.state) {
    case ArmOutcome::State::kRunning:
      known.operation = outcome.operation;
      return absl::OkStatus();
    case ArmOutcome::State::kDone:
      known.is_done = true;
      return absl::OkStatus();
    case ArmOutcome::State::kNotAccepted:
      known.was_not_sent = true;
      return outcome.status;
    case ArmOutcome::State::kRefused:
      known.was_not_sent = true;
      return RefusalOf(call, outcome.status);
    case ArmOutcome::State::kUnknown:
      break;
  }
  return outcome.status;
}

}  // namespace recoveryline
