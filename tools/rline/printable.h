// Printable: names that strangers chose, made safe to print and to align.
//
//   Printable("web\x1b[2J1");                // "web\x1b[2J1", nothing is run
//   DisplayWidth(Printable("北京-1"));        // 6 columns
//   CutMiddle("0a1b2c3d-4e5f", 9);           // "0a1b…4e5f"
//   JsonString("a\"b");                      // the 6 bytes "a\"b"
//
// Invariants (printable_test checks them):
//   (1) The result of Printable is valid UTF-8 without control characters,
//       line breaks, marks that reverse the writing direction or characters
//       that cannot be seen.
//   (2) DisplayWidth(CutMiddle(text, width)) <= width.
//
// Cost: linear, one string.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_RLINE_PRINTABLE_H_
#define RECOVERYLINE_TOOLS_RLINE_PRINTABLE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace recoveryline {

// `text` with each unsafe character written as \xNN (one byte) or \u{NNNN}.
std::string Printable(absl::string_view text);

// How many columns of a terminal `printable` takes: wide characters two,
// combining ones none. REQUIRES: `printable` comes from Printable().
int DisplayWidth(absl::string_view printable);

// `text` as a JSON string with its quotes. What Printable() would change is
// escaped, so that it says the same; bytes that are not UTF-8 become \\xNN.
std::string JsonString(absl::string_view text);

// At most `width` columns of `printable`, its middle replaced by "…".
// REQUIRES: `printable` comes from Printable(); width > 0.
std::string CutMiddle(absl::string_view printable, int width);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_PRINTABLE_H_
