#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/failover/failover_records.h"
#include "tools/rline/failover_read.h"
#include "tools/rline/failover_status.h"
#include "tools/rline/failover_verbs.h"
#include "tools/rline/failover_waiting.h"
#include "tools/rline/output.h"

namespace recoveryline {
namespace {

FailoverState StateOfName(const std::string& name) {
  int s = 0;
  while (s + 1 < kFailoverStateCount &&
         NameOf(static_cast<FailoverState>(s)) != name) {
    ++s;
  }
  return static_cast<FailoverState>(s);
}

Outlook OutlookFor(const FailoverFlags& flags,
                   const v1::FailoverStatus& status) {
  if (flags.wait_for.empty()) return Outlook::kReached;
  return OutlookOf(StateOfName(status.state()), StateOfName(flags.wait_for),
                   status.purpose() == v1::RecoveryPlan::TEST);
}

}  // namespace

ExitCode RunStatus(const FailoverFlags& flags, const Reporter& reporter) {
  const absl::StatusOr<Output> output = Output::Of(flags.output);
  if (!output.ok()) {
    return reporter.Fail(ExitCode::kUsage, output.status().message());
  }
  const absl::Time latest = absl::Now() + flags.deadline;
  absl::StatusOr<v1::FailoverStatus> status = ReadStatus(flags.run);
  while (status.ok() && OutlookFor(flags, *status) == Outlook::kMayCome &&
         absl::Now() < latest) {
    absl::SleepFor(std::min(flags.poll, latest - absl::Now()));
    status = ReadStatus(flags.run);
  }
  if (!status.ok()) return FailToOpen(status.status(), reporter);
  const absl::Status written =
      output->is_table()
          ? output->WriteText(FailoverTable(*status, output->display()))
          : output->Write(*status);
  if (!written.ok()) return ReportUnwritten(written, reporter);
  switch (OutlookFor(flags, *status)) {
    case Outlook::kReached:
      return ExitCode::kComplete;
    case Outlook::kMayCome:
      return reporter.Fail(ExitCode::kDeadline,
                           absl::StrCat("the run is ", status->state(),
                                        ", not ", flags.wait_for));
    case Outlook::kCannotCome:
      break;
  }
  return reporter.Fail(
      ExitCode::kFailure,
      absl::StrCat("the run is ", status->state(), ", and ", flags.wait_for,
                   " does not come from there",
                   status->next().empty()
                       ? ""
                       : absl::StrCat("; next: ", status->next())));
}

}  // namespace recoveryline
