// SmallPlan: units that hold their points twice, as series for the engine and
// as they are for the literal answers; and such plans by seed.
//
//   const RandomPlan random(seed);
//   for (const SmallUnit& small : random.plan().units())
//     ExpectSame(ChooseForUnit(small.unit, random.policy()),
//                LiteralChoice(small, random.policy()));
//
// Thread-safety: immutable once made.

#ifndef RECOVERYLINE_TESTS_CORE_SMALL_PLANS_H_
#define RECOVERYLINE_TESTS_CORE_SMALL_PLANS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <utility>
#include <vector>

#include "engine/core/interval_set.h"
#include "engine/core/policy.h"
#include "engine/core/unit.h"
#include "tests/core/literal_choice.h"

namespace recoveryline::core {

inline void ExpectSame(const UnitChoice& a, const UnitChoice& b) {
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.rule, b.rule);
  EXPECT_EQ(a.guarantee, b.guarantee);
  EXPECT_EQ(a.marker, b.marker);
  EXPECT_EQ(a.positions, b.positions);
  EXPECT_EQ(a.earliest, b.earliest);
  EXPECT_EQ(a.latest, b.latest);
}

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

inline RecoveryPoint At(Instant t, Marker marker = kNoMarker) {
  return {.capture_time = t,
          .available_from = t,
          .consistency = Consistency::kApplication,
          .marker = marker};
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

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_TESTS_CORE_SMALL_PLANS_H_
