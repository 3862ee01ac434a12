#include "engine/failover/failover_runner.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

// What the log says. What is done at the site is in failover_driving.cc.

namespace recoveryline {
namespace {

using v1::FailoverRecord;
using v1::FailoverRequest;
using v1::SiteCall;

std::vector<RunVm> VmsOf(const v1::FailoverPlan& plan) {
  std::vector<RunVm> vms;
  for (const v1::FailoverVm& vm : plan.vms()) {
    vms.push_back({.unit = vm.unit(), .boot_group = vm.boot_group()});
  }
  return vms;
}

RunRules RulesOf(const v1::FailoverPlan& plan) {
  RunRules rules{.separate_start = plan.separate_start(),
                 .rehearsal = plan.purpose() == v1::RecoveryPlan::TEST};
  const bool gate = !plan.commands().health_gate().empty();
  bool after = false;  // something is due after the boot group before
  for (const v1::FailoverBootGroup& group : plan.boot_groups()) {
    rules.waits_before.push_back(after || !group.start_actions().empty());
    after = gate || !group.end_actions().empty();
  }
  rules.waits_before.push_back(after);
  return rules;
}

absl::Status CheckPlan(const v1::FailoverPlan& plan) {
  if (plan.vms().empty()) return absl::DataLossError("a run without VMs");
  for (const v1::FailoverVm& vm : plan.vms()) {
    if (vm.unit() < 0 || vm.boot_group() < 0 ||
        vm.boot_group() >= plan.boot_groups_size()) {
      return absl::DataLossError(
          absl::StrCat("VM \"", vm.vm_id(), "\" is of no unit or boot group"));
    }
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

// ACTION_UNSPECIFIED for a watch, which is no call.
SiteCall::Action ActionOf(VmAction action) {
  switch (action) {
    case VmAction::kFailOver:
      return SiteCall::FAIL_OVER;
    case VmAction::kStart:
      return SiteCall::START;
    case VmAction::kChangePoint:
      return SiteCall::CHANGE_POINT;
    case VmAction::kVerify:
      return SiteCall::VERIFY;
    case VmAction::kCommit:
      return SiteCall::COMMIT;
    case VmAction::kReprotect:
      return SiteCall::REPROTECT;
    case VmAction::kCancel:
      return SiteCall::CANCEL;
    case VmAction::kNone:
    case VmAction::kWatch:
      break;
  }
  return SiteCall::ACTION_UNSPECIFIED;
}

}  // namespace

FailoverRunner::FailoverRunner(const v1::FailoverPlan& plan, RecoverySite* site,
                               FailoverLog* log, Driving driving)
    : plan_(plan),
      site_(site),
      log_(log),
      driving_(std::move(driving)),
      run_(VmsOf(plan), RulesOf(plan)),
      tries_(static_cast<size_t>(plan.vms_size()), 0),
      moved_(static_cast<size_t>(plan.vms_size()), false) {}

absl::StatusOr<std::unique_ptr<FailoverRunner>> FailoverRunner::Begin(
    const v1::FailoverPlan& plan, RecoverySite* site, FailoverLog* log,
    Driving driving) {
  if (absl::Status sound = CheckPlan(plan); !sound.ok()) return sound;
  FailoverRecord first;
  *first.mutable_plan() = plan;
  if (absl::Status kept = log->Append({first}); !kept.ok()) return kept;
  return std::unique_ptr<FailoverRunner>(
      new FailoverRunner(plan, site, log, std::move(driving)));
}

absl::StatusOr<std::unique_ptr<FailoverRunner>> FailoverRunner::Resume(
    absl::Span<const FailoverRecord> records, RecoverySite* site,
    FailoverLog* log, Driving driving) {
  if (records.empty() || !records[0].has_plan()) {
    return absl::DataLossError("a log that does not begin with its plan");
  }
  if (absl::Status sound = CheckPlan(records[0].plan()); !sound.ok()) {
    return sound;
  }
  std::unique_ptr<FailoverRunner> runner(
      new FailoverRunner(records[0].plan(), site, log, std::move(driving)));
  for (size_t i = 1; i < records.size(); ++i) {
    if (const absl::Status applied = runner->Apply(records[i]); !applied.ok()) {
      return absl::DataLossError(
          absl::StrCat("record ", i + 1, ": ", applied.message()));
    }
  }
  return runner;
}

std::vector<SiteCall> FailoverRunner::Pending() const {
  std::vector<SiteCall> calls;
  for (const auto& [vm, task] : tasks_) calls.push_back(task.call);
  return calls;
}

std::map<int, std::string> FailoverRunner::Reasons() const {
  std::map<int, std::string> reasons;
  for (const auto& [vm, task] : tasks_) {
    if (!task.reason.empty()) reasons[vm] = task.reason;
  }
  return reasons;
}

bool FailoverRunner::HasBegun(const std::string& action) const {
  return actions_begun_.count({run_.saved().boot_group, action}) == 1;
}

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
    case FailoverRecord::kIntent:
      applied = ApplyIntent(record.intent());
      break;
    case FailoverRecord::kOutcome:
      applied = ApplyOutcome(record.outcome(), &todo);
      break;
    case FailoverRecord::kAction:
      applied = ApplyAction(record.action());
      break;
    case FailoverRecord::kDelay:
      applied = ApplyDelay(record.delay());
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
  moved_.assign(moved_.size(), false);
  if (request.verb() == FailoverRequest::CHANGE_POINT) {
    return ApplyChangeOfPoints(request, todo);
  }
  const std::optional<Verb> verb = VerbOf(request.verb());
  if (!verb) return absl::DataLossError("a request for nothing");
  if (*verb == Verb::kCommit && !request.decision_digest().empty() &&
      request.decision_digest() != plan_.decision_digest()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the run carries out Decision ", plan_.decision_digest(),
                     ", and what is approved is ", request.decision_digest()));
  }
  return run_.Ask(*verb, todo);
}

