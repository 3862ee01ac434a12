// RandomPoints: small worlds of points for the tests of engine/core, dense in
// ties, edges and misses.
//
//   RandomPoints random(seed);
//   std::vector<RecoveryPoint> points = random.Series(40);
//   Eligibility ask = random.Ask(&exclusions);
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_CORE_RANDOM_POINTS_H_
#define RECOVERYLINE_TESTS_CORE_RANDOM_POINTS_H_

#include <algorithm>
#include <random>
#include <vector>

#include "engine/core/interval_set.h"
#include "engine/core/point_series.h"
#include "engine/core/recovery_point.h"

namespace recoveryline::core {

class RandomPoints {
 public:
  explicit RandomPoints(uint64_t seed) : bits_(seed) {
    constexpr Nanos kSteps[] = {1, 7, 100, 1'000'000'000, 3'600'000'000'000};
    step_ = kSteps[Below(5)];
    origin_ = OneIn(8)   ? kMinInstant
              : OneIn(8) ? kMaxInstant - 64 * step_
                         : 1'700'000'000'000'000'000;
  }

  int Below(int n) {
    return static_cast<int>(bits_() % static_cast<uint64_t>(n));
  }
  bool OneIn(int n) { return Below(n) == 0; }

  // One of some 60 instants, some of them between two steps.
  Instant Time() {
    const Instant t = SaturatingAdd(origin_, Below(60) * step_);
    return OneIn(10) ? SaturatingAdd(t, 1) : t;
  }

  RecoveryPoint Point(int markers) {
    RecoveryPoint p;
    p.capture_time = Time();
    p.available_from = p.capture_time;
    if (OneIn(3)) {
      p.available_from = SaturatingAdd(p.capture_time, Below(20) * step_);
    }
    if (OneIn(3) && p.available_from < kMaxInstant) {
      p.expire_time = SaturatingAdd(p.available_from, 1 + Below(30) * step_);
    }
    p.consistency = static_cast<Consistency>(Below(4));
    if (OneIn(3)) p.cleanliness = static_cast<Cleanliness>(Below(4));
    p.partial = OneIn(6);
    if (markers > 0 && !OneIn(4)) p.marker = Below(markers);
    return p;
  }

  // In the total order.
  std::vector<RecoveryPoint> Series(int most, int markers = 3) {
    std::vector<RecoveryPoint> points(static_cast<size_t>(Below(most + 1)));
    for (RecoveryPoint& p : points) p = Point(markers);
    std::stable_sort(points.begin(), points.end(),
                     [](const RecoveryPoint& a, const RecoveryPoint& b) {
                       return a.capture_time != b.capture_time
                                  ? a.capture_time < b.capture_time
                                  : a.consistency < b.consistency;
                     });
    return points;
  }

  IntervalSet Exclusions() {
    std::vector<Interval> intervals(static_cast<size_t>(Below(3)));
    for (Interval& i : intervals) {
      i = {Time(), OneIn(8) ? kForever : Time()};
    }
    return IntervalSet::FromUnsorted(intervals);
  }

  Requirements Required() {
    Requirements r;
    const auto least =
        OneIn(2) ? Consistency::kCrash : static_cast<Consistency>(1 + Below(3));
    r.consistencies = OneIn(3) ? Exactly(least) : AtLeast(least);
    r.allow_partial = OneIn(2);
    r.minimum_cleanliness =
        OneIn(2) ? Cleanliness::kInfected : static_cast<Cleanliness>(Below(4));
    r.trust_unjudged = OneIn(3);
    return r;
  }

  Eligibility Ask(const IntervalSet* exclusions) {
    const Instant late = SaturatingAdd(origin_, 70 * step_);
    Eligibility ask{.decision_time = OneIn(2) ? late : Time(),
                    .target_time = OneIn(2) ? kMaxInstant : Time(),
                    .not_before = OneIn(2) ? kMinInstant : Time(),
                    .exclusions = exclusions,
                    .requirements = Required()};
    ask.accepted = ask.requirements.Accepted();
    return ask;
  }

  Nanos step() const { return step_; }

 private:
  std::mt19937_64 bits_;
  Nanos step_ = 1;
  Instant origin_ = 0;
};

// Section 2 of the contract, point by point. `points` are in the total order.
inline bool IsEligible(const std::vector<RecoveryPoint>& points, size_t at,
                       const Eligibility& ask) {
  const RecoveryPoint& p = points[at];
  Cleanliness clean = p.cleanliness;
  if (clean == Cleanliness::kUnknown && !ask.requirements.trust_unjudged) {
    Instant nearest = kMinInstant;
    bool judged = false;
    for (const RecoveryPoint& q : points) {
      if (q.cleanliness == Cleanliness::kUnknown) continue;
      if (q.capture_time > p.capture_time) continue;
      judged = true;
      nearest = std::max(nearest, q.capture_time);
    }
    for (const RecoveryPoint& q : points) {
      if (judged && q.capture_time == nearest) {
        clean = std::min(clean, q.cleanliness);
      }
    }
  }
  const bool excluded =
      ask.exclusions != nullptr &&
      std::any_of(ask.exclusions->intervals().begin(),
                  ask.exclusions->intervals().end(), [&p](const Interval& i) {
                    return i.Contains(p.capture_time);
                  });
  return ask.decision_time >= p.available_from &&
         (p.expire_time == kForever || ask.decision_time < p.expire_time) &&
         p.capture_time <= ask.target_time &&
         p.capture_time >= ask.not_before && !excluded &&
         (ask.requirements.consistencies & Exactly(p.consistency)) != 0 &&
         (ask.requirements.allow_partial || !p.partial) &&
         clean >= ask.requirements.minimum_cleanliness;
}

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_TESTS_CORE_RANDOM_POINTS_H_
