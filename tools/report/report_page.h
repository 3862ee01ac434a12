// ReportPage: a report as one HTML file that needs nothing else.
//
//   absl::Status written = output.WriteText(ReportPage(source, form));
//
// Style and script stand in the page, and its Content-Security-Policy lets by
// their digests nothing else run or load. The data is a JSON block that no
// text can leave; the script puts texts into the page as texts alone.
//
// Thread-safety: pure functions. The same source gives the same bytes.

#ifndef RECOVERYLINE_TOOLS_REPORT_REPORT_PAGE_H_
#define RECOVERYLINE_TOOLS_REPORT_REPORT_PAGE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "tools/report/report_source.h"

namespace recoveryline {

std::string ReportPage(const ReportSource& source, const ReportForm& form);

// The page around `json`. REQUIRES: `json` comes from ScriptJson.
std::string PageAround(absl::string_view json);

// "sha256-..." as a Content-Security-Policy names a script or a style.
std::string PolicySource(absl::string_view content);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_REPORT_PAGE_H_
