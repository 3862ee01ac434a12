// FailoverRunner: carries a run out at a site, so that a crash at any moment
// loses nothing and does nothing twice.
//
//   auto runner = FailoverRunner::Begin(plan, &site, &log, {.wait = wait});
//   absl::Status ended = (*runner)->Ask(request);   // and what follows from it
//   ... after a crash ...
//   auto again = FailoverRunner::Resume(records, &site, &log, {.wait = wait});
//   ended = (*again)->Drive();
//
// Facts that make it so:
//   (1) What a run is follows from its log alone: the same records give the
//       same FailoverRun and the same things to be done.
//   (2) An intent is in the log before the site is called, and has a key of its
//       own. After a crash, an intent without an outcome is resolved by reading
//       the site; only what has surely not begun is begun.
//   (3) An outcome is in the log before anything that follows from it is done.
//
// Errors of Ask() and Drive(): FailedPrecondition where a verb is not allowed,
// or preflight refused (preflight_report() says why); InvalidArgument where a
// commit approves another Decision; Unknown where the site cannot tell what has
// become of a call: go on with Drive() once it can; DeadlineExceeded where
// `wait` gave up; the site's own, where it does not let us; the log's own,
// after which the runner must be made anew from the log. Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_RUNNER_H_
#define RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_RUNNER_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/failover/failover_driving.h"
#include "engine/failover/failover_run.h"
#include "engine/failover/recovery_site.h"
#include "recoveryline/v1/failover.pb.h"

namespace recoveryline {

class FailoverRunner {
 public:
  // A new run; the plan is its first record.
  static absl::StatusOr<std::unique_ptr<FailoverRunner>> Begin(
      const v1::FailoverPlan& plan, RecoverySite* site, FailoverLog* log,
      Driving driving);
  // One whose records are in the log. DataLoss where they make no sense.
  static absl::StatusOr<std::unique_ptr<FailoverRunner>> Resume(
      absl::Span<const v1::FailoverRecord> records, RecoverySite* site,
      FailoverLog* log, Driving driving);

  const FailoverRun& run() const { return run_; }
  // With the points gone to last.
  const v1::FailoverPlan& plan() const { return plan_; }
  // Of the last preflight that this object made.
  const v1::PreflightReport& preflight_report() const { return report_; }
  // What is being done or waited for, VM by VM.
  std::vector<v1::SiteCall> Pending() const;
  // Why what was asked for VMs has not begun, or how it is cannot be read, as
  // the site said last: by VM, those alone.
  std::map<int, std::string> Reasons() const;

  // Writes the request down and carries out what follows.
  absl::Status Ask(const v1::FailoverRequest& request);
  // Carries out what is left, until a person or nothing is waited for: also
  // where VMs wait for others of their group whose reprotection failed.
  absl::Status Drive();

  // The run waits for an action, and a command is about to do it. Once this is
  // written, only a person knows whether it was done.
  absl::Status BeginAction(const std::string& action);
  bool HasBegun(const std::string& action) const;

 private:
  // What is to be done for a VM.
  struct Task {
    VmAction action = VmAction::kNone;
    v1::SiteCall call;
    // kPlanned: no intent yet. kFresh: intended, and surely not begun. kOpen:
    // intended, and it is for the site to say what has become of it.
    enum Stage : uint8_t { kPlanned, kFresh, kOpen } stage = kPlanned;
    std::string reason = {};  // why it has not begun, or cannot be read
    int refusals = 0;         // how often the site was not ready for it
    int pause = 0;            // so many waits before it is begun again
    std::string told = {};    // the reason as it is in the log
    int tellings = 0;         // how often one was written
  };

  FailoverRunner(const v1::FailoverPlan& plan, RecoverySite* site,
                 FailoverLog* log, Driving driving);
  absl::Status Apply(const v1::FailoverRecord& record);
  absl::Status ApplyRequest(const v1::FailoverRequest& request,
                            std::vector<RunTask>* todo);
  absl::Status ApplyChangeOfPoints(const v1::FailoverRequest& request,
                                   std::vector<RunTask>* todo);
  absl::Status ApplyIntent(const v1::FailoverIntent& intent);
  absl::Status ApplyOutcome(const v1::FailoverOutcome& outcome,
                            std::vector<RunTask>* todo);
  absl::Status ApplyAction(const v1::ActionBegun& begun);
  absl::Status ApplyDelay(const v1::FailoverDelay& delay);
  absl::Status Record(std::vector<v1::FailoverRecord> records);
  void TakeUp(const std::vector<RunTask>& todo);
  v1::SiteCall CallFor(int vm, VmAction action) const;

  // One look at all that is to be done.
  struct Round {
    bool running = false;    // something is under way
    bool no_answer = false;  // of the site, to something
    int in_flight = 0;
    std::vector<v1::FailoverRecord> ended = {};
    std::string unknown = {};  // what the site cannot tell of
  };
  absl::Status CheckBeforehand();
  absl::StatusOr<bool> WriteIntents();
  absl::Status BeginAndRead(Round* round);
  v1::FailoverRecord Ended(int vm, const v1::SiteCall& call,
                           const v1::CallReport& report) const;
  absl::StatusOr<bool> BeginOne(Task* task, Round* round);
  void PutOff(absl::string_view why, Task* task, Round* round) const;
  absl::Status TellDelays();
  std::string WhatIsWaitedFor() const;
  absl::Status ReadOne(int vm, Task* task, Round* round);
  absl::Status ReadWatched(Round* round);

  v1::FailoverPlan plan_;
  RecoverySite* const site_;
  FailoverLog* const log_;
  const Driving driving_;
  FailoverRun run_;
  bool preflight_ = false;  // is to be made
  v1::PreflightReport report_;
  std::map<int, Task> tasks_;  // by VM
  std::vector<int> tries_;     // of each VM, intents so far
  std::vector<bool> moved_;    // to its point by a change, since last asked
  std::set<std::pair<int, std::string>> actions_begun_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_RUNNER_H_
