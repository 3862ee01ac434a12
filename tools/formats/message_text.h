// ReadTextproto: one message in protobuf's text format, with all errors that
// protobuf names.
//
//   Violations found;
//   absl::Status read = ReadTextproto(source, "plan.", &plan, &found);
//   // found: plan: Expected string, got: 17 (line 3, column 9)
//
// A text that sets no field is refused: an empty file is a mistake. Strings
// that are not UTF-8 are refused with the path of their field.
//
// Limits (LIMIT_EXCEEDED): see TextLimits; nesting of kMaxNesting.
//
// Cost: protobuf's parser, and one pass over the bytes.
// Thread-safety: concurrent reads of different messages are safe.
// Errors: the status is the source's; what is wrong with the content goes to
// `*found`, and `*message` then holds some of it.

#ifndef RECOVERYLINE_TOOLS_FORMATS_MESSAGE_TEXT_H_
#define RECOVERYLINE_TOOLS_FORMATS_MESSAGE_TEXT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/violations.h"
#include "google/protobuf/message.h"
#include "tools/formats/byte_source.h"

namespace recoveryline {

struct TextLimits {
  // What protobuf's parsers count to.
  int64_t document_bytes = (int64_t{2} << 30) - 1;
  // Of a string, name or number.
  int64_t token_bytes = int64_t{1} << 20;
  // How far the message may pass 8 times the bytes read.
  int64_t slack_bytes = int64_t{128} << 20;
};

// Paths begin with `path_prefix`. REQUIRES: `*message` is empty.
absl::Status ReadTextproto(ByteSource source, absl::string_view path_prefix,
                           google::protobuf::Message* message,
                           Violations* found, const TextLimits& limits = {});

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_MESSAGE_TEXT_H_
