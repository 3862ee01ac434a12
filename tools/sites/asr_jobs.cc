#include "tools/sites/asr_jobs.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "tools/importers/asr_fields.h"
#include "tools/sites/https_url.h"

namespace recoveryline {
namespace {

using v1::SiteCall;

constexpr size_t kMaxTextBytes = 200;

std::optional<core::Instant> TimeAt(const Json& from, JsonPath path) {
  const asr::TimeReading reading = asr::ReadTime(TextAt(from, path));
  if (reading.state != asr::TimeReading::State::kTime) return std::nullopt;
  return reading.instant;
}

AsrJobVm ReadJobVm(const Json& entry) {
  return {.name = TextAt(entry, {"name"}),
          .friendly_name = TextAt(entry, {"friendlyName"}),
          .point = LastSegment(TextAt(entry, {"recoveryPointId"})),
          .point_time = TimeAt(entry, {"recoveryPointTime"})};
}

// A task that shuts a source down, "ShutdownVmOnPrimary" or the like: it is off
// where one was completed, and not where one was skipped or failed.
std::optional<bool> SourceOff(const Json& tasks) {
  std::optional<bool> off;
  for (const Json& task : tasks) {
    const std::string name = absl::AsciiStrToLower(TextAt(task, {"name"}));
    const std::string id = absl::AsciiStrToLower(TextAt(task, {"taskId"}));
    if (!absl::StrContains(name, "shutdown") &&
        !absl::StrContains(id, "shutdown")) {
      continue;
    }
    const bool is_done =
        absl::EqualsIgnoreCase(TextAt(task, {"state"}), "Succeeded") &&
        !absl::EqualsIgnoreCase(TextAt(task, {"stateDescription"}), "Skipped");
    off = off.value_or(true) && is_done;
  }
  return off;
}

bool Same(absl::string_view a, absl::string_view b) {
  return !a.empty() && absl::EqualsIgnoreCase(a, b);
}

bool HasAny(absl::string_view scenario,
            std::initializer_list<absl::string_view> words) {
  const std::string lower = absl::AsciiStrToLower(scenario);
  for (const absl::string_view word : words) {
    if (absl::StrContains(lower, word)) return true;
  }
  return false;
}

}  // namespace

std::optional<AsrJob> ReadAsrJob(const Json& body) {
  if (!IsJob(body)) return std::nullopt;
  const Json& properties = At(body, {"properties"});
  AsrJob job;
  job.name = absl::AsciiStrToLower(LastSegment(TextAt(body, {"id"})));
  job.scenario = Printable(TextAt(properties, {"scenarioName"}), kMaxTextBytes);
  job.state = OperationStateOf(TextAt(properties, {"state"}));
  job.state_description =
      Printable(TextAt(properties, {"stateDescription"}), kMaxTextBytes);
  job.error = ReadArmError(body);
  job.start_time = TimeAt(properties, {"startTime"});
  job.target_id = TextAt(properties, {"targetObjectId"});
  job.target_name = TextAt(properties, {"targetObjectName"});
  job.is_of_plan = absl::EqualsIgnoreCase(
      TextAt(properties, {"targetInstanceType"}), "RecoveryPlan");
  for (const Json& entry :
       ListAt(properties, {"customDetails", "protectedItemDetails"})) {
    job.vms.push_back(ReadJobVm(entry));
  }
  job.source_off = SourceOff(ListAt(properties, {"tasks"}));
  return job;
}

std::vector<AsrJob> ReadAsrJobs(const std::vector<std::string>& pages) {
  std::vector<AsrJob> jobs;
  for (const std::string& page : pages) {
    const std::optional<Json> parsed = ParseJson(page);
    if (!parsed) continue;
    for (const Json& entry : ListAt(*parsed, {"value"})) {
      std::optional<AsrJob> job = ReadAsrJob(entry);
      if (job) jobs.push_back(*std::move(job));
    }
  }
  return jobs;
}

AsrMatch MatchOf(const AsrJob& job, const AsrItem& item) {
  if (job.is_of_plan) return AsrMatch::kNo;
  if (Same(job.name, item.scenario_job)) return AsrMatch::kYes;
  const std::string id = absl::AsciiStrToLower(job.target_id);
  if (item.keys.count(id) == 1 || item.keys.count(LastSegment(id)) == 1) {
    return AsrMatch::kYes;
  }
  if (Same(job.target_name, item.fact.ref.name) ||
      Same(job.target_name, item.fact.friendly_name)) {
    return AsrMatch::kByName;
  }
  return AsrMatch::kNo;
}

bool IsOfPlan(const AsrJob& job, absl::string_view plan_id) {
  const std::string name = LastSegment(plan_id);
  return job.is_of_plan && (Same(name, LastSegment(job.target_id)) ||
                            Same(name, job.target_name));
}

const AsrJobVm* VmOf(const AsrJob& job, const AsrItem& item) {
  for (const AsrJobVm& vm : job.vms) {
    if (item.keys.count(absl::AsciiStrToLower(LastSegment(vm.name))) == 1) {
      return &vm;
    }
  }
  for (const AsrJobVm& vm : job.vms) {
    if (Same(vm.friendly_name, item.fact.friendly_name)) return &vm;
  }
  // The only machine of a job of this machine.
  return job.vms.size() == 1 && MatchOf(job, item) == AsrMatch::kYes
             ? &job.vms[0]
             : nullptr;
}

bool IsOf(absl::string_view scenario, SiteCall::Action action,
          v1::RecoveryPlan::Purpose purpose) {
  const bool is_test = purpose == v1::RecoveryPlan::TEST;
  switch (action) {
    case SiteCall::FAIL_OVER:
      return HasAny(scenario, {"failover", "failback"}) &&
             is_test == HasAny(scenario, {"test"}) &&
             !HasAny(scenario, {"cleanup", "commit", "cancel", "finalize"});
    case SiteCall::CHANGE_POINT:
      return HasAny(scenario, {"changepit", "recoverypoint"});
    case SiteCall::COMMIT:
      return HasAny(scenario, {"commit", "finalize"});
    case SiteCall::REPROTECT:
      return HasAny(scenario,
                    {"reprotect", "reversereplic", "switchprotection"});
    case SiteCall::CANCEL:
      return HasAny(scenario, {is_test ? "cleanup" : "cancel"});
    default:
      return false;
  }
}

}  // namespace recoveryline
