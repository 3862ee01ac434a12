#include "engine/failover/failover_runner.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace recoveryline {
namespace {

using v1::FailoverOutcome;
using v1::FailoverRecord;
using v1::FailoverRequest;

std::vector<RunVm> VmsOf(const v1::FailoverPlan& plan) {
  std::vector<RunVm> vms;
  for (const v1::FailoverVm& vm : plan.vms()) {
    vms.push_back({.unit = vm.unit(), .boot_group = vm.boot_group()});
  }
  return vms;
}

std::vector<bool> WaitsOf(const v1::FailoverPlan& plan) {
  std::vector<bool> waits;
  for (const int group : plan.waits_before()) {
    if (static_cast<size_t>(group) >= waits.size()) {
      waits.resize(static_cast<size_t>(group) + 1, false);
    }
    waits[static_cast<size_t>(group)] = true;
  }
  return waits;
}

absl::Status CheckPlan(const v1::FailoverPlan& plan) {
  if (plan.vms().empty()) return absl::DataLossError("a run without VMs");
  for (const v1::FailoverVm& vm : plan.vms()) {
    if (vm.unit() < 0 || vm.boot_group() < 0) {
      return absl::DataLossError(absl::StrCat(
          "VM \"", vm.vm_id(), "\" is of a negative unit or boot group"));
    }
  }
  for (const int group : plan.waits_before()) {
    if (group < 0) return absl::DataLossError("a negative boot group");
  }
  return absl::OkStatus();
}

std::optional<Verb> VerbOf(FailoverRequest::Verb verb) {
  switch (verb) {
    case FailoverRequest::START:
      return Verb::kStart;
    case FailoverRequest::CONTINUE:
      return Verb::kContinue;
    case FailoverRequest::COMMIT:
      return Verb::kCommit;
    case FailoverRequest::REPROTECT:
      return Verb::kReprotect;
    case FailoverRequest::CANCEL:
      return Verb::kCancel;
    default:  // CHANGE_POINT is asked in its own way; others make no sense
      return std::nullopt;
  }
}

FailoverRecord Ended(const std::string& key, bool done,
                     absl::string_view message,
                     const std::string& recovery_point_id) {
  FailoverRecord record;
  FailoverOutcome* outcome = record.mutable_outcome();
  outcome->set_key(key);
  outcome->set_done(done);
  outcome->set_message(std::string(message));
  outcome->set_recovery_point_id(recovery_point_id);
  return record;
}

// A VM that runs from another point than the chosen one is not verified.
FailoverRecord Ended(const SiteCall& call, const CallReport& report) {
  if (call.action == VmAction::kVerify && report.state == CallState::kDone &&
      report.recovery_point_id != call.recovery_point_id) {
    return Ended(call.key, false,
                 absl::StrCat("the site used recovery point \"",
                              report.recovery_point_id, "\" instead of \"",
                              call.recovery_point_id, "\""),
                 report.recovery_point_id);
  }
  return Ended(call.key, report.state == CallState::kDone, report.message,
               report.recovery_point_id);
}

}  // namespace

FailoverRunner::FailoverRunner(const v1::FailoverPlan& plan, RecoverySite* site,
                               FailoverLog* log, WaitForSite wait)
    : plan_(plan),
      site_(site),
      log_(log),
      wait_(std::move(wait)),
      run_(VmsOf(plan), WaitsOf(plan)),
      tries_(static_cast<size_t>(plan.vms_size()), 0) {}

absl::StatusOr<std::unique_ptr<FailoverRunner>> FailoverRunner::Begin(
    const v1::FailoverPlan& plan, RecoverySite* site, FailoverLog* log,
    WaitForSite wait) {
  if (absl::Status sound = CheckPlan(plan); !sound.ok()) return sound;
  FailoverRecord first;
  *first.mutable_plan() = plan;
  if (absl::Status kept = log->Append({first}); !kept.ok()) return kept;
  return std::unique_ptr<FailoverRunner>(
      new FailoverRunner(plan, site, log, std::move(wait)));
}

absl::StatusOr<std::unique_ptr<FailoverRunner>> FailoverRunner::Resume(
    absl::Span<const FailoverRecord> records, RecoverySite* site,
    FailoverLog* log, WaitForSite wait) {
  if (records.empty() || !records[0].has_plan()) {
    return absl::DataLossError("a log that does not begin with its plan");
  }
  if (absl::Status sound = CheckPlan(records[0].plan()); !sound.ok()) {
    return sound;
  }
  std::unique_ptr<FailoverRunner> runner(
      new FailoverRunner(records[0].plan(), site, log, std::move(wait)));
  for (size_t i = 1; i < records.size(); ++i) {
    if (const absl::Status applied = runner->Apply(records[i]); !applied.ok()) {
      return absl::DataLossError(
          absl::StrCat("record ", i + 1, ": ", applied.message()));
    }
  }
  return runner;
}

