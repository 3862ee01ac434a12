// JsonReporter: violations of a document, each with its path, value and place.
//
//   JsonReporter reporter("plan.", &window, &found);
//   reporter.BeginElement(&pins, length);
//   reporter.ReportValue(v1::Violation::WRONG_TYPE, path, "is not a string");
//   // plan.pins[2].vmId: 17 is not a string (line 12, column 9)
//
// Values are shown as they stand in the text, shortened and escaped.
//
// Cost: nothing while nothing is wrong; O(window) a violation.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_FORMATS_JSON_REPORTER_H_
#define RECOVERYLINE_TOOLS_FORMATS_JSON_REPORTER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/violations.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_window.h"

namespace recoveryline {

class JsonReporter {
 public:
  // Both outlive the reporter.
  JsonReporter(absl::string_view prefix, const JsonWindow* window,
               Violations* found)
      : prefix_(prefix), window_(window), found_(found) {}

  // From here on `path`, and steps below it, are found in the first `length`
  // bytes of the window's unread text, which hold that value.
  void BeginElement(const JsonPath* path, size_t length) {
    element_ = path;
    length_ = length;
  }

  // The value at `path`, then `complaint`. REQUIRES: `path` is that of the
  // element or below it.
  void ReportValue(v1::Violation::Reason reason, const JsonPath& path,
                   absl::string_view complaint);

  // The key at `path`, then `complaint`.
  void ReportKey(v1::Violation::Reason reason, const JsonPath& path,
                 absl::string_view complaint);

  // `complaint` by itself, at `offset` in the window's unread text.
  void ReportAt(v1::Violation::Reason reason, const JsonPath& path,
                size_t offset, absl::string_view complaint);

  // The first `length` bytes of the unread text are not JSON: says where and
  // why, or `otherwise` where no error of syntax is found.
  void ReportSyntax(const JsonPath& path, size_t length,
                    absl::string_view otherwise);

  // Whether more violations would only be counted.
  bool full() const { return found_->full(); }

 private:
  size_t OffsetOf(const JsonPath& path) const;
  void Add(v1::Violation::Reason reason, std::string path, size_t offset,
           absl::string_view sentence);

  const std::string prefix_;
  const JsonWindow* const window_;
  Violations* const found_;
  const JsonPath* element_ = nullptr;
  size_t length_ = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_REPORTER_H_
