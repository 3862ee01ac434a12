// A sweep over a unit chooses at each moment as ChooseForUnit() does.

#include "engine/core/unit_sweep.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "tests/core/random_points.h"

namespace recoveryline::core {
namespace {

CommonLists ListsFor(const Unit& unit, const Policy& policy) {
  CommonLists lists;
  if (!MayUseLists(unit)) return lists;
  std::vector<const PointSeries*> members;
  for (const Member& m : unit.members) members.push_back(m.points);
  for (const Rule& rule : policy.rules) {
    const Requirements required = policy.Ask(rule.consistencies).requirements;
    auto& list = lists.emplace_back();
    if (rule.scope == Scope::kCommonMarker) {
      list = CommonPoints::ByMarker(members, required);
    } else if (rule.scope == Scope::kCommonCaptureTime) {
      list = CommonPoints::ByCaptureTime(members, required, rule.max_skew);
    }
  }
  return lists;
}

Policy RandomPolicy(RandomPoints* random) {
  Policy policy;
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

TEST(UnitSweepRandomTest, ChoosesAtEachMomentAsForOne) {
  std::map<UnitOutcome, int> seen;
  std::map<Guarantee, int> guarantees;
  for (uint64_t seed = 0; seed < 6'000; ++seed) {
    SCOPED_TRACE(seed);
    RandomPoints random(seed);
    std::vector<Moment> asked(static_cast<size_t>(1 + random.Below(40)));
    const bool same = random.OneIn(2);
    for (Moment& moment : asked) {
      moment.decision_time = random.Time();
      moment.target_time = same ? moment.decision_time : random.Time();
    }
    const Moments moments(asked);
    UnitSweep sweep(moments);
    for (int run = 0; run < 2; ++run) {
      std::vector<PointSeries> series(
          static_cast<size_t>(1 + (random.OneIn(3) ? 0 : random.Below(4))));
      const IntervalSet exclusions = random.Exclusions();
      Unit unit;
      for (PointSeries& points : series) {
        points = PointSeries::FromOrdered(random.Series(30));
        unit.members.push_back(
            {.points = &points,
             .exclusions = random.OneIn(3) ? &exclusions : nullptr,
             .pinned = random.OneIn(30) && points.size() > 0
                           ? random.Below(points.size())
                           : kNoPosition,
             .replicating = !random.OneIn(20),
             .named = !random.OneIn(20)});
      }
      if (random.OneIn(20)) unit.pinned_marker = 1;
      Policy policy = RandomPolicy(&random);
      const CommonLists lists =
          random.OneIn(4) ? CommonLists() : ListsFor(unit, policy);
      sweep.Run(unit, policy, lists);
      for (size_t i = 0; i < moments.size(); ++i) {
        policy.decision_time = moments[i].decision_time;
        policy.target_time = moments[i].target_time;
        const UnitChoice right = ChooseForUnit(unit, policy);
        const UnitChoice swept = sweep.ChoiceAt(i);
        ASSERT_EQ(swept.outcome, right.outcome) << "moment " << i;
        ASSERT_EQ(swept.rule, right.rule);
        ASSERT_EQ(swept.positions, right.positions);
        ASSERT_EQ(swept.guarantee, right.guarantee);
        ASSERT_EQ(swept.marker, right.marker);
        ASSERT_EQ(swept.earliest, right.earliest);
        ASSERT_EQ(swept.latest, right.latest);
        ++seen[right.outcome];
        ++guarantees[right.guarantee];
      }
    }
  }
  for (int outcome = 0; outcome < 8; ++outcome) {
    EXPECT_GT(seen[static_cast<UnitOutcome>(outcome)], 500) << outcome;
  }
  for (const Guarantee guarantee :
       {Guarantee::kMarker, Guarantee::kSkewBounded, Guarantee::kIndependent}) {
    EXPECT_GT(guarantees[guarantee], 1'000);
  }
}

}  // namespace
}  // namespace recoveryline::core
