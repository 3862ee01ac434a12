// The line of a plan, by the engine, by the checker's survey, and literally.

#include "engine/core/plan_alignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <random>
#include <vector>

#include "engine/core/alignment_survey.h"
#include "engine/core/derived_choice.h"
#include "engine/core/selection_checker.h"
#include "engine/core/selector.h"
#include "tests/core/literal_alignment.h"
#include "tests/sanitizers.h"

namespace recoveryline::core {
namespace {

// Units that hold their series.
class SmallPlan {
 public:
  SmallUnit* AddUnit() { return &units_.emplace_back(); }
  // `points` in the total order.
  Member* AddMember(std::vector<RecoveryPoint> points, SmallUnit* unit) {
    series_.push_back(PointSeries::FromOrdered(points));
    unit->points.push_back(std::move(points));
    unit->unit.members.push_back({.points = &series_.back()});
    return &unit->unit.members.back();
  }

  const std::deque<SmallUnit>& units() const { return units_; }
  std::vector<const Unit*> pointers() const {
    std::vector<const Unit*> pointers;
    for (const SmallUnit& unit : units_) pointers.push_back(&unit.unit);
    return pointers;
  }

 private:
  std::deque<SmallUnit> units_;
  std::deque<PointSeries> series_;
};

void ExpectSame(const UnitChoice& a, const UnitChoice& b) {
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.rule, b.rule);
  EXPECT_EQ(a.guarantee, b.guarantee);
  EXPECT_EQ(a.marker, b.marker);
  EXPECT_EQ(a.positions, b.positions);
  EXPECT_EQ(a.earliest, b.earliest);
  EXPECT_EQ(a.latest, b.latest);
}

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

RecoveryPoint At(Instant t, Marker marker = kNoMarker) {
  return {.capture_time = t,
          .available_from = t,
          .consistency = Consistency::kApplication,
          .marker = marker};
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

// Plans of up to eight units, with misses of every kind.
class RandomPlan {
 public:
  explicit RandomPlan(uint64_t seed) : bits_(seed) {
    span_ = OneIn(2) ? 12 : 40;
    policy_.decision_time = OneIn(3) ? Below(span_) : span_ + 9;
    policy_.target_time = OneIn(3) ? Below(span_) : span_ + 9;
    if (OneIn(5)) policy_.not_before = Below(span_);
    for (int left = 1 + Below(3); left > 0; --left) {
      Rule& rule = policy_.rules.emplace_back();
      const auto least = static_cast<Consistency>(1 + Below(3));
      rule.consistencies = OneIn(4) ? Exactly(least) : AtLeast(least);
      rule.scope = static_cast<Scope>(Below(3));
      if (rule.scope == Scope::kCommonCaptureTime) rule.max_skew = Below(6);
    }
    const int unit_count = 1 + Below(8);
    for (int i = 0; i < unit_count; ++i) AddUnit();
    max_skew_ = OneIn(3) ? Below(span_) : Below(4);
  }

  const SmallPlan& plan() const { return plan_; }
  const Policy& policy() const { return policy_; }
  Nanos max_skew() const { return max_skew_; }

 private:
  int Below(int n) {
    return static_cast<int>(bits_() % static_cast<uint64_t>(n));
  }
  bool OneIn(int n) { return Below(n) == 0; }

  RecoveryPoint Point() {
    RecoveryPoint p = At(Below(span_));
    if (OneIn(5)) p.available_from += Below(9);
    if (OneIn(8)) p.expire_time = p.available_from + 1 + Below(span_);
    if (OneIn(3)) p.consistency = static_cast<Consistency>(Below(4));
    if (OneIn(9)) p.cleanliness = static_cast<Cleanliness>(Below(4));
    p.partial = OneIn(12);
    if (!OneIn(5)) p.marker = Below(4);
    return p;
  }

  void AddUnit() {
    SmallUnit* unit = plan_.AddUnit();
    const int member_count = OneIn(2) ? 1 : 2 + Below(2);
    for (int i = 0; i < member_count; ++i) {
      std::vector<RecoveryPoint> points(static_cast<size_t>(
          OneIn(20) ? 0 : 1 + Below(member_count == 1 ? 12 : 7)));
      for (RecoveryPoint& p : points) p = Point();
      std::sort(points.begin(), points.end(),
                [](const RecoveryPoint& a, const RecoveryPoint& b) {
                  return a.capture_time != b.capture_time
                             ? a.capture_time < b.capture_time
                             : a.consistency < b.consistency;
                });
      Member* member = plan_.AddMember(points, unit);
      if (!points.empty() && OneIn(15)) {
        member->pinned = Below(static_cast<int>(points.size()));
      }
      if (OneIn(8)) {
        const Instant start = Below(span_);
        exclusions_.push_back(
            IntervalSet::FromUnsorted({{start, start + 1 + Below(5)}}));
        member->exclusions = &exclusions_.back();
      }
    }
    if (OneIn(12)) unit->unit.pinned_marker = Below(4);
  }

  std::mt19937_64 bits_;
  int span_ = 0;
  Policy policy_;
  Nanos max_skew_ = 0;
  std::deque<IntervalSet> exclusions_;
  SmallPlan plan_;
};

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
