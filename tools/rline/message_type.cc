#include "tools/rline/message_type.h"

#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "engine/archive/archive.h"
#include "google/protobuf/descriptor.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {
namespace {

constexpr std::array<MessageType, 3> kTypes = {
    MessageType::kInventory, MessageType::kPlan, MessageType::kDecision};

const google::protobuf::Descriptor& DescriptorOf(MessageType type) {
  switch (type) {
    case MessageType::kInventory:
      return *v1::Inventory::descriptor();
    case MessageType::kPlan:
      return *v1::RecoveryPlan::descriptor();
    case MessageType::kDecision:
      return *v1::Decision::descriptor();
  }
  return *v1::Inventory::descriptor();
}

// The only type with a field of this name, in JSON or in textproto.
std::optional<MessageType> OnlyTypeWith(const std::string& name) {
  std::optional<MessageType> only;
  for (const MessageType type : kTypes) {
    const google::protobuf::Descriptor& message = DescriptorOf(type);
    if (message.FindFieldByName(name) == nullptr &&
        message.FindFieldByCamelcaseName(name) == nullptr) {
      continue;
    }
    if (only) return std::nullopt;
    only = type;
  }
  return only;
}

// Walks over JSON or textproto and stops at the names of the outermost
// message, whose depth is 1 in JSON and 0 in a textproto.
class TopNames {
 public:
  explicit TopNames(absl::string_view text)
      : rest_(absl::StripLeadingAsciiWhitespace(text)),
        top_(!rest_.empty() && rest_[0] == '{' ? 1 : 0) {}

  // The next string or word at the top, a name or a value; nothing at the end.
  std::optional<std::string> Next() {
    while (!rest_.empty()) {
      const char c = rest_[0];
      if (c == '"' || c == '\'') {
        std::string text = Quoted(c);
        if (depth_ == top_ && IsName()) return text;
      } else if (IsWord(c)) {
        std::string word = Word();
        if (depth_ == top_ && IsName()) return word;
      } else {
        if (c == '{' || c == '[' || c == '<') ++depth_;
        if (c == '}' || c == ']' || c == '>') --depth_;
        if (c == '#' && top_ == 0) {
          const size_t end = rest_.find('\n');
          rest_.remove_prefix(end == absl::string_view::npos ? rest_.size() - 1
                                                             : end);
        }
        rest_.remove_prefix(1);
      }
    }
    return std::nullopt;
  }

 private:
  static bool IsWord(char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
  }

  // Whether a value follows.
  bool IsName() const {
    const absl::string_view next = absl::StripLeadingAsciiWhitespace(rest_);
    return !next.empty() && (next[0] == ':' ||
                             (top_ == 0 && (next[0] == '{' || next[0] == '<')));
  }

  std::string Quoted(char quote) {
    std::string text;
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_[0] != quote) {
      if (rest_[0] == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      text += rest_[0];
      rest_.remove_prefix(1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    return text;
  }

  std::string Word() {
    size_t size = 0;
    while (size < rest_.size() && IsWord(rest_[size])) ++size;
    std::string word(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return word;
  }

  absl::string_view rest_;
  int top_;
  int depth_ = 0;
};

}  // namespace

std::optional<MessageType> TypeOfName(absl::string_view name) {
  if (name == "inventory") return MessageType::kInventory;
  if (name == "plan") return MessageType::kPlan;
  if (name == "decision") return MessageType::kDecision;
  return std::nullopt;
}

std::optional<MessageType> TypeOfContent(absl::string_view head) {
  if (IsArchive(head)) return MessageType::kInventory;
  TopNames names(head);
  while (const auto name = names.Next()) {
    if (const auto type = OnlyTypeWith(*name)) return type;
  }
  return std::nullopt;
}

std::unique_ptr<google::protobuf::Message> NewMessage(MessageType type) {
  switch (type) {
    case MessageType::kInventory:
      return std::make_unique<v1::Inventory>();
    case MessageType::kPlan:
      return std::make_unique<v1::RecoveryPlan>();
    case MessageType::kDecision:
      return std::make_unique<v1::Decision>();
  }
  return nullptr;
}

}  // namespace recoveryline
