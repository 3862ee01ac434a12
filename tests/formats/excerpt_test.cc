#include "tools/formats/excerpt.h"

#include <string>

#include "gtest/gtest.h"
#include "simdjson.h"

namespace recoveryline {
namespace {

TEST(ExcerptTest, PlainTextStaysAsItIs) {
  EXPECT_EQ(Excerpt(""), "");
  EXPECT_EQ(Excerpt("web-1 \xC3\xA9"), "web-1 \xC3\xA9");
}

TEST(ExcerptTest, ControlCharactersAreEscaped) {
  EXPECT_EQ(Excerpt("a\nb\tc\r\x1B[31m\x7F"), "a\\nb\\tc\\r\\x1b[31m\\x7f");
  EXPECT_EQ(Excerpt("\xC2\x9B"), "\\xc2\\x9b");
  EXPECT_EQ(Excerpt(absl::string_view("\0", 1)), "\\x00");
}

TEST(ExcerptTest, BytesThatAreNotUtf8AreEscaped) {
  EXPECT_EQ(Excerpt("\xFF\xC3"), "\\xff\\xc3");
}

TEST(ExcerptTest, LongTextIsCutBetweenCharacters) {
  EXPECT_EQ(Excerpt(std::string(80, 'a')), std::string(80, 'a'));
  EXPECT_EQ(Excerpt(std::string(81, 'a')), std::string(80, 'a') + "...");
  const std::string text = std::string(79, 'a') + "\xE2\x82\xAC" + "b";
  EXPECT_EQ(Excerpt(text), std::string(79, 'a') + "\xE2\x82\xAC...");
}

TEST(Utf8LengthExhaustiveTest, AgreesWithSimdjsonOnAllBytesInFront) {
  for (unsigned bytes = 0; bytes < 1u << 24;
       bytes += bytes < 1u << 20 ? 1 : 7) {
    const std::string text = {static_cast<char>(bytes >> 16),
                              static_cast<char>(bytes >> 8),
                              static_cast<char>(bytes), '\x80'};
    const size_t length = Utf8Length(text);
    if (length > 0) {
      ASSERT_TRUE(simdjson::validate_utf8(text.data(), length)) << bytes;
      continue;
    }
    for (size_t front = 1; front <= 4; ++front) {
      ASSERT_FALSE(simdjson::validate_utf8(text.data(), front)) << bytes;
    }
  }
}

}  // namespace
}  // namespace recoveryline
