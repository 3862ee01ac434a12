// ReadJson: one JSON document into one message, strictly, and every violation
// with its path.
//
//   v1::RecoveryPlan plan;
//   Violations found;
//   absl::Status read = ReadJson(source, "plan.", &plan, &found);
//   // found: plan.pins[2].vmId: 17 is not a string (line 12, column 9)
//
// The forms are those of proto3 JSON with less leniency: unknown and duplicate
// keys, numbers for enums, NaN, trailing commas and bytes that are not UTF-8
// are refused, and Timestamps are as ParseRfc3339() takes them. A key is the
// JSON name of a field or its name in the .proto file. null leaves a field
// unset. Values that are wrong are left out, and reading goes on, until
// Violations is full; it stops at the first error of syntax and at a limit.
//
// Limits (LIMIT_EXCEEDED): see JsonLimits; nesting of kMaxNesting.
//
// Invariants:
//   (1) The document is never held as a whole: objects and arrays larger than
//       the window are read member by member.
//   (2) Memory, with the message, stays within 3 times the bytes read plus
//       256 MiB.
//   (3) Neither the size of chunks nor that of the window changes the message.
//
// Cost: one pass to split, one of simdjson, one over reflection.
// Thread-safety: concurrent reads of different messages are safe.
// Errors: the status is the source's; what is wrong with the content goes to
// `*found`, and `*message` then holds some of it.

#ifndef RECOVERYLINE_TOOLS_FORMATS_JSON_READER_H_
#define RECOVERYLINE_TOOLS_FORMATS_JSON_READER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/violations.h"
#include "google/protobuf/message.h"
#include "tools/formats/byte_source.h"

namespace recoveryline {

struct JsonLimits {
  // Of the document.
  int64_t document_bytes = int64_t{4} << 30;
  // Of a string, number or key, as it stands in the text.
  size_t window_bytes = size_t{512} << 10;
  // How far the message may pass 3 times the bytes read.
  int64_t slack_bytes = int64_t{208} << 20;
};

// Paths begin with `path_prefix`, such as "plan.". REQUIRES: `*message` is
// empty.
absl::Status ReadJson(ByteSource source, absl::string_view path_prefix,
                      google::protobuf::Message* message, Violations* found,
                      const JsonLimits& limits = {});

// The same for a document in memory.
void ReadJsonText(absl::string_view text, absl::string_view path_prefix,
                  google::protobuf::Message* message, Violations* found,
                  const JsonLimits& limits = {});

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_JSON_READER_H_
