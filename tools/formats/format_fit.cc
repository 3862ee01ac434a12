#include "tools/formats/format_fit.h"

#include "absl/strings/str_cat.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "tools/formats/excerpt.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_reader.h"
#include "tools/formats/message_text.h"
#include "tools/formats/message_walk.h"

namespace recoveryline {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Duration;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;
using google::protobuf::UnknownFieldSet;
using v1::Violation;

// Escaping makes a string up to six times as long in JSON, four in text.
constexpr size_t kMostJsonBytes = JsonLimits().window_bytes / 6 - 2;
constexpr auto kMostTextBytes =
    static_cast<size_t>(TextLimits().token_bytes / 4 - 2);

const UnknownFieldSet& UnknownFieldsOf(const Message& part) {
  return part.GetReflection()->GetUnknownFields(part);
}

void CheckKnown(const Message& part, const JsonPath& path, Violations* found) {
  const UnknownFieldSet& unknown = UnknownFieldsOf(part);
  if (unknown.empty()) return;
  found->Add(Violation::UNKNOWN_FIELD, PathText("", path),
             absl::StrCat("field ", unknown.field(0).number(), " of ",
                          part.GetDescriptor()->full_name(),
                          " is not known to this version, so that it has no "
                          "name to be written by"));
}

void CheckEnumNumber(int number, const FieldDescriptor* field,
                     const JsonPath& path, Violations* found) {
  if (field->enum_type()->FindValueByNumber(number) != nullptr) return;
  found->Add(Violation::UNKNOWN_ENUM_VALUE, PathText("", path),
             absl::StrCat("no value of this version has the number ", number));
}

void CheckEnums(const Message& part, const JsonPath& path, Violations* found) {
  const Descriptor* type = part.GetDescriptor();
  const auto* reflection = part.GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM) continue;
    const JsonPath member{.parent = &path, .name = field->json_name()};
    if (!field->is_repeated()) {
      CheckEnumNumber(reflection->GetEnumValue(part, field), field, member,
                      found);
      continue;
    }
    for (int k = 0; k < reflection->FieldSize(part, field); ++k) {
      CheckEnumNumber(reflection->GetRepeatedEnumValue(part, field, k), field,
                      {.parent = &member, .index = k}, found);
    }
  }
}

// The readers refuse longer ones; see JsonLimits and TextLimits.
void CheckStrings(const Message& part, const JsonPath& path, size_t most_bytes,
                  Violations* found) {
  VisitStrings(part, path, [&](const std::string& text, const JsonPath& at) {
    if (text.size() <= most_bytes) return;
    found->Add(Violation::LIMIT_EXCEEDED, PathText("", at),
               absl::StrCat("\"", Excerpt(text), "\" has ", text.size(),
                            " bytes; no reader takes more than ", most_bytes,
                            " in this format"));
  });
}

template <typename Length>
void CheckStandard(const Message& part, const JsonPath& path,
                   Violations* found) {
  if (part.GetDescriptor() != Length::descriptor()) return;
  const auto& length = static_cast<const Length&>(part);
  if (IsStandard(length)) return;
  found->Add(Violation::TIME_OUT_OF_RANGE, PathText("", path),
             absl::StrCat(length.seconds(), " s and ", length.nanos(),
                          " ns are outside the range of ",
                          Length::descriptor()->full_name()));
}

void CheckArchive(const Message& message, Violations* found) {
  const auto* inventory =
      google::protobuf::DynamicCastToGenerated<v1::Inventory>(&message);
  if (inventory == nullptr) {
    found->Add(Violation::MALFORMED, "",
               absl::StrCat("is a ", message.GetDescriptor()->full_name(),
                            "; only an inventory can be an archive"));
    return;
  }
  WalkMessages(message, [&](const Message& part, const JsonPath& path) {
    CheckKnown(part, path, found);
  });
  ValidateInventory(*inventory, found);
}

}  // namespace

void FindUnfit(const Message& message, Format format, Violations* found) {
  const bool json = format == Format::kJson || format == Format::kJsonl;
  if (format == Format::kArchive) {
    CheckArchive(message, found);
    return;
  }
  if (!json && message.ByteSizeLong() == 0) {
    found->Add(Violation::MALFORMED, "",
               "sets no field: the file would be empty, and no reader takes "
               "that; only JSON has a form for it");
  }
  if (format == Format::kBinpb) return;
  WalkMessages(message, [&](const Message& part, const JsonPath& path) {
    CheckKnown(part, path, found);
    CheckStrings(part, path, json ? kMostJsonBytes : kMostTextBytes, found);
    if (!json) return;
    CheckEnums(part, path, found);
    CheckStandard<Timestamp>(part, path, found);
    CheckStandard<Duration>(part, path, found);
  });
}

std::string FirstUnknownField(const Message& message) {
  std::string first;
  WalkMessages(message, [&](const Message& part, const JsonPath& path) {
    const UnknownFieldSet& unknown = UnknownFieldsOf(part);
    if (!first.empty() || unknown.empty()) return;
    const std::string place = PathText("", path);
    first = absl::StrCat(place, place.empty() ? "" : ", ", "field ",
                         unknown.field(0).number());
  });
  return first;
}

}  // namespace recoveryline
