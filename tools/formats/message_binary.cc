#include "tools/formats/message_binary.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/unknown_field_set.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_scanner.h"
#include "tools/formats/source_stream.h"

namespace recoveryline {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using v1::Violation;

// How a field's value is stored; the wire's own numbers.
enum WireType : uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kLengthDelimited = 2,
  kFixed32 = 5,
};

void AppendVarint(uint64_t value, std::string* bytes) {
  uint8_t buffer[10];
  const uint8_t* end = CodedOutputStream::WriteVarint64ToArray(value, buffer);
  for (const uint8_t* next = buffer; next != end; ++next) {
    bytes->push_back(static_cast<char>(*next));
  }
}

// Each step is false when reading has to stop; it was reported then, unless
// the source failed.
class BinaryReader {
 public:
  BinaryReader(ByteSource source, absl::string_view prefix, Violations* found,
               const BinaryLimits& limits)
      : limits_(limits),
        prefix_(prefix),
        found_(found),
        stream_(source, limits.document_bytes, SeeAll),
        adaptor_(&stream_),
        input_(&adaptor_) {
    input_.SetTotalBytesLimit(std::numeric_limits<int>::max());
  }

  absl::Status Read(Message* message) {
    const JsonPath root;
    const google::protobuf::LogSilencer silencer;
    if (ReadMessage(/*depth=*/1, message, root)) CheckKnown(*message, root);
    return stream_.status();
  }

 private:
  static bool SeeAll(absl::string_view) { return true; }

  // Fields up to the limit that is set on the input, or its end.
  bool ReadMessage(int depth, Message* message, const JsonPath& path) {
    while (true) {
      const uint32_t tag = input_.ReadTag();
      if (tag == 0) {
        if (input_.ConsumedEntireMessage() && !CutOff()) return true;
        return Fail(path, *message);
      }
      if (!ReadField(tag, depth, message, path)) return false;
      if (memory_bytes_ >
          int64_t{8} * input_.CurrentPosition() + limits_.slack_bytes) {
        return FailLimit(path,
                         "the message needs more memory than 8 times its "
                         "binary form");
      }
    }
  }

  bool ReadField(uint32_t tag, int depth, Message* message,
                 const JsonPath& path) {
    const int number = static_cast<int>(tag >> 3);
    const FieldDescriptor* field =
        message->GetDescriptor()->FindFieldByNumber(number);
    const JsonPath member{.parent = &path,
                          .name = field != nullptr
                                      ? absl::string_view(field->json_name())
                                      : absl::string_view()};
    JsonPath element{.parent = &member, .index = 0};
    if (field != nullptr && field->is_repeated()) {
      element.index = message->GetReflection()->FieldSize(*message, field);
    }
    const JsonPath& at = field == nullptr       ? path
                         : field->is_repeated() ? element
                                                : member;
    raw_.clear();
    AppendVarint(tag, &raw_);
    if ((tag & 7) != kLengthDelimited) {
      if (!AppendNumber(tag & 7)) return Fail(at, *message);
      return Merge(field, depth, message, at);
    }
    int length = 0;
    if (!input_.ReadVarintSizeAsInt(&length)) return Fail(at, *message);
    if (length > limits_.element_bytes) {
      return ReadLarge(field, length, depth, message, at);
    }
    std::string payload;
    if (!input_.ReadString(&payload, length)) return Fail(at, *message);
    AppendVarint(static_cast<uint32_t>(length), &raw_);
    raw_.append(payload);
    return Merge(field, depth, message, at);
  }

  bool AppendNumber(uint32_t wire_type) {
    uint64_t varint = 0;
    std::string fixed;
    switch (wire_type) {
      case kVarint:
        if (!input_.ReadVarint64(&varint)) return false;
        AppendVarint(varint, &raw_);
        return true;
      case kFixed64:
      case kFixed32:
        if (!input_.ReadString(&fixed, wire_type == kFixed64 ? 8 : 4)) {
          return false;
        }
        raw_.append(fixed);
        return true;
      default:  // groups, which no message of ours has, and nonsense
        return false;
    }
  }

