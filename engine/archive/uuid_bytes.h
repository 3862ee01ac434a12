// UUIDs as 16 bytes, where that loses nothing.
//
//   std::array<char, 16> bytes;
//   if (PackUuid("0f8fad5b-d9cb-469f-a165-70867728950e", bytes.data())) ...
//
// Only the canonical text in lower case is packed (RFC 4122, section 3).
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_UUID_BYTES_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_UUID_BYTES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace recoveryline {

// False, and anything in `bytes`, where `text` is not such a UUID.
bool PackUuid(absl::string_view text, char* bytes);

// REQUIRES: `bytes` has 16 of them.
std::string UnpackUuid(const char* bytes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_UUID_BYTES_H_
