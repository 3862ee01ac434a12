#include "engine/failover/failover_run.h"

#include <algorithm>
#include <initializer_list>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace recoveryline {
namespace {

using S = FailoverState;

bool IsOneOf(S state, std::initializer_list<S> states) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

// Verified, or further on.
bool IsVerified(const RunVm& vm) {
  return IsOneOf(vm.state, {S::kAwaitingCommit, S::kCommitting, S::kCommitted,
                            S::kReprotecting, S::kReprotected, S::kProtected});
}

bool IsCommitted(const RunVm& vm) {
  return IsOneOf(vm.state, {S::kCommitted, S::kReprotecting, S::kReprotected,
                            S::kProtected});
}

bool HasFailed(const RunVm& vm) {
  return IsOneOf(vm.state, {S::kFailed, S::kUnverified});
}
bool IsPlanned(const RunVm& vm) { return vm.state == S::kPlanned; }

bool IsOutcome(VmEvent event) {
  return event == VmEvent::kDone || event == VmEvent::kElsewhere ||
         event == VmEvent::kFailed;
}

absl::Status NotNow(const FailoverRun& run, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat(why, " (the run is ", NameOf(run.state()), ")"));
}

}  // namespace

FailoverRun::FailoverRun(std::vector<RunVm> vms, RunRules rules)
    : FailoverRun(Saved{.vms = std::move(vms)}, std::move(rules)) {}

FailoverRun::FailoverRun(Saved saved, RunRules rules)
    : saved_(std::move(saved)), rules_(std::move(rules)) {}

bool FailoverRun::WaitsBefore(int boot_group) const {
  const auto at = static_cast<size_t>(boot_group);
  return at < rules_.waits_before.size() && rules_.waits_before[at];
}

bool FailoverRun::All(absl::FunctionRef<bool(const RunVm&)> is) const {
  return std::all_of(saved_.vms.begin(), saved_.vms.end(), is);
}
bool FailoverRun::Any(absl::FunctionRef<bool(const RunVm&)> is) const {
  return std::any_of(saved_.vms.begin(), saved_.vms.end(), is);
}

// --- The whole run ---

FailoverState FailoverRun::state() const {
  const auto any = [this](S state) {
    return Any([state](const RunVm& vm) { return vm.state == state; });
  };
  if (saved_.phase == Phase::kPreflight) return S::kPreflight;
  if (any(S::kCancelling)) return S::kCancelling;
  if (All([](const RunVm& vm) { return vm.state == S::kCancelled; })) {
    return S::kCancelled;
  }
  if (Any(HasFailed)) {
    // What never left, or is back, is not failed over.
    return All([](const RunVm& vm) {
      return IsOneOf(vm.state, {S::kFailed, S::kPlanned, S::kCancelled});
    })
               ? S::kFailed
               : S::kPartiallyFailedOver;
  }
  if (saved_.phase == Phase::kWaiting) return S::kAwaitingManualAction;
  if (All(IsPlanned)) return S::kPlanned;
  for (const S state : {S::kPlanned, S::kFailingOver, S::kFailedOver,
                        S::kStarting, S::kChangingPoint}) {
    if (any(state)) return S::kFailingOver;
  }
  if (any(S::kVerifying)) return S::kVerifying;
  // From here on the one that lags behind, unless others went on.
  if (!All(IsCommitted)) {
    return any(S::kCommitting) || Any(IsCommitted) ? S::kCommitting
                                                   : S::kAwaitingCommit;
  }
  if (All([](const RunVm& vm) { return vm.state == S::kCommitted; })) {
    return S::kCommitted;
  }
  if (any(S::kCommitted) || any(S::kReprotecting)) return S::kReprotecting;
  return any(S::kReprotected) ? S::kReprotected : S::kProtected;
}

std::vector<Verb> FailoverRun::allowed() const {
  std::vector<Verb> verbs;
  for (int v = 0; v < kVerbCount; ++v) {
    const auto verb = static_cast<Verb>(v);
    FailoverRun tried = *this;
    std::vector<RunTask> todo;
    if (tried.Ask(verb, &todo).ok() && tried.saved_ != saved_) {
      verbs.push_back(verb);
    }
  }
  return verbs;
}

// --- What is asked ---

