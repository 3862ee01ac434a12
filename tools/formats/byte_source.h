// ByteSource: where a reader takes its bytes from, one chunk after the other.
//
//   absl::string_view rest = text;
//   auto source = [&rest](char* into, size_t size) { ... return copied; };
//   ReadJson(source, "", &inventory, &found);
//
// A call copies at most `size` bytes (never 0 asked) to `into` and answers how
// many; 0 means the end. A chunk may be as short as one byte. An error is the
// file's or pipe's, never the content's.
//
// Thread-safety: none; the source outlives the read.

#ifndef RECOVERYLINE_TOOLS_FORMATS_BYTE_SOURCE_H_
#define RECOVERYLINE_TOOLS_FORMATS_BYTE_SOURCE_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace recoveryline {

using ByteSource = absl::FunctionRef<absl::StatusOr<size_t>(char*, size_t)>;

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_BYTE_SOURCE_H_
