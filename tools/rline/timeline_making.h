// TimelineMaking: the timeline that a command line asks for.
//
//   SpanFlags span;
//   AddSpanFlags(command, &span);            // --from, --to, --threads
//   const MadeTimeline made = MakeTimelineOf(inputs, span, {.steps = true});
//   if (const auto code = ReportFailed(inputs, made, reporter)) return *code;
//
// --decision-time is where the inventory is taken to end: there the forecast
// begins, and there the span ends unless --to says otherwise.
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_TOOLS_RLINE_TIMELINE_MAKING_H_
#define RECOVERYLINE_TOOLS_RLINE_TIMELINE_MAKING_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "engine/batch/plan_timeline.h"
#include "engine/inventory_view.h"
#include "recoveryline/v1/timeline.pb.h"
#include "tools/rline/exit_code.h"
#include "tools/rline/inputs.h"
#include "tools/rline/reporter.h"

namespace recoveryline {

struct SpanFlags {
  // Empty: not given.
  std::string from;
  std::string to;
  int threads = 0;  // 0: one a processor
};

// What is written beside figures; see TimelineRequest.
struct TimelineDetail {
  bool steps = false;
  bool points = false;
  std::vector<double> percents = {};  // empty: the usual ones
};

// A view of the inventory, or why there is none.
struct MadeView {
  // Null where the input cannot be read, or the inventory breaks a rule.
  std::shared_ptr<const InventoryView> view = nullptr;
  google::protobuf::RepeatedPtrField<v1::Violation> violations = {};
};

MadeView MakeCheckedView(const Inputs& inputs);

// Says that what was read on the way is damaged; nothing where it is not.
std::optional<ExitCode> ReportUnread(const Inputs& inputs, const MadeView& made,
                                     const Reporter& reporter);

struct MadeTimeline {
  v1::Timeline timeline;
  MadeView of;
};

void AddSpanFlags(CLI::App* command, SpanFlags* flags);

// The span, where the inventory ends, and what the inputs are.
TimelineRequest RequestOf(const Inputs& inputs, const SpanFlags& flags);
// What --threads says, or as many as the machine has processors.
int ThreadsOf(const SpanFlags& flags);

// Says which rules the input broke; gives back kBadInput. REQUIRES: some.
ExitCode ReportBroken(
    const Inputs& inputs,
    const google::protobuf::RepeatedPtrField<v1::Violation>& violations,
    const Reporter& reporter);

// Input that cannot be read, or
// breaks a rule, gives a timeline with violations alone.
MadeTimeline MakeTimelineOf(const Inputs& inputs, const SpanFlags& flags,
                            const TimelineDetail& detail);

// Says what the input broke, or that it is damaged; nothing where all is well.
std::optional<ExitCode> ReportFailed(const Inputs& inputs,
                                     const MadeTimeline& made,
                                     const Reporter& reporter);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_TIMELINE_MAKING_H_
