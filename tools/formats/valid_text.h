// ValidText: someone's bytes, made fit for a field of a message.
//
//   IsUtf8("Ger\xe4t");                      // false
//   ValidText("Ger\xe4t", 1'000);            // "Ger", U+FFFD, "t"
//   ValidText("Gerät", 4);                   // "Ger": no character is cut
//
// A string field of a message is UTF-8: with anything else in it, a record of
// a log is written and can never be read again.
//
// Cost: linear, one string.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_FORMATS_VALID_TEXT_H_
#define RECOVERYLINE_TOOLS_FORMATS_VALID_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace recoveryline {

bool IsUtf8(absl::string_view text);

// At most `max_bytes` bytes of `text`, each byte that is no part of a character
// replaced by U+FFFD.
std::string ValidText(absl::string_view text, size_t max_bytes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_VALID_TEXT_H_
