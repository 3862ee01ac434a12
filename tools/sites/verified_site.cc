#include "tools/sites/verified_site.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "recoveryline/v1/failover.pb.h"
#include "tools/formats/message_files.h"
#include "tools/sites/running_program.h"

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
  const absl::StatusOr<std::string> input = Serialize(command, Format::kJsonl);
  if (!input.ok()) return input.status();
  absl::StatusOr<RunningProgram> running =
      RunningProgram::Start({program_}, *input);
  if (!running.ok()) return running.status();
  const std::optional<ProgramEnd> end = running->WaitAtMost(timeout_);
  if (end && end->exit_code == 0) return report;
  report->set_state(CallReport::FAILED);
  report->set_message(
      end ? absl::StrCat(
                program_, " ended with exit code ", end->exit_code, ": ",
                absl::StripAsciiWhitespace(end->output).substr(0, 1'000))
          : absl::StrCat(program_, " takes too long"));
  return report;
}

}  // namespace recoveryline
