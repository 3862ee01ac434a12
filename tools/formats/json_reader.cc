#include "tools/formats/json_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "simdjson.h"
#include "tools/formats/excerpt.h"
#include "tools/formats/json_cursor.h"
#include "tools/formats/json_fields.h"
#include "tools/formats/json_message.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_window.h"

namespace recoveryline {
namespace {

using google::protobuf::Message;
using simdjson::dom::element;
using v1::Violation;

constexpr std::optional<Complaint> kUnknown =
    Complaint{Violation::UNKNOWN_FIELD, "is not known"};

// Reads one document. What fits the window is parsed at once; what does not is
// an object or array whose parts are read one by one. Every step is false when
// reading has to stop: something was reported, or the source failed.
class DocumentReader {
 public:
  DocumentReader(ByteSource source, absl::string_view prefix, Violations* found,
                 const JsonLimits& limits)
      : limits_(limits),
        cursor_(source, prefix, limits, found),
        builder_(&cursor_.reporter()) {}

  absl::Status Read(const MessageFields& fields, Message* message) {
    const JsonPath root;
    if (ReadRoot(fields, message, root)) cursor_.ExpectEnd(root);
    return window().status();
  }

 private:
  using Extent = JsonCursor::Extent;

  JsonWindow& window() { return cursor_.window(); }

  bool ReadRoot(const MessageFields& fields, Message* message,
                const JsonPath& root) {
    char first = 0;
    if (!cursor_.NextByte(root, "a JSON document", &first)) return false;
    if (first != '{') return cursor_.FailExpected(root, "'{'");
    size_t length = 0;
    const Extent extent = cursor_.Measure(/*depth=*/0, root, &length);
    if (extent == Extent::kLarge) {
      return StreamObject(fields, /*depth=*/0, message, root);
    }
    element value;
    if (extent == Extent::kStop || !Parse(root, length, &value)) return false;
    builder_.SetMessage(fields, value, message, root);
    return Finish(root, length);
  }

  // Members of an object that begins here, at `depth` inside others.
  bool StreamObject(const MessageFields& fields, int depth, Message* message,
                    const JsonPath& path) {
    window().Consume(1);
    SeenMembers seen(fields);
    for (JsonPath child{.parent = &path};; ++child.ordinal) {
      char next = 0;
      if (!cursor_.NextByte(path, "a key", &next)) return false;
      if (next == '}' && child.ordinal == 0) break;
      if (next != '"')
        return cursor_.FailExpected(path, "a key in double quotes");
      std::string key;
      if (!ReadKey(path, &key)) return false;
      if (!cursor_.NextByte(path, "':'", &next)) return false;
      if (next != ':') return cursor_.FailExpected(path, "':' after the key");
      window().Consume(1);
      const FieldEntry* entry = fields.Find(key, fields.size());
      child.name = entry != nullptr ? entry->name : absl::string_view(key);
      if (!cursor_.NextByte(child, "a value", &next)) return false;
      const auto refused = entry != nullptr ? seen.Take(*entry) : kUnknown;
      if (!StreamMember(entry, refused, depth + 1, message, child)) {
        return false;
      }
      if (!cursor_.NextByte(path, "',' or '}'", &next)) return false;
      if (next == '}') break;
      if (next != ',') return cursor_.FailExpected(path, "',' or '}'");
      window().Consume(1);
    }
    window().Consume(1);
    return true;
  }

  // The value of one member; `refused` says why it may not stand here.
  bool StreamMember(const FieldEntry* entry,
                    const std::optional<Complaint>& refused, int depth,
                    Message* message, const JsonPath& path) {
    if (refused.has_value()) {
      cursor_.reporter().BeginElement(&path, 0);
      cursor_.reporter().ReportKey(refused->reason, path, refused->text);
      return !cursor_.reporter().full() && cursor_.SkipValue(depth, path);
    }
    size_t length = 0;
    const Extent extent = cursor_.Measure(depth, path, &length);
    if (extent == Extent::kStop) return false;
    if (extent == Extent::kFits) {
      element value;
      if (!Parse(path, length, &value)) return false;
      builder_.SetField(*entry, value, message, path);
      return Finish(path, length);
    }
    if (!entry->repeated) return StreamLarge(*entry, depth, message, path);
    if (window().unread()[0] == '[' && entry->kind != FieldKind::kUnsupported) {
      return StreamArray(*entry, depth, message, path);
    }
    return RefuseLarge(depth, path, "is not an array");
  }

  // Elements of an array that begins here, as many at a time as fit the window.
  bool StreamArray(const FieldEntry& entry, int depth, Message* message,
                   const JsonPath& path) {
    JsonPath child{.parent = &path, .index = 0};
    bool in_batches = true;
    // In each round the '[' or ',' before an element is the next byte.
    do {
      size_t length = 0;
      if (in_batches && !cursor_.MeasureBatch(depth + 1, path, &length))
        return false;
      element batch;
      in_batches = length == 0 || ParseBatch(path, length, &batch);
      if (in_batches && length > 0) {
        builder_.AddElements(entry, batch, message, &child);
        if (!Finish(child, length - 1)) return false;
        continue;
      }
      window().Consume(1);
      char next = 0;
      if (!cursor_.NextByte(child, "a value", &next)) return false;
      if (next == ']' && child.index == 0) break;
      if (!StreamElement(entry, depth + 1, message, child)) return false;
      ++child.index;
      if (!cursor_.NextByte(path, "',' or ']'", &next)) return false;
      if (next != ',' && next != ']')
        return cursor_.FailExpected(path, "',' or ']'");
    } while (window().unread()[0] == ',');
    window().Consume(1);
    return true;
  }

