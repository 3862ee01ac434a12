#include "tools/sites/retry_budget.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/sites/scripted_transport.h"

namespace recoveryline {
namespace {

constexpr uint64_t kSeed = 7;

TEST(RetryBudgetTest, WaitsGrowUpToTheLongest) {
  const RetryOptions options = {.max_tries = 6,
                                .first_wait = absl::Seconds(1),
                                .longest_wait = absl::Seconds(4)};
  ManualClock clock;
  std::mt19937_64 chance(kSeed);
  RetryBudget budget(options, clock, chance);
  while (budget.Wait(absl::ZeroDuration())) {
  }
  EXPECT_EQ(budget.tries(), 6);
  ASSERT_EQ(clock.sleeps().size(), 5u);
  const int full[] = {1, 2, 4, 4, 4};
  for (int i = 0; i < 5; ++i) {
    EXPECT_GE(clock.sleeps()[i], absl::Seconds(full[i]) / 2);
    EXPECT_LE(clock.sleeps()[i], absl::Seconds(full[i]));
  }
  // They are drawn, not all the same share.
  EXPECT_NE(clock.sleeps()[2], clock.sleeps()[3]);
}

TEST(RetryBudgetTest, AServerThatAsksForMoreGetsItUpToALimit) {
  const RetryOptions options = {.longest_asked_wait = absl::Seconds(60)};
  ManualClock clock;
  std::mt19937_64 chance(kSeed);
  RetryBudget budget(options, clock, chance);
  EXPECT_TRUE(budget.Wait(absl::Seconds(30)));
  EXPECT_TRUE(budget.Wait(absl::Hours(1)));
  EXPECT_THAT(clock.sleeps(),
              ::testing::ElementsAre(absl::Seconds(30), absl::Seconds(60)));
}

TEST(RetryBudgetTest, NoWaitEndsAfterTheTotal) {
  const RetryOptions options = {.max_tries = 1000, .total = absl::Seconds(100)};
  ManualClock clock;
  const absl::Time begin = clock.Now();
  std::mt19937_64 chance(kSeed);
  RetryBudget budget(options, clock, chance);
  while (budget.Wait(absl::Seconds(30))) {
  }
  EXPECT_EQ(clock.Now() - begin, absl::Seconds(90));
}

TEST(ParseRetryAfterTest, SecondsAndDates) {
  absl::Time now;
  std::string error;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2015-10-21T07:28:00Z", &now,
                              &error));
  EXPECT_EQ(ParseRetryAfter("30", now), absl::Seconds(30));
  EXPECT_EQ(ParseRetryAfter(" 30 ", now), absl::Seconds(30));
  EXPECT_EQ(ParseRetryAfter("Wed, 21 Oct 2015 07:28:30 GMT", now),
            absl::Seconds(30));
  for (const char* text :
       {"Wed, 21 Oct 2015 07:27:30 GMT", "-5", "", "soon", "1.5",
        "99999999999999999999", "Wed, 21 Oct 2015 07:28:30"}) {
    EXPECT_EQ(ParseRetryAfter(text, now), absl::ZeroDuration()) << text;
  }
}

}  // namespace
}  // namespace recoveryline
