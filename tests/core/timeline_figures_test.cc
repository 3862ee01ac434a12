// Figures of timelines: by hand, and against going through every nanosecond of
// small worlds.

#include "engine/core/timeline_figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/core/timeline_sweep.h"
#include "tests/core/random_units.h"

namespace recoveryline::core {
namespace {

constexpr size_t Index(UnitOutcome outcome) {
  return static_cast<size_t>(outcome);
}

// Captured at 0 and 10, available at once; gone at 30.
class SawtoothTest : public testing::Test {
 protected:
  SawtoothTest() {
    unit_.members.push_back({.points = &series_});
    policy_.rules.emplace_back();
  }
  TimelineFigures Figures(Instant from, Instant to,
                          std::optional<Nanos> objective = std::nullopt) {
    return FiguresOf(TimelineOf(unit_, policy_, {.from = from, .to = to}), 1,
                     objective);
  }

  const PointSeries series_ = PointSeries::FromOrdered(
      std::vector{RecoveryPoint{.consistency = Consistency::kCrash},
                  RecoveryPoint{.capture_time = 10,
                                .available_from = 14,
                                .expire_time = 30,
                                .consistency = Consistency::kCrash}});
  Unit unit_;
  Policy policy_;
};

TEST_F(SawtoothTest, WorstAgeIsComeNearToAtTheEndOfAStep) {
  EXPECT_EQ(Figures(0, 14).worst_age, 14);
  EXPECT_EQ(Figures(0, 14).worst_until, 14);
  EXPECT_EQ(Figures(0, 30).worst_age, 20);
  EXPECT_EQ(Figures(0, 40).worst_age, 40);  // back to the first point
  EXPECT_EQ(Figures(-9, 0).worst_age, 0);
}

TEST_F(SawtoothTest, MeanAgeIsTheIntegral) {
  // 0 to 14, and 4 to 10.
  const TimelineFigures figures = Figures(-5, 20);
  EXPECT_EQ(figures.twice_age_integral, NanosSum(14 * 14 + 6 * (4 + 10)));
  EXPECT_EQ(figures.with_choice(), NanosSum(20));
  EXPECT_EQ(figures.MeanAge(), 7);
  EXPECT_EQ(figures.without_choice(), NanosSum(5));
  EXPECT_EQ(Figures(-5, 0).MeanAge(), std::nullopt);
}

TEST_F(SawtoothTest, AgeAtTheObjectiveIsNotAboveIt) {
  EXPECT_EQ(Figures(0, 14, 13).above_objective, NanosSum(1));
  EXPECT_EQ(Figures(0, 14, 14).above_objective, NanosSum(0));
  EXPECT_EQ(Figures(0, 20, 5).above_objective, NanosSum(9 + 5));
  EXPECT_EQ(Figures(0, 20).above_objective, NanosSum(0));
}

TEST_F(SawtoothTest, OlderChoiceIsNoNewerOne) {
  const TimelineFigures figures = Figures(-3, 50);
  EXPECT_EQ(figures.longest_without_newer, (Stretch{14, 36}));
  EXPECT_EQ(figures.longest_without_choice, (Stretch{-3, 3}));
  EXPECT_EQ(Figures(-3, 20).longest_without_newer, (Stretch{0, 14}));
}

TEST_F(SawtoothTest, PercentilesAreThoseOfAUniformSawtooth) {
  // Ages 0 to 14 and 4 to 10, of 20 in all.
  const Timeline timeline = TimelineOf(unit_, policy_, {.from = 0, .to = 20});
  EXPECT_EQ(AgePercentiles(
                timeline, std::vector{200'000, 500'000, 800'000, 1'000'000, 1}),
            (std::vector<Nanos>{4, 7, 10, 14, 1}));
  EXPECT_TRUE(AgePercentiles(TimelineOf(unit_, policy_, {.from = -9, .to = 0}),
                             std::vector{500'000})
                  .empty());
}

TEST_F(SawtoothTest, EndlessSpanSaturates) {
  const TimelineFigures figures = Figures(kMinInstant, kForever, 5);
  EXPECT_EQ(figures.worst_age, kForever);
  EXPECT_EQ(figures.by_outcome[Index(UnitOutcome::kNoEligiblePoint)],
            NanosSum(uint64_t{kForever}));
  TimelineFigures all;
  for (int i = 0; i < 9; ++i) all.Add(figures);
  EXPECT_EQ(all.twice_age_integral, kLargestSum);
  EXPECT_EQ(all.unit_count, 9);
}

// Every nanosecond of a span, one after the other.
struct Brute {
  std::vector<std::optional<Nanos>> ages;  // at its begin
  std::vector<std::optional<Instant>> earliest;
  std::vector<UnitChoice> choices;

  Brute(const RandomUnit& world, const TimelineSpan& span) {
    for (Instant at = span.from; at < span.to; ++at) {
      choices.push_back(
          ChooseForUnit(world.unit(), span.PolicyAt(world.policy(), at)));
      ages.emplace_back();
      earliest.emplace_back();
      if (choices.back().outcome != UnitOutcome::kSelected) continue;
      earliest.back() = choices.back().earliest;
      ages.back() = at - choices.back().earliest;
    }
  }
};

TimelineFigures BruteFigures(const Brute& brute, const TimelineSpan& span,
                             size_t rules, Nanos objective) {
  TimelineFigures figures;
  figures.by_rule.resize(rules, 0);
  Stretch newer{span.from, 0};
  Stretch none{span.from, 0};
  std::optional<Instant> newest;
  for (size_t i = 0; i < brute.choices.size(); ++i) {
    const Instant at = span.from + static_cast<Instant>(i);
    figures.by_outcome[Index(brute.choices[i].outcome)] += 1;
    if (!brute.ages[i]) {
      ++none.length;
      if (none.length > figures.longest_without_choice.length) {
        figures.longest_without_choice = none;
      }
    } else {
      none = {at + 1, 0};
      figures.by_rule[static_cast<size_t>(brute.choices[i].rule)] += 1;
      const Nanos age = *brute.ages[i];
      figures.twice_age_integral += static_cast<uint64_t>(2 * age + 1);
      figures.above_objective += age >= objective ? 1 : 0;
      if (age + 1 > figures.worst_age) {
        figures.worst_age = age + 1;
        figures.worst_until = at + 1;
      }
      if (!newest || *brute.earliest[i] > *newest) {
        newest = brute.earliest[i];
        newer = {at, 0};
      }
    }
    ++newer.length;
    if (newer.length > figures.longest_without_newer.length) {
      figures.longest_without_newer = newer;
    }
  }
  return figures;
}

TEST(TimelineFiguresRandomTest, EqualWhatEveryNanosecondAddsUpTo) {
  int compared = 0;
  TimelineFigures all;
  TimelineFigures all_brute;
  for (uint64_t seed = 0; seed < 10'000; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    RandomPoints random(seed);
    if (random.step() > 7) continue;
    const RandomUnit world(&random);
    TimelineSpan span{.from = random.Time(),
                      .axis = static_cast<TimelineAxis>(random.Below(2))};
    span.to = SaturatingAdd(span.from, random.Below(90) * random.step());
    const Nanos objective = random.Below(40) * random.step();
    const size_t rules = world.policy().rules.size();
    const Timeline timeline = TimelineOf(world.unit(), world.policy(), span);
    const TimelineFigures figures = FiguresOf(timeline, rules, objective);
    const Brute brute(world, span);
    const TimelineFigures right = BruteFigures(brute, span, rules, objective);
    ASSERT_EQ(figures.by_outcome, right.by_outcome);
    ASSERT_EQ(figures.by_rule, right.by_rule);
    ASSERT_EQ(figures.above_objective, right.above_objective);
    ASSERT_EQ(figures.twice_age_integral, right.twice_age_integral);
    ASSERT_EQ(figures.worst_age, right.worst_age);
    ASSERT_EQ(figures.worst_until, right.worst_until);
    ASSERT_EQ(figures.longest_without_newer, right.longest_without_newer);
    ASSERT_EQ(figures.longest_without_choice, right.longest_without_choice);
    all.Add(figures);
    all_brute.Add(right);

    std::vector<Nanos> ages;
    for (const auto& age : brute.ages) {
      if (age) ages.push_back(*age + 1);
    }
    std::sort(ages.begin(), ages.end());
    const std::vector<int> shares = {
        1, 1 + random.Below(1'000'000), 500'000, 950'000, 999'999, 1'000'000};
    const std::vector<Nanos> percentiles = AgePercentiles(timeline, shares);
    ASSERT_EQ(percentiles.empty(), ages.empty());
    for (size_t i = 0; i < percentiles.size(); ++i) {
      const size_t needed =
          (ages.size() * static_cast<size_t>(shares[i]) + 999'999) / 1'000'000;
      ASSERT_EQ(percentiles[i], ages[needed - 1]) << shares[i];
    }
    compared += ages.empty() ? 0 : 1;
  }
  EXPECT_GT(compared, 1'000);
  EXPECT_EQ(all.by_rule, all_brute.by_rule);
  EXPECT_EQ(all.twice_age_integral, all_brute.twice_age_integral);
  EXPECT_EQ(all.worst_age, all_brute.worst_age);
  EXPECT_EQ(all.worst_until, all_brute.worst_until);
  EXPECT_EQ(all.longest_without_newer, all_brute.longest_without_newer);
  EXPECT_EQ(all.longest_without_choice, all_brute.longest_without_choice);
}

}  // namespace
}  // namespace recoveryline::core
