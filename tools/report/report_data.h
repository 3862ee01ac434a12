// ReportData: all that the page shows, as one JSON object of bounded size.
//
//   std::string json = ReportData(source, form, /*limit_bytes=*/4'000'000);
//
// First what is said of the plan; then a row for each unit, worst first, as far
// as seven eighths of the room go; then, with what is left, the history of
// each unit, worst first. How much was left out is said.
//
// report.js reads it; the two are changed together.
//
// Cost: O(units), and a timeline and the points of the units drawn.
// Thread-safety: pure function. The same source gives the same bytes.

#ifndef RECOVERYLINE_TOOLS_REPORT_REPORT_DATA_H_
#define RECOVERYLINE_TOOLS_REPORT_REPORT_DATA_H_

#include <cstddef>
#include <string>

#include "tools/report/report_source.h"

namespace recoveryline {

// At most `limit_bytes`, beside what is said of the plan: its own texts, and at
// most some hundred of its missing machines and warnings.
std::string ReportData(const ReportSource& source, const ReportForm& form,
                       size_t limit_bytes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_REPORT_DATA_H_
