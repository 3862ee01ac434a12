// MessageType: is this an inventory, a plan or a Decision?
//
//   TypeOfContent(R"({"vms": [)");           // kInventory
//   TypeOfContent(R"({"id": "web"})");       // nothing: it cannot be told
//
// Told by the names of the fields at the top of JSON or of a textproto; the
// first that only one of the three has settles it. Binary data has no names.
//
// Cost: O(bytes), none allocated but one name.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_RLINE_MESSAGE_TYPE_H_
#define RECOVERYLINE_TOOLS_RLINE_MESSAGE_TYPE_H_

#include <memory>
#include <optional>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace recoveryline {

enum class MessageType { kInventory, kPlan, kDecision };

// "inventory", "plan", "decision".
std::optional<MessageType> TypeOfName(absl::string_view name);

// `head`: the first bytes of the content, as many as are at hand.
std::optional<MessageType> TypeOfContent(absl::string_view head);

// An empty message of the type.
std::unique_ptr<google::protobuf::Message> NewMessage(MessageType type);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_MESSAGE_TYPE_H_
