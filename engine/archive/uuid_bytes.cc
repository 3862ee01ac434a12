#include "engine/archive/uuid_bytes.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace recoveryline {
namespace {

constexpr size_t kTextBytes = 36;

constexpr bool IsDash(size_t i) {
  return i == 8 || i == 13 || i == 18 || i == 23;
}

// Sixteen digits are worked on at once; compilers make SSE2 or NEON of it.
constexpr int kLanes = 16;
using Bytes = uint8_t __attribute__((vector_size(kLanes)));
using Pairs = uint16_t __attribute__((vector_size(kLanes)));
using Words = uint64_t __attribute__((vector_size(kLanes)));
static_assert(std::endian::native == std::endian::little);

template <typename Word>
uint64_t Load(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

// Each pair of digits as a number, in pairs of bytes. What is no digit or a
// capital leaves bits in `*wrong`.
Bytes PairDigits(uint64_t first, uint64_t last, Words* wrong) {
  const auto text = std::bit_cast<Bytes>(Words{first, last});
  const Bytes digit = text - '0';
  const Bytes letter = text - 'a';
  const auto is_digit = std::bit_cast<Bytes>(digit < 10);
  const auto is_letter = std::bit_cast<Bytes>(letter < 6);
  *wrong |= ~std::bit_cast<Words>(is_digit | is_letter);
  const auto values = std::bit_cast<Pairs>(
      Bytes((digit & is_digit) | ((letter + 10) & is_letter)));
  return std::bit_cast<Bytes>(Pairs((values << 4 | values >> 8) & 0xff));
}

}  // namespace

bool PackUuid(absl::string_view text, char* bytes) {
  const char* const at = text.data();
  if (text.size() != kTextBytes || at[8] != '-' || at[13] != '-' ||
      at[18] != '-' || at[23] != '-') {
    return false;
  }
  // 8-4-4-4-12 digits.
  Words wrong = {0, 0};
  const Bytes first = PairDigits(
      Load<uint64_t>(at),
      Load<uint32_t>(at + 9) | Load<uint32_t>(at + 14) << 32, &wrong);
  const Bytes last =
      PairDigits(Load<uint32_t>(at + 19) | Load<uint32_t>(at + 24) << 32,
                 Load<uint64_t>(at + 28), &wrong);
  const Bytes packed = __builtin_shufflevector(
      first, last, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  std::memcpy(bytes, &packed, sizeof(packed));
  return (wrong[0] | wrong[1]) == 0;
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
