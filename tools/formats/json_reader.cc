#include "tools/formats/json_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "absl/container/fixed_array.h"
#include "absl/strings/str_cat.h"
#include "simdjson.h"
#include "tools/formats/excerpt.h"
#include "tools/formats/json_fields.h"
#include "tools/formats/json_message.h"
#include "tools/formats/json_path.h"
#include "tools/formats/json_reporter.h"
#include "tools/formats/json_scanner.h"
#include "tools/formats/json_window.h"

namespace recoveryline {
namespace {

using google::protobuf::Message;
using simdjson::dom::element;
using v1::Violation;

// Reads one document. What fits the window is parsed at once; what does not is
// an object or array whose parts are read one by one. Every step is false when
// reading has to stop: something was reported, or the source failed.
class DocumentReader {
 public:
  DocumentReader(ByteSource source, absl::string_view prefix, Violations* found,
                 const JsonLimits& limits)
      : limits_(limits),
        window_(source, limits.window_bytes),
        reporter_(prefix, &window_, found),
        builder_(&reporter_) {}

  absl::Status Read(const MessageFields& fields, Message* message) {
    const JsonPath root;
    if (ReadRoot(fields, message, root)) ReadEnd(root);
    return window_.status();
  }

 private:
  enum class Extent { kFits, kLarge, kStop };

  bool ReadRoot(const MessageFields& fields, Message* message,
                const JsonPath& root) {
    char first = 0;
    if (!NextByte(root, "a JSON document", &first)) return false;
    if (first != '{') return FailExpected(root, "'{'");
    size_t length = 0;
    const Extent extent = Measure(/*depth=*/0, root, &length);
    if (extent == Extent::kLarge) {
      return StreamObject(fields, /*depth=*/0, message, root);
    }
    element value;
    if (extent == Extent::kStop || !Parse(root, length, &value)) return false;
    builder_.SetMessage(fields, value, message, root);
    return Finish(root, length);
  }

  // Nothing but white space may follow.
  void ReadEnd(const JsonPath& root) {
    while (SkipSpace(root)) {
      if (!window_.unread().empty()) {
        Fail(Violation::MALFORMED, root, 0, "text after the document");
        return;
      }
      if (!Fill(root)) return;
    }
  }

  // Members of an object that begins here, at `depth` inside others.
  bool StreamObject(const MessageFields& fields, int depth, Message* message,
                    const JsonPath& path) {
    window_.Consume(1);
    absl::FixedArray<bool, 64> seen(fields.size(), false);
    for (JsonPath child{.parent = &path};; ++child.ordinal) {
      char next = 0;
      if (!NextByte(path, "a key", &next)) return false;
      if (next == '}' && child.ordinal == 0) break;
      if (next != '"') return FailExpected(path, "a key in double quotes");
      std::string key;
      if (!ReadKey(path, &key)) return false;
      if (!NextByte(path, "':'", &next)) return false;
      if (next != ':') return FailExpected(path, "':' after the key");
      window_.Consume(1);
      const FieldEntry* entry = fields.Find(key, fields.size());
      child.name = entry != nullptr ? entry->name : absl::string_view(key);
      if (!NextByte(child, "a value", &next)) return false;
      bool* was_seen = nullptr;
      if (entry != nullptr) was_seen = &seen[static_cast<size_t>(entry->index)];
      if (!StreamMember(entry, was_seen, depth + 1, message, child)) {
        return false;
      }
      if (!NextByte(path, "',' or '}'", &next)) return false;
      if (next == '}') break;
      if (next != ',') return FailExpected(path, "',' or '}'");
      window_.Consume(1);
    }
    window_.Consume(1);
    return true;
  }

  // The value of one member; `was_seen` belongs to `entry`.
  bool StreamMember(const FieldEntry* entry, bool* was_seen, int depth,
                    Message* message, const JsonPath& path) {
    std::optional<Complaint> refused;
    if (entry == nullptr) {
      refused = Complaint{Violation::UNKNOWN_FIELD, "is not known"};
    } else {
      refused = MessageBuilder::WhyTaken(*entry, *was_seen, *message);
      *was_seen = true;
    }
    if (refused.has_value()) {
      reporter_.BeginElement(&path, 0);
      reporter_.ReportKey(refused->reason, path, refused->text);
      return !reporter_.full() && SkipValue(depth, path);
    }
    size_t length = 0;
    const Extent extent = Measure(depth, path, &length);
    if (extent == Extent::kStop) return false;
    if (extent == Extent::kFits) {
      element value;
      if (!Parse(path, length, &value)) return false;
      builder_.SetField(*entry, value, message, path);
      return Finish(path, length);
    }
    if (!entry->repeated) return StreamLarge(*entry, depth, message, path);
    if (window_.unread()[0] == '[' && entry->kind != FieldKind::kUnsupported) {
      return StreamArray(*entry, depth, message, path);
    }
    return RefuseLarge(depth, path, "is not an array");
  }

