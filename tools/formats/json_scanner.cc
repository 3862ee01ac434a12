#include "tools/formats/json_scanner.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace recoveryline {
namespace {

enum class ByteClass : uint8_t { kPlain, kSpace, kQuote, kOpen, kClose, kMark };

constexpr std::array<ByteClass, 256> kByteClasses = [] {
  std::array<ByteClass, 256> classes{};
  for (char c : {' ', '\t', '\n', '\r'}) {
    classes[static_cast<uint8_t>(c)] = ByteClass::kSpace;
  }
  for (char c : {'{', '['}) {
    classes[static_cast<uint8_t>(c)] = ByteClass::kOpen;
  }
  for (char c : {'}', ']'}) {
    classes[static_cast<uint8_t>(c)] = ByteClass::kClose;
  }
  for (char c : {',', ':'}) {
    classes[static_cast<uint8_t>(c)] = ByteClass::kMark;
  }
  classes[static_cast<uint8_t>('"')] = ByteClass::kQuote;
  return classes;
}();

ByteClass ClassOf(char c) { return kByteClasses[static_cast<uint8_t>(c)]; }

// The high bit of each byte of `word` that equals `c`; bits above the lowest
// one set may be wrong.
constexpr uint64_t EqualBytes(uint64_t word, char c) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t difference = word ^ (kOnes * static_cast<uint8_t>(c));
  return (difference - kOnes) & ~difference & (kOnes << 7);
}

// The first quote or backslash in [next, end); `end` when there is none.
const char* FindStringMark(const char* next, const char* end) {
  if constexpr (std::endian::native == std::endian::little) {
    for (; end - next >= 8; next += 8) {
      uint64_t word;
      std::memcpy(&word, next, sizeof(word));
      const uint64_t marks = EqualBytes(word, '"') | EqualBytes(word, '\\');
      if (marks != 0) return next + std::countr_zero(marks) / 8;
    }
  }
  while (next != end && *next != '"' && *next != '\\') ++next;
  return next;
}

}  // namespace

ValueScanner::State ValueScanner::ScanScalar(absl::string_view text,
                                             size_t* used) {
  size_t i = 0;
  while (i < text.size() && ClassOf(text[i]) == ByteClass::kPlain) ++i;
  *used = i;
  place_ = Place::kInScalar;
  return i < text.size() ? State::kDone : State::kMore;
}

ValueScanner::State ValueScanner::Scan(absl::string_view text, size_t* used) {
  *used = 0;
  if (text.empty()) return State::kMore;
  if (place_ == Place::kStart) {
    const ByteClass first = ClassOf(text[0]);
    place_ = Place::kBetween;
    if (first != ByteClass::kQuote && first != ByteClass::kOpen) {
      return ScanScalar(text, used);
    }
  } else if (place_ == Place::kInScalar) {
    return ScanScalar(text, used);
  }
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* next = begin;
  while (next != end) {
    if (place_ == Place::kAfterBackslash) {
      ++next;
      place_ = Place::kInString;
      continue;
    }
    if (place_ == Place::kInString) {
      next = FindStringMark(next, end);
      if (next == end) break;
      if (*next++ == '\\') {
        place_ = Place::kAfterBackslash;
        continue;
      }
      place_ = Place::kBetween;
    } else {
      const ByteClass c = ClassOf(*next);
      if (c == ByteClass::kOpen && depth_ == kMaxNesting) {
        *used = static_cast<size_t>(next - begin);
        return State::kTooDeep;
      }
      ++next;
      if (c == ByteClass::kQuote) place_ = Place::kInString;
      if (c == ByteClass::kOpen) ++depth_;
      if (c == ByteClass::kClose) --depth_;
      if (c != ByteClass::kClose) continue;
    }
    // A string or a container ended.
    if (depth_ == outer_depth_) {
      *used = static_cast<size_t>(next - begin);
      return State::kDone;
    }
  }
  *used = text.size();
  return State::kMore;
}

size_t ValueEnd(absl::string_view text) {
  ValueScanner scanner(/*depth=*/0);
  size_t used = 0;
  scanner.Scan(text, &used);
  return used;
}

size_t SpaceLength(absl::string_view text) {
  size_t i = 0;
  while (i < text.size() && ClassOf(text[i]) == ByteClass::kSpace) ++i;
  return i;
}

}  // namespace recoveryline
