#include "tools/rline/failover_session.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/failover/failover_plan.h"
#include "engine/failover/failover_records.h"
#include "engine/timestamps.h"
#include "tools/formats/excerpt.h"
#include "tools/rline/failover_failures.h"
#include "tools/rline/failover_status.h"
#include "tools/sites/command_call.h"
#include "tools/sites/log_files.h"
#include "tools/sites/site_options.h"
#include "tools/sites/verified_site.h"

namespace recoveryline {
namespace {

using S = FailoverState;

constexpr absl::Duration kUsualTimeout = absl::Minutes(10);
// Before what a site was not ready for is begun again.
constexpr absl::Duration kLongestPause = absl::Minutes(1);
constexpr size_t kShownBytes = 60;

absl::Duration TimeoutOf(const v1::FailoverPlan& plan) {
  const std::optional<core::Nanos> nanos = ToNanos(plan.commands().timeout());
  return nanos && *nanos > 0 ? absl::Nanoseconds(*nanos) : kUsualTimeout;
}

// Drawn over itself on a terminal: "3 VERIFYING, 2 AWAITING_COMMIT", and why
// something waits.
void ShowProgress(const FailoverRunner& runner) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::map<S, int> counts;
  for (const RunVm& vm : runner.run().saved().vms) ++counts[vm.state];
  std::string line;
  for (const auto& [state, count] : counts) {
    absl::StrAppend(&line, line.empty() ? "" : ", ", count, " ", NameOf(state));
  }
  if (const auto reasons = runner.Reasons(); !reasons.empty()) {
    absl::StrAppend(&line, " (", Excerpt(reasons.begin()->second, kShownBytes),
                    ")");
  }
  std::fprintf(stderr, "\r\033[K%s\r", line.c_str());
}

}  // namespace

absl::StatusOr<std::unique_ptr<OpenedSite>> OpenSiteOf(
    const v1::FailoverPlan& plan, const FailoverFlags& flags,
    const std::string& run, const v1::Inventory* inventory, Keep keep) {
  SiteRequest request{.kind = plan.site(),
                      .keep = keep == Keep::kYes,
                      .patience = flags.deadline,
                      .inventory = inventory};
  const bool has_token = std::any_of(
      flags.site_options.begin(), flags.site_options.end(),
      [](const auto& option) { return IsTokenOption(option.first); });
  for (const auto& [name, value] : plan.site_options()) {
    if (!has_token || !IsTokenOption(name)) request.options[name] = value;
  }
  for (const auto& [name, value] : flags.site_options) {
    request.options[name] = value;
  }
  for (const v1::FailoverVm& vm : plan.vms()) {
    request.vm_ids.push_back(vm.vm_id());
  }
  if (!run.empty()) request.file = absl::StrCat(run, ".site");
  return OpenSite(request);
}

// --- A run in this process ---

FailoverSession::FailoverSession(RunLog log, EventFile events,
                                 const FailoverFlags& flags,
                                 const Reporter& reporter)
    : flags_(flags),
      reporter_(reporter),
      latest_(absl::Now() + flags.deadline),
      run_log_(std::move(log)),
      log_(&run_log_, std::move(events)) {}

Driving FailoverSession::MakeDriving() {
  log_.set_clock(&site_->clock());
  started_ = site_->clock().Now();
  const auto is_late = [this] {
    return site_->clock().Now() - started_ >= flags_.deadline;
  };
  Driving driving;
  driving.wait = [this, is_late] {
    ShowProgress(*runner_);
    if (is_late()) return false;
    site_->clock().Sleep(flags_.poll);
    return true;
  };
  driving.is_late = is_late;
  driving.max_pause =
      std::max(1, static_cast<int>(kLongestPause / flags_.poll));
  return driving;
}

absl::Status FailoverSession::Take(
    absl::StatusOr<std::unique_ptr<FailoverRunner>> runner) {
  if (!runner.ok()) return runner.status();
  runner_ = *std::move(runner);
  return absl::OkStatus();
}

RecoverySite* FailoverSession::Use(const v1::FailoverPlan& plan,
                                   std::unique_ptr<OpenedSite> site) {
  site_ = std::move(site);
  if (plan.commands().verify().empty()) return &site_->site();
  checked_site_ =
      std::make_unique<VerifiedSite>(&site_->site(), plan.commands().verify(),
                                     plan.run_id(), TimeoutOf(plan), latest_);
  return checked_site_.get();
}

absl::StatusOr<std::unique_ptr<FailoverSession>> FailoverSession::Begin(
    const v1::FailoverPlan& plan, SiteOpener open, const FailoverFlags& flags,
    const Reporter& reporter) {
  absl::StatusOr<EventFile> events = EventFile::Open(flags.events);
  if (!events.ok()) return events.status();
  absl::StatusOr<RunLog> log = NewLog(flags.run, plan.run_id());
  if (!log.ok()) return log.status();
  auto site = open();
  if (!site.ok()) return site.status();
  std::unique_ptr<FailoverSession> session(new FailoverSession(
      *std::move(log), *std::move(events), flags, reporter));
  RecoverySite* used = session->Use(plan, *std::move(site));
  const Driving driving = session->MakeDriving();
  if (absl::Status taken = session->Take(
          FailoverRunner::Begin(plan, used, &session->log_, driving));
      !taken.ok()) {
    return taken;
  }
  return session;
}

