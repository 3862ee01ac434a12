// JsonCursor: walks through a document of any size, and knows when to stop.
//
//   JsonCursor cursor(source, "plan.", limits, &found);
//   size_t length = 0;
//   if (cursor.Measure(depth, path, &length) == JsonCursor::Extent::kFits) {
//     Parse(cursor.window().unread().substr(0, length));
//     cursor.window().Consume(length);
//   }
//
// It finds where values end and what stands between them, with nothing but the
// window in memory; what a value holds is for others. Steps return false when
// reading has to stop: the source failed (window().status()), or something was
// reported after which nothing can follow.
//
// Cost: one pass; values that do not fit the window are passed again, part by
// part. Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_FORMATS_JSON_CURSOR_H_
#define RECOVERYLINE_TOOLS_FORMATS_JSON_CURSOR_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "engine/violations.h"
#include "tools/formats/byte_source.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_reader.h"
#include "tools/formats/json_reporter.h"
#include "tools/formats/json_window.h"

namespace recoveryline {

class JsonCursor {
 public:
  enum class Extent { kFits, kLarge, kStop };

  // `found` outlives the cursor.
  JsonCursor(ByteSource source, absl::string_view prefix,
             const JsonLimits& limits, Violations* found)
      : limits_(limits),
        window_(source, limits.window_bytes),
        reporter_(prefix, &window_, found) {}
  JsonCursor(const JsonCursor&) = delete;
  JsonCursor& operator=(const JsonCursor&) = delete;

  JsonWindow& window() { return window_; }
  JsonReporter& reporter() { return reporter_; }

  // The next byte that is not white space; it stays unread. `what` is what
  // should stand here, for the case that the document ends.
  bool NextByte(const JsonPath& path, absl::string_view what, char* next);

  // Finds the end of the value that begins here, `depth` objects and arrays
  // deep. kFits: the window holds its `*length` bytes, 0 where no value begins.
  // Whether it fits depends on the value alone.
  Extent Measure(int depth, const JsonPath& path, size_t* length);

  // Finds the elements of an array that the window holds as a whole, from the
  // '[' or ',' that is the next byte. `*length` counts their bytes and those of
  // the delimiters around them; 0 where there are none. What is no element ends
  // the batch.
  bool MeasureBatch(int depth, const JsonPath& path, size_t* length);

  // Passes a value of any size.
  bool SkipValue(int depth, const JsonPath& path);

  // Passes white space to the end of the document; anything else is reported.
  void ExpectEnd(const JsonPath& path);

  // Reports `complaint` at unread()[offset], and stops: false.
  bool Fail(v1::Violation::Reason reason, const JsonPath& path, size_t offset,
            absl::string_view complaint);
  // The same for what stands here instead of `what`.
  bool FailExpected(const JsonPath& path, absl::string_view what);
  // The same for the next `length` bytes, which are not JSON; `otherwise` is
  // said where no error of syntax is found in them.
  bool FailSyntax(const JsonPath& path, size_t length, const char* otherwise);

 private:
  bool SkipSpace(const JsonPath& path);
  // More of the document; false also at its end.
  bool Fill(const JsonPath& path);
  bool FailTooDeep(const JsonPath& path, size_t offset);
  bool FailEnd(const JsonPath& path, absl::string_view what);

  const JsonLimits limits_;
  JsonWindow window_;
  JsonReporter reporter_;
  bool stopped_ = false;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_CURSOR_H_
