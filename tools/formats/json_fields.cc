#include "tools/formats/json_fields.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "google/protobuf/message.h"
#include "tools/formats/wire_buffer.h"

namespace recoveryline {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The first and the last bytes of a word; they overlap in a short one.
template <typename Part>
std::pair<uint64_t, uint64_t> EndsOf(absl::string_view word) {
  Part front;
  Part back;
  std::memcpy(&front, word.data(), sizeof(Part));
  std::memcpy(&back, word.data() + word.size() - sizeof(Part), sizeof(Part));
  return {front, back};
}

// Mixes the ends of a word and its length: names that differ only in the middle
// collide, and are then told apart by comparison.
size_t HashWord(absl::string_view word) {
  if (word.empty()) return 0;
  const auto [front, back] = word.size() >= 8   ? EndsOf<uint64_t>(word)
                             : word.size() >= 4 ? EndsOf<uint32_t>(word)
                                                : EndsOf<uint8_t>(word);
  uint64_t hash = (front + word.size()) * 0x9E3779B97F4A7C15;
  hash = (hash ^ (hash >> 32) ^ back) * 0xBF58476D1CE4E5B9;
  return hash >> 32;
}

FieldKind MessageKind(const Descriptor* type) {
  switch (type->well_known_type()) {
    case Descriptor::WELLKNOWNTYPE_TIMESTAMP:
      return FieldKind::kTimestamp;
    case Descriptor::WELLKNOWNTYPE_DURATION:
      return FieldKind::kDuration;
    case Descriptor::WELLKNOWNTYPE_UNSPECIFIED:
      return FieldKind::kMessage;
    default:  // protobuf adds to the list
      return FieldKind::kUnsupported;
  }
}

FieldKind KindOf(const FieldDescriptor* field) {
  if (field->is_map() || field->type() == FieldDescriptor::TYPE_GROUP) {
    return FieldKind::kUnsupported;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return FieldKind::kSigned;
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return FieldKind::kUnsigned;
    case FieldDescriptor::CPPTYPE_FLOAT:
      return FieldKind::kFloat;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return FieldKind::kDouble;
    case FieldDescriptor::CPPTYPE_BOOL:
      return FieldKind::kBool;
    case FieldDescriptor::CPPTYPE_STRING:
      return field->type() == FieldDescriptor::TYPE_BYTES ? FieldKind::kBytes
                                                          : FieldKind::kString;
    case FieldDescriptor::CPPTYPE_ENUM:
      return FieldKind::kEnum;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageKind(field->message_type());
  }
  return FieldKind::kUnsupported;
}

NumberForm FormOf(const FieldDescriptor* field) {
  switch (field->type()) {
    case FieldDescriptor::TYPE_SINT32:
    case FieldDescriptor::TYPE_SINT64:
      return NumberForm::kZigZag;
    case FieldDescriptor::TYPE_FIXED32:
    case FieldDescriptor::TYPE_SFIXED32:
    case FieldDescriptor::TYPE_FLOAT:
      return NumberForm::kFixed32;
    case FieldDescriptor::TYPE_FIXED64:
    case FieldDescriptor::TYPE_SFIXED64:
    case FieldDescriptor::TYPE_DOUBLE:
      return NumberForm::kFixed64;
    default:  // all other numbers
      return NumberForm::kVarint;
  }
}

WireType WireTypeOf(const FieldDescriptor* field) {
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING ||
      field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return WireType::kBytes;
  }
  switch (FormOf(field)) {
    case NumberForm::kVarint:
    case NumberForm::kZigZag:
      return WireType::kVarint;
    case NumberForm::kFixed32:
      return WireType::kFixed32;
    case NumberForm::kFixed64:
      return WireType::kFixed64;
  }
  return WireType::kVarint;
}

