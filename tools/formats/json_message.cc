#include "tools/formats/json_message.h"

#include <string>
#include <utility>

#include "absl/container/fixed_array.h"

namespace recoveryline {
namespace {

using google::protobuf::Duration;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;
using simdjson::dom::element;
using v1::Violation;

// What an allocation takes beside its bytes, and a repeated field for each
// element: its array doubles, and is copied while it does.
constexpr int64_t kAllocationBytes = 16;
constexpr int64_t kSlotBytes = 24;
// What a string object holds without an allocation.
constexpr size_t kInlineStringBytes = 15;

int64_t StringBytes(size_t size) {
  const auto heap_bytes =
      size > kInlineStringBytes
          ? static_cast<int64_t>(size) + 1 + kAllocationBytes
          : 0;
  return static_cast<int64_t>(sizeof(std::string)) + kAllocationBytes +
         heap_bytes;
}

template <typename Integer>
constexpr auto kMin = std::numeric_limits<Integer>::min();
template <typename Integer>
constexpr auto kMax = std::numeric_limits<Integer>::max();

// A Timestamp or Duration in its field. REQUIRES: the class is `Time`.
template <typename Time>
Time* MutableTime(const FieldEntry& entry, Message* message) {
  return static_cast<Time*>(
      entry.repeated ? entry.reflection->AddMessage(message, entry.field)
                     : entry.reflection->MutableMessage(message, entry.field));
}

}  // namespace

std::optional<Complaint> MessageBuilder::WhyTaken(const FieldEntry& entry,
                                                  bool seen,
                                                  const Message& message) {
  if (seen) return Complaint{Violation::DUPLICATE_FIELD, "stands twice"};
  if (entry.oneof != nullptr &&
      entry.reflection->HasOneof(message, entry.oneof)) {
    return Complaint{Violation::DUPLICATE_FIELD,
                     "excludes a field that stands before it"};
  }
  return std::nullopt;
}

void MessageBuilder::SetMessage(const MessageFields& fields, element value,
                                Message* message, const JsonPath& path) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) {
    reporter_->ReportValue(Violation::WRONG_TYPE, path, "is not an object");
    return;
  }
  absl::FixedArray<bool, 64> seen(fields.size(), false);
  JsonPath child{.parent = &path};
  size_t guess = 0;
  for (const simdjson::dom::key_value_pair member : object) {
    if (stopped()) return;
    const absl::string_view key(member.key.data(), member.key.size());
    const FieldEntry* entry = fields.Find(key, guess);
    if (entry == nullptr) {
      child.name = key;
      reporter_->ReportKey(Violation::UNKNOWN_FIELD, child, "is not known");
    } else {
      child.name = entry->name;
      guess = static_cast<size_t>(entry->index) + 1;
      bool& was_seen = seen[static_cast<size_t>(entry->index)];
      if (was_seen || entry->oneof != nullptr) {
        if (const auto taken = WhyTaken(*entry, was_seen, *message)) {
          reporter_->ReportKey(taken->reason, child, taken->text);
          ++child.ordinal;
          continue;
        }
      }
      was_seen = true;
      SetField(*entry, member.value, message, child);
    }
    ++child.ordinal;
  }
}

void MessageBuilder::SetField(const FieldEntry& entry, element value,
                              Message* message, const JsonPath& path) {
  if (value.is_null()) return;
  if (!entry.repeated) {
    if (entry.kind == FieldKind::kMessage && value.is_object()) {
      SetMessage(*entry.message, value, MakeMessage(entry, message), path);
    } else if (const auto bad = Put(entry, value, message)) {
      reporter_->ReportValue(bad->reason, path, bad->text);
    }
    return;
  }
  simdjson::dom::array array;
  if (entry.kind == FieldKind::kUnsupported ||
      value.get(array) != simdjson::SUCCESS) {
    reporter_->ReportValue(Violation::WRONG_TYPE, path, "is not an array");
    return;
  }
  JsonPath child{.parent = &path, .index = 0};
  for (const element item : array) {
    if (stopped()) return;
    AddElement(entry, item, message, child);
    child.ordinal = ++child.index;
  }
}

void MessageBuilder::AddElement(const FieldEntry& entry, element value,
                                Message* message, const JsonPath& path) {
  if (entry.kind == FieldKind::kMessage && value.is_object()) {
    SetMessage(*entry.message, value, MakeMessage(entry, message), path);
  } else if (const auto bad = Put(entry, value, message)) {
    reporter_->ReportValue(bad->reason, path, bad->text);
  }
}

Message* MessageBuilder::MakeMessage(const FieldEntry& entry,
                                     Message* message) {
  memory_bytes_ +=
      entry.message->object_bytes() + kAllocationBytes + kSlotBytes;
  return entry.repeated
             ? entry.reflection->AddMessage(message, entry.field)
             : entry.reflection->MutableMessage(message, entry.field);
}

