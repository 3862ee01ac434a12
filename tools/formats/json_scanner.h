// ValueScanner: where does the JSON value end that begins here?
//
//   ValueScanner scanner(/*depth=*/1);
//   size_t used = 0;
//   scanner.Scan(R"({"id":"a)", &used);     // kMore, used == 8
//   scanner.Scan(R"(b"},{"id")", &used);    // kDone, used == 3
//
// It follows brackets, strings and escapes and nothing else: a text that it
// calls a value still has to be parsed, but no text that is a value is cut in
// the wrong place. A number or word ends before the first byte that cannot
// belong to it.
//
// Cost: O(bytes), no allocation; without backslashes 64 bytes at a time.
// Thread-safety: none; one scanner a value.

#ifndef RECOVERYLINE_TOOLS_FORMATS_JSON_SCANNER_H_
#define RECOVERYLINE_TOOLS_FORMATS_JSON_SCANNER_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace recoveryline {

// How deep objects and arrays may lie in each other; the document is 1.
inline constexpr int kMaxNesting = 64;

class ValueScanner {
 public:
  enum class State { kMore, kDone, kTooDeep };

  // `depth` is the number of objects and arrays around the value.
  explicit ValueScanner(int depth) : outer_depth_(depth), depth_(depth) {}

  // Scans on. `text` goes on where the call before stopped; `*used` is how much
  // of it belongs to the value (kTooDeep: lies before the bracket too many).
  State Scan(absl::string_view text, size_t* used);

 private:
  enum class Place { kStart, kBetween, kInString, kAfterBackslash, kInScalar };

  // The parts of a value that need not be the whole of `text`.
  State ScanScalar(absl::string_view text, size_t* used);
  State ScanBlocks(absl::string_view text, size_t* used);
  State ScanBytes(absl::string_view text, size_t* used);
  // A bracket outside of strings; kMore: go on.
  State Open();
  State Close();

  const int outer_depth_;
  int depth_;
  Place place_ = Place::kStart;
};

// Where the value at the front of `text` ends; text.size() where it does not.
size_t ValueEnd(absl::string_view text);

// How many bytes of white space `text` begins with.
size_t SpaceLength(absl::string_view text);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_SCANNER_H_
