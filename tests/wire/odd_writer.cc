#include "tests/wire/odd_writer.h"

#include <map>
#include <utility>

#include "google/protobuf/descriptor.h"

namespace recoveryline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

uint64_t NumberIn(const Message& message, const FieldDescriptor* field) {
  const Reflection* reflection = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return static_cast<uint64_t>(
          int64_t{reflection->GetInt32(message, field)});
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<uint64_t>(reflection->GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(message, field) ? 1 : 0;
    default:
      return static_cast<uint64_t>(
          int64_t{reflection->GetEnumValue(message, field)});
  }
}

}  // namespace

OddWriter::OddWriter(uint64_t seed)
    : random_(seed), percent_(random_.Pick<int>({1, 3, 10, 40})) {}

std::string OddWriter::Write(const Message& message) {
  return Content(message, /*outermost=*/true);
}

void OddWriter::AppendVarint(uint64_t value, int most_bytes,
                             std::string* bytes) {
  int left = most_bytes;
  for (; value >= 0x80; value >>= 7, --left) {
    bytes->push_back(static_cast<char>(value | 0x80));
  }
  int padding = random_.Percent(percent_) ? random_.Below(left) : 0;
  bytes->push_back(static_cast<char>(padding > 0 ? value | 0x80 : value));
  for (; padding > 0; --padding) {
    bytes->push_back(static_cast<char>(padding > 1 ? 0x80 : 0));
  }
}

std::string OddWriter::Text(int number, const std::string& content) {
  std::string bytes(1, static_cast<char>(number << 3 | 2));
  AppendVarint(content.size(), 5, &bytes);
  return bytes + content;
}

std::string OddWriter::Number(int number, uint64_t value) {
  std::string bytes(1, static_cast<char>(number << 3));
  AppendVarint(value, 10, &bytes);
  return bytes;
}

void OddWriter::Add(const Message& message, const FieldDescriptor* field,
                    int index, Fields* fields) {
  const Reflection* reflection = message.GetReflection();
  const int number = field->number();
  const bool odd = !field->is_repeated() && random_.Percent(percent_);
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    if (odd) fields->emplace_back(number, Text(number, "before"));
    fields->emplace_back(
        number,
        Text(number, field->is_repeated()
                         ? reflection->GetRepeatedString(message, field, index)
                         : reflection->GetString(message, field)));
    return;
  }
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    if (odd) fields->emplace_back(number, Number(number, random_.Below(9)));
    fields->emplace_back(number, Number(number, NumberIn(message, field)));
    return;
  }
  const Message& inner =
      field->is_repeated()
          ? reflection->GetRepeatedMessage(message, field, index)
          : reflection->GetMessage(message, field);
  if (odd) fields->emplace_back(number, Text(number, Content(inner, false)));
  fields->emplace_back(number, Text(number, Content(inner, false)));
}

void OddWriter::AddUnknown(Fields* fields) {
  switch (random_.Below(4)) {
    case 0:
      fields->emplace_back(12, Number(12, random_.Next()));
      break;
    case 1:
      fields->emplace_back(13, Text(13, "\xff unknown"));
      break;
    case 2:
      fields->emplace_back(14, std::string("\x71") + "12345678");
      break;
    case 3:  // a field number that takes two bytes
      fields->emplace_back(100, std::string("\xa5\x06") + "1234");
      break;
  }
}

// Those of one number stay in order.
std::string OddWriter::Joined(Fields fields) {
  std::string bytes;
  if (!random_.Percent(percent_)) {
    for (const auto& [number, field] : fields) bytes += field;
    return bytes;
  }
  std::vector<int> numbers;
  std::map<int, std::vector<std::string>> of_number;
  for (auto& [number, field] : fields) {
    numbers.push_back(number);
    of_number[number].push_back(std::move(field));
  }
  random_.Shuffle(&numbers);
  std::map<int, size_t> next;
  for (const int number : numbers) bytes += of_number[number][next[number]++];
  return bytes;
}

std::string OddWriter::Content(const Message& message, bool outermost) {
  Fields fields;
  const auto* descriptor = message.GetDescriptor();
  const Reflection* reflection = message.GetReflection();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (field->is_repeated()) {
      for (int k = 0; k < reflection->FieldSize(message, field); ++k) {
        Add(message, field, k, &fields);
      }
      continue;
    }
    // A default may be written where it has no presence.
    if (reflection->HasField(message, field) ||
        (!field->has_presence() && random_.Percent(percent_))) {
      Add(message, field, 0, &fields);
    }
  }
  if (!outermost && random_.Percent(percent_)) AddUnknown(&fields);
  return Joined(std::move(fields));
}

}  // namespace recoveryline
