#include "engine/wire/repeated_ids.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace recoveryline {
namespace {

UuidBytes UuidOf(int i) {
  UuidBytes uuid = {};
  uuid[3] = static_cast<char>(i);
  uuid[12] = static_cast<char>(i >> 8);
  return uuid;
}

// Whatever was asked before, and wherever the two are.
TEST(RepeatedIdsTest, TwoOfManyAreFound) {
  RepeatedIds repeated;
  for (const int count : {0, 1, 2, 3, 100, 5'000, 2}) {
    std::vector<UuidBytes> uuids;
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i) {
      uuids.push_back(UuidOf(i));
      texts.push_back(std::to_string(i));
    }
    std::vector<absl::string_view> ids(texts.begin(), texts.end());
    EXPECT_FALSE(repeated.In(std::span<const UuidBytes>(uuids)));
    EXPECT_FALSE(repeated.In(std::span<const absl::string_view>(ids)));
    for (const int again : {0, count / 2, count - 1}) {
      if (again < 0 || again >= count) continue;
      const auto at = static_cast<size_t>(again);
      uuids.push_back(uuids[at]);
      const std::string copy = texts[at];
      ids.push_back(copy);
      EXPECT_TRUE(repeated.In(std::span<const UuidBytes>(uuids)));
      EXPECT_TRUE(repeated.In(std::span<const absl::string_view>(ids)));
      uuids.pop_back();
      ids.pop_back();
    }
  }
}

}  // namespace
}  // namespace recoveryline
