#include "tools/formats/message_walk.h"

#include <vector>

#include "absl/container/node_hash_map.h"
#include "google/protobuf/descriptor.h"

namespace recoveryline {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class Walker {
 public:
  explicit Walker(MessageVisitor visit) : visit_(visit) {}

  void Walk(const Message& message, const JsonPath& path) {
    visit_(message, path);
    const auto* reflection = message.GetReflection();
    for (const FieldDescriptor* field : FieldsOf(message.GetDescriptor())) {
      const JsonPath member{.parent = &path, .name = field->json_name()};
      if (!field->is_repeated()) {
        if (reflection->HasField(message, field)) {
          Walk(reflection->GetMessage(message, field), member);
        }
        continue;
      }
      const int count = reflection->FieldSize(message, field);
      for (int i = 0; i < count; ++i) {
        Walk(reflection->GetRepeatedMessage(message, field, i),
             {.parent = &member, .index = i});
      }
    }
  }

 private:
  using Fields = std::vector<const FieldDescriptor*>;

  // Those that hold messages.
  const Fields& FieldsOf(const Descriptor* type) {
    const auto [found, is_new] = fields_.try_emplace(type);
    if (is_new) {
      for (int i = 0; i < type->field_count(); ++i) {
        if (type->field(i)->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
          found->second.push_back(type->field(i));
        }
      }
    }
    return found->second;
  }

  const MessageVisitor visit_;
  absl::node_hash_map<const Descriptor*, Fields> fields_;
};

}  // namespace

void VisitStrings(const Message& part, const JsonPath& path,
                  StringVisitor visit) {
  const auto* reflection = part.GetReflection();
  const Descriptor* type = part.GetDescriptor();
  std::string scratch;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->type() != FieldDescriptor::TYPE_STRING) continue;
    const JsonPath member{.parent = &path, .name = field->json_name()};
    if (!field->is_repeated()) {
      visit(reflection->GetStringReference(part, field, &scratch), member);
      continue;
    }
    for (int k = 0; k < reflection->FieldSize(part, field); ++k) {
      visit(reflection->GetRepeatedStringReference(part, field, k, &scratch),
            {.parent = &member, .index = k});
    }
  }
}

void WalkMessages(const Message& message, MessageVisitor visit) {
  Walker(visit).Walk(message, JsonPath());
}

}  // namespace recoveryline