  // A field that is too large to be parsed at once.
  bool ReadLarge(const FieldDescriptor* field, int length, int depth,
                 Message* message, const JsonPath& path) {
    if (field == nullptr || field->type() != FieldDescriptor::TYPE_MESSAGE ||
        field->is_map()) {
      return FailLimit(
          path, absl::StrCat("longer than ", limits_.element_bytes, " bytes"));
    }
    if (depth == kMaxNesting) return FailLimit(path, "nested too deep");
    const Reflection* reflection = message->GetReflection();
    Message* inner = field->is_repeated()
                         ? reflection->AddMessage(message, field)
                         : reflection->MutableMessage(message, field);
    const CodedInputStream::Limit limit = input_.PushLimit(length);
    if (!ReadMessage(depth + 1, inner, path)) return false;
    if (input_.BytesUntilLimit() != 0) return Fail(path, *inner);
    input_.PopLimit(limit);
    return true;
  }

  // Parses the field in raw_, and counts what it takes.
  bool Merge(const FieldDescriptor* field, int depth, Message* message,
             const JsonPath& path) {
    CodedInputStream field_input(reinterpret_cast<const uint8_t*>(raw_.data()),
                                 static_cast<int>(raw_.size()));
    field_input.SetRecursionLimit(kMaxNesting - depth);
    if (!message->MergePartialFromCodedStream(&field_input) ||
        !field_input.ConsumedEntireMessage()) {
      return Fail(path, *message);
    }
    const Reflection* reflection = message->GetReflection();
    if (field != nullptr && field->is_repeated() &&
        field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
        path.index < reflection->FieldSize(*message, field)) {
      constexpr int64_t kSlotBytes = 24;
      memory_bytes_ += kSlotBytes;
      const auto& inner = reflection->GetRepeatedMessage(
          *message, field, static_cast<int>(path.index));
      memory_bytes_ += static_cast<int64_t>(inner.SpaceUsedLong());
    } else {
      constexpr int64_t kFieldBytes = 64;
      memory_bytes_ += kFieldBytes + 2 * static_cast<int64_t>(raw_.size());
    }
    return true;
  }

  // A file in which every field is unknown is not of this type.
  void CheckKnown(const Message& message, const JsonPath& root) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    if (!fields.empty()) return;
    found_->Add(
        Violation::MALFORMED, PathText(prefix_, root),
        absl::StrCat("no field of ", message.GetDescriptor()->full_name(),
                     " stands in it"));
  }

  // Whether the stream ended before the file did.
  bool CutOff() const { return stream_.over_limit() || !stream_.status().ok(); }

  bool FailLimit(const JsonPath& path, absl::string_view sentence) {
    found_->Add(
        Violation::LIMIT_EXCEEDED, PathText(prefix_, path),
        absl::StrCat(sentence, " (at byte ", input_.CurrentPosition(), ")"));
    return false;
  }

  bool Fail(const JsonPath& path, const Message& message) {
    if (!stream_.status().ok()) return false;
    if (stream_.over_limit()) {
      return FailLimit(JsonPath(),
                       absl::StrCat("a binary message of more than ",
                                    limits_.document_bytes, " bytes"));
    }
    found_->Add(Violation::MALFORMED, PathText(prefix_, path),
                absl::StrCat("damaged, cut off or not a binary ",
                             message.GetDescriptor()->full_name(), " (at byte ",
                             input_.CurrentPosition(), ")"));
    return false;
  }

  const BinaryLimits limits_;
  const std::string prefix_;
  Violations* const found_;
  SourceStream stream_;
  google::protobuf::io::CopyingInputStreamAdaptor adaptor_;
  CodedInputStream input_;
  std::string raw_;  // of one field, kept for its allocation
  int64_t memory_bytes_ = 0;
};

}  // namespace

absl::Status ReadBinpb(ByteSource source, absl::string_view path_prefix,
                       Message* message, Violations* found,
                       const BinaryLimits& limits) {
  return BinaryReader(source, path_prefix, found, limits).Read(message);
}

}  // namespace recoveryline
