#include "tools/rline/failover_verbs.h"

#include <pwd.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/failover/failover_plan.h"
#include "engine/failover/preflight.h"
#include "tools/formats/valid_text.h"
#include "tools/rline/failover_decision.h"
#include "tools/rline/failover_status.h"
#include "tools/rline/output.h"

namespace recoveryline {
namespace {

using S = FailoverState;
using v1::FailoverRequest;

// Replication that comes again takes an agent up to 15 minutes.
constexpr absl::Duration kReprotectDeadline = absl::Minutes(30);

constexpr size_t kMaxNameBytes = 256;

std::string ThisUser() {
  const passwd* user = getpwuid(geteuid());
  return user == nullptr ? absl::StrCat("user ", geteuid())
                         : ValidText(user->pw_name, kMaxNameBytes);
}

// Asks, unless `done` says that it is done already.
ExitCode AskUnlessDone(FailoverSession* session, const FailoverRequest& request,
                       bool (*done)(S), const FailoverFlags& flags,
                       const Reporter& reporter) {
  const absl::Status ended =
      done(session->state()) ? session->GoOn() : session->Ask(request);
  return Tell(*session, ended, flags, reporter);
}

ExitCode AskFor(const FailoverRequest& request, bool (*done)(S),
                const FailoverFlags& flags, const Reporter& reporter) {
  auto session = FailoverSession::Open(flags, reporter);
  if (!session.ok()) return FailToOpen(session.status(), reporter);
  return AskUnlessDone(session->get(), request, done, flags, reporter);
}

bool IsReprotected(S state) { return state == S::kProtected; }
bool IsCommitted(S state) {
  return state >= S::kCommitted && state <= S::kProtected;
}
bool IsCancelled(S state) { return state == S::kCancelled; }

}  // namespace

FailoverRequest RequestOf(FailoverRequest::Verb verb,
                          const FailoverFlags& flags) {
  FailoverRequest request;
  request.set_verb(verb);
  request.set_actor(flags.actor.empty() ? ThisUser() : flags.actor);
  request.set_reason(flags.reason);
  return request;
}

ExitCode CodeOfFailover(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnknown:
      return ExitCode::kRemoteUnknown;
    case absl::StatusCode::kAborted:
      return ExitCode::kLocked;
    case absl::StatusCode::kDeadlineExceeded:
      return ExitCode::kDeadline;
    case absl::StatusCode::kInvalidArgument:  // another Decision is approved
      return ExitCode::kRefuted;
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
      return ExitCode::kBadInput;
    case absl::StatusCode::kUnavailable:
      return ExitCode::kSiteUnavailable;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return ExitCode::kNoPermission;
    default:
      return ExitCode::kFailure;
  }
}

Refusal RefusalOf(const absl::Status& status) {
  return {absl::IsInvalidArgument(status) ? ExitCode::kUsage
                                          : CodeOfFailover(status),
          std::string(status.message())};
}

std::optional<Refusal> OpenForPlan(
    const v1::FailoverPlan& plan, const FailoverFlags& flags,
    const std::string& run, const std::vector<std::string>& vm_ids,
    const std::optional<google::protobuf::Timestamp>& begins,
    const Reporter& reporter, Keep keep, v1::Inventory* inventory,
    std::unique_ptr<OpenedSite>* site) {
  const bool made_of = !flags.inventory.inventory.empty();
  if (made_of) {
    if (auto refusal = ReadSimulated(flags, vm_ids, reporter, inventory)) {
      return refusal;
    }
    if (begins) *inventory->mutable_as_of_time() = *begins;
  }
  auto opened =
      OpenSiteOf(plan, flags, run, made_of ? inventory : nullptr, keep);
  if (!opened.ok()) return RefusalOf(opened.status());
  *site = *std::move(opened);
  return std::nullopt;
}

ExitCode FailToOpen(const absl::Status& status, const Reporter& reporter) {
  const Refusal refusal = RefusalOf(status);
  return reporter.Fail(refusal.code, refusal.message);
}

ExitCode Tell(const FailoverSession& session, const absl::Status& ended,
              const FailoverFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const v1::FailoverStatus status = session.Status();
  const absl::Status written =
      output->is_table()
          ? output->WriteText(FailoverTable(status, output->display()))
          : output->Write(status);
  if (!written.ok()) return ReportUnwritten(written, reporter);
  const std::string failed = session.WhatFailed();
  if (ended.ok()) {
    return failed.empty() ? CodeOf(status)
                          : reporter.Fail(ExitCode::kFailure, failed);
  }
  if (session.runner().preflight_report().drifted()) {
    return reporter.Fail(ExitCode::kRefuted, ended.message());
  }
  const ExitCode code = CodeOfFailover(ended);
  std::string why(ended.message());
  if (code == ExitCode::kRemoteUnknown) {
    absl::StrAppend(&why,
                    "; nothing was done twice: look at the site, then rline "
                    "failover resume --run ",
                    flags.run);
  }
  if (!failed.empty()) absl::StrAppend(&why, "; ", failed);
  return reporter.Fail(code, why);
}

