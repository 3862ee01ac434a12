// Excerpt: a piece of someone's input, fit to stand in a message for people.
//
//   Excerpt("web\n1");              // web\n1, the newline as two characters
//   Excerpt(std::string(500, 'a'))  // 80 times a, then ...
//
// Control characters and bytes that are not UTF-8 are escaped (\n, \x1b), so
// that input can neither drive a terminal nor break a line.
//
// Cost: O(limit), one allocation, however long the text.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_FORMATS_EXCERPT_H_
#define RECOVERYLINE_TOOLS_FORMATS_EXCERPT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace recoveryline {

// How much of a text is shown.
inline constexpr size_t kExcerptBytes = 80;

std::string Excerpt(absl::string_view text, size_t limit_bytes = kExcerptBytes);

// How many bytes the UTF-8 character at the front of `text` has; 0 where there
// is none (also for surrogates, overlong forms and beyond U+10FFFF).
// REQUIRES: `text` is not empty.
size_t Utf8Length(absl::string_view text);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_EXCERPT_H_
