#include "tools/formats/json_cursor.h"

#include "absl/strings/str_cat.h"
#include "tools/formats/excerpt.h"
#include "tools/formats/json_scanner.h"

namespace recoveryline {

using v1::Violation;

bool JsonCursor::SkipSpace(const JsonPath& path) {
  while (true) {
    const absl::string_view text = window_.unread();
    const size_t space = SpaceLength(text);
    window_.Consume(space);
    if (space < text.size()) return true;
    if (!Fill(path)) return !stopped_ && window_.status().ok();
  }
}

bool JsonCursor::Fill(const JsonPath& path) {
  if (stopped_ || !window_.Fill()) {
    stopped_ = stopped_ || !window_.status().ok();
    return false;
  }
  if (window_.bytes_read() <= limits_.document_bytes) return true;
  return Fail(Violation::LIMIT_EXCEEDED, path, 0,
              absl::StrCat("a document of more than ", limits_.document_bytes,
                           " bytes"));
}

bool JsonCursor::NextByte(const JsonPath& path, absl::string_view what,
                          char* next) {
  if (!SkipSpace(path)) return false;
  if (window_.unread().empty()) return FailEnd(path, what);
  *next = window_.unread()[0];
  return true;
}

JsonCursor::Extent JsonCursor::Measure(int depth, const JsonPath& path,
                                       size_t* length) {
  ValueScanner scanner(depth);
  size_t scanned = 0;
  while (true) {
    const absl::string_view rest =
        window_.unread().substr(0, window_.bytes() + 1).substr(scanned);
    size_t used = 0;
    const auto state = scanner.Scan(rest, &used);
    scanned += used;
    if (state == ValueScanner::State::kTooDeep) {
      FailTooDeep(path, scanned);
      return Extent::kStop;
    }
    if (scanned > window_.bytes()) return Extent::kLarge;
    if (state == ValueScanner::State::kDone) break;
    if (!Fill(path)) {
      if (!stopped_) {
        FailSyntax(path, window_.unread().size(),
                   "the text ends inside the value");
      }
      return Extent::kStop;
    }
  }
  *length = scanned;
  return Extent::kFits;
}

bool JsonCursor::MeasureBatch(int depth, const JsonPath& path, size_t* length) {
  while (window_.unread().size() <= window_.bytes() && Fill(path)) {
  }
  if (stopped_) return false;
  const absl::string_view text =
      window_.unread().substr(0, window_.bytes() + 1);
  size_t at = 1;
  while (true) {
    at += SpaceLength(text.substr(at));
    ValueScanner scanner(depth);
    size_t used = 0;
    const auto state = scanner.Scan(text.substr(at), &used);
    if (state != ValueScanner::State::kDone || used == 0) return true;
    at += used;
    at += SpaceLength(text.substr(at));
    if (at == text.size() || (text[at] != ',' && text[at] != ']')) {
      return true;
    }
    *length = ++at;
    if (text[at - 1] == ']') return true;
  }
}

bool JsonCursor::SkipValue(int depth, const JsonPath& path) {
  ValueScanner scanner(depth);
  while (true) {
    size_t used = 0;
    const auto state = scanner.Scan(window_.unread(), &used);
    if (state == ValueScanner::State::kTooDeep) return FailTooDeep(path, used);
    window_.Consume(used);
    if (state == ValueScanner::State::kDone) return true;
    if (!Fill(path)) return FailEnd(path, "the end of the value");
  }
}

void JsonCursor::ExpectEnd(const JsonPath& path) {
  while (SkipSpace(path)) {
    if (!window_.unread().empty()) {
      Fail(Violation::MALFORMED, path, 0, "text after the document");
      return;
    }
    if (!Fill(path)) return;
  }
}

bool JsonCursor::Fail(Violation::Reason reason, const JsonPath& path,
                      size_t offset, absl::string_view complaint) {
  // The first error that stops the reading is the one that is told.
  if (!stopped_) reporter_.ReportAt(reason, path, offset, complaint);
  stopped_ = true;
  return false;
}

bool JsonCursor::FailExpected(const JsonPath& path, absl::string_view what) {
  return Fail(Violation::MALFORMED, path, 0,
              absl::StrCat("expected ", what, ", found ",
                           Excerpt(window_.unread().substr(0, 1))));
}

bool JsonCursor::FailSyntax(const JsonPath& path, size_t length,
                            const char* otherwise) {
  reporter_.ReportSyntax(path, length, otherwise);
  stopped_ = true;
  return false;
}

bool JsonCursor::FailTooDeep(const JsonPath& path, size_t offset) {
  return Fail(Violation::LIMIT_EXCEEDED, path, offset,
              absl::StrCat("nested more than ", kMaxNesting, " deep"));
}

bool JsonCursor::FailEnd(const JsonPath& path, absl::string_view what) {
  return Fail(Violation::MALFORMED, path, window_.unread().size(),
              absl::StrCat("the text ends where ", what, " should follow"));
}

}  // namespace recoveryline
