#include "engine/archive/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace recoveryline {
namespace {

constexpr uint32_t kPolynomial = 0x82f63b78;  // bits reversed

// What `crc` becomes by `count` zero bytes, one bit after the other.
constexpr uint32_t AfterZeros(uint32_t crc, size_t count) {
  for (size_t i = 0; i < count * 8; ++i) {
    crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
  }
  return crc;
}

// By the lowest byte, and, for eight bytes at a time, how many follow it.
using ByteTables = std::array<std::array<uint32_t, 256>, 8>;

constexpr ByteTables MakeByteTables() {
  ByteTables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    tables[0][byte] = AfterZeros(byte, 1);
  }
  for (size_t follow = 1; follow < tables.size(); ++follow) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t crc = tables[follow - 1][byte];
      tables[follow][byte] = crc >> 8 ^ tables[0][crc & 0xff];
    }
  }
  return tables;
}

constexpr ByteTables kByteTables = MakeByteTables();

uint32_t Extend(uint32_t crc, const char* at, const char* end) {
  for (; end - at >= 8; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, at, sizeof(word));
    word ^= crc;
    crc = 0;
    for (size_t i = 0; i < 8; ++i) {
      crc ^= kByteTables[7 - i][word >> (8 * i) & 0xff];
    }
  }
  for (; at < end; ++at) {
    crc = crc >> 8 ^
          kByteTables[0][(crc ^ static_cast<unsigned char>(*at)) & 0xff];
  }
  return crc;
}

#if defined(__x86_64__)

// Three streams at once, since the instruction takes three cycles and one can
// begin at each. Their lengths are fixed so that they can be put together by
// tables; three of them and a little are the block of an archive.
constexpr size_t kStreamBytes = 1'360;

// What each byte of a checksum becomes by kStreamBytes of zeros.
using ShiftTables = std::array<std::array<uint32_t, 256>, 4>;

ShiftTables MakeShiftTables() {
  std::array<uint32_t, 32> of_bit;
  for (size_t bit = 0; bit < of_bit.size(); ++bit) {
    of_bit[bit] = AfterZeros(uint32_t{1} << bit, kStreamBytes);
  }
  ShiftTables tables{};
  for (size_t place = 0; place < tables.size(); ++place) {
    for (size_t byte = 0; byte < 256; ++byte) {
      for (size_t bit = 0; bit < 8; ++bit) {
        if ((byte >> bit & 1) != 0) {
          tables[place][byte] ^= of_bit[8 * place + bit];
        }
      }
    }
  }
  return tables;
}

uint32_t Shifted(const ShiftTables& tables, uint32_t crc) {
  return tables[0][crc & 0xff] ^ tables[1][crc >> 8 & 0xff] ^
         tables[2][crc >> 16 & 0xff] ^ tables[3][crc >> 24];
}

__attribute__((target("sse4.2"))) uint64_t Step(uint64_t crc, const char* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return _mm_crc32_u64(crc, word);
}

// The processor fetches ahead by itself, but begins anew at each page, and that
// for each stream: too late for blocks that have not been read before.
constexpr size_t kAheadBytes = 512;
constexpr size_t kLineBytes = 64;

void FetchOfEachStream(const char* at) {
  __builtin_prefetch(at);
  __builtin_prefetch(at + kStreamBytes);
  __builtin_prefetch(at + 2 * kStreamBytes);
}

__attribute__((target("sse4.2"))) uint32_t ExtendByInstruction(
    uint32_t start, const char* at, const char* end) {
  static const ShiftTables tables = MakeShiftTables();
  uint64_t crc = start;
  while (static_cast<size_t>(end - at) >= 3 * kStreamBytes) {
    for (size_t i = 0; i < kAheadBytes; i += kLineBytes) {
      FetchOfEachStream(at + i);
    }
    uint64_t second = 0;
    uint64_t third = 0;
    const auto step = [&]() __attribute__((target("sse4.2"))) {
      crc = Step(crc, at);
      second = Step(second, at + kStreamBytes);
      third = Step(third, at + 2 * kStreamBytes);
      at += 8;
    };
    const char* const stop = at + kStreamBytes;
    while (static_cast<size_t>(stop - at) >= kLineBytes) {
      FetchOfEachStream(at + kAheadBytes);
      for (size_t i = 0; i < kLineBytes / 8; ++i) step();
    }
    while (at < stop) step();
    crc = Shifted(tables, static_cast<uint32_t>(crc)) ^ second;
    crc = Shifted(tables, static_cast<uint32_t>(crc)) ^ third;
    at += 2 * kStreamBytes;
  }
  for (; end - at >= 8; at += 8) crc = Step(crc, at);
  for (; at < end; ++at) {
    crc = _mm_crc32_u8(static_cast<uint32_t>(crc),
                       static_cast<unsigned char>(*at));
  }
  return static_cast<uint32_t>(crc);
}

#endif

}  // namespace

uint32_t PortableCrc32c(absl::string_view bytes) {
  return ~Extend(~uint32_t{0}, bytes.data(), bytes.data() + bytes.size());
}

uint32_t Crc32c(absl::string_view bytes) {
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  if (has_instruction) {
    return ~ExtendByInstruction(~uint32_t{0}, bytes.data(),
                                bytes.data() + bytes.size());
  }
#endif
  return PortableCrc32c(bytes);
}

}  // namespace recoveryline