std::optional<Complaint> MessageBuilder::Put(const FieldEntry& entry,
                                             element value, Message* message) {
  switch (entry.kind) {
    case FieldKind::kInt32:
    case FieldKind::kInt64:
    case FieldKind::kUint32:
    case FieldKind::kUint64:
    case FieldKind::kFloat:
    case FieldKind::kDouble:
      if (entry.repeated) memory_bytes_ += kSlotBytes;
      return PutNumber(entry, value, message);
    case FieldKind::kBool:
    case FieldKind::kString:
    case FieldKind::kBytes:
    case FieldKind::kEnum:
      if (entry.repeated) memory_bytes_ += kSlotBytes;
      return PutText(entry, value, message);
    case FieldKind::kTimestamp:
      memory_bytes_ += static_cast<int64_t>(sizeof(Timestamp)) +
                       kAllocationBytes + kSlotBytes;
      return ReadTimestamp(value, MutableTime<Timestamp>(entry, message));
    case FieldKind::kDuration:
      memory_bytes_ += static_cast<int64_t>(sizeof(Duration)) +
                       kAllocationBytes + kSlotBytes;
      return ReadDuration(value, MutableTime<Duration>(entry, message));
    case FieldKind::kMessage:
      return Complaint{Violation::WRONG_TYPE, "is not an object"};
    case FieldKind::kUnsupported:
      return Complaint{Violation::WRONG_TYPE, "has no form in JSON here"};
  }
  return std::nullopt;
}

std::optional<Complaint> MessageBuilder::PutNumber(const FieldEntry& entry,
                                                   element value,
                                                   Message* message) {
  const Reflection* to = entry.reflection;
  const auto* field = entry.field;
  const bool add = entry.repeated;
  int64_t whole = 0;
  uint64_t natural = 0;
  double wide = 0;
  float narrow = 0;
  if (entry.kind == FieldKind::kInt32) {
    const auto bad = ReadInteger(value, kMin<int32_t>, kMax<int32_t>, &whole);
    if (bad) return bad;
    const auto number = static_cast<int32_t>(whole);
    add ? to->AddInt32(message, field, number)
        : to->SetInt32(message, field, number);
  } else if (entry.kind == FieldKind::kInt64) {
    const auto bad = ReadInteger(value, kMin<int64_t>, kMax<int64_t>, &whole);
    if (bad) return bad;
    add ? to->AddInt64(message, field, whole)
        : to->SetInt64(message, field, whole);
  } else if (entry.kind == FieldKind::kUint32) {
    const auto bad = ReadUnsigned(value, kMax<uint32_t>, &natural);
    if (bad) return bad;
    const auto number = static_cast<uint32_t>(natural);
    add ? to->AddUInt32(message, field, number)
        : to->SetUInt32(message, field, number);
  } else if (entry.kind == FieldKind::kUint64) {
    const auto bad = ReadUnsigned(value, kMax<uint64_t>, &natural);
    if (bad) return bad;
    add ? to->AddUInt64(message, field, natural)
        : to->SetUInt64(message, field, natural);
  } else if (entry.kind == FieldKind::kFloat) {
    if (const auto bad = ReadFloat(value, &narrow)) return bad;
    add ? to->AddFloat(message, field, narrow)
        : to->SetFloat(message, field, narrow);
  } else {
    if (const auto bad = ReadDouble(value, &wide)) return bad;
    add ? to->AddDouble(message, field, wide)
        : to->SetDouble(message, field, wide);
  }
  return std::nullopt;
}

std::optional<Complaint> MessageBuilder::PutText(const FieldEntry& entry,
                                                 element value,
                                                 Message* message) {
  const Reflection* to = entry.reflection;
  const auto* field = entry.field;
  const bool add = entry.repeated;
  if (entry.kind == FieldKind::kBool) {
    bool boolean = false;
    if (const auto bad = ReadBool(value, &boolean)) return bad;
    add ? to->AddBool(message, field, boolean)
        : to->SetBool(message, field, boolean);
    return std::nullopt;
  }
  if (entry.kind == FieldKind::kEnum) {
    int number = 0;
    if (const auto bad = ReadEnum(value, *entry.enum_names, &number)) {
      return bad;
    }
    add ? to->AddEnumValue(message, field, number)
        : to->SetEnumValue(message, field, number);
    return std::nullopt;
  }
  std::string text;
  if (entry.kind == FieldKind::kBytes) {
    if (const auto bad = ReadBytes(value, &text)) return bad;
  } else {
    absl::string_view view;
    if (const auto bad = ReadString(value, &view)) return bad;
    text.assign(view.data(), view.size());
  }
  memory_bytes_ += StringBytes(text.size());
  add ? to->AddString(message, field, std::move(text))
      : to->SetString(message, field, std::move(text));
  return std::nullopt;
}

}  // namespace recoveryline
