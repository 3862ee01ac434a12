#include "tools/rline/printable.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace recoveryline {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// Controls, what cannot be seen, and what turns the writing direction.
constexpr std::array<Range, 15> kUnsafe = {{
    {0x0000, 0x001f},
    {0x007f, 0x009f},
    {0x00ad, 0x00ad},
    {0x061c, 0x061c},
    {0x115f, 0x1160},
    {0x17b4, 0x17b5},
    {0x180b, 0x180f},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0x3164, 0x3164},
    {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},
    {0xfff0, 0xfffb},
    {0xe0000, 0x10ffff},
}};

// Combining marks of the common scripts.
constexpr std::array<Range, 9> kNoWidth = {{
    {0x0300, 0x036f},
    {0x0483, 0x0489},
    {0x0591, 0x05bd},
    {0x0610, 0x061a},
    {0x064b, 0x065f},
    {0x0e34, 0x0e3a},
    {0x1ab0, 0x1aff},
    {0x20d0, 0x20f0},
    {0xfe20, 0xfe2f},
}};

// East Asian wide and full-width characters, and pictures.
constexpr std::array<Range, 12> kTwoWide = {{
    {0x1100, 0x115e},
    {0x231a, 0x231b},
    {0x2e80, 0x303e},
    {0x3041, 0x33ff},
    {0x3400, 0x4dbf},
    {0x4e00, 0xa4cf},
    {0xa960, 0xa97f},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0x1f300, 0x3fffd},
}};

template <size_t n>
bool IsIn(const std::array<Range, n>& ranges, uint32_t code) {
  const auto it = std::lower_bound(
      ranges.begin(), ranges.end(), code,
      [](const Range& range, uint32_t c) { return range.last < c; });
  return it != ranges.end() && it->first <= code;
}

struct Character {
  uint32_t code = 0;
  size_t bytes = 0;  // 0: not UTF-8
};

// The character at the start of `text`, in its shortest form only.
Character Decode(absl::string_view text) {
  static constexpr std::array<uint32_t, 5> kLeast = {0, 0, 0x80, 0x800,
                                                     0x10000};
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t bytes = lead >= 0xf0 && lead < 0xf8   ? 4
                       : lead >= 0xe0 && lead < 0xf0 ? 3
                       : lead >= 0xc0 && lead < 0xe0 ? 2
                                                     : 0;
  if (bytes == 0 || text.size() < bytes) return {};
  uint32_t code = lead & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fu);
  }
  if (code < kLeast[bytes] || code > 0x10ffff) return {};
  if (code >= 0xd800 && code < 0xe000) return {};
  return {code, bytes};
}

int WidthOf(uint32_t code) {
  if (code < 0x300) return 1;
  if (IsIn(kNoWidth, code)) return 0;
  return IsIn(kTwoWide, code) ? 2 : 1;
}

}  // namespace

std::string Printable(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = Decode(text);
    if (c.bytes == 0 || (c.code < 0x100 && IsIn(kUnsafe, c.code))) {
      const uint8_t byte = static_cast<uint8_t>(text[0]);
      absl::StrAppendFormat(&out, "\\x%02x", c.bytes == 0 ? byte : c.code);
    } else if (IsIn(kUnsafe, c.code)) {
      absl::StrAppendFormat(&out, "\\u{%04x}", c.code);
    } else {
      absl::StrAppend(&out, text.substr(0, c.bytes));
    }
    text.remove_prefix(std::max<size_t>(c.bytes, 1));
  }
  return out;
}

std::string JsonString(absl::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Character c = Decode(text);
    if (c.bytes == 0) {
      absl::StrAppendFormat(&out, "\\\\x%02x", static_cast<uint8_t>(text[0]));
    } else if (c.code > 0xffff && IsIn(kUnsafe, c.code)) {
      const uint32_t offset = c.code - 0x10000;
      absl::StrAppendFormat(&out, "\\u%04x\\u%04x", 0xd800 + (offset >> 10),
                            0xdc00 + (offset & 0x3ff));
    } else if (IsIn(kUnsafe, c.code)) {
      absl::StrAppendFormat(&out, "\\u%04x", c.code);
    } else {
      if (c.code == '"' || c.code == '\\') out += '\\';
      absl::StrAppend(&out, text.substr(0, c.bytes));
    }
    text.remove_prefix(std::max<size_t>(c.bytes, 1));
  }
  return out + "\"";
}

int DisplayWidth(absl::string_view printable) {
  int width = 0;
  while (!printable.empty()) {
    const Character c = Decode(printable);
    width += WidthOf(c.code);
    printable.remove_prefix(std::max<size_t>(c.bytes, 1));
  }
  return width;
}

std::string CutMiddle(absl::string_view printable, int width) {
  if (DisplayWidth(printable) <= width) return std::string(printable);
  // The longest head and tail that fit beside the one column of "…".
  const int tail_width = (width - 1) / 2;
  const int head_width = width - 1 - tail_width;
  std::vector<size_t> starts;
  size_t head_end = 0;
  int used = 0;
  for (size_t at = 0; at < printable.size();) {
    const Character c = Decode(printable.substr(at));
    starts.push_back(at);
    at += std::max<size_t>(c.bytes, 1);
    used += WidthOf(c.code);
    if (used <= head_width) head_end = at;
  }
  size_t tail_start = printable.size();
  used = 0;
  for (auto it = starts.rbegin(); it != starts.rend(); ++it) {
    used += WidthOf(Decode(printable.substr(*it)).code);
    if (used > tail_width) break;
    tail_start = *it;
  }
  return absl::StrCat(printable.substr(0, head_end), "…",
                      printable.substr(tail_start));
}

}  // namespace recoveryline
