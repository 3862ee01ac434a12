// TimelineTable: a timeline for people, and as rows for a spreadsheet.
//
//   out += TimelineTable(timeline, names, display);
//   out += TimelineCsv(timeline);            // a row a unit, or a row a step
//
// The table has a headline for all units, then a line a unit, the one that
// stood worst first: who held it back, and when it is lost. Where the timeline
// has steps, those of each unit follow.
//
// CSV is that of RFC 4180, with a header; times are in UTC, lengths in seconds
// with as many digits as they need. A cell that a spreadsheet would take for a
// formula begins with an apostrophe.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_RLINE_TIMELINE_TABLE_H_
#define RECOVERYLINE_TOOLS_RLINE_TIMELINE_TABLE_H_

#include <string>

#include "recoveryline/v1/timeline.pb.h"
#include "tools/rline/display.h"
#include "tools/rline/names.h"

namespace recoveryline {

std::string TimelineTable(const v1::Timeline& timeline, const Names& names,
                          const Display& display);

// A row a step where some unit has steps, else a row a unit.
std::string TimelineCsv(const v1::Timeline& timeline);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_TIMELINE_TABLE_H_
