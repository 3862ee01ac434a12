#include "tools/rline/timeline_making.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "tools/rline/choice.h"
#include "tools/rline/display.h"
#include "tools/rline/input_check.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {
namespace {

// A time of the command line, whose form is known to be right; what no instant
// can hold is the nearest one that can.
std::optional<core::Instant> TimeOf(const std::string& text) {
  google::protobuf::Timestamp time;
  if (text.empty() || !ParseRfc3339(text, &time)) return std::nullopt;
  return ToInstant(time).value_or(time.seconds() < 0 ? core::kMinInstant
                                                     : core::kForever);
}

}  // namespace

int ThreadsOf(const SpanFlags& flags) {
  if (flags.threads > 0) return flags.threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

TimelineRequest RequestOf(const Inputs& inputs, const SpanFlags& flags) {
  TimelineRequest request;
  request.from = TimeOf(flags.from);
  request.to = TimeOf(flags.to);
  if (inputs.request.decision_time) {
    request.as_of = ToInstant(*inputs.request.decision_time);
  }
  request.provenance = inputs.request.provenance;
  return request;
}

void AddSpanFlags(CLI::App* command, SpanFlags* flags) {
  command
      ->add_option("--from", flags->from,
                   "The first moment; the first capture of any VM of the plan "
                   "unless given")
      ->type_name("TIME")
      ->check(Rfc3339());
  command
      ->add_option("--to", flags->to,
                   "The moment at which it ends; the decision time unless "
                   "given")
      ->type_name("TIME")
      ->check(Rfc3339());
  command
      ->add_option("--threads", flags->threads,
                   "On how many threads; one a processor unless given")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
}

MadeTimeline MakeTimelineOf(const Inputs& inputs, const SpanFlags& flags,
                            const TimelineDetail& detail) {
  MadeTimeline made;
  TimelineRequest request = RequestOf(inputs, flags);
  request.with_steps = detail.steps || detail.points;
  request.with_points = detail.points;
  if (!detail.percents.empty()) request.percents = detail.percents;
  made.of = MakeCheckedView(inputs);
  if (made.of.view != nullptr) {
    made.timeline =
        MakeTimeline(*made.of.view, inputs.plan, request, ThreadsOf(flags));
    return made;
  }
  made.timeline.set_plan_id(inputs.plan.id());
  *made.timeline.mutable_violations() = made.of.violations;
  *made.timeline.mutable_provenance() = request.provenance;
  return made;
}

MadeView MakeCheckedView(const Inputs& inputs) {
  Violations found;
  if (inputs.readable()) {
    ValidateInventory(inputs.inventory, &found);
  } else {
    found = CheckUnreadable(inputs);
  }
  MadeView made;
  made.violations.Add(found.list().begin(), found.list().end());
  if (found.empty()) made.view = MakeView(inputs, ArchiveInventory::kRebuild);
  return made;
}

std::optional<ExitCode> ReportUnread(const Inputs& inputs, const MadeView& made,
                                     const Reporter& reporter) {
  if (made.view == nullptr || made.view->status().ok()) return std::nullopt;
  return reporter.Fail(
      ExitCode::kBadInput,
      absl::StrCat(FileName(inputs.flags.inventory), ": ",
                   made.view->status().message(), "; nothing was made"));
}

std::optional<ExitCode> ReportFailed(const Inputs& inputs,
                                     const MadeTimeline& made,
                                     const Reporter& reporter) {
  if (const auto code = ReportUnread(inputs, made.of, reporter)) return code;
  if (made.timeline.violations().empty()) return std::nullopt;
  return ReportBroken(inputs, made.timeline.violations(), reporter);
}

ExitCode ReportBroken(
    const Inputs& inputs,
    const google::protobuf::RepeatedPtrField<v1::Violation>& violations,
    const Reporter& reporter) {
  std::vector<PlacedViolation> placed;
  for (const v1::Violation& violation : violations) {
    placed.push_back(inputs.Place(violation));
  }
  return reporter.Fail(
      ExitCode::kBadInput,
      absl::StrCat("the input breaks ",
                   Count(static_cast<int64_t>(placed.size()), "rule"),
                   "; nothing was made"),
      placed);
}

}  // namespace recoveryline
