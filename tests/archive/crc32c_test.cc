#include "engine/archive/crc32c.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace recoveryline {
namespace {

// RFC 3720, appendix B.4, and the check value of the polynomial.
TEST(Crc32cTest, KnownSums) {
  EXPECT_EQ(Crc32c(""), 0u);
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
}

TEST(Crc32cRandomTest, TheInstructionAgreesWithTheTables) {
  std::mt19937_64 random(1);
  for (size_t size = 0; size < 9'000; size += 1 + size / 64) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    ASSERT_EQ(Crc32c(bytes), PortableCrc32c(bytes)) << size;
  }
}

TEST(Crc32cTest, EveryBitCounts) {
  std::string block(4'096, 'x');
  const uint32_t sum = Crc32c(block);
  for (size_t bit = 0; bit < 8 * block.size(); bit += 7) {
    block[bit / 8] = static_cast<char>(block[bit / 8] ^ 1 << bit % 8);
    ASSERT_NE(Crc32c(block), sum) << bit;
    block[bit / 8] = static_cast<char>(block[bit / 8] ^ 1 << bit % 8);
  }
}

}  // namespace
}  // namespace recoveryline
