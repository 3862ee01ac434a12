// TimelineMaking: the timeline that a command line asks for.
//
//   SpanFlags span;
//   AddSpanFlags(command, &span);            // --from, --to, --threads
//   const v1::Timeline timeline =
//       MakeTimelineOf(inputs, MakeCheckedView(inputs), span, {.steps = true});
//
// --decision-time is where the inventory is taken to end: there the forecast
// begins, and there the span ends unless --to says otherwise.
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_TOOLS_RLINE_TIMELINE_MAKING_H_
#define RECOVERYLINE_TOOLS_RLINE_TIMELINE_MAKING_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "engine/batch/plan_timeline.h"
#include "recoveryline/v1/timeline.pb.h"
#include "tools/rline/checked_view.h"
#include "tools/rline/inputs.h"

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

void AddSpanFlags(CLI::App* command, SpanFlags* flags);

// The span, where the inventory ends, and what the inputs are.
TimelineRequest RequestOf(const Inputs& inputs, const SpanFlags& flags);
// Of a view, or, without one, of the violations that say why: then it has
// nothing but these.
v1::Timeline MakeTimelineOf(const Inputs& inputs, const CheckedView& checked,
                            const SpanFlags& flags,
                            const TimelineDetail& detail);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_TIMELINE_MAKING_H_
