// Random worlds: Select() answers as the reference does, and Verify() agrees.

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "tests/world_check.h"

namespace recoveryline {
namespace {

constexpr uint64_t kFirstSeed = 0;

// RECOVERYLINE_WORLDS, else 20,000.
uint64_t WorldCount() {
  uint64_t count = 0;
  const char* wanted = std::getenv("RECOVERYLINE_WORLDS");
  if (wanted != nullptr && absl::SimpleAtoi(wanted, &count)) return count;
  return 20'000;
}

TEST(SelectRandomTest, AnswersAsTheReferenceDoes) {
  const uint64_t count = WorldCount();
  ASSERT_GT(count, 0u);
  std::printf("seeds [%llu, %llu)\n",
              static_cast<unsigned long long>(kFirstSeed),
              static_cast<unsigned long long>(kFirstSeed + count));
  const WorldTroubles troubles = CheckWorlds(kFirstSeed, count, 1);
  EXPECT_EQ(troubles.count, 0);
  for (const auto& [seed, trouble] : troubles.by_seed) {
    ADD_FAILURE() << "seed " << seed << "\n" << trouble;
  }
}

}  // namespace
}  // namespace recoveryline
