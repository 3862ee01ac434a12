#include "tools/formats/json_reporter.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/formats/excerpt.h"
#include "tools/formats/json_scanner.h"
#include "tools/formats/json_syntax.h"

namespace recoveryline {

size_t JsonReporter::OffsetOf(const JsonPath& path) const {
  std::vector<int64_t> ordinals;
  for (const JsonPath* step = &path; step != element_; step = step->parent) {
    ordinals.push_back(step->ordinal);
  }
  std::reverse(ordinals.begin(), ordinals.end());
  return LocateValue(window_->unread().substr(0, length_), ordinals).value;
}

void JsonReporter::Add(v1::Violation::Reason reason, std::string path,
                       size_t offset, absl::string_view sentence) {
  const TextPosition at = window_->PositionAt(offset);
  found_->Add(
      reason, std::move(path),
      absl::StrCat(sentence, " (line ", at.line, ", column ", at.column, ")"));
}

void JsonReporter::ReportValue(v1::Violation::Reason reason,
                               const JsonPath& path,
                               absl::string_view complaint) {
  const size_t offset = OffsetOf(path);
  const absl::string_view text = window_->unread().substr(offset);
  const absl::string_view value = text.substr(0, ValueEnd(text));
  Add(reason, PathText(prefix_, path), offset,
      absl::StrCat(Excerpt(value), " ", complaint));
}

void JsonReporter::ReportKey(v1::Violation::Reason reason, const JsonPath& path,
                             absl::string_view complaint) {
  Add(reason, PathText(prefix_, path), OffsetOf(path),
      absl::StrCat("the field \"", Excerpt(path.name), "\" ", complaint));
}

void JsonReporter::ReportAt(v1::Violation::Reason reason, const JsonPath& path,
                            size_t offset, absl::string_view complaint) {
  Add(reason, PathText(prefix_, path), offset, complaint);
}

void JsonReporter::ReportSyntax(const JsonPath& path, size_t length,
                                absl::string_view otherwise) {
  const std::optional<SyntaxError> error =
      FindSyntaxError(window_->unread().substr(0, length));
  if (!error.has_value()) {
    Add(v1::Violation::MALFORMED, PathText(prefix_, path), length, otherwise);
    return;
  }
  std::string text = PathText("", path);
  if (!text.empty() && !error->path.empty() && error->path[0] != '[') {
    text.push_back('.');
  }
  text.append(error->path);
  Add(v1::Violation::MALFORMED, JoinPath(prefix_, text), error->offset,
      error->complaint);
}

}  // namespace recoveryline
