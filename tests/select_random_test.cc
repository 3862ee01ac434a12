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

// How many `variable` wants, else `otherwise`.
uint64_t WorldCount(const char* variable, uint64_t otherwise) {
  uint64_t count = 0;
  const char* wanted = std::getenv(variable);
  if (wanted != nullptr && absl::SimpleAtoi(wanted, &count)) return count;
  return otherwise;
}

void CheckAll(MakeWorld make, uint64_t count) {
  ASSERT_GT(count, 0u);
  std::printf("seeds [%llu, %llu)\n",
              static_cast<unsigned long long>(kFirstSeed),
              static_cast<unsigned long long>(kFirstSeed + count));
  const WorldTroubles troubles = CheckWorlds(make, kFirstSeed, count, 1);
  EXPECT_EQ(troubles.count, 0);
  for (const auto& [seed, trouble] : troubles.by_seed) {
    ADD_FAILURE() << "seed " << seed << "\n" << trouble;
  }
}

TEST(SelectRandomTest, AnswersAsTheReferenceDoes) {
  CheckAll(reference::RandomWorld, WorldCount("RECOVERYLINE_WORLDS", 20'000));
}

TEST(SelectRandomTest, AlignsAPlanAsTheReferenceDoes) {
  CheckAll(reference::AlignedWorld,
           WorldCount("RECOVERYLINE_ALIGNED_WORLDS", 8'000));
}

}  // namespace
}  // namespace recoveryline
