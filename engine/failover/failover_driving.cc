#include "engine/failover/failover_driving.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/failover/failover_runner.h"
#include "engine/failover/preflight.h"
#include "engine/failover/site_verdicts.h"

// What is done at the site. What the log says is in failover_runner.cc.

namespace recoveryline {
namespace {

using v1::CallReport;
using v1::FailoverOutcome;
using v1::FailoverRecord;

FailoverRecord Ended(const std::string& key, bool done,
                     absl::string_view message = "") {
  FailoverRecord record;
  FailoverOutcome* outcome = record.mutable_outcome();
  outcome->set_key(key);
  outcome->set_done(done);
  outcome->set_message(std::string(message));
  return record;
}

std::string NoAnswer(const absl::Status& status) {
  return absl::StrCat("the site does not answer: ", status.message());
}

// Has an effect, so that it is begun; else it is read alone.
bool IsBegun(VmAction action) {
  return action != VmAction::kVerify && action != VmAction::kWatch;
}

}  // namespace

absl::Status FailoverRunner::Drive() {
  while (preflight_ || !tasks_.empty()) {
    if (preflight_) {
      if (absl::Status passed = CheckBeforehand(); !passed.ok()) return passed;
      continue;
    }
    const absl::StatusOr<bool> written = WriteIntents();
    if (!written.ok()) return written.status();
    Round round{.running = !*written};
    if (absl::Status seen = BeginAndRead(&round); !seen.ok()) return seen;
    const bool went_on = !round.ended.empty();
    if (absl::Status kept = Record(std::move(round.ended)); !kept.ok()) {
      return kept;
    }
    if (went_on) continue;
    if (!round.unknown.empty() && !round.running) {
      return absl::UnknownError(round.unknown);
    }
    if (!round.running) return absl::OkStatus();  // a person has to ask
    if (absl::Status told = TellDelays(); !told.ok()) return told;
    if (!driving_.wait()) {
      return absl::DeadlineExceededError(WhatIsWaitedFor());
    }
  }
  return absl::OkStatus();
}

// For who looks at the log while it is waited. Of a site that always says
// something else, only the first few things are kept.
absl::Status FailoverRunner::TellDelays() {
  constexpr int kMostTellings = 20;
  std::vector<FailoverRecord> delays;
  for (const auto& [vm, task] : tasks_) {
    const bool may_tell = task.reason.empty() || task.tellings < kMostTellings;
    if (task.reason == task.told || !may_tell) continue;
    v1::FailoverDelay* delay = delays.emplace_back().mutable_delay();
    delay->set_vm(vm);
    delay->set_message(task.reason);
  }
  return Record(std::move(delays));
}

std::string FailoverRunner::WhatIsWaitedFor() const {
  const std::map<int, std::string> reasons = Reasons();
  if (reasons.empty()) return "the site has not ended what it began";
  const auto& [vm, why] = *reasons.begin();
  const size_t others = reasons.size() - 1;
  return absl::StrCat(
      "what was asked of the site goes on: VM \"", plan_.vms(vm).vm_id(),
      "\": ", why,
      others > 0 ? absl::StrCat("; and ", others, " more VMs wait") : "");
}

// How what has ended counts: a VM that runs from another point than the chosen
// one, say, is not verified. Where points are chosen afterwards, it goes to it,
// once for each time it is asked.
FailoverRecord FailoverRunner::Ended(int vm, const v1::SiteCall& call,
                                     const CallReport& report) const {
  const v1::FailoverVm& of = plan_.vms(vm);
  FailoverRecord record = recoveryline::Ended(
      call.key(), report.state() == CallReport::DONE, report.message());
  FailoverOutcome* outcome = record.mutable_outcome();
  outcome->set_recovery_point_id(report.recovery_point_id());
  if (report.has_recovery_point_time()) {
    *outcome->mutable_recovery_point_time() = report.recovery_point_time();
  }
  if (!outcome->done()) return record;
  const bool may_move = of.point_choice() == v1::SiteVm::AFTER_FAILOVER &&
                        !moved_[static_cast<size_t>(vm)];
  const bool lands = call.action() == v1::SiteCall::FAIL_OVER ||
                     call.action() == v1::SiteCall::VERIFY;
  if (lands && may_move &&
      report.recovery_point_id() != of.recovery_point_id()) {
    outcome->set_elsewhere(true);
    return record;
  }
  if (call.action() != v1::SiteCall::VERIFY) return record;
  if (const std::string why = WhyUnverified(plan_, of, report); !why.empty()) {
    outcome->set_done(false);
    outcome->set_message(why);
  }
  return record;
}

absl::Status FailoverRunner::CheckBeforehand() {
  std::vector<std::string> ids;
  for (const v1::FailoverVm& vm : plan_.vms()) ids.push_back(vm.vm_id());
  const absl::StatusOr<std::vector<v1::SiteVm>> vms = site_->Describe(ids);
  if (!vms.ok()) return vms.status();
  report_ = recoveryline::CheckBeforehand(plan_, *vms);
  FailoverRecord record;
  record.mutable_preflight()->set_passed(report_.passed());
  record.mutable_preflight()->set_message(SummaryOf(report_));
  if (absl::Status kept = Record({record}); !kept.ok()) return kept;
  return StatusOf(report_);
}

// Whether all could be written: the site marks what is begun. Of a unit, all or
// none.
absl::StatusOr<bool> FailoverRunner::WriteIntents() {
  std::vector<FailoverRecord> intents;
  std::set<int> unmarked;  // units
  for (auto& [vm, task] : tasks_) {
    if (task.stage != Task::kPlanned) continue;
    FailoverRecord record;
    v1::FailoverIntent* intent = record.mutable_intent();
    intent->set_vm(vm);
    intent->set_action(task.call.action());
    intent->set_key(absl::StrCat(plan_.run_id(), "/", task.call.vm_id(), "/",
                                 tries_[static_cast<size_t>(vm)] + 1));
    if (IsBegun(task.action)) {
      v1::SiteCall call = task.call;
      call.set_key(intent->key());
      absl::StatusOr<std::string> mark = site_->Mark(call);
      if (absl::IsUnavailable(mark.status())) {
        task.reason = NoAnswer(mark.status());
        unmarked.insert(plan_.vms(vm).unit());
        continue;
      }
      if (!mark.ok()) return mark.status();
      intent->set_mark(*std::move(mark));
    }
    intents.push_back(std::move(record));
  }
  // A site may do what is asked for one VM of a unit for all of them.
  intents.erase(std::remove_if(intents.begin(), intents.end(),
                               [&](const FailoverRecord& record) {
                                 const int vm = record.intent().vm();
                                 return unmarked.count(plan_.vms(vm).unit()) ==
                                        1;
                               }),
                intents.end());
  std::vector<int> written;
  for (const FailoverRecord& record : intents) {
    written.push_back(record.intent().vm());
  }
  if (absl::Status kept = Record(std::move(intents)); !kept.ok()) return kept;
  // Nobody else has tried these.
  for (const int vm : written) {
    Task& task = tasks_[vm];
    if (IsBegun(task.action)) task.stage = Task::kFresh;
  }
  return unmarked.empty();
}

absl::Status FailoverRunner::BeginAndRead(Round* round) {
  bool watches = false;
  for (const auto& [vm, task] : tasks_) {
    if (task.action == VmAction::kWatch) watches = true;
    if (task.stage == Task::kOpen && IsBegun(task.action)) ++round->in_flight;
  }
  for (auto& [vm, task] : tasks_) {
    if (task.stage == Task::kPlanned || task.action == VmAction::kWatch) {
      continue;
    }
    if (round->no_answer && driving_.is_late && driving_.is_late()) {
      round->running = true;
      break;
    }
    if (task.stage == Task::kFresh && task.pause > 0) {
      --task.pause;
      round->running = true;
      continue;
    }
    if (task.stage == Task::kFresh) {
      const absl::StatusOr<bool> begun = BeginOne(&task, round);
      if (!begun.ok()) return begun.status();
      if (!*begun) continue;
    }
    if (absl::Status read = ReadOne(vm, &task, round); !read.ok()) return read;
  }
  return watches ? ReadWatched(round) : absl::OkStatus();
}

// Whether it has begun, or may have.
absl::StatusOr<bool> FailoverRunner::BeginOne(Task* task, Round* round) {
  if (round->in_flight >= driving_.max_in_flight) {
    round->running = true;
    return false;
  }
  // From here on it may have begun.
  task->stage = Task::kOpen;
  const absl::Status begun = site_->Begin(task->call);
  if (begun.ok() || absl::IsUnavailable(begun)) {
    ++round->in_flight;
    return true;
  }
  if (absl::IsFailedPrecondition(begun)) {
    PutOff(begun.message(), task, round);
    return false;
  }
  round->ended.push_back(
      recoveryline::Ended(task->call.key(), false, begun.message()));
  return false;
}

// It surely has not begun, and is begun again after a while.
void FailoverRunner::PutOff(absl::string_view why, Task* task,
                            Round* round) const {
  constexpr int kMostDoublings = 20;
  task->stage = Task::kFresh;
  if (!why.empty()) task->reason = std::string(why);
  task->pause = std::min(1 << std::min(task->refusals, kMostDoublings),
                         driving_.max_pause) -
                1;
  ++task->refusals;
  round->running = true;
}

absl::Status FailoverRunner::ReadOne(int vm, Task* task, Round* round) {
  const absl::StatusOr<CallReport> report = site_->Read(task->call);
  if (absl::IsUnavailable(report.status())) {
    task->reason = NoAnswer(report.status());
    round->no_answer = true;
    round->running = true;  // is asked again
    return absl::OkStatus();
  }
  if (!report.ok()) return report.status();
  switch (report->state()) {
    case CallReport::NOT_BEGUN:
      if (IsBegun(task->action)) {
        PutOff(report->message(), task, round);
      } else {
        task->reason = report->message();
        round->running = true;
      }
      break;
    case CallReport::RUNNING:
      task->reason.clear();
      round->running = true;
      break;
    case CallReport::FAILED:
    case CallReport::DONE:
      round->ended.push_back(Ended(vm, task->call, *report));
      break;
    default:
      round->unknown = absl::StrCat("the site cannot tell what has become of ",
                                    task->call.key(), ": ", report->message());
      break;
  }
  return absl::OkStatus();
}

// VMs are protected again with all of their unit. Where one of it is not
// reprotected, there is nothing to wait for.
absl::Status FailoverRunner::ReadWatched(Round* round) {
  std::set<int> units;
  for (const auto& [vm, task] : tasks_) {
    if (task.action == VmAction::kWatch) units.insert(plan_.vms(vm).unit());
  }
  for (const RunVm& vm : run_.saved().vms) {
    if (vm.state == FailoverState::kCommitted) units.erase(vm.unit);
  }
  if (units.empty()) return absl::OkStatus();
  std::vector<std::string> ids;
  std::map<int, std::vector<size_t>> of_unit;
  for (const v1::FailoverVm& vm : plan_.vms()) {
    if (units.count(vm.unit()) == 0) continue;
    of_unit[vm.unit()].push_back(ids.size());
    ids.push_back(vm.vm_id());
  }
  const absl::StatusOr<std::vector<v1::SiteVm>> vms = site_->Describe(ids);
  const std::string no_answer =
      absl::IsUnavailable(vms.status()) ? NoAnswer(vms.status()) : "";
  for (auto& [vm, task] : tasks_) {
    if (task.action == VmAction::kWatch) task.reason = no_answer;
  }
  if (!no_answer.empty()) {
    round->running = true;
    return absl::OkStatus();
  }
  if (!vms.ok()) return vms.status();
  std::map<int, bool> has_points;
  for (const auto& [unit, positions] : of_unit) {
    std::vector<const v1::SiteVm*> members;
    for (const size_t at : positions) members.push_back(&(*vms)[at]);
    has_points[unit] = HavePointsAgain(members);
  }
  for (const auto& [vm, task] : tasks_) {
    if (task.action != VmAction::kWatch ||
        units.count(plan_.vms(vm).unit()) == 0) {
      continue;
    }
    if (task.stage == Task::kOpen && has_points[plan_.vms(vm).unit()]) {
      round->ended.push_back(recoveryline::Ended(task.call.key(), true));
    } else {
      round->running = true;
    }
  }
  return absl::OkStatus();
}

}  // namespace recoveryline