  bool StreamElement(const FieldEntry& entry, int depth, Message* message,
                     const JsonPath& path) {
    size_t length = 0;
    const Extent extent = cursor_.Measure(depth, path, &length);
    if (extent == Extent::kStop) return false;
    if (extent == Extent::kLarge) {
      return StreamLarge(entry, depth, message, path);
    }
    element value;
    if (!Parse(path, length, &value)) return false;
    builder_.AddElement(entry, value, message, path);
    return Finish(path, length);
  }

  // Parses a batch as an array. False where it is not one: its elements then
  // have to be parsed one by one, to find which is wrong.
  bool ParseBatch(const JsonPath& path, size_t length, element* batch) {
    Expect(&path, length);
    char* const text = window().mutable_unread();
    text[0] = '[';
    const char end = std::exchange(text[length - 1], ']');
    const auto error = parser_.parse(text, length, false).get(*batch);
    text[length - 1] = end;
    return error == simdjson::SUCCESS;
  }

  // One value that does not fit the window, for a single field or an element.
  bool StreamLarge(const FieldEntry& entry, int depth, Message* message,
                   const JsonPath& path) {
    if (entry.kind == FieldKind::kMessage && window().unread()[0] == '{') {
      Message* inner = builder_.MakeMessage(entry, message);
      return StreamObject(*entry.message, depth, inner, path);
    }
    return RefuseLarge(depth, path, "is of the wrong type for its field");
  }

  bool RefuseLarge(int depth, const JsonPath& path,
                   absl::string_view complaint) {
    const absl::string_view value = window().unread();
    const bool container = value[0] == '{' || value[0] == '[';
    const std::string shown = Excerpt(value);
    if (!container) {
      return cursor_.Fail(Violation::LIMIT_EXCEEDED, path, 0,
                          absl::StrCat(shown, " is longer than ",
                                       limits_.window_bytes, " bytes"));
    }
    cursor_.reporter().ReportAt(Violation::WRONG_TYPE, path, 0,
                                absl::StrCat(shown, " ", complaint));
    return !cursor_.reporter().full() && cursor_.SkipValue(depth, path);
  }

  bool ReadKey(const JsonPath& path, std::string* key) {
    size_t length = 0;
    const Extent extent = cursor_.Measure(/*depth=*/0, path, &length);
    if (extent == Extent::kStop) return false;
    if (extent == Extent::kLarge) {
      return cursor_.Fail(
          Violation::LIMIT_EXCEEDED, path, 0,
          absl::StrCat("a key longer than ", limits_.window_bytes, " bytes"));
    }
    element value;
    std::string_view text;
    if (!Parse(path, length, &value)) return false;
    if (value.get(text) != simdjson::SUCCESS) return false;
    key->assign(text.data(), text.size());
    window().Consume(length);
    return true;
  }

  // The next `length` bytes are what is parsed now.
  void Expect(const JsonPath* path, size_t length) {
    cursor_.reporter().BeginElement(path, length);
    // What was read ahead does not count: the answer depends on the text alone.
    builder_.set_memory_limit(3 * window().BytesUpTo(length) +
                              limits_.slack_bytes);
  }

  // Parses the first `length` bytes of the window.
  bool Parse(const JsonPath& path, size_t length, element* value) {
    Expect(&path, length);
    const absl::string_view text = window().unread();
    if (length == 0) return cursor_.FailExpected(path, "a value");
    const simdjson::error_code error =
        parser_.parse(text.data(), length, /*realloc_if_needed=*/false)
            .get(*value);
    if (error == simdjson::SUCCESS) return true;
    return cursor_.FailSyntax(path, length, simdjson::error_message(error));
  }

  // Leaves the element behind; says so when it was the last one that may be.
  bool Finish(const JsonPath& path, size_t length) {
    if (builder_.over_limit()) {
      return cursor_.Fail(
          Violation::LIMIT_EXCEEDED, path, 0,
          "the message needs more memory than 3 times its text");
    }
    window().Consume(length);
    return !builder_.stopped();
  }

  const JsonLimits limits_;
  JsonCursor cursor_;
  MessageBuilder builder_;
  simdjson::dom::parser parser_;
};

}  // namespace

absl::Status ReadJson(ByteSource source, absl::string_view path_prefix,
                      Message* message, Violations* found,
                      const JsonLimits& limits) {
  const FieldTables tables(*message);
  DocumentReader reader(source, path_prefix, found, limits);
  return reader.Read(tables.root(), message);
}

void ReadJsonText(absl::string_view text, absl::string_view path_prefix,
                  Message* message, Violations* found,
                  const JsonLimits& limits) {
  const auto source = [&text](char* into, size_t size) {
    const size_t count = std::min(size, text.size());
    if (count > 0) std::memcpy(into, text.data(), count);
    text.remove_prefix(count);
    return absl::StatusOr<size_t>(count);
  };
  // Memory cannot fail.
  ReadJson(source, path_prefix, message, found, limits).IgnoreError();
}

}  // namespace recoveryline