absl::StatusOr<std::unique_ptr<FailoverSession>> FailoverSession::Open(
    const FailoverFlags& flags, const Reporter& reporter) {
  absl::StatusOr<RunLog> log = OpenLog(flags.run);
  if (!log.ok()) return log.status();
  absl::StatusOr<std::vector<v1::FailoverRecord>> records =
      FailoverRecordsOf(log->records());
  if (!records.ok()) return records.status();
  if (records->empty() || !(*records)[0].has_plan()) {
    return absl::NotFoundError(absl::StrCat(
        flags.run, " has no plan: start was cut off; start again"));
  }
  absl::StatusOr<EventFile> events = EventFile::Open(flags.events);
  if (!events.ok()) return events.status();
  std::unique_ptr<FailoverSession> session(new FailoverSession(
      *std::move(log), *std::move(events), flags, reporter));
  const v1::FailoverPlan plan = (*records)[0].plan();
  absl::StatusOr<std::unique_ptr<OpenedSite>> site =
      OpenSiteOf(plan, flags, flags.run, nullptr, Keep::kYes);
  if (absl::IsNotFound(site.status())) {
    return absl::DataLossError(absl::StrCat(
        "the run's site is gone, and with it what was done there: bring it "
        "back (",
        site.status().message(), ")"));
  }
  if (!site.ok()) return site.status();
  RecoverySite* used = session->Use(plan, *std::move(site));
  const Driving driving = session->MakeDriving();
  if (absl::Status taken = session->Take(
          FailoverRunner::Resume(*records, used, &session->log_, driving));
      !taken.ok()) {
    return taken;
  }
  session->log_.set_records(*std::move(records));
  return session;
}

absl::Status FailoverSession::Ask(const v1::FailoverRequest& request) {
  if (absl::Status asked = runner_->Ask(request); !asked.ok()) return asked;
  return DoWhatIsWaitedFor();
}

absl::Status FailoverSession::GoOn() {
  if (absl::Status done = runner_->Drive(); !done.ok()) return done;
  return DoWhatIsWaitedFor();
}

v1::FailoverStatus FailoverSession::Status() const {
  v1::FailoverStatus status =
      StatusOf(*runner_, log_.records(), run_log_.digest());
  status.set_changed(changed());
  return status;
}

std::string FailoverSession::WhatFailed() const {
  const auto appended = static_cast<size_t>(log_.appended());
  return recoveryline::WhatFailed(Status(), log_.records(),
                                  log_.records().size() - appended);
}

// --- Programs ---

absl::Status FailoverSession::DoWhatIsWaitedFor() {
  while (state() == S::kAwaitingManualAction) {
    const absl::StatusOr<bool> well = IsWell();
    if (!well.ok()) return well.status();
    if (!*well) return absl::OkStatus();
    const absl::StatusOr<bool> done = DoActions();
    if (!done.ok()) return done.status();
    if (!*done) return absl::OkStatus();
    v1::FailoverRequest request;
    request.set_verb(v1::FailoverRequest::CONTINUE);
    request.set_actor("the run's commands");
    if (absl::Status asked = runner_->Ask(request); !asked.ok()) return asked;
  }
  if (!log_.events().ok()) reporter_.Note(log_.events().message());
  return absl::OkStatus();
}

// Whether the boot groups that have started are; a gate that is not there says
// so of none.
absl::StatusOr<bool> FailoverSession::IsWell() {
  const v1::FailoverPlan& plan = runner_->plan();
  const std::string& gate = plan.commands().health_gate();
  if (gate.empty()) return true;
  const int next = runner_->run().saved().boot_group;
  int group = -1;
  for (const v1::FailoverVm& vm : plan.vms()) {
    if (vm.boot_group() < next) group = std::max(group, vm.boot_group());
  }
  if (group < 0) return true;  // none has started
  v1::CommandCall call;
  call.set_run_id(plan.run_id());
  call.set_boot_group_id(plan.boot_groups(group).id());
  for (const v1::FailoverVm& vm : plan.vms()) {
    if (vm.boot_group() == group) *call.add_vms() = vm;
  }
  // It only looks, so that the deadline may cut it off.
  const absl::Duration left = latest_ - absl::Now();
  const absl::StatusOr<bool> well =
      Run(gate, call, std::min(TimeoutOf(plan), left));
  if (!well.ok() || *well) return well;
  if (absl::Now() >= latest_) {
    return absl::DeadlineExceededError(
        absl::StrCat("it is not known whether boot group \"",
                     call.boot_group_id(), "\" is well"));
  }
  reporter_.Note(
      absl::StrCat("boot group \"", call.boot_group_id(), "\" is not well"));
  return plan.commands().continue_when_unhealthy();
}

absl::StatusOr<bool> FailoverSession::DoActions() {
  const v1::FailoverPlan& plan = runner_->plan();
  const int next = runner_->run().saved().boot_group;
  for (const std::string& action : ActionsBefore(plan, next)) {
    if (plan.commands().action().empty() || runner_->HasBegun(action)) {
      return false;
    }
    v1::CommandCall call;
    call.set_run_id(plan.run_id());
    if (next < plan.boot_groups_size()) {
      call.set_boot_group_id(plan.boot_groups(next).id());
    }
    call.set_action(action);
    if (absl::Status begun = runner_->BeginAction(action); !begun.ok()) {
      return begun;
    }
    const absl::StatusOr<bool> done =
        Run(plan.commands().action(), call, TimeoutOf(plan));
    if (!done.ok() || !*done) return done;
  }
  return true;
}

// Whether it ended well; why not is noted.
absl::StatusOr<bool> FailoverSession::Run(const std::string& program,
                                          const v1::CommandCall& call,
                                          absl::Duration timeout) {
  const absl::StatusOr<std::string> why = CallCommand(program, call, timeout);
  if (absl::IsInvalidArgument(why.status())) return why.status();
  if (why.ok() && why->empty()) return true;
  reporter_.Note(why.ok() ? absl::string_view(*why) : why.status().message());
  return false;
}

}  // namespace recoveryline
