// FindContent: what kind of file begins like this?
//
//   FindContent(" {\"vms\":[]}", *v1::Inventory::descriptor());   // kJson
//   FindContent("vms { id: 'web' }", ...);                        // kTextproto
//   FindContent("\x1a\x05\x0a\x03web", ...);                      // kBinpb
//
// Rules, the first that fits:
//   (1) Nothing, or nothing but white space: kEmpty.
//   (2) A byte order mark: kUtf8Mark, kUtf16.
//   (3) The first byte that is not white space is '{' or '[', and in front of
//       the file or followed by a quote, a bracket or white space: kJson. (No
//       message is an array, but JSON's reader is the one to say so.)
//   (4) The first word is a field of the message, ':', '{' or '<' follows it,
//       and no byte is a control character: kTextproto. The same for a text
//       that is a comment as far as can be seen.
//   (5) The first bytes of an archive (engine/archive): kArchive.
//   (6) kBinpb.
// No binary message is taken for text unless one of its own strings is a text
// of that very form: (4) asks for a field's name, not just for printable bytes.
//
// Cost: O(bytes of the head). Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_FORMATS_CONTENT_FORMAT_H_
#define RECOVERYLINE_TOOLS_FORMATS_CONTENT_FORMAT_H_

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace recoveryline {

enum class Content {
  kEmpty,
  kUtf8Mark,
  kUtf16,
  kArchive,
  kJson,
  kTextproto,
  kBinpb
};

// `head` is the beginning of a file, or all of it.
Content FindContent(absl::string_view head,
                    const google::protobuf::Descriptor& type);

// Whether a person wrote it, rather than a serializer: at most one byte in 32
// is a control character or not UTF-8.
bool LooksWritten(absl::string_view head);

// Whether no text format would hold these bytes: some are control characters.
bool HasControlBytes(absl::string_view head);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_CONTENT_FORMAT_H_
