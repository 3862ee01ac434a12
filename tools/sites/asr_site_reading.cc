#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "tools/sites/asr_site.h"

// What became of what was asked. The asking is in asr_site.cc.

namespace recoveryline {
namespace {

using v1::CallReport;
using v1::SiteCall;

CallReport ReportOf(CallReport::State state, absl::string_view message) {
  CallReport report;
  report.set_state(state);
  report.set_message(std::string(message));
  return report;
}

// "code: message", and what is to be said of how it ended.
std::string TextOf(const ArmError& error, const std::string& description) {
  const bool is_plain = description.empty() ||
                        absl::EqualsIgnoreCase(description, "Completed") ||
                        absl::EqualsIgnoreCase(description, "Succeeded");
  return absl::StrCat(error.Text(), is_plain || error.empty() ? "" : "; ",
                      is_plain ? "" : description);
}

// A failover that fails where it cannot shut the source down.
bool IsPlanned(const AsrJob& job) {
  return absl::StrContains(absl::AsciiStrToLower(job.scenario), "planned") &&
         !absl::StrContains(absl::AsciiStrToLower(job.scenario), "unplanned");
}

// A time some hours before this one, as jobs are listed from; empty where
// `time` is none.
std::string SomeTimeBefore(const std::string& time) {
  const asr::TimeReading reading = asr::ReadTime(time);
  if (reading.state != asr::TimeReading::State::kTime) return "";
  const absl::Time before =
      absl::FromUnixNanos(reading.instant) - absl::Hours(48);
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", before, absl::UTCTimeZone());
}

}  // namespace

bool AsrSite::IsSettled(const std::string& key, const AsrMark& mark) const {
  absl::Time left = made_;
  const auto known = known_.find(key);
  if (known != known_.end() &&
      known->second.sent_before != absl::InfiniteFuture()) {
    left = known->second.sent_before;
  }
  // Another VM of the group may have sent it since.
  const auto sent = plan_requests_.find(mark.plan);
  if (sent != plan_requests_.end()) {
    left = std::max(left, sent->second.sent_before);
  }
  return clock_.Now() >= left + options_.settle;
}

absl::StatusOr<CallReport> AsrSite::Read(const SiteCall& call) {
  if (call.action() == SiteCall::VERIFY) return Verify(call);
  const Known& known = known_[call.key()];
  if (known.was_not_sent) {
    return ReportOf(CallReport::NOT_BEGUN, "it was not sent");
  }
  if (known.is_done) return Ended(call, true, "");
  if (!known.operation.empty()) return ReadOperation(call, known.operation);
  // Another VM of the group may have been begun since, and this one with it.
  const std::optional<AsrMark> mark = AsrMark::Parse(call.mark());
  const auto sent = plan_requests_.find(mark ? mark->plan : std::string());
  if (sent != plan_requests_.end() && sent->second.sequence > known.marked &&
      !sent->second.operation.empty()) {
    return ReadOperation(call, sent->second.operation);
  }
  return ReadJobs(call);
}

absl::StatusOr<CallReport> AsrSite::ReadOperation(
    const SiteCall& call, const std::string& operation) {
  const absl::StatusOr<ArmOperation> polled = vault_.arm().Poll(operation);
  if (!polled.ok()) {
    switch (polled.status().code()) {
      case absl::StatusCode::kUnavailable:
      case absl::StatusCode::kPermissionDenied:
      case absl::StatusCode::kUnauthenticated:
        return polled.status();
      default:
        // Operations are forgotten after a time; jobs are kept.
        known_[call.key()].operation.clear();
        return ReadJobs(call);
    }
  }
  const std::string text = TextOf(polled->error, polled->description);
  switch (polled->state) {
    case ArmOperation::State::kRunning:
      return ReportOf(CallReport::RUNNING, text);
    case ArmOperation::State::kSucceeded:
      return Ended(call, true, text);
    case ArmOperation::State::kFailed:
      return Ended(call, false, text);
    case ArmOperation::State::kCanceled:
      return Ended(call, false, absl::StrCat("it was cancelled; ", text));
  }
  return ReportOf(CallReport::UNKNOWN, text);
}

absl::StatusOr<CallReport> AsrSite::ReadJobs(const SiteCall& call) {
  const std::optional<AsrMark> mark = AsrMark::Parse(call.mark());
  if (!mark) {
    return ReportOf(CallReport::UNKNOWN,
                    "the call has no mark to tell its job by");
  }
  const absl::StatusOr<AsrItem> item = ItemOf(call.vm_id());
  if (absl::IsNotFound(item.status())) {
    return ReportOf(CallReport::UNKNOWN, item.status().message());
  }
  if (!item.ok()) return item.status();
  const absl::StatusOr<std::vector<AsrJob>> jobs = JobsSince(mark->since);
  if (!jobs.ok()) return jobs.status();
  const AsrSince since = SinceMark(*mark, call, *item, *jobs, names_);
  if (since.job != nullptr) return JobReport(call, *since.job);
  if (since.is_doubtful) {
    return ReportOf(CallReport::UNKNOWN,
                    "a job since may be of it, or of another VM of its name");
  }
  if (since.is_busy && IsOf(item->scenario, call.action(), call.purpose())) {
    return ReportOf(CallReport::RUNNING, "");
  }
  if (since.is_busy) {
    return absl::UnavailableError(
        absl::StrCat("Azure is busy with it: ", item->scenario));
  }
  if (since.is_reached) {
    return Ended(call, true, "by the state of the VM; no job of it was found");
  }
  if (!IsSettled(call.key(), *mark)) {
    return absl::UnavailableError(
        "whether the request has arrived cannot be told yet");
  }
  if (since.is_changed) {
    return ReportOf(CallReport::UNKNOWN,
                    absl::StrCat("no job of it was found, but the VM has "
                                 "changed: it is ",
                                 item->fact.protection_state));
  }
  // The next one of the group to be begun sends it again.
  plan_requests_.erase(mark->plan);
  return ReportOf(CallReport::NOT_BEGUN,
                  "neither a job nor the VM shows anything of it");
}

absl::StatusOr<CallReport> AsrSite::JobReport(const SiteCall& call,
                                              const AsrJob& job) {
  const std::string text = TextOf(job.error, job.state_description);
  switch (job.state) {
    case ArmOperation::State::kRunning:
      // From now on it is asked alone.
      known_[call.key()].operation = vault_.arm().endpoint().UrlOf(
          vault_.TargetOf(vault_.JobId(job.name)));
      return ReportOf(CallReport::RUNNING, text);
    case ArmOperation::State::kSucceeded:
      return Ended(call, true, text);
    case ArmOperation::State::kFailed:
    case ArmOperation::State::kCanceled:
      return Ended(call, false, text);
  }
  return ReportOf(CallReport::UNKNOWN, text);
}

absl::StatusOr<CallReport> AsrSite::Ended(const SiteCall& call, bool succeeded,
                                          const std::string& message) {
  const std::optional<AsrMark> mark = AsrMark::Parse(call.mark());
  const bool went_by_plan = mark && !mark->plan.empty();
  const bool has_point = call.action() == SiteCall::FAIL_OVER ||
                         call.action() == SiteCall::CHANGE_POINT;
  if (!has_point || (!succeeded && !went_by_plan)) {
    return ReportOf(succeeded ? CallReport::DONE : CallReport::FAILED, message);
  }
  const absl::StatusOr<AsrItem> item = ItemOf(call.vm_id());
  if (!item.ok()) return item.status();
  // A plan goes on where one of its VMs fails.
  const bool is_done =
      succeeded || (item->IsFailedOver() &&
                    SinceMark(*mark, call, *item, {}, names_).is_changed);
  CallReport report =
      ReportOf(is_done ? CallReport::DONE : CallReport::FAILED, message);
  if (!is_done) return report;
  std::optional<AsrJob> job;
  if (call.action() == SiteCall::FAIL_OVER) {
    absl::StatusOr<std::optional<AsrJob>> found = FailoverJob(call, *item);
    if (!found.ok()) return found.status();
    job = *std::move(found);
  }
  if (absl::Status filled = FillPoint(call, *item, job, &report);
      !filled.ok()) {
    return filled;
  }
  return report;
}

absl::StatusOr<std::optional<AsrJob>> AsrSite::FailoverJob(
    const SiteCall& call, const AsrItem& item) {
  const bool is_test = call.purpose() == v1::RecoveryPlan::TEST;
  const absl::StatusOr<std::vector<AsrJob>> jobs = JobsSince(SomeTimeBefore(
      is_test ? item.last_test_failover_time : item.last_failover_time));
  if (!jobs.ok()) return jobs.status();
  const AsrJob* newest =
      NewestJob(call, SiteCall::FAIL_OVER, item, *jobs, names_);
  if (newest == nullptr) return std::optional<AsrJob>();
  // A list need not have the tasks.
  const absl::StatusOr<std::string> body =
      vault_.Resource(vault_.JobId(newest->name));
  if (!body.ok() && !absl::IsNotFound(body.status())) return body.status();
  const std::optional<Json> json = body.ok() ? ParseJson(*body) : std::nullopt;
  std::optional<AsrJob> job = json ? ReadAsrJob(*json) : std::nullopt;
  return job ? job : std::optional<AsrJob>(*newest);
}

absl::Status AsrSite::FillPoint(const SiteCall& call, const AsrItem& item,
                                const std::optional<AsrJob>& job,
                                CallReport* report) {
  const AsrJobVm* vm = job ? VmOf(*job, item) : nullptr;
  // While it is protected, the item's point is that of a failover before.
  std::string point;
  if (item.IsFailedOver() && call.purpose() != v1::RecoveryPlan::TEST) {
    point = item.failover_point;
  }
  if (point.empty() && vm != nullptr) point = vm->point;
  if (point.empty()) return absl::OkStatus();
  // As the caller spells it.
  report->set_recovery_point_id(
      absl::EqualsIgnoreCase(point, call.recovery_point_id())
          ? call.recovery_point_id()
          : point);
  if (vm != nullptr && vm->point_time &&
      absl::EqualsIgnoreCase(vm->point, point)) {
    *report->mutable_recovery_point_time() = ToTimestamp(*vm->point_time);
  }
  if (report->has_recovery_point_time() || !call.process_pending_data()) {
    return absl::OkStatus();
  }
  // A newer point than the chosen one was made; when it was captured counts.
  const absl::StatusOr<AsrVault::Pages> pages = vault_.Points(item.id());
  if (!pages.ok()) return pages.status();
  const std::optional<core::Instant> time = PointTime(*pages, point);
  if (time) *report->mutable_recovery_point_time() = ToTimestamp(*time);
  return absl::OkStatus();
}

absl::StatusOr<CallReport> AsrSite::Verify(const SiteCall& call) {
  const absl::StatusOr<AsrItem> item = ItemOf(call.vm_id());
  if (!item.ok()) return item.status();
  const bool is_test = call.purpose() == v1::RecoveryPlan::TEST;
  const absl::StatusOr<std::optional<AsrJob>> job = FailoverJob(call, *item);
  if (!job.ok()) return job.status();
  const bool is_ended = !*job || (*job)->state != ArmOperation::State::kRunning;
  if (!is_ended) return ReportOf(CallReport::RUNNING, (*job)->scenario);

  CallReport report =
      ReportOf(CallReport::DONE,
               *job ? TextOf((*job)->error, (*job)->state_description) : "");
  // A plan fails where any of its VMs does.
  const bool failed = *job && !(*job)->is_of_plan &&
                      (*job)->state != ArmOperation::State::kSucceeded;
  report.set_vm_up(!failed &&
                   (is_test ? item->IsTested() : item->IsFailedOver()));
  if (*job && !failed && !is_test) {
    if (IsPlanned(**job)) {
      report.set_source_off(true);
    } else if ((*job)->source_off) {
      report.set_source_off(*(*job)->source_off);
    }
  }
  if (report.vm_up()) {
    if (absl::Status filled = FillPoint(call, *item, *job, &report);
        !filled.ok()) {
      return filled;
    }
  }
  return report;
}

}  // namespace recoveryline