  // Elements of an array that begins here.
  bool StreamArray(const FieldEntry& entry, int depth, Message* message,
                   const JsonPath& path) {
    window_.Consume(1);
    for (JsonPath child{.parent = &path, .index = 0};;
         child.ordinal = ++child.index) {
      char next = 0;
      if (!NextByte(child, "a value", &next)) return false;
      if (next == ']' && child.index == 0) break;
      size_t length = 0;
      const Extent extent = Measure(depth + 1, child, &length);
      if (extent == Extent::kStop) return false;
      if (extent == Extent::kLarge) {
        if (!StreamLarge(entry, depth + 1, message, child)) return false;
      } else {
        element value;
        if (!Parse(child, length, &value)) return false;
        builder_.AddElement(entry, value, message, child);
        if (!Finish(child, length)) return false;
      }
      if (!NextByte(path, "',' or ']'", &next)) return false;
      if (next == ']') break;
      if (next != ',') return FailExpected(path, "',' or ']'");
      window_.Consume(1);
    }
    window_.Consume(1);
    return true;
  }

  // One value that does not fit the window, for a single field or an element.
  bool StreamLarge(const FieldEntry& entry, int depth, Message* message,
                   const JsonPath& path) {
    if (entry.kind == FieldKind::kMessage && window_.unread()[0] == '{') {
      Message* inner = builder_.MakeMessage(entry, message);
      return StreamObject(*entry.message, depth, inner, path);
    }
    return RefuseLarge(depth, path, "is of the wrong type for its field");
  }

  bool RefuseLarge(int depth, const JsonPath& path,
                   absl::string_view complaint) {
    const absl::string_view value = window_.unread();
    const bool container = value[0] == '{' || value[0] == '[';
    const std::string shown = Excerpt(value);
    if (!container) {
      return Fail(Violation::LIMIT_EXCEEDED, path, 0,
                  absl::StrCat(shown, " is longer than ", limits_.window_bytes,
                               " bytes"));
    }
    Fail(Violation::WRONG_TYPE, path, 0, absl::StrCat(shown, " ", complaint));
    return !reporter_.full() && SkipValue(depth, path);
  }

  // Passes a value of any size that was refused already.
  bool SkipValue(int depth, const JsonPath& path) {
    ValueScanner scanner(depth);
    while (true) {
      size_t used = 0;
      const auto state = scanner.Scan(window_.unread(), &used);
      if (state == ValueScanner::State::kTooDeep)
        return FailTooDeep(path, used);
      window_.Consume(used);
      if (state == ValueScanner::State::kDone) return true;
      if (!Fill(path)) return FailEnd(path, "the end of the value");
    }
  }

  bool ReadKey(const JsonPath& path, std::string* key) {
    size_t length = 0;
    const Extent extent = Measure(/*depth=*/0, path, &length);
    if (extent == Extent::kStop) return false;
    if (extent == Extent::kLarge) {
      return Fail(
          Violation::LIMIT_EXCEEDED, path, 0,
          absl::StrCat("a key longer than ", limits_.window_bytes, " bytes"));
    }
    element value;
    std::string_view text;
    if (!Parse(path, length, &value)) return false;
    if (value.get(text) != simdjson::SUCCESS) return false;
    key->assign(text.data(), text.size());
    window_.Consume(length);
    return true;
  }

  // Finds the end of the value that begins here. kFits: the window holds its
  // `*length` bytes. Whether it fits depends on the value alone.
  Extent Measure(int depth, const JsonPath& path, size_t* length) {
    ValueScanner scanner(depth);
    size_t scanned = 0;
    while (true) {
      const absl::string_view rest =
          window_.unread().substr(0, window_.bytes() + 1).substr(scanned);
      size_t used = 0;
      const auto state = scanner.Scan(rest, &used);
      scanned += used;
      if (state == ValueScanner::State::kTooDeep) {
        FailTooDeep(path, scanned);
        return Extent::kStop;
      }
      if (scanned > window_.bytes()) return Extent::kLarge;
      if (state == ValueScanner::State::kDone) break;
      if (!Fill(path)) {
        if (!stopped_) {
          FailSyntax(path, window_.unread().size(),
                     "the text ends inside the value");
        }
        return Extent::kStop;
      }
    }
    *length = scanned;
    return Extent::kFits;
  }

