#include "tools/sites/asr_mark.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

using v1::SiteCall;

constexpr int kVersion = 1;

std::string StateOf(const AsrItem& item) {
  return absl::StrCat(item.fact.protection_state, "|", NameOf(item.provider),
                      "|", item.runs_at_recovery ? "recovery" : "primary", "|",
                      item.test_failover_state, "|", item.last_failover_time,
                      "|", item.last_test_failover_time, "|",
                      item.failover_point);
}

// kByName is enough where no other machine has the name.
AsrMatch SureMatch(const AsrJob& job, const AsrItem& item,
                   const AsrNames& names) {
  const AsrMatch match = MatchOf(job, item);
  if (match != AsrMatch::kByName) return match;
  const bool is_shared =
      names.shared.count(absl::AsciiStrToLower(job.target_name)) == 1;
  return is_shared ? AsrMatch::kByName : AsrMatch::kYes;
}

bool IsNewer(const AsrJob& a, const AsrJob* b) {
  return b == nullptr || a.start_time.value_or(0) >= b->start_time.value_or(0);
}

// Whether the item stands where this call would have taken it.
bool IsReached(const SiteCall& call, const AsrItem& item) {
  const bool is_test = call.purpose() == v1::RecoveryPlan::TEST;
  switch (call.action()) {
    case SiteCall::FAIL_OVER:
      return is_test ? item.IsTested() : item.IsFailedOver();
    case SiteCall::CHANGE_POINT:
      return item.IsFailedOver() && item.scenario.empty() &&
             absl::EqualsIgnoreCase(item.failover_point,
                                    call.recovery_point_id());
    case SiteCall::COMMIT:
      return absl::StrContains(
                 absl::AsciiStrToLower(item.fact.protection_state),
                 "committed") ||
             absl::EqualsIgnoreCase(item.fact.protection_state, "Protected");
    case SiteCall::REPROTECT:
      return !item.IsFailedOver();
    case SiteCall::CANCEL:
      return is_test ? !item.IsTested() : !item.IsFailedOver();
    default:
      return false;
  }
}

}  // namespace

AsrMark AsrMark::Of(const AsrItem& item, const std::vector<AsrJob>& jobs,
                    absl::string_view since) {
  AsrMark mark;
  mark.since = std::string(since);
  for (const AsrJob& job : jobs) {
    if (job.is_of_plan || MatchOf(job, item) != AsrMatch::kNo) {
      mark.jobs.insert(job.name);
    }
  }
  if (!item.scenario_job.empty()) {
    mark.jobs.insert(absl::AsciiStrToLower(item.scenario_job));
  }
  mark.state = StateOf(item);
  return mark;
}

std::optional<AsrMark> AsrMark::Parse(absl::string_view text) {
  const std::optional<Json> json = ParseJson(text);
  if (!json || At(*json, {"v"}) != kVersion ||
      !At(*json, {"jobs"}).is_array() || !At(*json, {"state"}).is_string()) {
    return std::nullopt;
  }
  AsrMark mark;
  mark.since = TextAt(*json, {"since"});
  for (const Json& name : ListAt(*json, {"jobs"})) {
    if (!name.is_string()) return std::nullopt;
    mark.jobs.insert(name.get_ref<const std::string&>());
  }
  mark.state = TextAt(*json, {"state"});
  mark.plan = TextAt(*json, {"plan"});
  return mark;
}

std::string AsrMark::Text() const {
  const Json json = {{"v", kVersion},
                     {"since", since},
                     {"jobs", jobs},
                     {"state", state},
                     {"plan", plan}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

AsrSince SinceMark(const AsrMark& mark, const SiteCall& call,
                   const AsrItem& item, const std::vector<AsrJob>& jobs,
                   const AsrNames& names) {
  AsrSince since;
  for (const AsrJob& job : jobs) {
    if (mark.jobs.count(job.name) == 1 ||
        !IsOf(job.scenario, call.action(), call.purpose())) {
      continue;
    }
    AsrMatch match = SureMatch(job, item, names);
    if (!mark.plan.empty() && IsOfPlan(job, mark.plan)) match = AsrMatch::kYes;
    if (match == AsrMatch::kByName) since.is_doubtful = true;
    if (match == AsrMatch::kYes && IsNewer(job, since.job)) since.job = &job;
  }
  since.is_changed = mark.state != StateOf(item);
  since.is_busy =
      !item.scenario_job.empty() &&
      mark.jobs.count(absl::AsciiStrToLower(item.scenario_job)) == 0;
  since.is_reached =
      since.is_changed && !since.is_busy && IsReached(call, item);
  return since;
}

const AsrJob* NewestJob(const SiteCall& call, SiteCall::Action action,
                        const AsrItem& item, const std::vector<AsrJob>& jobs,
                        const AsrNames& names) {
  const AsrJob* newest = nullptr;
  for (const AsrJob& job : jobs) {
    if (!IsOf(job.scenario, action, call.purpose())) continue;
    const bool is_of_vm = SureMatch(job, item, names) == AsrMatch::kYes ||
                          (job.is_of_plan && VmOf(job, item) != nullptr);
    if (is_of_vm && IsNewer(job, newest)) newest = &job;
  }
  return newest;
}

}  // namespace recoveryline
