// ExecSite: a site that is a folder of the user's programs, one an action.
//
//   ExecSite site("site/", {});
//   site.Begin(call);                        // starts site/fail-over
//
// The folder holds `describe`, `verify` and, for what is asked of it,
// `fail-over`, `start`, `change-point`, `commit`, `reprotect`, `cancel` and
// `quiesce`. Each reads a SiteCall as JSON (proto/recoveryline/v1/site.proto)
// and writes a CallReport, or, where it acts, nothing, which means DONE. It
// ends with exit code
//   0    as its report says; RUNNING: `read` is asked from now on;
//   75   not ready, nothing was done: it is run again later;
//   128  and above: a signal ended it, or what it ran; nobody knows its end;
//   else it failed, without an effect: the message is what it wrote.
// `verify` writes {"state": "DONE", "vmUp": true, "sourceOff": true,
// "recoveryPointId": "..."}, or {"state": "RUNNING"} while the VM comes up.
// `describe` reads {"vmIds": [...]} and writes {"vms": [...]}, SiteVms.
// `read` says what has become of a call that nobody knows the end of: after a
// crash, or where the program was killed. Without it such a call is UNKNOWN.
//
// Programs of several VMs run at the same time and go on when we end: one of
// the same key may be started while that of an earlier process still begins.
// tools/sample/sites/shell says how programs are written for that.
//
// Errors: of Begin(), NotFound where there is no such program; of Describe(),
// Unavailable where `describe` fails or its answer makes no sense.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_SITES_EXEC_SITE_H_
#define RECOVERYLINE_TOOLS_SITES_EXEC_SITE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/failover/recovery_site.h"
#include "tools/sites/running_program.h"

namespace recoveryline {

class ExecSite final : public RecoverySite {
 public:
  struct Options {
    // Of `describe`, `verify` and `read`.
    absl::Duration query_timeout = absl::Minutes(5);
    // None of them is waited for longer; what acts goes on.
    absl::Time latest = absl::InfiniteFuture();
  };

  ExecSite(std::string folder, Options options)
      : folder_(std::move(folder)), options_(options) {}

  absl::StatusOr<std::vector<v1::SiteVm>> Describe(
      absl::Span<const std::string> vm_ids) override;
  absl::StatusOr<std::string> Mark(const v1::SiteCall& call) override;
  absl::Status Begin(const v1::SiteCall& call) override;
  absl::StatusOr<v1::CallReport> Read(const v1::SiteCall& call) override;

 private:
  std::string Program(absl::string_view name) const;
  absl::Duration QueryTime() const;
  absl::StatusOr<v1::CallReport> Ask(absl::string_view program,
                                     const v1::SiteCall& call);

  const std::string folder_;
  const Options options_;
  std::map<std::string, RunningProgram> running_;  // by key
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_EXEC_SITE_H_
