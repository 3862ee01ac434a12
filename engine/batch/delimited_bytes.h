// AppendDelimited: a message in binary form with its length in front, as
// protobuf's own delimited framing has it.
//
//   std::string bytes;
//   AppendDelimited(record, &bytes);
//
// protobuf's stream over a string clears all of the string's room for each
// message; this does not, so that many messages can be gathered in one string.
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_ENGINE_BATCH_DELIMITED_BYTES_H_
#define RECOVERYLINE_ENGINE_BATCH_DELIMITED_BYTES_H_

#include <string>

#include "google/protobuf/message_lite.h"

namespace recoveryline {

// REQUIRES: the message is below protobuf's limit of 2 GiB.
void AppendDelimited(const google::protobuf::MessageLite& message,
                     std::string* bytes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_DELIMITED_BYTES_H_
