#include "tools/rline/failover_status.h"

#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/failover/failover_plan.h"
#include "engine/timestamps.h"
#include "tools/rline/printable.h"
#include "tools/rline/text_table.h"

namespace recoveryline {
namespace {

using S = FailoverState;
using v1::FailoverStatus;

constexpr int kSchemaVersion = 1;

struct VerbText {
  const char* name;
  bool is_final;
  const char* warning;
};

VerbText TextOf(Verb verb, bool rehearsal) {
  switch (verb) {
    case Verb::kStart:
      return {"start", false, ""};
    case Verb::kContinue:
      return {"resume --action-done", false, ""};
    case Verb::kCommit:
      return {"commit", true,
              "deletes the recovery points; on failback, the VM that was "
              "failed over from"};
    case Verb::kReprotect:
      return {"reprotect", true, "replication turns round"};
    case Verb::kCancel:
      return rehearsal
                 ? VerbText{"cleanup", true, "the rehearsal's VMs go"}
                 : VerbText{"cancel", true,
                            "what was written since the failover is lost"};
  }
  return {"", false, ""};
}

void AddVerb(const VerbText& text, FailoverStatus* status) {
  v1::AllowedVerb* verb = status->add_allowed_verbs();
  verb->set_verb(text.name);
  verb->set_cannot_be_undone(text.is_final);
  verb->set_warning(text.warning);
}

bool MayChangePoints(const FailoverRunner& runner) {
  for (const RunVm& vm : runner.run().saved().vms) {
    if (After(vm.state, VmEvent::kChangePoint).allowed) return true;
  }
  return false;
}

std::string WhatNext(const FailoverRun& run, bool rehearsal, int open_calls) {
  switch (run.state()) {
    case S::kPlanned:
      return "start it";
    case S::kAwaitingManualAction:
      return "do what is waited for, then resume --action-done";
    case S::kAwaitingCommit:
      return rehearsal ? "look at the VMs, then cleanup"
                       : "look at the VMs, then commit, change-point or cancel";
    case S::kCommitting:
      return "commit again: some VM's commit failed or has not ended";
    case S::kReprotecting:
      return "reprotect again: some VM's has failed or has not ended";
    case S::kCommitted:
      return "reprotect: without it, the VMs have no recovery point";
    case S::kPartiallyFailedOver:
    case S::kFailed:
      return "see what failed, then start again or cancel";
    case S::kProtected:
    case S::kCancelled:
      return "";
    default:
      return open_calls > 0 ? "resume: calls of the site have not ended"
                            : "resume";
  }
}

// What the records say of each VM beside its state.
void AddWhatWasSaid(absl::Span<const v1::FailoverRecord> records,
                    FailoverStatus* status) {
  std::map<std::string, int> vm_of_key;
  std::optional<google::protobuf::Timestamp> unprotected;
  for (const v1::FailoverRecord& record : records) {
    if (record.has_intent()) {
      vm_of_key[record.intent().key()] = record.intent().vm();
      continue;
    }
    if (!record.has_outcome()) continue;
    const v1::FailoverOutcome& outcome = record.outcome();
    v1::FailoverVmStatus* vm = status->mutable_vms(vm_of_key[outcome.key()]);
    vm->set_message(outcome.message());
    if (!outcome.recovery_point_id().empty()) {
      vm->set_used_recovery_point_id(outcome.recovery_point_id());
    }
    if (outcome.done() && !unprotected) unprotected = record.time();
  }
  const bool has_points = status->state() == NameOf(S::kProtected) ||
                          status->state() == NameOf(S::kCancelled) ||
                          status->purpose() == v1::RecoveryPlan::TEST;
  if (unprotected && !has_points) {
    *status->mutable_unprotected_since() = *unprotected;
  }
}

Tone ToneOf(const std::string& state) {
  if (state == NameOf(S::kProtected) || state == NameOf(S::kCommitted) ||
      state == NameOf(S::kAwaitingCommit)) {
    return Tone::kGood;
  }
  if (state == NameOf(S::kFailed) || state == NameOf(S::kUnverified) ||
      state == NameOf(S::kPartiallyFailedOver)) {
    return Tone::kBad;
  }
  return Tone::kPlain;
}

}  // namespace

FailoverStatus StatusOf(const FailoverRunner& runner,
                        absl::Span<const v1::FailoverRecord> records,
                        const std::string& log_digest) {
  const FailoverRun& run = runner.run();
  const v1::FailoverPlan& plan = runner.plan();
  const bool rehearsal = plan.purpose() == v1::RecoveryPlan::TEST;
  FailoverStatus status;
  status.set_schema_version(kSchemaVersion);
  status.set_run_id(plan.run_id());
  status.set_state(std::string(NameOf(run.state())));
  for (const Verb verb : run.allowed()) {
    AddVerb(TextOf(verb, rehearsal), &status);
  }
  if (MayChangePoints(runner)) {
    AddVerb(
        {"change-point", true, "what was written since the failover is lost"},
        &status);
  }
  status.set_decision_digest(plan.decision_digest());
  status.set_purpose(plan.purpose());
  status.set_site(plan.site());
  for (int i = 0; i < plan.vms_size(); ++i) {
    v1::FailoverVmStatus* vm = status.add_vms();
    vm->set_vm_id(plan.vms(i).vm_id());
    vm->set_state(
        std::string(NameOf(run.saved().vms[static_cast<size_t>(i)].state)));
    vm->set_recovery_point_id(plan.vms(i).recovery_point_id());
    vm->set_boot_group_id(plan.boot_groups(plan.vms(i).boot_group()).id());
  }
  if (run.state() == S::kAwaitingManualAction) {
    for (const std::string& action :
         ActionsBefore(plan, run.saved().boot_group)) {
      status.add_waiting_for(
          runner.HasBegun(action)
              ? absl::StrCat(action,
                             " (a command began it; see whether it "
                             "was done)")
              : action);
    }
    if (status.waiting_for().empty()) {
      status.add_waiting_for("see that the boot group is well");
    }
  }
  for (const v1::SiteCall& call : runner.Pending()) {
    if (!call.key().empty()) status.set_open_calls(status.open_calls() + 1);
  }
  AddWhatWasSaid(records, &status);
  for (const auto& [vm, why] : runner.Reasons()) {
    status.mutable_vms(vm)->set_message(why);
  }
  status.set_log_digest(log_digest);
  status.set_next(WhatNext(run, rehearsal, status.open_calls()));
  return status;
}

std::string FailoverTable(const FailoverStatus& status,
                          const Display& display) {
  std::string out = absl::StrCat(
      Toned(status.state(), ToneOf(status.state()), display), "  run ",
      status.run_id(), ", ", v1::RecoveryPlan::Purpose_Name(status.purpose()),
      ", site ", status.site(), "\n");
  if (status.has_unprotected_since()) {
    absl::StrAppend(&out, "unprotected since ",
                    ShowTime(*ToInstant(status.unprotected_since()), display),
                    "\n");
  }
  for (const std::string& action : status.waiting_for()) {
    absl::StrAppend(&out, "waits for: ", Printable(action), "\n");
  }
  TextTable vms({{"VM", TextTable::kCut},
                 {"BOOT GROUP", TextTable::kCut},
                 {"STATE"},
                 {"CHOSEN POINT", TextTable::kCut},
                 {"USED POINT", TextTable::kCut},
                 {"THE SITE SAYS"}});
  for (const v1::FailoverVmStatus& vm : status.vms()) {
    vms.AddRow({{vm.vm_id()},
                {vm.boot_group_id()},
                {vm.state(), ToneOf(vm.state())},
                {vm.recovery_point_id()},
                {vm.used_recovery_point_id()},
                {vm.message()}});
  }
  absl::StrAppend(&out, "\n", vms.Render(display));
  TextTable verbs({{"ALLOWED NOW"}, {"CANNOT BE UNDONE"}, {"WHAT IT DOES"}});
  for (const v1::AllowedVerb& verb : status.allowed_verbs()) {
    verbs.AddRow({{verb.verb()},
                  {verb.cannot_be_undone() ? "yes" : ""},
                  {verb.warning()}});
  }
  if (!verbs.empty()) absl::StrAppend(&out, "\n", verbs.Render(display));
  if (!status.next().empty()) {
    absl::StrAppend(&out, "\nNext: ", status.next(), "\n");
  }
  return out;
}

std::string PreflightTable(const v1::PreflightReport& report,
                           const Display& display) {
  std::string out = Toned(report.passed()    ? "PASSED"
                          : report.drifted() ? "DRIFTED"
                                             : "BLOCKED",
                          report.passed() ? Tone::kGood : Tone::kBad, display);
  out += "\n";
  TextTable table({{"VM", TextTable::kCut},
                   {"WEIGHT"},
                   {"FINDING"},
                   {"CODE"},
                   {"MESSAGE"},
                   {"REMEDY"}});
  for (const v1::PreflightFinding& finding : report.findings()) {
    table.AddRow(
        {{finding.vm_id()},
         {v1::PreflightFinding::Weight_Name(finding.weight()),
          finding.weight() == v1::PreflightFinding::BLOCKS ? Tone::kBad
                                                           : Tone::kPlain},
         {v1::PreflightFinding::Kind_Name(finding.kind())},
         {finding.code()},
         {finding.message()},
         {finding.remedy()}});
  }
  if (!table.empty()) absl::StrAppend(&out, "\n", table.Render(display));
  return out;
}

std::vector<std::string> RunStates() {
  std::vector<std::string> names;
  for (int s = 0; s < kFailoverStateCount; ++s) {
    const auto state = static_cast<S>(s);
    if (state == S::kFailedOver || state == S::kStarting ||
        state == S::kChangingPoint || state == S::kUnverified) {
      continue;  // of a VM alone
    }
    names.emplace_back(NameOf(state));
  }
  return names;
}

ExitCode CodeOf(const FailoverStatus& status) {
  const std::string& state = status.state();
  if (state == NameOf(S::kAwaitingManualAction)) return ExitCode::kWaiting;
  if (state == NameOf(S::kAwaitingCommit)) {
    return status.purpose() == v1::RecoveryPlan::TEST ? ExitCode::kComplete
                                                      : ExitCode::kWaiting;
  }
  return state == NameOf(S::kFailed) || state == NameOf(S::kPartiallyFailedOver)
             ? ExitCode::kFailure
             : ExitCode::kComplete;
}

}  // namespace recoveryline
