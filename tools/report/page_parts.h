// PageParts: the files of the page, put into the program when it is built.
//
//   absl::string_view html = PageHtml();     // report.html
//
// Thread-safety: constants.

#ifndef RECOVERYLINE_TOOLS_REPORT_PAGE_PARTS_H_
#define RECOVERYLINE_TOOLS_REPORT_PAGE_PARTS_H_

#include "absl/strings/string_view.h"

namespace recoveryline {

absl::string_view PageHtml();
absl::string_view PageStyle();
// All scripts as one.
absl::string_view PageScript();

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_PAGE_PARTS_H_
