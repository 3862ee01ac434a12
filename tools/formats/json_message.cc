#include "tools/formats/json_message.h"

#include <bit>
#include <string>

#include "absl/strings/string_view.h"

namespace recoveryline {
namespace {

using google::protobuf::Message;
using simdjson::dom::element;
using v1::Violation;

// What an allocation takes beside its bytes, and a repeated field for each
// element: its array doubles, and is copied while it does.
constexpr int64_t kAllocationBytes = 16;
constexpr int64_t kSlotBytes = 24;
constexpr int64_t kTimeBytes = 32 + kAllocationBytes;
static_assert(sizeof(google::protobuf::Timestamp) <= 32);
static_assert(sizeof(google::protobuf::Duration) <= 32);
// What a string object holds without an allocation.
constexpr size_t kInlineStringBytes = 15;

// A Timestamp or a Duration: both have seconds as field 1 and nanos as 2.
template <typename Time>
void AddTime(uint32_t tag, const Time& time, WireBuffer* wire) {
  const size_t begin = wire->BeginMessage(tag);
  wire->AddVarint(MakeTag(Time::kSecondsFieldNumber, WireType::kVarint),
                  static_cast<uint64_t>(time.seconds()));
  wire->AddVarint(MakeTag(Time::kNanosFieldNumber, WireType::kVarint),
                  static_cast<uint64_t>(int64_t{time.nanos()}));
  wire->EndMessage(begin);
}

}  // namespace

std::optional<Complaint> SeenMembers::Take(const FieldEntry& entry) {
  if (seen_[entry.index]) {
    return Complaint{Violation::DUPLICATE_FIELD, "stands twice"};
  }
  seen_[entry.index] = true;
  if (entry.oneof == 0) return std::nullopt;
  if (seen_[entry.oneof]) {
    return Complaint{Violation::DUPLICATE_FIELD,
                     "excludes a field that stands before it"};
  }
  seen_[entry.oneof] = true;
  return std::nullopt;
}

void MessageBuilder::SetMessage(const MessageFields& fields, element value,
                                Message* message, const JsonPath& path) {
  WriteMessage(fields, value, path);
  MergeInto(message, path);
}

void MessageBuilder::SetField(const FieldEntry& entry, element value,
                              Message* message, const JsonPath& path) {
  WriteField(entry, value, path);
  MergeInto(message, path);
}

void MessageBuilder::AddElement(const FieldEntry& entry, element value,
                                Message* message, const JsonPath& path) {
  WriteElement(entry, value, path);
  MergeInto(message, path);
}

void MessageBuilder::AddElements(const FieldEntry& entry, element batch,
                                 Message* message, JsonPath* path) {
  simdjson::dom::array array;
  if (batch.get(array) != simdjson::SUCCESS) return;
  path->ordinal = 0;
  for (const element item : array) {
    if (stopped()) break;
    WriteElement(entry, item, *path);
    ++path->ordinal;
    ++path->index;
  }
  MergeInto(message, *path->parent);
}

Message* MessageBuilder::MakeMessage(const FieldEntry& entry,
                                     Message* message) {
  memory_bytes_ +=
      entry.message->object_bytes() + kAllocationBytes + kSlotBytes;
  const auto* reflection = message->GetReflection();
  return entry.repeated ? reflection->AddMessage(message, entry.field)
                        : reflection->MutableMessage(message, entry.field);
}

void MessageBuilder::MergeInto(Message* message, const JsonPath& path) {
  if (!wire_.MergeInto(message)) {
    reporter_->ReportValue(Violation::MALFORMED, path, "is not understood");
  }
}

void MessageBuilder::WriteMessage(const MessageFields& fields, element value,
                                  const JsonPath& path) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) {
    reporter_->ReportValue(Violation::WRONG_TYPE, path, "is not an object");
    return;
  }
  SeenMembers seen(fields);
  JsonPath child{.parent = &path};
  size_t guess = 0;
  for (const simdjson::dom::key_value_pair member : object) {
    if (stopped()) return;
    const absl::string_view key(member.key.data(), member.key.size());
    if (const FieldEntry* entry = fields.Find(key, guess)) {
      child.name = entry->name;
      guess = entry->index + 1;
      if (const auto taken = seen.Take(*entry)) {
        reporter_->ReportKey(taken->reason, child, taken->text);
      } else {
        WriteField(*entry, member.value, child);
      }
    } else {
      child.name = key;
      reporter_->ReportKey(Violation::UNKNOWN_FIELD, child, "is not known");
    }
    ++child.ordinal;
  }
}

void MessageBuilder::WriteField(const FieldEntry& entry, element value,
                                const JsonPath& path) {
  if (value.is_null()) return;
  if (!entry.repeated) {
    WriteElement(entry, value, path);
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
    WriteElement(entry, item, child);
    child.ordinal = ++child.index;
  }
}

