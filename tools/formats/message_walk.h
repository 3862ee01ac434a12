// WalkMessages: a message and all those within it, each with its path.
//
//   WalkMessages(inventory, [](const Message& part, const JsonPath& path) {
//     PathText("", path);            // vms[3].recoveryPoints[0]
//   });
//
// A message comes before those within it; fields in the order of their numbers.
//
// Cost: O(messages). Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_FORMATS_MESSAGE_WALK_H_
#define RECOVERYLINE_TOOLS_FORMATS_MESSAGE_WALK_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "google/protobuf/message.h"
#include "tools/formats/json_path.h"

namespace recoveryline {

using MessageVisitor =
    absl::FunctionRef<void(const google::protobuf::Message&, const JsonPath&)>;

using StringVisitor =
    absl::FunctionRef<void(const std::string&, const JsonPath&)>;

// The string fields of `part`, at `path`, alone: not of messages within it.
void VisitStrings(const google::protobuf::Message& part, const JsonPath& path,
                  StringVisitor visit);

// REQUIRES: nested as deep as a reader allows (kMaxNesting).
void WalkMessages(const google::protobuf::Message& message,
                  MessageVisitor visit);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_FORMATS_MESSAGE_WALK_H_