absl::Status FailoverRun::Ask(Verb verb, std::vector<RunTask>* todo) {
  const auto all = [](const RunVm&) { return true; };
  switch (verb) {
    case Verb::kStart:
      return Start(todo);
    case Verb::kContinue:
      if (state() != S::kAwaitingManualAction ||
          !EarlierAreVerified(saved_.boot_group)) {
        return NotNow(*this, "no boot group waits for a manual action");
      }
      saved_.phase = Phase::kBooting;
      BeginBootGroup(todo);
      return absl::OkStatus();
    case Verb::kCommit:
      if (rules_.rehearsal) {
        return NotNow(*this, "a rehearsal is cleaned up, not committed");
      }
      if (!All(IsVerified)) {
        return NotNow(*this, "commit needs every VM verified");
      }
      if (saved_.phase == Phase::kWaiting) {
        return NotNow(*this, "commit comes after the manual action");
      }
      return AskEach(
          [](const RunVm& vm) { return vm.state == S::kAwaitingCommit; },
          VmEvent::kCommit, todo);
    case Verb::kReprotect:
      if (!All(IsCommitted)) {
        return NotNow(*this, "reprotect needs every VM committed");
      }
      return AskEach([](const RunVm& vm) { return vm.state == S::kCommitted; },
                     VmEvent::kReprotect, todo);
    case Verb::kCancel:
      if (saved_.phase == Phase::kPreflight) saved_.phase = Phase::kPlanned;
      return AskEach(all, VmEvent::kCancel, todo);
  }
  return absl::OkStatus();
}

absl::Status FailoverRun::Start(std::vector<RunTask>* todo) {
  if (saved_.phase == Phase::kPreflight) return absl::OkStatus();
  if (All(IsPlanned) && saved_.phase == Phase::kPlanned) {
    saved_.phase = Phase::kPreflight;
    todo->push_back({.kind = RunTask::kPreflight});
    return absl::OkStatus();
  }
  if (Any([](const RunVm& vm) {
        return IsOneOf(vm.state, {S::kCancelling, S::kCancelled});
      })) {
    return NotNow(*this, "a cancelled run is not started again");
  }
  const auto may_again = [this](const RunVm& vm) {
    if (vm.state == S::kFailed && rules_.separate_start) return true;
    return HasFailed(vm) && EarlierAreVerified(vm.boot_group);
  };
  if (Any(HasFailed) && !Any(may_again)) {
    return NotNow(*this, "an earlier boot group is not verified");
  }
  std::vector<bool> again;
  for (const RunVm& vm : saved_.vms) again.push_back(may_again(vm));
  for (size_t i = 0; i < again.size(); ++i) {
    if (!again[i]) continue;
    const bool starts =
        rules_.separate_start && saved_.vms[i].state == S::kUnverified;
    Step(static_cast<int>(i), starts ? VmEvent::kStart : VmEvent::kFailOver,
         todo);
  }
  return absl::OkStatus();
}

bool FailoverRun::EarlierAreVerified(int boot_group) const {
  return All([boot_group](const RunVm& vm) {
    return vm.boot_group >= boot_group || IsVerified(vm);
  });
}

// All of them or, where one refuses, none.
absl::Status FailoverRun::AskEach(absl::FunctionRef<bool(const RunVm&)> which,
                                  VmEvent event, std::vector<RunTask>* todo) {
  for (size_t i = 0; i < saved_.vms.size(); ++i) {
    const RunVm& vm = saved_.vms[i];
    if (which(vm) && !After(vm.state, event).allowed) {
      return NotNow(*this, absl::StrCat("a VM of it is ", NameOf(vm.state)));
    }
  }
  for (size_t i = 0; i < saved_.vms.size(); ++i) {
    if (which(saved_.vms[i])) Step(static_cast<int>(i), event, todo);
  }
  return absl::OkStatus();
}

absl::Status FailoverRun::AskToChangePoints(absl::Span<const int> vms,
                                            std::vector<RunTask>* todo) {
  std::vector<bool> named(saved_.vms.size(), false);
  for (const int vm : vms) named[static_cast<size_t>(vm)] = true;
  for (size_t i = 0; i < named.size(); ++i) {
    const RunVm& vm = saved_.vms[i];
    if (named[i] && !After(vm.state, VmEvent::kChangePoint).allowed) {
      return NotNow(*this, absl::StrCat("a VM of it is ", NameOf(vm.state)));
    }
    for (size_t k = 0; k < i; ++k) {
      if (saved_.vms[k].unit == vm.unit && named[k] != named[i]) {
        return NotNow(*this, "points are changed for whole groups");
      }
    }
  }
  for (size_t i = 0; i < named.size(); ++i) {
    if (named[i]) Step(static_cast<int>(i), VmEvent::kChangePoint, todo);
  }
  return absl::OkStatus();
}

