// ReportFigures: the figures of timelines as the page reads them.
//
//   v1::TimelineFigures all = TotalOf(timeline);
//   json.Key("f");
//   WriteTotalFigures(all, times, &json);
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_REPORT_REPORT_FIGURES_H_
#define RECOVERYLINE_TOOLS_REPORT_REPORT_FIGURES_H_

#include "recoveryline/v1/timeline.pb.h"
#include "tools/report/report_times.h"
#include "tools/report/script_json.h"

namespace recoveryline {

// Of the units that the timeline has, which may be some of the plan's: sums of
// lengths and the worst of all. Sums stop at the last length that there is.
// Percentiles and the longest stretches are of units alone.
v1::TimelineFigures TotalOf(const v1::Timeline& timeline);

// One object; lengths are in nanoseconds. Of a unit the page knows how long
// there was a choice, and asks for neither reasons nor rules.
void WriteUnitFigures(const v1::TimelineFigures& figures,
                      const ReportTimes& times, ScriptJson* json);
void WriteTotalFigures(const v1::TimelineFigures& figures,
                       const ReportTimes& times, ScriptJson* json);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_REPORT_FIGURES_H_
