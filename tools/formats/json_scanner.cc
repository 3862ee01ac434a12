#include "tools/formats/json_scanner.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
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

// A block is as many bytes as a word has bits.
constexpr size_t kBlockBytes = 64;

// One bit for each byte of a block.
struct BlockMarks {
  uint64_t quotes = 0;
  uint64_t backslashes = 0;
  uint64_t opens = 0;
  uint64_t closes = 0;
};

#ifdef __SSE2__
uint64_t EqualBytes(const __m128i (&block)[4], char c) {
  const __m128i wanted = _mm_set1_epi8(c);
  uint64_t marks = 0;
  for (int i = 3; i >= 0; --i) {
    const int part = _mm_movemask_epi8(_mm_cmpeq_epi8(block[i], wanted));
    marks = marks << 16 | static_cast<uint64_t>(part);
  }
  return marks;
}

BlockMarks MarksOf(const char* bytes) {
  __m128i block[4];
  std::memcpy(block, bytes, kBlockBytes);
  BlockMarks marks;
  marks.quotes = EqualBytes(block, '"');
  marks.backslashes = EqualBytes(block, '\\');
  // '[' and '{' differ in one bit, and so do ']' and '}'.
  for (__m128i& part : block) part = _mm_or_si128(part, _mm_set1_epi8(0x20));
  marks.opens = EqualBytes(block, '{');
  marks.closes = EqualBytes(block, '}');
  return marks;
}
#else
BlockMarks MarksOf(const char* bytes) {
  BlockMarks marks;
  for (size_t i = 0; i < kBlockBytes; ++i) {
    const ByteClass c = ClassOf(bytes[i]);
    const uint64_t bit = uint64_t{1} << i;
    if (c == ByteClass::kQuote) marks.quotes |= bit;
    if (c == ByteClass::kOpen) marks.opens |= bit;
    if (c == ByteClass::kClose) marks.closes |= bit;
    if (bytes[i] == '\\') marks.backslashes |= bit;
  }
  return marks;
}
#endif

// Each bit: whether an odd number of bits up to it are set.
constexpr uint64_t OddUpTo(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

}  // namespace

ValueScanner::State ValueScanner::Open() {
  if (depth_ == kMaxNesting) return State::kTooDeep;
  ++depth_;
  return State::kMore;
}

ValueScanner::State ValueScanner::Close() {
  return --depth_ == outer_depth_ ? State::kDone : State::kMore;
}

ValueScanner::State ValueScanner::ScanScalar(absl::string_view text,
                                             size_t* used) {
  size_t i = 0;
  while (i < text.size() && ClassOf(text[i]) == ByteClass::kPlain) ++i;
  *used = i;
  place_ = Place::kInScalar;
  return i < text.size() ? State::kDone : State::kMore;
}

// Passes whole blocks inside an object or array, up to its end, a block with a
// backslash or the last bytes.
ValueScanner::State ValueScanner::ScanBlocks(absl::string_view text,
                                             size_t* used) {
  for (*used = 0; text.size() - *used >= kBlockBytes; *used += kBlockBytes) {
    const BlockMarks marks = MarksOf(text.data() + *used);
    if (marks.backslashes != 0) return State::kMore;
    const uint64_t in_strings =
        OddUpTo(marks.quotes) ^
        (place_ == Place::kInString ? ~uint64_t{0} : uint64_t{0});
    const uint64_t opens = marks.opens & ~in_strings;
    const uint64_t closes = marks.closes & ~in_strings;
    place_ = in_strings >> 63 != 0 ? Place::kInString : Place::kBetween;
    const int open_count = std::popcount(opens);
    const int close_count = std::popcount(closes);
    if (depth_ - close_count > outer_depth_ &&
        depth_ + open_count <= kMaxNesting) {
      depth_ += open_count - close_count;
      continue;
    }
    for (uint64_t rest = opens | closes; rest != 0; rest &= rest - 1) {
      const int i = std::countr_zero(rest);
      const bool opening = (opens >> i & 1) != 0;
      const State state = opening ? Open() : Close();
      if (state == State::kMore) continue;
      *used += static_cast<size_t>(i) + (opening ? 0 : 1);
      return state;
    }
  }
  return State::kMore;
}

// Passes a block or less, byte by byte.
ValueScanner::State ValueScanner::ScanBytes(absl::string_view text,
                                            size_t* used) {
  const size_t count = std::min(text.size(), kBlockBytes);
  for (size_t i = 0; i < count; ++i) {
    const ByteClass c = ClassOf(text[i]);
    State state = State::kMore;
    if (place_ == Place::kAfterBackslash) {
      place_ = Place::kInString;
    } else if (place_ == Place::kInString) {
      if (text[i] == '\\') place_ = Place::kAfterBackslash;
      if (c != ByteClass::kQuote) continue;
      place_ = Place::kBetween;
      if (depth_ == outer_depth_) state = State::kDone;
    } else if (c == ByteClass::kQuote) {
      place_ = Place::kInString;
    } else if (c == ByteClass::kOpen) {
      state = Open();
    } else if (c == ByteClass::kClose) {
      state = Close();
    }
    if (state != State::kMore) {
      *used = state == State::kDone ? i + 1 : i;
      return state;
    }
  }
  *used = count;
  return State::kMore;
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
  State state = State::kMore;
  while (state == State::kMore && *used < text.size()) {
    size_t part = 0;
    if (depth_ > outer_depth_ && place_ != Place::kAfterBackslash) {
      state = ScanBlocks(text.substr(*used), &part);
      *used += part;
      if (state != State::kMore) break;
    }
    state = ScanBytes(text.substr(*used), &part);
    *used += part;
  }
  return state;
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