void MessageBuilder::WriteElement(const FieldEntry& entry, element value,
                                  const JsonPath& path) {
  if (entry.kind != FieldKind::kMessage) {
    if (const auto bad = WriteScalar(entry, value)) {
      reporter_->ReportValue(bad->reason, path, bad->text);
    }
    return;
  }
  memory_bytes_ +=
      entry.message->object_bytes() + kAllocationBytes + kSlotBytes;
  const size_t begin = wire_.BeginMessage(entry.tag);
  WriteMessage(*entry.message, value, path);
  wire_.EndMessage(begin);
}

std::optional<Complaint> MessageBuilder::WriteScalar(const FieldEntry& entry,
                                                     element value) {
  if (entry.repeated) memory_bytes_ += kSlotBytes;
  switch (entry.kind) {
    case FieldKind::kString: {
      absl::string_view text;
      if (const auto bad = ReadString(value, &text)) return bad;
      CountString(text.size());
      wire_.AddBytes(entry.tag, text);
      return std::nullopt;
    }
    case FieldKind::kTimestamp:
    case FieldKind::kDuration:
      return WriteTime(entry, value);
    case FieldKind::kEnum: {
      int number = 0;
      if (const auto bad = ReadEnum(value, *entry.enum_names, &number)) {
        return bad;
      }
      wire_.AddVarint(entry.tag, static_cast<uint64_t>(int64_t{number}));
      return std::nullopt;
    }
    case FieldKind::kBytes: {
      std::string bytes;
      if (const auto bad = ReadBytes(value, &bytes)) return bad;
      CountString(bytes.size());
      wire_.AddBytes(entry.tag, bytes);
      return std::nullopt;
    }
    case FieldKind::kSigned:
    case FieldKind::kUnsigned:
    case FieldKind::kFloat:
    case FieldKind::kDouble:
    case FieldKind::kBool:
      return WriteNumber(entry, value);
    case FieldKind::kMessage:
    case FieldKind::kUnsupported:
      break;
  }
  return Complaint{Violation::WRONG_TYPE, "has no form in JSON here"};
}

std::optional<Complaint> MessageBuilder::WriteNumber(const FieldEntry& entry,
                                                     element value) {
  uint64_t bits = 0;
  if (entry.kind == FieldKind::kSigned) {
    const int64_t max =
        std::numeric_limits<int64_t>::max() >> (64 - entry.bits);
    int64_t number = 0;
    if (const auto bad = ReadInteger(value, -max - 1, max, &number)) return bad;
    bits = static_cast<uint64_t>(number);
    if (entry.form == NumberForm::kZigZag) {
      bits = bits << 1 ^ static_cast<uint64_t>(number >> 63);
    }
  } else if (entry.kind == FieldKind::kUnsigned) {
    const uint64_t max =
        std::numeric_limits<uint64_t>::max() >> (64 - entry.bits);
    if (const auto bad = ReadUnsigned(value, max, &bits)) return bad;
  } else if (entry.kind == FieldKind::kFloat) {
    float number = 0;
    if (const auto bad = ReadFloat(value, &number)) return bad;
    bits = std::bit_cast<uint32_t>(number);
  } else if (entry.kind == FieldKind::kDouble) {
    double number = 0;
    if (const auto bad = ReadDouble(value, &number)) return bad;
    bits = std::bit_cast<uint64_t>(number);
  } else {
    bool boolean = false;
    if (const auto bad = ReadBool(value, &boolean)) return bad;
    bits = boolean ? 1 : 0;
  }
  WriteBits(entry, bits);
  return std::nullopt;
}

std::optional<Complaint> MessageBuilder::WriteTime(const FieldEntry& entry,
                                                   element value) {
  memory_bytes_ += kTimeBytes;
  if (entry.kind == FieldKind::kTimestamp) {
    if (const auto bad = ReadTimestamp(value, &timestamp_)) return bad;
    AddTime(entry.tag, timestamp_, &wire_);
  } else {
    if (const auto bad = ReadDuration(value, &duration_)) return bad;
    AddTime(entry.tag, duration_, &wire_);
  }
  return std::nullopt;
}

void MessageBuilder::WriteBits(const FieldEntry& entry, uint64_t bits) {
  switch (entry.form) {
    case NumberForm::kVarint:
    case NumberForm::kZigZag:
      wire_.AddVarint(entry.tag, bits);
      return;
    case NumberForm::kFixed32:
      wire_.AddFixed32(entry.tag, static_cast<uint32_t>(bits));
      return;
    case NumberForm::kFixed64:
      wire_.AddFixed64(entry.tag, bits);
      return;
  }
}

void MessageBuilder::CountString(size_t size) {
  memory_bytes_ += static_cast<int64_t>(sizeof(std::string)) + kAllocationBytes;
  if (size > kInlineStringBytes) {
    memory_bytes_ += static_cast<int64_t>(size) + 1 + kAllocationBytes;
  }
}

}  // namespace recoveryline
