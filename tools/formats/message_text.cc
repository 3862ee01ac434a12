#include "tools/formats/message_text.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/text_format.h"
#include "simdjson.h"
#include "tools/formats/excerpt.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_scanner.h"
#include "tools/formats/message_walk.h"
#include "tools/formats/source_stream.h"
#include "tools/formats/text_meter.h"

namespace recoveryline {
namespace {

using google::protobuf::Message;
using google::protobuf::TextFormat;
using v1::Violation;

// Longer than a value: protobuf's sentences name types and fields as well.
constexpr size_t kSentenceBytes = 240;

// protobuf's errors as violations.
class ErrorsToViolations : public google::protobuf::io::ErrorCollector {
 public:
  ErrorsToViolations(absl::string_view path, Violations* found)
      : path_(path), found_(found) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    const std::string sentence = Excerpt(message, kSentenceBytes);
    // Some errors have no place: their line is -1.
    found_->Add(Violation::MALFORMED, path_,
                line < 0 ? sentence
                         : absl::StrCat(sentence, " (line ", line + 1,
                                        ", column ", column + 1, ")"));
  }

 private:
  const std::string path_;
  Violations* const found_;
};

// The text format's escapes can make strings that are not UTF-8.
void CheckUtf8(absl::string_view prefix, const Message& part,
               const JsonPath& path, Violations* found) {
  VisitStrings(part, path, [&](const std::string& value, const JsonPath& at) {
    if (simdjson::validate_utf8(value)) return;
    found->Add(Violation::MALFORMED, PathText(prefix, at),
               absl::StrCat("\"", Excerpt(value), "\" is not UTF-8"));
  });
}

// Why the stream was cut off; empty where it was not.
std::string LimitPassed(const SourceStream& stream, const TextMeter& meter,
                        const TextLimits& limits) {
  if (stream.over_limit()) {
    return absl::StrCat("a text of more than ", limits.document_bytes,
                        " bytes");
  }
  if (!stream.stopped()) return "";
  if (meter.longest_token_bytes() > limits.token_bytes) {
    return absl::StrCat("a string or word of more than ", limits.token_bytes,
                        " bytes");
  }
  return "the message needs more memory than 8 times its text";
}

}  // namespace

absl::Status ReadTextproto(ByteSource source, absl::string_view path_prefix,
                           Message* message, Violations* found,
                           const TextLimits& limits) {
  TextMeter meter;
  const auto watch = [&](absl::string_view chunk) {
    meter.Add(chunk);
    return meter.longest_token_bytes() <= limits.token_bytes &&
           meter.memory_bytes() <= 8 * meter.text_bytes() + limits.slack_bytes;
  };
  SourceStream stream(source, limits.document_bytes, watch);
  google::protobuf::io::CopyingInputStreamAdaptor input(&stream);

  const std::string root = JoinPath(path_prefix, "");
  Violations errors;
  ErrorsToViolations collector(root, &errors);
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&collector);
  parser.SetRecursionLimit(kMaxNesting);
  const google::protobuf::LogSilencer silencer;
  const bool parsed = parser.Parse(&input, message);

  if (!stream.status().ok()) return stream.status();
  const std::string limit = LimitPassed(stream, meter, limits);
  if (!limit.empty()) {
    found->Add(Violation::LIMIT_EXCEEDED, root, limit);
    return absl::OkStatus();
  }
  for (const Violation& error : errors.list()) {
    found->Add(error.reason(), error.field_path(), error.message());
  }
  if (!errors.empty()) return absl::OkStatus();
  if (!parsed) {
    found->Add(Violation::MALFORMED, root, "not protobuf's text format");
  } else if (message->ByteSizeLong() == 0) {
    found->Add(Violation::MALFORMED, root, "the text sets no field");
  } else {
    WalkMessages(*message, [&](const Message& part, const JsonPath& path) {
      CheckUtf8(path_prefix, part, path, found);
    });
  }
  return absl::OkStatus();
}

}  // namespace recoveryline
