#include "tools/report/script_json.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/formats/excerpt.h"

namespace recoveryline {
namespace {

// Whether the byte may stand in a string as it is.
bool IsPlain(char c) {
  const uint8_t byte = static_cast<uint8_t>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '<' &&
         c != '>' && c != '&';
}

// The character at the front of `text`, `length` bytes of it, as it may stand
// in a string.
void AppendCharacter(absl::string_view text, size_t length, std::string* out) {
  const uint8_t first = static_cast<uint8_t>(text[0]);
  const absl::string_view character = text.substr(0, length);
  if (length == 0) {
    absl::StrAppendFormat(out, "\\\\x%02x", first);
  } else if (character == "\"" || character == "\\") {
    absl::StrAppend(out, "\\", character);
  } else if (length == 1) {
    absl::StrAppendFormat(out, "\\u%04x", first);
  } else if (character == "\xe2\x80\xa8") {
    absl::StrAppend(out, "\\u2028");
  } else if (character == "\xe2\x80\xa9") {
    absl::StrAppend(out, "\\u2029");
  } else if (length == 2 && first == 0xc2 &&
             static_cast<uint8_t>(text[1]) < 0xa0) {
    absl::StrAppendFormat(out, "\\u%04x", static_cast<uint8_t>(text[1]));
  } else {
    absl::StrAppend(out, character);
  }
}

}  // namespace

void ScriptJson::Separate() {
  if (out_.empty()) return;
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':') out_ += ',';
}

void ScriptJson::Open(char bracket) {
  Separate();
  out_ += bracket;
}

ScriptJson& ScriptJson::Key(absl::string_view name) {
  Separate();
  absl::StrAppend(&out_, "\"", name, "\":");
  return *this;
}

void ScriptJson::Text(absl::string_view text) {
  Separate();
  out_ += '"';
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && IsPlain(text[plain])) ++plain;
    absl::StrAppend(&out_, text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const size_t length = Utf8Length(text);
    AppendCharacter(text, length, &out_);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out_ += '"';
}

void ScriptJson::Number(int64_t number) {
  Separate();
  absl::StrAppend(&out_, number);
}

void ScriptJson::Nanos(core::Nanos nanos) {
  int zeros = 0;
  core::Nanos digits = nanos;
  while (digits != 0 && digits % 10 == 0) {
    digits /= 10;
    ++zeros;
  }
  if (zeros < 3) return Number(nanos);
  Separate();
  absl::StrAppend(&out_, digits, "e", zeros);
}

void ScriptJson::Append(const ScriptJson& other) {
  if (other.out_.empty()) return;
  Separate();
  out_ += other.out_;
}

}  // namespace recoveryline
