// FindUnfit: what of a message a format cannot hold.
//
//   Violations found;
//   FindUnfit(inventory, Format::kJson, &found);
//   // vms[2].protectionState: no value of this version has the number 99
//
// JSON has no form for times and durations outside the range of protobuf's
// types, and the strict reader refuses enum numbers; neither JSON nor text has
// names for fields that this version does not know, and both bound a string's
// length as it stands in the file, escapes and all. A message without a field
// would be an empty file as text or binary, which no reader takes. An archive
// holds an inventory that breaks no rule.
//
// What is written without a violation is read back as it was.
//
// Cost: O(messages). Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_FORMATS_FORMAT_FIT_H_
#define RECOVERYLINE_TOOLS_FORMATS_FORMAT_FIT_H_

#include <string>

#include "engine/violations.h"
#include "google/protobuf/message.h"
#include "tools/formats/message_files.h"

namespace recoveryline {

void FindUnfit(const google::protobuf::Message& message, Format format,
               Violations* found);

// The path of the first message with a field that this version does not know,
// and the field's number: "vms[2], field 17"; empty where there is none.
std::string FirstUnknownField(const google::protobuf::Message& message);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_FORMAT_FIT_H_