FieldEntry MakeEntry(const FieldDescriptor* field) {
  FieldEntry entry;
  entry.field = field;
  entry.name = field->json_name();
  entry.kind = KindOf(field);
  entry.form = FormOf(field);
  const bool narrow = field->cpp_type() == FieldDescriptor::CPPTYPE_INT32 ||
                      field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32;
  entry.bits = narrow ? 32 : 64;
  entry.repeated = field->is_repeated();
  entry.index = static_cast<size_t>(field->index());
  if (const auto* oneof = field->real_containing_oneof()) {
    entry.oneof = static_cast<size_t>(field->containing_type()->field_count() +
                                      oneof->index());
  }
  entry.tag = MakeTag(field->number(), WireTypeOf(field));
  return entry;
}

std::vector<std::pair<std::string, int>> KeysOf(
    const std::vector<FieldEntry>& entries) {
  std::vector<std::pair<std::string, int>> keys;
  for (const FieldEntry& entry : entries) {
    keys.emplace_back(entry.field->json_name(), static_cast<int>(entry.index));
  }
  for (const FieldEntry& entry : entries) {
    keys.emplace_back(entry.field->name(), static_cast<int>(entry.index));
  }
  return keys;
}

}  // namespace

WordTable::WordTable(std::vector<std::pair<std::string, int>> words)
    : slots_(std::bit_ceil(2 * words.size() + 2)) {
  for (auto& [word, number] : words) {
    size_t i = HashWord(word) & (slots_.size() - 1);
    while (slots_[i].taken && slots_[i].word != word) {
      i = (i + 1) & (slots_.size() - 1);
    }
    if (!slots_[i].taken) slots_[i] = {std::move(word), number, true};
  }
}

std::optional<int> WordTable::Find(absl::string_view word) const {
  size_t i = HashWord(word) & (slots_.size() - 1);
  while (slots_[i].taken && slots_[i].word != word) {
    i = (i + 1) & (slots_.size() - 1);
  }
  return slots_[i].taken ? std::optional<int>(slots_[i].number) : std::nullopt;
}

MessageFields::MessageFields(std::vector<FieldEntry> entries,
                             size_t oneof_count, int64_t object_bytes)
    : entries_(std::move(entries)),
      keys_(KeysOf(entries_)),
      oneof_count_(oneof_count),
      object_bytes_(object_bytes) {}

FieldTables::FieldTables(const Message& prototype)
    : factory_(prototype.GetReflection()->GetMessageFactory()),
      root_(MakeMessage(prototype.GetDescriptor())) {}

const MessageFields* FieldTables::MakeMessage(const Descriptor* type) {
  const auto known = messages_.find(type);
  if (known != messages_.end()) return known->second.get();

  std::vector<FieldEntry> entries;
  for (int i = 0; i < type->field_count(); ++i) {
    entries.push_back(MakeEntry(type->field(i)));
  }
  const Message* prototype = factory_->GetPrototype(type);
  auto owned = std::make_unique<MessageFields>(
      std::move(entries), static_cast<size_t>(type->real_oneof_decl_count()),
      static_cast<int64_t>(prototype->SpaceUsedLong()));
  MessageFields* fields = owned.get();
  // Known before its fields are followed: a message may contain itself.
  messages_.emplace(type, std::move(owned));
  for (FieldEntry& entry : fields->entries_) {
    if (entry.kind == FieldKind::kMessage) {
      entry.message = MakeMessage(entry.field->message_type());
    } else if (entry.kind == FieldKind::kEnum) {
      entry.enum_names = MakeEnum(entry.field->enum_type());
    }
  }
  return fields;
}

const WordTable* FieldTables::MakeEnum(const EnumDescriptor* type) {
  std::unique_ptr<WordTable>& table = enums_[type];
  if (table == nullptr) {
    std::vector<std::pair<std::string, int>> names;
    for (int i = 0; i < type->value_count(); ++i) {
      names.emplace_back(type->value(i)->name(), type->value(i)->number());
    }
    table = std::make_unique<WordTable>(std::move(names));
  }
  return table.get();
}

}  // namespace recoveryline