// --- What is told ---

absl::Status FailoverRun::TellPreflight(bool passed,
                                        std::vector<RunTask>* todo) {
  if (saved_.phase != Phase::kPreflight) {
    return NotNow(*this, "preflight was not asked for");
  }
  saved_.phase = passed ? Phase::kBooting : Phase::kPlanned;
  saved_.boot_group = -1;
  if (!passed) return absl::OkStatus();
  for (size_t i = 0; rules_.separate_start && i < saved_.vms.size(); ++i) {
    Step(static_cast<int>(i), VmEvent::kFailOver, todo);
  }
  GoOn(todo);
  return absl::OkStatus();
}

absl::Status FailoverRun::Tell(int vm, VmEvent outcome,
                               std::vector<RunTask>* todo) {
  const RunVm& of = saved_.vms[static_cast<size_t>(vm)];
  if (!IsOutcome(outcome) || !After(of.state, outcome).allowed) {
    return NotNow(*this, absl::StrCat("nothing was to be done for VM ", vm,
                                      ", which is ", NameOf(of.state)));
  }
  const bool lands = rules_.separate_start && outcome == VmEvent::kDone &&
                     IsOneOf(of.state, {S::kFailingOver, S::kChangingPoint});
  Step(vm, lands ? VmEvent::kLanded : outcome, todo);
  GoOn(todo);
  return absl::OkStatus();
}

void FailoverRun::Step(int vm, VmEvent event, std::vector<RunTask>* todo) {
  RunVm& of = saved_.vms[static_cast<size_t>(vm)];
  const VmStep step = After(of.state, event);
  of.state = step.state;
  if (step.action == VmAction::kNone) return;
  todo->push_back({.kind = RunTask::kVm, .vm = vm, .action = step.action});
}

void FailoverRun::BeginBootGroup(std::vector<RunTask>* todo) {
  if (rules_.separate_start) return StartLanded(todo);
  for (size_t i = 0; i < saved_.vms.size(); ++i) {
    if (saved_.vms[i].boot_group == saved_.boot_group) {
      Step(static_cast<int>(i), VmEvent::kFailOver, todo);
    }
  }
}

// Of the boot groups that have begun.
void FailoverRun::StartLanded(std::vector<RunTask>* todo) {
  for (size_t i = 0; i < saved_.vms.size(); ++i) {
    const RunVm& vm = saved_.vms[i];
    if (vm.state == S::kFailedOver && vm.boot_group <= saved_.boot_group &&
        EarlierAreVerified(vm.boot_group)) {
      Step(static_cast<int>(i), VmEvent::kStart, todo);
    }
  }
}

// Begins the next boot group that has VMs, or comes to the end, once those
// before it are verified. A wait before one without VMs is waited here.
void FailoverRun::GoOn(std::vector<RunTask>* todo) {
  if (saved_.phase != Phase::kBooting) return;
  if (rules_.separate_start) {
    if (Any([](const RunVm& vm) {
          return IsOneOf(vm.state, {S::kFailingOver, S::kFailed});
        })) {
      return;
    }
    StartLanded(todo);
  }
  int next = std::numeric_limits<int>::max();
  int end = static_cast<int>(rules_.waits_before.size()) - 1;
  for (const RunVm& vm : saved_.vms) {
    end = std::max(end, vm.boot_group + 1);
    if (vm.boot_group > saved_.boot_group) {
      next = std::min(next, vm.boot_group);
    } else if (!IsVerified(vm)) {
      return;
    }
  }
  bool waits = false;
  for (next = std::min(next, end); saved_.boot_group < next;) {
    waits |= WaitsBefore(++saved_.boot_group);
  }
  if (!waits) return BeginBootGroup(todo);
  saved_.phase = Phase::kWaiting;
  todo->push_back({.kind = RunTask::kManualAction, .boot_group = next});
}

}  // namespace recoveryline
