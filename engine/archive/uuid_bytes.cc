#include "engine/archive/uuid_bytes.h"

#include <cstddef>

namespace recoveryline {
namespace {

constexpr size_t kTextBytes = 36;

constexpr bool IsDash(size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

// -1 for what is no digit, capitals among it.
int ValueOf(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

bool PackUuid(absl::string_view text, char* bytes) {
  if (text.size() != kTextBytes) return false;
  for (size_t i = 0; i < kTextBytes;) {
    if (IsDash(i)) {
      if (text[i++] != '-') return false;
      continue;
    }
    const int high = ValueOf(text[i]);
    const int low = ValueOf(text[i + 1]);
    if (high < 0 || low < 0) return false;
    *bytes++ = static_cast<char>(high << 4 | low);
    i += 2;
  }
  return true;
}

std::string UnpackUuid(const char* bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(kTextBytes, '-');
  for (size_t i = 0; i < kTextBytes;) {
    if (IsDash(i)) {
      ++i;
      continue;
    }
    const auto byte = static_cast<unsigned char>(*bytes++);
    text[i++] = kDigits[byte >> 4];
    text[i++] = kDigits[byte & 15];
  }
  return text;
}

}  // namespace recoveryline