  // Parses the first `length` bytes of the window.
  bool Parse(const JsonPath& path, size_t length, element* value) {
    reporter_.BeginElement(&path, length);
    const absl::string_view text = window_.unread();
    // What was read ahead does not count: the answer depends on the text alone.
    const int64_t passed_bytes =
        window_.bytes_read() - static_cast<int64_t>(text.size() - length);
    builder_.set_memory_limit(3 * passed_bytes + limits_.slack_bytes);
    if (length == 0) return FailExpected(path, "a value");
    const simdjson::error_code error =
        parser_.parse(text.data(), length, /*realloc_if_needed=*/false)
            .get(*value);
    if (error == simdjson::SUCCESS) return true;
    return FailSyntax(path, length, simdjson::error_message(error));
  }

  // Leaves the element behind; says so when it was the last one that may be.
  bool Finish(const JsonPath& path, size_t length) {
    if (builder_.over_limit()) {
      return Fail(Violation::LIMIT_EXCEEDED, path, 0,
                  "the message needs more memory than 3 times its text");
    }
    window_.Consume(length);
    return !builder_.stopped();
  }

  // Passes white space; false when reading has to stop.
  bool SkipSpace(const JsonPath& path) {
    while (true) {
      const absl::string_view text = window_.unread();
      const size_t space = SpaceLength(text);
      window_.Consume(space);
      if (space < text.size()) return true;
      if (!Fill(path)) return !stopped_ && window_.status().ok();
    }
  }

  // The next byte that is not white space; it stays unread.
  bool NextByte(const JsonPath& path, absl::string_view what, char* next) {
    if (!SkipSpace(path)) return false;
    if (window_.unread().empty()) return FailEnd(path, what);
    *next = window_.unread()[0];
    return true;
  }

  // More of the document; false at its end, and when reading has to stop.
  bool Fill(const JsonPath& path) {
    if (stopped_ || !window_.Fill()) {
      stopped_ = stopped_ || !window_.status().ok();
      return false;
    }
    if (window_.bytes_read() <= limits_.document_bytes) return true;
    return Fail(Violation::LIMIT_EXCEEDED, path, 0,
                absl::StrCat("a document of more than ", limits_.document_bytes,
                             " bytes"));
  }

  bool Fail(Violation::Reason reason, const JsonPath& path, size_t offset,
            absl::string_view complaint) {
    // The first error that stops the reading is the one that is told.
    if (!stopped_) reporter_.ReportAt(reason, path, offset, complaint);
    if (reason != Violation::WRONG_TYPE) stopped_ = true;
    return false;
  }

  bool FailSyntax(const JsonPath& path, size_t length, const char* otherwise) {
    reporter_.ReportSyntax(path, length, otherwise);
    stopped_ = true;
    return false;
  }

  bool FailTooDeep(const JsonPath& path, size_t offset) {
    return Fail(Violation::LIMIT_EXCEEDED, path, offset,
                absl::StrCat("nested more than ", kMaxNesting, " deep"));
  }

  bool FailEnd(const JsonPath& path, absl::string_view what) {
    return Fail(Violation::MALFORMED, path, window_.unread().size(),
                absl::StrCat("the text ends where ", what, " should follow"));
  }

  bool FailExpected(const JsonPath& path, absl::string_view what) {
    return Fail(Violation::MALFORMED, path, 0,
                absl::StrCat("expected ", what, ", found ",
                             Excerpt(window_.unread().substr(0, 1))));
  }

  const JsonLimits limits_;
  JsonWindow window_;
  JsonReporter reporter_;
  MessageBuilder builder_;
  simdjson::dom::parser parser_;
  bool stopped_ = false;
};

}  // namespace

absl::Status ReadJson(ByteSource source, absl::string_view path_prefix,
                      Message* message, Violations* found,
                      const JsonLimits& limits) {
  const FieldTables tables(message->GetDescriptor());
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
