// FailoverSession: a run that this process works on: its log, its site, and the
// programs that it calls.
//
//   auto session = FailoverSession::Open(flags, inventory);
//   absl::Status ended = (*session)->Ask(request);
//   v1::FailoverStatus status = (*session)->Status();
//
// What a run waits for is done as far as a program was named for it: health
// gates and actions. A program that was begun for an action and whose end
// nobody has seen is not run a second time; a person has to look.
//
// Errors: as of RunLog, OpenSite() and FailoverRunner.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAILOVER_SESSION_H_
#define RECOVERYLINE_TOOLS_RLINE_FAILOVER_SESSION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/failover/failover_runner.h"
#include "engine/failover/run_log.h"
#include "recoveryline/v1/failover.pb.h"
#include "tools/rline/failover_flags.h"
#include "tools/rline/reporter.h"
#include "tools/rline/stamped_log.h"
#include "tools/sites/open_site.h"

namespace recoveryline {

// Whether a simulated site that has no file yet is given one.
enum class Keep : uint8_t { kNo, kYes };
// A site as a plan has it: its own options unless others are given. `run` is
// the run log's path, beside which a simulated site is kept; empty: in memory.
absl::StatusOr<std::unique_ptr<OpenedSite>> OpenSiteOf(
    const v1::FailoverPlan& plan, const FailoverFlags& flags,
    const std::string& run, const v1::Inventory* inventory, Keep keep);
using SiteOpener = std::function<absl::StatusOr<std::unique_ptr<OpenedSite>>()>;

class FailoverSession {
 public:
  // A new run, its site opened once it has a log; AlreadyExists where that is
  // the log of another one.
  static absl::StatusOr<std::unique_ptr<FailoverSession>> Begin(
      const v1::FailoverPlan& plan, SiteOpener open, const FailoverFlags& flags,
      const Reporter& reporter);
  // One that is there; NotFound where there is none, or one without a plan,
  // since its start was cut off.
  static absl::StatusOr<std::unique_ptr<FailoverSession>> Open(
      const FailoverFlags& flags, const Reporter& reporter);

  const FailoverRunner& runner() const { return *runner_; }
  FailoverState state() const { return runner_->run().state(); }
  OpenedSite& site() { return *site_; }

  // Asks, and does all that follows.
  absl::Status Ask(const v1::FailoverRequest& request);
  // Does what is left.
  absl::Status GoOn();
  // Whether this object has changed anything.
  bool changed() const { return log_.appended() > 0; }
  v1::FailoverStatus Status() const;
  // For which VMs what was asked has failed, in one line; empty: for none.
  std::string WhatFailed() const;

 private:
  FailoverSession(RunLog log, EventFile events, const FailoverFlags& flags,
                  const Reporter& reporter);
  RecoverySite* Use(const v1::FailoverPlan& plan,
                    std::unique_ptr<OpenedSite> site);
  Driving MakeDriving();
  absl::Status Take(absl::StatusOr<std::unique_ptr<FailoverRunner>> runner);
  absl::Status DoWhatIsWaitedFor();
  absl::StatusOr<bool> IsWell();
  absl::StatusOr<bool> DoActions();
  absl::StatusOr<bool> Run(const std::string& program,
                           const v1::CommandCall& call, absl::Duration timeout);

  const FailoverFlags flags_;
  const Reporter& reporter_;
  const absl::Time latest_;  // of programs that look
  RunLog run_log_;
  std::unique_ptr<OpenedSite> site_;
  std::unique_ptr<RecoverySite> checked_site_;  // with the verify command
  StampedLog log_;
  absl::Time started_;
  std::unique_ptr<FailoverRunner> runner_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_SESSION_H_
