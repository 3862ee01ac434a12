#include "engine/archive/uuid_bytes.h"

#include <array>
#include <string>

#include "gtest/gtest.h"

namespace recoveryline {
namespace {

constexpr char kUuid[] = "0f8fad5b-d9cb-469f-a165-70867728950e";

TEST(UuidBytesTest, TextComesBackAsItWas) {
  std::array<char, 16> bytes;
  for (const std::string text : {kUuid, "00000000-0000-0000-0000-000000000000",
                                 "01234567-89ab-cdef-0123-456789abcdef",
                                 "ffffffff-ffff-ffff-ffff-ffffffffffff"}) {
    ASSERT_TRUE(PackUuid(text, bytes.data())) << text;
    EXPECT_EQ(UnpackUuid(bytes.data()), text);
  }
  ASSERT_TRUE(PackUuid(kUuid, bytes.data()));
  EXPECT_EQ(std::string(bytes.data(), bytes.size()),
            "\x0f\x8f\xad\x5b\xd9\xcb\x46\x9f\xa1\x65\x70\x86\x77\x28\x95\x0e");
}

// Any byte at any place.
TEST(UuidBytesTest, NothingElseIsPacked) {
  std::array<char, 16> bytes;
  for (size_t at = 0; at < sizeof(kUuid) - 1; ++at) {
    const bool is_dash = kUuid[at] == '-';
    for (int value = 0; value < 256; ++value) {
      std::string text = kUuid;
      text[at] = static_cast<char>(value);
      const bool is_digit =
          (value >= '0' && value <= '9') || (value >= 'a' && value <= 'f');
      const bool packed = PackUuid(text, bytes.data());
      EXPECT_EQ(packed, is_dash ? value == '-' : is_digit)
          << at << " " << value;
      if (!packed) continue;
      EXPECT_EQ(UnpackUuid(bytes.data()), text);
    }
  }
  EXPECT_FALSE(PackUuid("", bytes.data()));
  EXPECT_FALSE(PackUuid(std::string(kUuid) + "0", bytes.data()));
  EXPECT_FALSE(PackUuid(std::string(kUuid, 35), bytes.data()));
}

}  // namespace
}  // namespace recoveryline