absl::Status FailoverRunner::ApplyChangeOfPoints(const FailoverRequest& request,
                                                 std::vector<RunTask>* todo) {
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
    const v1::FailoverVm& to = request.vms(static_cast<int>(i));
    v1::FailoverVm* vm = plan_.mutable_vms(vms[i]);
    vm->set_recovery_point_id(to.recovery_point_id());
    *vm->mutable_capture_time() = to.capture_time();
    vm->set_consistency(to.consistency());
    vm->set_process_pending_data(to.process_pending_data());
    vm->set_consistency_marker(to.consistency_marker());
  }
  if (!request.decision_digest().empty()) {
    plan_.set_decision_digest(request.decision_digest());
  }
  return absl::OkStatus();
}

absl::Status FailoverRunner::ApplyIntent(const v1::FailoverIntent& intent) {
  const auto task = tasks_.find(intent.vm());
  if (task == tasks_.end() || task->second.stage != Task::kPlanned ||
      task->second.call.action() != intent.action()) {
    return absl::DataLossError("an intent to do what was not asked for");
  }
  task->second.call.set_key(intent.key());
  task->second.call.set_mark(intent.mark());
  task->second.stage = Task::kOpen;
  ++tries_[static_cast<size_t>(intent.vm())];
  return absl::OkStatus();
}

absl::Status FailoverRunner::ApplyOutcome(const v1::FailoverOutcome& outcome,
                                          std::vector<RunTask>* todo) {
  for (const auto& [vm, task] : tasks_) {
    if (task.call.key() != outcome.key() || task.stage == Task::kPlanned) {
      continue;
    }
    const int of = vm;
    if (task.action == VmAction::kChangePoint && outcome.done()) {
      moved_[static_cast<size_t>(of)] = true;
    }
    tasks_.erase(of);
    const VmEvent done =
        outcome.elsewhere() ? VmEvent::kElsewhere : VmEvent::kDone;
    return run_.Tell(of, outcome.done() ? done : VmEvent::kFailed, todo);
  }
  return absl::DataLossError(
      absl::StrCat("an outcome of \"", outcome.key(), "\", which is not open"));
}

absl::Status FailoverRunner::ApplyAction(const v1::ActionBegun& begun) {
  if (run_.state() != FailoverState::kAwaitingManualAction ||
      run_.saved().boot_group != begun.boot_group()) {
    return absl::DataLossError(
        absl::StrCat("action \"", begun.action(), "\" is not waited for"));
  }
  actions_begun_.insert({begun.boot_group(), begun.action()});
  return absl::OkStatus();
}

absl::Status FailoverRunner::ApplyDelay(const v1::FailoverDelay& delay) {
  const auto task = tasks_.find(delay.vm());
  if (task == tasks_.end()) {
    return absl::DataLossError("a delay of what was not asked for");
  }
  task->second.reason = task->second.told = delay.message();
  ++task->second.tellings;
  return absl::OkStatus();
}

v1::SiteCall FailoverRunner::CallFor(int vm, VmAction action) const {
  const v1::FailoverVm& of = plan_.vms(vm);
  v1::SiteCall call;
  call.set_vm_id(of.vm_id());
  call.set_action(ActionOf(action));
  call.set_purpose(plan_.purpose());
  call.set_recovery_point_id(of.recovery_point_id());
  *call.mutable_capture_time() = of.capture_time();
  call.set_consistency(of.consistency());
  call.set_process_pending_data(of.process_pending_data());
  call.set_source_fenced_by(plan_.source_fenced_by());
  if (!of.replication_group_id().empty()) {
    for (const v1::FailoverVm& other : plan_.vms()) {
      if (other.unit() == of.unit()) call.add_group_vm_ids(other.vm_id());
    }
  }
  return call;
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
      case RunTask::kVm:
        tasks_[task.vm] = {.action = task.action,
                           .call = CallFor(task.vm, task.action)};
        break;
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

absl::Status FailoverRunner::Ask(const FailoverRequest& request) {
  // Nothing that is refused is written down.
  FailoverRunner tried = *this;
  std::vector<RunTask> todo;
  if (absl::Status may = tried.ApplyRequest(request, &todo); !may.ok()) {
    return may;
  }
  FailoverRecord record;
  *record.mutable_request() = request;
  if (absl::Status kept = Record({record}); !kept.ok()) return kept;
  return Drive();
}

absl::Status FailoverRunner::BeginAction(const std::string& action) {
  FailoverRecord record;
  record.mutable_action()->set_boot_group(run_.saved().boot_group);
  record.mutable_action()->set_action(action);
  FailoverRunner tried = *this;
  if (!tried.ApplyAction(record.action()).ok()) {
    return absl::FailedPreconditionError("no action is waited for");
  }
  return Record({record});
}

}  // namespace recoveryline
