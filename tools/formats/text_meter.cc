#include "tools/formats/text_meter.h"

#include <algorithm>

namespace recoveryline {

void TextMeter::GrowToken() {
  longest_token_bytes_ = std::max(longest_token_bytes_, ++token_bytes_);
}

void TextMeter::AddPlain(char c) {
  switch (c) {
    case '"':
    case '\'':
      place_ = Place::kString;
      quote_ = c;
      ++strings_;
      token_bytes_ = 0;
      return;
    case '#':
      place_ = Place::kComment;
      token_bytes_ = 0;
      return;
    case '{':
    case '<':
      ++objects_;
      token_bytes_ = 0;
      return;
    case ' ':
    case '\n':
    case '\r':
    case '\t':
    case '}':
    case '>':
    case '[':
    case ']':
    case ':':
    case ',':
    case ';':
      token_bytes_ = 0;
      return;
    default:
      GrowToken();
  }
}

void TextMeter::Add(absl::string_view chunk) {
  text_bytes_ += static_cast<int64_t>(chunk.size());
  for (const char c : chunk) {
    switch (place_) {
      case Place::kPlain:
        AddPlain(c);
        break;
      case Place::kString:
        GrowToken();
        // A string ends with its line; the parser says that it may not.
        if (c == quote_ || c == '\n') place_ = Place::kPlain;
        if (c == '\\') place_ = Place::kAfterBackslash;
        break;
      case Place::kAfterBackslash:
        GrowToken();
        place_ = Place::kString;
        break;
      case Place::kComment:
        if (c == '\n') place_ = Place::kPlain;
        break;
    }
  }
}

}  // namespace recoveryline
