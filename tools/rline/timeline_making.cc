#include "tools/rline/timeline_making.h"

#include <optional>

#include "engine/timestamps.h"
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
  AddThreads(command, &flags->threads);
}

v1::Timeline MakeTimelineOf(const Inputs& inputs, const CheckedView& checked,
                            const SpanFlags& flags,
                            const TimelineDetail& detail) {
  TimelineRequest request = RequestOf(inputs, flags);
  request.with_steps = detail.steps || detail.points;
  request.with_points = detail.points;
  if (!detail.percents.empty()) request.percents = detail.percents;
  if (checked.view != nullptr) {
    return MakeTimeline(*checked.view, inputs.plan, request,
                        ThreadsOf(flags.threads));
  }
  v1::Timeline timeline;
  timeline.set_plan_id(inputs.plan.id());
  *timeline.mutable_violations() = checked.violations;
  *timeline.mutable_provenance() = request.provenance;
  return timeline;
}

}  // namespace recoveryline