// --- What the log says ---

absl::Status FailoverRunner::Apply(const FailoverRecord& record) {
  std::vector<RunTask> todo;
  absl::Status applied;
  switch (record.record_case()) {
    case FailoverRecord::kRequest:
      applied = ApplyRequest(record.request(), &todo);
      break;
    case FailoverRecord::kPreflight:
      preflight_ = false;
      applied = run_.TellPreflight(record.preflight().passed(), &todo);
      break;
    case FailoverRecord::kIntent: {
      const auto pending = pending_.find(record.intent().vm());
      if (pending == pending_.end() ||
          pending->second.stage != Pending::kPlanned) {
        return absl::DataLossError("an intent to do what was not asked for");
      }
      pending->second.call.key = record.intent().key();
      pending->second.stage = Pending::kOpen;
      ++tries_[static_cast<size_t>(pending->first)];
      break;
    }
    case FailoverRecord::kOutcome:
      applied = ApplyOutcome(record.outcome(), &todo);
      break;
    case FailoverRecord::kPlan:
    case FailoverRecord::RECORD_NOT_SET:
      return absl::DataLossError("a second plan, or nothing");
  }
  if (applied.ok()) TakeUp(todo);
  return applied;
}

absl::Status FailoverRunner::ApplyRequest(const FailoverRequest& request,
                                          std::vector<RunTask>* todo) {
  if (request.verb() != FailoverRequest::CHANGE_POINT) {
    const std::optional<Verb> verb = VerbOf(request.verb());
    if (!verb) return absl::DataLossError("a request for nothing");
    return run_.Ask(*verb, todo);
  }
  std::map<std::string, int> vm_of_id;
  for (int i = 0; i < plan_.vms_size(); ++i) vm_of_id[plan_.vms(i).vm_id()] = i;
  std::vector<int> vms;
  for (const v1::FailoverVm& vm : request.vms()) {
    const auto found = vm_of_id.find(vm.vm_id());
    if (found == vm_of_id.end()) {
      return absl::FailedPreconditionError(
          absl::StrCat("VM \"", vm.vm_id(), "\" is not of this run"));
    }
    vms.push_back(found->second);
  }
  if (absl::Status may = run_.AskToChangePoints(vms, todo); !may.ok()) {
    return may;
  }
  for (size_t i = 0; i < vms.size(); ++i) {
    plan_.mutable_vms(vms[i])->set_recovery_point_id(
        request.vms(static_cast<int>(i)).recovery_point_id());
  }
  return absl::OkStatus();
}

absl::Status FailoverRunner::ApplyOutcome(const FailoverOutcome& outcome,
                                          std::vector<RunTask>* todo) {
  for (const auto& [vm, pending] : pending_) {
    if (pending.call.key != outcome.key() ||
        pending.stage == Pending::kPlanned) {
      continue;
    }
    const int of = vm;
    pending_.erase(of);
    return run_.Tell(of, outcome.done() ? VmEvent::kDone : VmEvent::kFailed,
                     todo);
  }
  return absl::DataLossError(
      absl::StrCat("an outcome of \"", outcome.key(), "\", which is not open"));
}

// What is asked of a VM takes the place of what was to be done for it: only a
// check, which has no effect, is ever given up so.
void FailoverRunner::TakeUp(const std::vector<RunTask>& todo) {
  for (const RunTask& task : todo) {
    switch (task.kind) {
      case RunTask::kPreflight:
        preflight_ = true;
        break;
      case RunTask::kManualAction:
        break;  // the run's state says so
      case RunTask::kVm: {
        const v1::FailoverVm& vm = plan_.vms(task.vm);
        pending_[task.vm] = {
            .call = {.key = {},
                     .vm_id = vm.vm_id(),
                     .action = task.action,
                     .recovery_point_id = vm.recovery_point_id()}};
        break;
      }
    }
  }
}

absl::Status FailoverRunner::Record(std::vector<FailoverRecord> records) {
  if (records.empty()) return absl::OkStatus();
  if (absl::Status kept = log_->Append(records); !kept.ok()) return kept;
  for (const FailoverRecord& record : records) {
    if (absl::Status applied = Apply(record); !applied.ok()) return applied;
  }
  return absl::OkStatus();
}

// --- What is done ---

