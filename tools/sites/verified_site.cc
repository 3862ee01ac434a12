#include "tools/sites/verified_site.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "recoveryline/v1/failover.pb.h"
#include "tools/sites/command_call.h"

namespace recoveryline {

using v1::CallReport;

absl::StatusOr<CallReport> VerifiedSite::Read(const v1::SiteCall& call) {
  absl::StatusOr<CallReport> report = site_.Read(call);
  if (!report.ok() || call.action() != v1::SiteCall::VERIFY ||
      report->state() != CallReport::DONE || !report->vm_up()) {
    return report;
  }
  v1::CommandCall command;
  command.set_run_id(run_id_);
  v1::FailoverVm* vm = command.add_vms();
  vm->set_vm_id(call.vm_id());
  vm->set_recovery_point_id(report->recovery_point_id());
  const absl::Duration left = latest_ - absl::Now();
  const absl::StatusOr<std::string> why =
      CallCommand(program_, command, std::min(timeout_, left));
  const bool is_slow = absl::IsDeadlineExceeded(why.status());
  if (is_slow && left < timeout_) {
    return absl::UnavailableError(why.status().message());
  }
  if (!why.ok() && !is_slow) return why.status();
  if (why.ok() && why->empty()) return report;
  report->set_state(CallReport::FAILED);
  report->set_message(why.ok() ? *why : std::string(why.status().message()));
  return report;
}

}  // namespace recoveryline
