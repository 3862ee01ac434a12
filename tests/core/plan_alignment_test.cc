// The line of a plan, by the engine, by the checker's survey, and literally.

#include "engine/core/plan_alignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "engine/core/alignment_survey.h"
#include "engine/core/derived_choice.h"
#include "engine/core/selection_checker.h"
#include "engine/core/selector.h"
#include "tests/core/literal_alignment.h"
#include "tests/core/small_plans.h"
#include "tests/sanitizers.h"

namespace recoveryline::core {
namespace {

void CheckSurvey(const SmallPlan& plan, const Policy& policy, Nanos max_skew,
                 const std::vector<UnitChoice>& own, const LiteralLine& right) {
  std::vector<AlignedUnit> aligned;
  std::vector<int> numbers;
  for (size_t u = 0; u < own.size(); ++u) {
    if (own[u].outcome != UnitOutcome::kSelected) continue;
    aligned.push_back({.unit = &plan.units()[u].unit, .rule = own[u].rule});
    numbers.push_back(static_cast<int>(u));
  }
  if (aligned.empty()) return;
  EXPECT_EQ(SurveyAlignment(aligned, policy, max_skew, std::nullopt).later,
            right.t);
  const AlignmentSurvey after =
      SurveyAlignment(aligned, policy, max_skew, right.t);
  EXPECT_FALSE(after.later);
  if (right.t && *right.t > kMinInstant) {
    EXPECT_EQ(SurveyAlignment(aligned, policy, max_skew, *right.t - 1).later,
              right.t);
  }
  size_t holding = 0;
  for (size_t i = 0; i < aligned.size(); ++i) {
    if (!after.without[i]) continue;
    ++holding;
    const auto found = std::find_if(
        right.holding.begin(), right.holding.end(),
        [&](const HoldingUnit& unit) { return unit.unit == numbers[i]; });
    ASSERT_NE(found, right.holding.end());
    if (right.t) {
      EXPECT_EQ(found->gain, SaturatingSubtract(*after.without[i], *right.t));
    }
  }
  EXPECT_EQ(holding, right.holding.size());
}

// All answers are the literal ones; returns these.
LiteralLine Check(const SmallPlan& plan, const Policy& policy, Nanos max_skew) {
  std::vector<UnitChoice> own;
  for (const SmallUnit& unit : plan.units()) {
    own.push_back(LiteralChoice(unit, policy));
    ExpectSame(DeriveChoice(unit.unit, policy), own.back());
  }
  LiteralLine right = LiteralAlign(plan.units(), policy, max_skew, own);
  std::vector<UnitChoice> choices = own;
  const Alignment line =
      AlignUnits(plan.pointers(), policy, max_skew, &choices);
  EXPECT_EQ(line.window.has_value(), right.t.has_value());
  if (line.window) {
    EXPECT_EQ(line.window->from, right.t);
  }
  for (size_t u = 0; u < own.size(); ++u) {
    ExpectSame(choices[u], right.choices[u]);
  }
  EXPECT_EQ(line.holding.size(), right.holding.size());
  for (size_t k = 0; k < std::min(line.holding.size(), right.holding.size());
       ++k) {
    EXPECT_EQ(line.holding[k].unit, right.holding[k].unit);
    EXPECT_EQ(line.holding[k].gain, right.holding[k].gain);
  }
  CheckSurvey(plan, policy, max_skew, own, right);
  return right;
}

Policy PolicyOf(Rule rule) {
  return {.decision_time = kMaxInstant,
          .target_time = kMaxInstant,
          .rules = {rule}};
}

TEST(PlanAlignmentTest, NobodyTakesPart) {
  SmallPlan plan;
  plan.AddMember({}, plan.AddUnit());
  std::vector<UnitChoice> choices(1);
  const Alignment line = AlignUnits(plan.pointers(), PolicyOf({}), 5, &choices);
  EXPECT_EQ(line.unit_count, 0);
  EXPECT_FALSE(line.window);
  EXPECT_EQ(choices[0].outcome, UnitOutcome::kNoEligiblePoint);
}

TEST(PlanAlignmentTest, TheEndsOfTime) {
  SmallPlan plan;
  plan.AddMember({At(kMinInstant), At(kMaxInstant)}, plan.AddUnit());
  plan.AddMember({At(kMinInstant), At(0)}, plan.AddUnit());
  for (const Nanos max_skew :
       {Nanos{0}, Nanos{1}, kMaxInstant - 1, kMaxInstant}) {
    SCOPED_TRACE(max_skew);
    Check(plan, PolicyOf({}), max_skew);
  }
}

// Each of three units has any of these instants, but some.
TEST(PlanAlignmentExhaustiveTest, ThreeVmsOfFourInstants) {
  for (unsigned of_a = 1; of_a < 16; ++of_a) {
    for (unsigned of_b = 1; of_b < 16; ++of_b) {
      for (unsigned of_c = of_b; of_c < 16; ++of_c) {
        SmallPlan plan;
        for (const unsigned instants : {of_a, of_b, of_c}) {
          std::vector<RecoveryPoint> points;
          for (int t = 0; t < 4; ++t) {
            if (instants >> t & 1) points.push_back(At(t));
          }
          plan.AddMember(points, plan.AddUnit());
        }
        for (Nanos max_skew = 0; max_skew < 4; ++max_skew) {
          Check(plan, PolicyOf({}), max_skew);
        }
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

// The points that a number stands for: at each of three instants none, one of
// marker 0, or one of marker 1.
std::vector<RecoveryPoint> PointsOf(int number) {
  std::vector<RecoveryPoint> points;
  for (int t = 0; t < 3; ++t, number /= 3) {
    if (number % 3 > 0) points.push_back(At(t, number % 3 - 1));
  }
  return points;
}

TEST(PlanAlignmentExhaustiveTest, AGroupOfTwoBesideAVm) {
  const int step = kSanitizersAreOn ? 5 : 1;
  for (int of_x = 1; of_x < 27; of_x += step) {
    for (int of_y = 1; of_y < 27; ++of_y) {
      for (int of_z = 1; of_z < 8; ++of_z) {
        SmallPlan plan;
        SmallUnit* group = plan.AddUnit();
        plan.AddMember(PointsOf(of_x), group);
        plan.AddMember(PointsOf(of_y), group);
        std::vector<RecoveryPoint> of_vm;
        for (int t = 0; t < 3; ++t) {
          if (of_z >> t & 1) of_vm.push_back(At(t));
        }
        plan.AddMember(of_vm, plan.AddUnit());
        for (const Scope scope : {Scope::kIndependent, Scope::kCommonMarker,
                                  Scope::kCommonCaptureTime}) {
          for (Nanos max_skew = 0; max_skew < 3; ++max_skew) {
            Check(plan, PolicyOf({.scope = scope, .max_skew = 1}), max_skew);
          }
        }
        if (testing::Test::HasFailure()) return;
      }
    }
  }
}

TEST(PlanAlignmentRandomTest, AnswersAsTheLiteralOneDoes) {
  const uint64_t plans = kSanitizersAreOn ? 500 : 10'000;
  std::printf("seeds [0, %llu)\n", static_cast<unsigned long long>(plans));
  int found = 0;
  int without = 0;
  int64_t holding = 0;
  for (uint64_t seed = 0; seed < plans; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const RandomPlan random(seed);
    const LiteralLine right =
        Check(random.plan(), random.policy(), random.max_skew());
    ++(right.t ? found : without);
    holding += static_cast<int64_t>(right.holding.size());
    if (testing::Test::HasFailure()) return;
  }
  std::printf("%d with a line, %d without, %lld hold one back\n", found,
              without, static_cast<long long>(holding));
  EXPECT_GT(found, static_cast<int>(plans) / 5);
  EXPECT_GT(without, static_cast<int>(plans) / 10);
  EXPECT_GT(holding, static_cast<int64_t>(plans) / 5);
}

}  // namespace
}  // namespace recoveryline::core
