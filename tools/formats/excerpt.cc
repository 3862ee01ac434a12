#include "tools/formats/excerpt.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

bool IsContinuation(char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; }

// U+0080 to U+009F: control characters that terminals obey as well.
bool IsHighControl(absl::string_view character) {
  return character.size() == 2 && character[0] == '\xC2' &&
         static_cast<uint8_t>(character[1]) < 0xA0;
}

void AppendEscaped(char c, std::string* text) {
  switch (c) {
    case '\n':
      text->append("\\n");
      return;
    case '\r':
      text->append("\\r");
      return;
    case '\t':
      text->append("\\t");
      return;
    default:
      absl::StrAppend(text, "\\x",
                      absl::Hex(static_cast<uint8_t>(c), absl::kZeroPad2));
  }
}

}  // namespace

size_t Utf8Length(absl::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return 1;
  const size_t length = first < 0xC2   ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  const auto second = static_cast<uint8_t>(text[1]);
  if (first == 0xE0 && second < 0xA0) return 0;   // overlong
  if (first == 0xED && second >= 0xA0) return 0;  // surrogates
  if (first == 0xF0 && second < 0x90) return 0;   // overlong
  if (first == 0xF4 && second >= 0x90) return 0;  // beyond U+10FFFF
  return length;
}

std::string Excerpt(absl::string_view text, size_t limit_bytes) {
  std::string shown;
  size_t i = 0;
  while (i < text.size() && i < limit_bytes) {
    const size_t length = Utf8Length(text.substr(i));
    const absl::string_view character = text.substr(i, length);
    const bool control =
        length == 1 && (character[0] < ' ' || character[0] == '\x7F');
    if (length == 0 || control) {
      AppendEscaped(text[i], &shown);
      ++i;
      continue;
    }
    if (IsHighControl(character)) {
      AppendEscaped(character[0], &shown);
      AppendEscaped(character[1], &shown);
    } else {
      absl::StrAppend(&shown, character);
    }
    i += length;
  }
  if (i < text.size()) shown.append("...");
  return shown;
}

}  // namespace recoveryline
