#include "tools/formats/valid_text.h"

#include "absl/strings/str_cat.h"
#include "tools/formats/excerpt.h"

namespace recoveryline {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string ValidText(absl::string_view text, size_t max_bytes) {
  std::string valid;
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    const absl::string_view character =
        length == 0 ? kReplacement : text.substr(0, length);
    if (valid.size() + character.size() > max_bytes) break;
    absl::StrAppend(&valid, character);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return valid;
}

}  // namespace recoveryline
