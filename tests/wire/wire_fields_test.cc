#include "engine/wire/wire_fields.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace recoveryline {
namespace {

using Found = std::vector<std::pair<uint32_t, std::string>>;

// The tags and contents up to where the walk ends, and whether that is the end.
std::pair<Found, bool> Walk(const std::string& bytes) {
  WireFields fields(bytes);
  Found found;
  while (fields.Next()) {
    found.emplace_back(fields.tag(), std::string(fields.content()));
  }
  return {found, fields.at_end()};
}

TEST(WireFieldsTest, EveryKindOfFieldIsPassed) {
  const auto [found, at_end] =
      Walk(std::string("\x08\x96\x01", 3) + "\x12\x02hi" +
           "\x1d"
           "1234" +
           "\x21"
           "12345678" +
           "\xaa\x06\x01x");
  EXPECT_TRUE(at_end);
  const Found expected = {{0x08, "\x96\x01"},
                          {0x12, "hi"},
                          {0x1d, "1234"},
                          {0x21, "12345678"},
                          {0x32a, "x"}};
  EXPECT_EQ(found, expected);
}

TEST(WireFieldsTest, TheWalkEndsBeforeWhatIsNoOrdinaryField) {
  for (const std::string& bytes :
       {std::string("\x12\x03hi"), std::string("\x12"), std::string("\x08"),
        std::string("\x08\x80"),
        std::string("\x1d"
                    "123"),
        std::string("\x21"
                    "1234567"),
        std::string("\x13\x14"),                              // a group
        std::string("\x0e\x01"), std::string("\x02\x00", 2),  // number 0
        std::string("\x92\x00\x00", 3),  // a tag longer than it need be
        "\x08" + std::string(10, '\xff'), "\x12" + std::string(5, '\xff'),
        std::string("\xff\xff\xff\xff\x7f\x00", 6)}) {
    const auto [found, at_end] = Walk("\x0a\x01y" + bytes);
    EXPECT_FALSE(at_end) << testing::PrintToString(bytes);
    EXPECT_EQ(found.size(), 1u) << testing::PrintToString(bytes);
  }
}

}  // namespace
}  // namespace recoveryline