absl::Status FailoverRunner::Ask(const FailoverRequest& request) {
  // Nothing that is refused is written down.
  FailoverRunner tried = *this;
  if (absl::Status may =
          [&] {
            std::vector<RunTask> todo;
            return tried.ApplyRequest(request, &todo);
          }();
      !may.ok()) {
    return may;
  }
  FailoverRecord record;
  *record.mutable_request() = request;
  if (absl::Status kept = Record({record}); !kept.ok()) return kept;
  return Drive();
}

absl::Status FailoverRunner::Drive() {
  while (preflight_ || !pending_.empty()) {
    if (preflight_) {
      if (absl::Status passed = CheckBeforehand(); !passed.ok()) return passed;
      continue;
    }
    if (absl::Status kept = WriteIntents(); !kept.ok()) return kept;
    std::vector<FailoverRecord> ended;
    std::string unknown;
    const absl::StatusOr<bool> running = BeginAndRead(&ended, &unknown);
    if (!running.ok()) return running.status();
    const bool went_on = !ended.empty();
    if (absl::Status kept = Record(std::move(ended)); !kept.ok()) return kept;
    if (went_on) continue;
    if (!*running) return absl::UnknownError(unknown);
    if (!wait_()) {
      return absl::DeadlineExceededError(
          "the site has not ended what it began");
    }
  }
  return absl::OkStatus();
}

absl::Status FailoverRunner::CheckBeforehand() {
  std::vector<SiteCall> calls;
  for (const v1::FailoverVm& vm : plan_.vms()) {
    calls.push_back({.key = {},
                     .vm_id = vm.vm_id(),
                     .action = VmAction::kFailOver,
                     .recovery_point_id = vm.recovery_point_id()});
  }
  const absl::Status checked = site_->Preflight(calls);
  if (!checked.ok() && !absl::IsFailedPrecondition(checked)) return checked;
  FailoverRecord record;
  record.mutable_preflight()->set_passed(checked.ok());
  record.mutable_preflight()->set_message(std::string(checked.message()));
  if (absl::Status kept = Record({record}); !kept.ok()) return kept;
  return checked;
}

absl::Status FailoverRunner::WriteIntents() {
  std::vector<FailoverRecord> intents;
  for (const auto& [vm, pending] : pending_) {
    if (pending.stage != Pending::kPlanned) continue;
    v1::FailoverIntent* intent = intents.emplace_back().mutable_intent();
    intent->set_vm(vm);
    intent->set_key(absl::StrCat(plan_.run_id(), "/", pending.call.vm_id, "/",
                                 tries_[static_cast<size_t>(vm)] + 1));
  }
  const std::vector<FailoverRecord> written = intents;
  if (absl::Status kept = Record(std::move(intents)); !kept.ok()) return kept;
  // Nobody else has tried these.
  for (const FailoverRecord& record : written) {
    Pending& pending = pending_[record.intent().vm()];
    pending.stage = Pending::kFresh;
  }
  return absl::OkStatus();
}

// Whether something is under way. What has ended goes to `*ended`; what the
// site cannot tell of, to `*unknown`.
absl::StatusOr<bool> FailoverRunner::BeginAndRead(
    std::vector<FailoverRecord>* ended, std::string* unknown) {
  bool running = false;
  for (auto& [vm, pending] : pending_) {
    const SiteCall& call = pending.call;
    if (pending.stage == Pending::kFresh) {
      // From here on it may have begun.
      pending.stage = Pending::kOpen;
      const absl::Status begun = site_->Begin(call);
      if (absl::IsFailedPrecondition(begun)) {
        pending.stage = Pending::kFresh;
        running = true;
        continue;
      }
      if (!begun.ok() && !absl::IsUnavailable(begun)) {
        if (call.action == VmAction::kWatch) return begun;  // nothing failed
        ended->push_back(Ended(call.key, false, begun.message(), {}));
        continue;
      }
    }
    const absl::StatusOr<CallReport> report = site_->Read(call);
    if (absl::IsUnavailable(report.status())) {
      running = true;  // is asked again
      continue;
    }
    if (!report.ok()) return report.status();
    switch (report->state) {
      case CallState::kNotBegun:
        pending.stage = Pending::kFresh;
        running = true;
        break;
      case CallState::kRunning:
        running = true;
        break;
      case CallState::kFailed:
        // That a VM has no point yet is no end of the watch.
        if (call.action == VmAction::kWatch) {
          running = true;
          break;
        }
        [[fallthrough]];
      case CallState::kDone:
        ended->push_back(Ended(call, *report));
        break;
      case CallState::kUnknown:
        *unknown = absl::StrCat("the site cannot tell what has become of ",
                                call.key, ": ", report->message);
        break;
    }
  }
  return running;
}

}  // namespace recoveryline
