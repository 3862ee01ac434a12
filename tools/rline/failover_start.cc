#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/failover/failover_plan.h"
#include "engine/failover/failover_records.h"
#include "engine/failover/preflight.h"
#include "engine/timestamps.h"
#include "tools/rline/failover_decision.h"
#include "tools/rline/failover_repeat.h"
#include "tools/rline/failover_status.h"
#include "tools/rline/failover_verbs.h"
#include "tools/rline/output.h"
#include "tools/sites/running_program.h"

namespace recoveryline {
namespace {

constexpr size_t kIdDigits = 12;

// A plan, and the site at which it would be carried out.
struct Prepared {
  v1::FailoverPlan plan;
  v1::Inventory inventory;  // of a simulated site; may be empty
  std::unique_ptr<OpenedSite> site;
  std::vector<v1::SiteVm> vms;
};

// A program that cannot be run would be missed half way.
std::optional<Refusal> CheckPrograms(const v1::FailoverCommands& commands) {
  for (const std::string& program :
       {commands.action(), commands.health_gate(), commands.verify()}) {
    if (program.empty()) continue;
    const absl::Status can = RunningProgram::CanStart(program);
    if (!can.ok()) return Refusal{ExitCode::kUsage, std::string(can.message())};
  }
  return std::nullopt;
}

// `run`: as of OpenSiteOf(). Nothing has an effect, and nothing is left behind.
std::optional<Refusal> Prepare(FailoverFlags flags, const std::string& run,
                               const Reporter& reporter, Prepared* prepared) {
  FailoverDecision read;
  if (auto refusal = ReadFailoverDecision(flags, &read)) return refusal;
  if (flags.site.empty()) flags.site = "simulated";
  if (flags.run_id.empty()) {
    // The same Decision is the same run.
    absl::string_view digits = read.digest;
    absl::ConsumePrefix(&digits, "sha256:");
    flags.run_id = absl::StrCat("run-", digits.substr(0, kIdDigits));
  }
  if (auto refusal = MakePlan(flags, read, &prepared->plan)) return refusal;
  if (auto refusal = CheckPrograms(prepared->plan.commands())) return refusal;
  // What the Decision was made at is where a simulation begins.
  if (auto refusal =
          OpenForPlan(prepared->plan, flags, run, IdsOf(prepared->plan),
                      read.decision.decision_time(), reporter, Keep::kNo,
                      &prepared->inventory, &prepared->site)) {
    return refusal;
  }
  if (auto refusal =
          CheckFresh(flags, read.decision, prepared->site->clock().Now())) {
    return refusal;
  }
  auto vms = prepared->site->site().Describe(IdsOf(prepared->plan));
  if (!vms.ok()) {
    return Refusal{CodeOfFailover(vms.status()),
                   std::string(vms.status().message())};
  }
  prepared->vms = *std::move(vms);
  AddCapabilities(prepared->vms, &prepared->plan);
  return std::nullopt;
}

ExitCode ShowReport(const v1::PreflightReport& report,
                    const FailoverFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const absl::Status written =
      output->is_table()
          ? output->WriteText(PreflightTable(report, output->display()))
          : output->Write(report);
  if (!written.ok()) return ReportUnwritten(written, reporter);
  if (report.passed()) return ExitCode::kComplete;
  return reporter.Fail(
      report.drifted() ? ExitCode::kRefuted : CodeOfFailover(StatusOf(report)),
      SummaryOf(report));
}

// In which order things would be done.
void NoteSteps(const v1::FailoverPlan& plan, const Reporter& reporter) {
  if (plan.separate_start()) {
    reporter.Note(absl::StrCat("all ", plan.vms_size(),
                               " VMs would be failed over at the same time, "
                               "and then started boot group by boot group"));
  }
  for (int i = 0; i <= plan.boot_groups_size(); ++i) {
    int64_t vms = 0;
    for (const v1::FailoverVm& vm : plan.vms()) vms += vm.boot_group() == i;
    const bool end = i == plan.boot_groups_size();
    if (vms > 0 || end) {
      for (const std::string& action : ActionsBefore(plan, i)) {
        reporter.Note(absl::StrCat("action: ", action));
      }
    }
    if (vms > 0) {
      reporter.Note(absl::StrCat(
          "boot group \"", plan.boot_groups(i).id(), "\": ", Count(vms, "VM"),
          plan.separate_start() ? " started, verified"
                                : " failed over, verified"));
    }
  }
}

// A run that is there and carries this Decision out goes on.
ExitCode GoOn(FailoverSession* session, const FailoverFlags& flags,
              const Reporter& reporter) {
  const FailoverState state = session->state();
  if (state == FailoverState::kCancelling ||
      state == FailoverState::kCancelled) {
    return Tell(*session,
                absl::FailedPreconditionError(
                    "a cancelled run is not started again: to fail over after "
                    "all, begin a new one with another --run"),
                flags, reporter);
  }
  const bool asks = state == FailoverState::kPlanned ||
                    state == FailoverState::kFailed ||
                    state == FailoverState::kPartiallyFailedOver;
  absl::Status ended =
      asks ? session->Ask(RequestOf(v1::FailoverRequest::START, flags))
           : session->GoOn();
  if (ended.ok() && flags.commit_when_verified &&
      session->state() == FailoverState::kAwaitingCommit) {
    v1::FailoverRequest commit = RequestOf(v1::FailoverRequest::COMMIT, flags);
    commit.set_decision_digest(session->runner().plan().decision_digest());
    ended = session->Ask(commit);
  }
  return Tell(*session, ended, flags, reporter);
}

// A run that begins. A simulated site gets its file once nothing refuses it.
ExitCode Begin(const FailoverFlags& flags, const Reporter& reporter) {
  Prepared prepared;
  if (auto refusal = Prepare(flags, flags.run, reporter, &prepared)) {
    return reporter.Fail(refusal->code, refusal->message);
  }
  const auto open = [&]() -> absl::StatusOr<std::unique_ptr<OpenedSite>> {
    if (prepared.plan.site() != "simulated") return std::move(prepared.site);
    prepared.site.reset();
    return OpenSiteOf(
        prepared.plan, flags, flags.run,
        flags.inventory.inventory.empty() ? nullptr : &prepared.inventory,
        Keep::kYes);
  };
  auto session = FailoverSession::Begin(prepared.plan, open, flags, reporter);
  if (!session.ok()) return FailToOpen(session.status(), reporter);
  return GoOn(session->get(), flags, reporter);
}

}  // namespace

ExitCode RunPreflight(const FailoverFlags& flags, const Reporter& reporter) {
  Prepared prepared;
  if (auto refusal = Prepare(flags, "", reporter, &prepared)) {
    return reporter.Fail(refusal->code, refusal->message);
  }
  return ShowReport(CheckBeforehand(prepared.plan, prepared.vms), flags,
                    reporter);
}

ExitCode RunStart(const FailoverFlags& flags, const Reporter& reporter) {
  // Before anything: that what is asked can be told.
  if (const auto output = Output::Of(flags.output); !output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  if (flags.dry_run) {
    Prepared prepared;
    if (auto refusal = Prepare(flags, "", reporter, &prepared)) {
      return reporter.Fail(refusal->code, refusal->message);
    }
    NoteSteps(prepared.plan, reporter);
    return ShowReport(CheckBeforehand(prepared.plan, prepared.vms), flags,
                      reporter);
  }
  if (flags.run.empty()) {
    return reporter.Fail(ExitCode::kUsage,
                         "--run is required (see rline failover start --help)");
  }
  auto there = FailoverSession::Open(flags, reporter);
  if (there.ok()) {
    if (auto refusal = CheckIsRun(flags, (*there)->runner().plan())) {
      return reporter.Fail(refusal->code, refusal->message);
    }
    return GoOn(there->get(), flags, reporter);
  }
  if (!absl::IsNotFound(there.status())) {
    return FailToOpen(there.status(), reporter);
  }
  return Begin(flags, reporter);
}

}  // namespace recoveryline
