#include "engine/batch/shard.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace recoveryline {
namespace {

// Computed from the definition by other means; they must never change, or parts
// of different versions would not fit.
TEST(ShardTest, TheHashIsFixedForAllTime) {
  EXPECT_EQ(ShardHash(""), 0xefd01f60ba992926u);
  EXPECT_EQ(ShardHash("a"), 0x82a2a958a9bece5bu);
  EXPECT_EQ(ShardHash("orders"), 0x32520fbdb4dad5b9u);
  EXPECT_EQ(ShardHash("vm-000001"), 0xeaea9932b6511ed8u);
  EXPECT_EQ(ShardHash("gr\xc3\xbcn"), 0x33f2bc3a64cffcb0u);
  EXPECT_EQ(ShardHash(absl::string_view("\0\xff", 2)), 0xacb64f88d28b68b8u);
}

TEST(ShardTest, AShardIsTheHashModuloTheCount) {
  EXPECT_TRUE((Shard{41, 64}.Holds("web")));
  EXPECT_TRUE((Shard{5, 7}.Holds("web")));
  EXPECT_TRUE((Shard{1, 2}.Holds("web")));
  EXPECT_FALSE((Shard{0, 2}.Holds("web")));
  EXPECT_TRUE(Shard().Holds("web"));
}

TEST(ShardTest, EachKeyIsHeldOnceAndTheSharesAreEven) {
  constexpr int kKeys = 6'400;
  for (const int64_t count : {1, 2, 7, 64}) {
    std::vector<int> held(static_cast<size_t>(count), 0);
    for (int key = 0; key < kKeys; ++key) {
      const std::string id = "vm-" + std::to_string(2 * key);
      int holders = 0;
      for (int64_t i = 0; i < count; ++i) {
        if (!Shard{i, count}.Holds(id)) continue;
        ++holders;
        ++held[static_cast<size_t>(i)];
      }
      EXPECT_EQ(holders, 1) << id;
    }
    for (const int share : held) {
      EXPECT_NEAR(share, kKeys / static_cast<double>(count),
                  kKeys / static_cast<double>(count) / 2);
    }
  }
}

TEST(ShardTest, IndexesCountFromZero) {
  EXPECT_TRUE((Shard{0, 1}.IsSound()));
  EXPECT_TRUE((Shard{9'999, 10'000}.IsSound()));
  EXPECT_FALSE((Shard{1, 1}.IsSound()));
  EXPECT_FALSE((Shard{-1, 1}.IsSound()));
  EXPECT_FALSE((Shard{0, 0}.IsSound()));
  EXPECT_FALSE((Shard{0, 10'001}.IsSound()));
}

}  // namespace
}  // namespace recoveryline