ExitCode RunResume(const FailoverFlags& flags, const Reporter& reporter) {
  auto session = FailoverSession::Open(flags, reporter);
  if (!session.ok()) return FailToOpen(session.status(), reporter);
  const absl::Status ended =
      flags.action_done && (*session)->state() == S::kAwaitingManualAction
          ? (*session)->Ask(RequestOf(FailoverRequest::CONTINUE, flags))
          : (*session)->GoOn();
  return Tell(**session, ended, flags, reporter);
}

ExitCode RunCommit(const FailoverFlags& flags, const Reporter& reporter) {
  FailoverRequest request = RequestOf(FailoverRequest::COMMIT, flags);
  const std::string approved = absl::AsciiStrToLower(flags.approve);
  request.set_decision_digest(absl::StartsWith(approved, "sha256:")
                                  ? approved
                                  : absl::StrCat("sha256:", approved));
  auto session = FailoverSession::Open(flags, reporter);
  if (!session.ok()) return FailToOpen(session.status(), reporter);
  // Also where nothing is left to be done.
  const std::string& carried = (*session)->runner().plan().decision_digest();
  if (request.decision_digest() != carried) {
    return reporter.Fail(
        ExitCode::kRefuted,
        absl::StrCat("the run carries out Decision ", carried,
                     ", and what is approved is ", request.decision_digest()));
  }
  return AskUnlessDone(session->get(), request, IsCommitted, flags, reporter);
}

ExitCode RunReprotect(const FailoverFlags& flags, const Reporter& reporter) {
  FailoverFlags bounded = flags;
  if (bounded.deadline == absl::InfiniteDuration()) {
    bounded.deadline = kReprotectDeadline;
  }
  return AskFor(RequestOf(FailoverRequest::REPROTECT, flags), IsReprotected,
                bounded, reporter);
}

ExitCode RunCancel(const FailoverFlags& flags, const Reporter& reporter) {
  return AskFor(RequestOf(FailoverRequest::CANCEL, flags), IsCancelled, flags,
                reporter);
}

ExitCode RunCleanup(const FailoverFlags& flags, const Reporter& reporter) {
  auto session = FailoverSession::Open(flags, reporter);
  if (!session.ok()) return FailToOpen(session.status(), reporter);
  if ((*session)->runner().plan().purpose() != v1::RecoveryPlan::TEST) {
    return reporter.Fail(ExitCode::kFailure,
                         "only a rehearsal is cleaned up; to take a failover "
                         "back, cancel it");
  }
  return AskUnlessDone(session->get(),
                       RequestOf(FailoverRequest::CANCEL, flags), IsCancelled,
                       flags, reporter);
}

ExitCode RunChangePoint(const FailoverFlags& flags, const Reporter& reporter) {
  FailoverDecision read;
  if (auto refusal = ReadFailoverDecision(flags, &read)) {
    return reporter.Fail(refusal->code, refusal->message);
  }
  v1::FailoverPlan to;
  if (auto refusal = MakePlan(flags, read, &to)) {
    return reporter.Fail(refusal->code, refusal->message);
  }
  auto session = FailoverSession::Open(flags, reporter);
  if (!session.ok()) return FailToOpen(session.status(), reporter);
  if (auto refusal =
          CheckFresh(flags, read.decision, (*session)->site().clock().Now())) {
    return reporter.Fail(refusal->code, refusal->message);
  }
  const v1::FailoverPlan& plan = (*session)->runner().plan();
  if (to.plan_id() != plan.plan_id() || to.purpose() != plan.purpose()) {
    return reporter.Fail(
        ExitCode::kRefuted,
        absl::StrCat("the Decision is of plan \"", to.plan_id(), "\" for ",
                     v1::RecoveryPlan::Purpose_Name(to.purpose()),
                     ", and the run of plan \"", plan.plan_id(), "\" for ",
                     v1::RecoveryPlan::Purpose_Name(plan.purpose())));
  }
  FailoverRequest request = RequestOf(FailoverRequest::CHANGE_POINT, flags);
  request.MergeFrom(ChangeTo((*session)->runner().plan(), to));
  if (request.vms().empty()) {
    reporter.Note("the run goes to these points already");
    return Tell(**session, (*session)->GoOn(), flags, reporter);
  }
  *to.mutable_vms() = request.vms();
  const auto vms = (*session)->site().site().Describe(IdsOf(to));
  if (!vms.ok()) {
    return reporter.Fail(CodeOfFailover(vms.status()), vms.status().message());
  }
  if (const std::string why = WhyPointsAreGone(to, *vms); !why.empty()) {
    return reporter.Fail(ExitCode::kRefuted, why);
  }
  reporter.Note("what was written since the failover is lost");
  return Tell(**session, (*session)->Ask(request), flags, reporter);
}

}  // namespace recoveryline
