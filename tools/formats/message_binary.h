// ReadBinpb: one message in protobuf's binary form.
//
//   Violations found;
//   absl::Status read = ReadBinpb(source, "", &inventory, &found);
//   // found: vms[17]: not a binary recoveryline.v1.Vm (at byte 90210)
//
// Unknown fields are kept, as protobuf does; but a file in which there is
// nothing else is refused, since much that is not protobuf at all reads so.
//
// Limits (LIMIT_EXCEEDED): see BinaryLimits.
//
// Invariants:
//   (1) The file is never held as a whole: fields of messages larger than
//       BinaryLimits::element_bytes are read one by one.
//   (2) Memory is measured after each element, and bounds what follows.
//
// Cost: protobuf's parser, and SpaceUsedLong() once for each element.
// Thread-safety: concurrent reads of different messages are safe.
// Errors: the status is the source's; what is wrong with the content goes to
// `*found`, and `*message` then holds some of it.

#ifndef RECOVERYLINE_TOOLS_FORMATS_MESSAGE_BINARY_H_
#define RECOVERYLINE_TOOLS_FORMATS_MESSAGE_BINARY_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/violations.h"
#include "google/protobuf/message.h"
#include "tools/formats/byte_source.h"

namespace recoveryline {

struct BinaryLimits {
  // protobuf's own.
  int64_t document_bytes = (int64_t{2} << 30) - 1;
  // Of a string, and of a message that is parsed at once.
  int64_t element_bytes = int64_t{1} << 20;
  // How far the message may pass 8 times the bytes read.
  int64_t slack_bytes = int64_t{128} << 20;
};

// Paths begin with `path_prefix`. REQUIRES: `*message` is empty.
absl::Status ReadBinpb(ByteSource source, absl::string_view path_prefix,
                       google::protobuf::Message* message, Violations* found,
                       const BinaryLimits& limits = {});

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_MESSAGE_BINARY_H_
