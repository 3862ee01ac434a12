#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include "engine/core/selection_checker.h"
#include "tests/core/literal_choice.h"

namespace recoveryline::core {
namespace {

// Units of up to four members with up to four points, dense in ties.
class RandomUnit {
 public:
  explicit RandomUnit(uint64_t seed) : bits_(seed) {
    const int member_count = 1 + Below(4);
    for (int i = 0; i < member_count; ++i) AddMember();
    small_.unit.expected_missing = OneIn(30);
    if (OneIn(6)) small_.unit.pinned_marker = Below(3);
    policy_ = RandomPolicy();
  }

  const SmallUnit& small() const { return small_; }
  const Policy& policy() const { return policy_; }

 private:
  int Below(int n) {
    return static_cast<int>(bits_() % static_cast<uint64_t>(n));
  }
  bool OneIn(int n) { return Below(n) == 0; }

  RecoveryPoint Point() {
    RecoveryPoint p;
    p.capture_time = Below(6);
    p.available_from = p.capture_time + (OneIn(5) ? Below(4) : 0);
    if (OneIn(6)) p.expire_time = p.available_from + 1 + Below(6);
    p.consistency =
        static_cast<Consistency>(OneIn(8) ? Below(4) : 1 + Below(3));
    if (OneIn(4)) p.cleanliness = static_cast<Cleanliness>(Below(4));
    p.partial = OneIn(10);
    if (!OneIn(5)) p.marker = Below(3);
    return p;
  }

  void AddMember() {
    std::vector<RecoveryPoint> points(
        static_cast<size_t>(OneIn(25) ? 0 : 1 + Below(4)));
    for (RecoveryPoint& p : points) p = Point();
    std::sort(points.begin(), points.end(),
              [](const RecoveryPoint& a, const RecoveryPoint& b) {
                return a.capture_time != b.capture_time
                           ? a.capture_time < b.capture_time
                           : a.consistency < b.consistency;
              });
    series_.push_back(PointSeries::FromOrdered(points));
    Member member{.points = &series_.back()};
    if (OneIn(3)) {
      const Instant start = Below(6);
      exclusions_.push_back(IntervalSet::FromUnsorted(
          {{start, start + Below(3)}, {5, OneIn(3) ? kForever : 6}}));
      member.exclusions = &exclusions_.back();
    }
    if (!points.empty() && OneIn(6)) {
      member.pinned = Below(static_cast<int>(points.size()));
    }
    member.replicating = !OneIn(25);
    member.named = !OneIn(25);
    small_.unit.members.push_back(member);
    small_.points.push_back(std::move(points));
  }

  Policy RandomPolicy() {
    Policy policy;
    policy.decision_time = OneIn(2) ? 9 : Below(8);
    policy.target_time = OneIn(2) ? 9 : Below(7);
    if (OneIn(4)) policy.not_before = Below(3);
    policy.minimum_cleanliness =
        static_cast<Cleanliness>(OneIn(2) ? 2 : Below(4));
    policy.trust_unjudged = OneIn(4);
    policy.allow_partial = OneIn(3);
    policy.replication_required = !OneIn(3);
    if (OneIn(8)) {
      policy.pins_required = true;
      policy.rules = {
          {.serves = Serves::kPinnedPerVm},
          {.scope = Scope::kCommonMarker, .serves = Serves::kPinnedByMarker}};
      return policy;
    }
    policy.rules.resize(static_cast<size_t>(1 + Below(3)));
    for (Rule& rule : policy.rules) {
      const auto least = static_cast<Consistency>(1 + Below(3));
      rule.consistencies = OneIn(3) ? Exactly(least) : AtLeast(least);
      rule.scope = static_cast<Scope>(Below(3));
      if (rule.scope == Scope::kCommonCaptureTime) rule.max_skew = Below(3);
    }
    return policy;
  }

  std::mt19937_64 bits_;
  std::deque<PointSeries> series_;
  std::deque<IntervalSet> exclusions_;
  SmallUnit small_;
  Policy policy_;
};

constexpr uint64_t kUnits = 6'000;

TEST(SelectionCheckerRandomTest, TheLiteralChoiceAndNoOtherPasses) {
  int64_t refuted_count = 0;
  for (uint64_t seed = 0; seed < kUnits; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const RandomUnit random(seed);
    const SmallUnit& small = random.small();
    const Policy& policy = random.policy();
    const UnitChoice right = LiteralChoice(small, policy);
    ASSERT_FALSE(CheckChoice(small.unit, policy, right));
    for (const std::vector<Position>& line : AllLines(small)) {
      for (size_t r = 0; r < policy.rules.size(); ++r) {
        const int rule = static_cast<int>(r);
        const bool same = right.outcome == UnitOutcome::kSelected &&
                          right.rule == rule && right.positions == line;
        const UnitChoice other = ChoiceOf(small, policy, rule, line);
        ASSERT_EQ(CheckChoice(small.unit, policy, other).has_value(), !same);
        ++refuted_count;
      }
    }
    for (int o = 0; o <= static_cast<int>(UnitOutcome::kNotAligned); ++o) {
      UnitChoice other;
      other.outcome = static_cast<UnitOutcome>(o);
      if (other.outcome == right.outcome) continue;
      const auto fault = CheckChoice(small.unit, policy, other);
      ASSERT_TRUE(fault);
      if (fault->kind == Fault::Kind::kOutcome) {
        ASSERT_EQ(fault->outcome, right.outcome);
      }
    }
  }
  EXPECT_GT(refuted_count, 100'000);
}

TEST(SelectionCheckerRandomTest, TheLiteralExplanationPasses) {
  int64_t blocking_count = 0;
  for (uint64_t seed = 0; seed < kUnits; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const RandomUnit random(seed);
    const SmallUnit& small = random.small();
    const UnitChoice choice = LiteralChoice(small, random.policy());
    const UnitExplanation why =
        LiteralExplanation(small, random.policy(), choice);
    const auto fault =
        CheckExplanation(small.unit, random.policy(), choice, why);
    ASSERT_FALSE(fault) << static_cast<int>(fault->kind) << " of "
                        << fault->member;
    blocking_count += static_cast<int64_t>(why.blocking.size());
  }
  EXPECT_GT(blocking_count, 1'000);
}

}  // namespace
}  // namespace recoveryline::core
