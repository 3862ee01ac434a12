// RandomUnit: a small unit with a policy, dense in all outcomes, for the tests
// that hold choices at many moments against ChooseForUnit().
//
//   RandomPoints random(seed);
//   const RandomUnit world(&random);
//   ChooseForUnit(world.unit(), world.policy(), world.lists());
//
// Thread-safety: immutable once made.

#ifndef RECOVERYLINE_TESTS_CORE_RANDOM_UNITS_H_
#define RECOVERYLINE_TESTS_CORE_RANDOM_UNITS_H_

#include <vector>

#include "engine/core/selector.h"
#include "tests/core/random_points.h"

namespace recoveryline::core {

inline CommonLists ListsFor(const Unit& unit, const Policy& policy) {
  CommonLists lists;
  if (!MayUseLists(unit)) return lists;
  std::vector<const PointSeries*> members;
  for (const Member& m : unit.members) members.push_back(m.points);
  for (const Rule& rule : policy.rules) {
    lists.push_back(ListFor(members, policy, rule));
  }
  return lists;
}

inline Policy RandomPolicy(RandomPoints* random) {
  Policy policy;
  policy.decision_time = random->Time();
  policy.target_time = random->OneIn(2) ? kMaxInstant : random->Time();
  if (random->OneIn(3)) policy.not_before = random->Time();
  policy.minimum_cleanliness = static_cast<Cleanliness>(random->Below(4));
  policy.trust_unjudged = random->OneIn(2);
  policy.allow_partial = random->OneIn(2);
  policy.replication_required = random->OneIn(2);
  policy.pins_required = random->OneIn(20);
  for (int rules = 1 + random->Below(3); rules > 0; --rules) {
    policy.rules.push_back({.consistencies = random->Required().consistencies,
                            .scope = static_cast<Scope>(random->Below(3)),
                            .max_skew = random->Below(9) * random->step(),
                            .serves = random->OneIn(9) ? Serves::kPinnedByMarker
                                                       : Serves::kEveryUnit});
  }
  return policy;
}

class RandomUnit {
 public:
  // Up to `most_points` a member.
  explicit RandomUnit(RandomPoints* random, int most_points = 30)
      : series_(
            static_cast<size_t>(1 + (random->OneIn(3) ? 0 : random->Below(4)))),
        exclusions_(random->Exclusions()) {
    // Half of them have no obstacle but time, so that much changes with it.
    const bool plain = random->OneIn(2);
    const auto rarely = [&](int n) { return !plain && random->OneIn(n); };
    // Markers that a machine carries several times, or mostly once.
    const int markers = random->OneIn(2) ? 3 : 40;
    for (PointSeries& points : series_) {
      points = PointSeries::FromOrdered(random->Series(most_points, markers));
      unit_.members.push_back({.points = &points,
                               .exclusions = rarely(3) ? &exclusions_ : nullptr,
                               .pinned = rarely(30) && points.size() > 0
                                             ? random->Below(points.size())
                                             : kNoPosition,
                               .replicating = !rarely(20),
                               .named = !rarely(20)});
    }
    if (rarely(20)) unit_.pinned_marker = 1;
    policy_ = RandomPolicy(random);
    if (plain) {
      policy_.minimum_cleanliness = Cleanliness::kInfected;
      policy_.pins_required = false;
    }
    if (!random->OneIn(4)) lists_ = ListsFor(unit_, policy_);
  }
  RandomUnit(const RandomUnit&) = delete;
  RandomUnit& operator=(const RandomUnit&) = delete;

  const Unit& unit() const { return unit_; }
  const Policy& policy() const { return policy_; }
  // Of the rules, or, now and then, none.
  const CommonLists& lists() const { return lists_; }

 private:
  std::vector<PointSeries> series_;
  IntervalSet exclusions_;
  Unit unit_;
  Policy policy_;
  CommonLists lists_;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_TESTS_CORE_RANDOM_UNITS_H_
