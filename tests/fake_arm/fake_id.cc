#include "tests/fake_arm/fake_id.h"

#include "absl/strings/ascii.h"
#include "tools/generator/random_stream.h"

namespace recoveryline::fake {
namespace {

constexpr size_t kTextBytes = 36;

bool IsDash(size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

}  // namespace

FakeId FakeId::Of(uint64_t seed, std::initializer_list<uint64_t> key) {
  RandomStream stream(seed, key);
  FakeId id;
  id.high = (stream.Next() & ~uint64_t{0xf000}) | 0x4000;
  id.low = (stream.Next() & ~(uint64_t{3} << 62)) | (uint64_t{2} << 62);
  return id;
}

std::optional<FakeId> FakeId::Parse(absl::string_view text) {
  if (text.size() != kTextBytes) return std::nullopt;
  FakeId id;
  int digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDash(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const char digit = absl::ascii_tolower(static_cast<unsigned char>(text[i]));
    uint64_t value = 0;
    if (digit >= '0' && digit <= '9') {
      value = static_cast<uint64_t>(digit - '0');
    } else if (digit >= 'a' && digit <= 'f') {
      value = static_cast<uint64_t>(digit - 'a') + 10;
    } else {
      return std::nullopt;
    }
    uint64_t& word = digits++ < 16 ? id.high : id.low;
    word = word << 4 | value;
  }
  return id;
}

std::string FakeId::Text() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  if (IsNone()) return "";
  std::string text(kTextBytes, '-');
  int digit = 0;
  for (size_t i = 0; i < kTextBytes; ++i) {
    if (IsDash(i)) continue;
    const uint64_t word = digit < 16 ? high : low;
    text[i] = kDigits[(word >> (60 - 4 * (digit % 16))) & 15];
    ++digit;
  }
  return text;
}

}  // namespace recoveryline::fake
