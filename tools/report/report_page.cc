#include "tools/report/report_page.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "tools/formats/sha256.h"
#include "tools/report/page_parts.h"
#include "tools/report/report_data.h"

namespace recoveryline {

std::string PolicySource(absl::string_view content) {
  Sha256 digest;
  digest.Add(content);
  const std::string text = digest.Text();
  return absl::StrCat("sha256-", absl::Base64Escape(absl::HexStringToBytes(
                                     absl::StripPrefix(text, "sha256:"))));
}

std::string PageAround(absl::string_view json) {
  return absl::StrReplaceAll(PageHtml(),
                             {{"{{script-source}}", PolicySource(PageScript())},
                              {"{{style-source}}", PolicySource(PageStyle())},
                              {"{{style}}", PageStyle()},
                              {"{{data}}", json},
                              {"{{script}}", PageScript()}});
}

std::string ReportPage(const ReportSource& source, const ReportForm& form) {
  const size_t around = PageAround("").size();
  const size_t room = form.limit_bytes - std::min(form.limit_bytes, around);
  return PageAround(ReportData(source, form, room));
}

}  // namespace recoveryline
