// A sweep over a unit chooses at each moment as ChooseForUnit() does.

#include "engine/core/unit_sweep.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "tests/core/random_units.h"

namespace recoveryline::core {
namespace {

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
      const RandomUnit world(&random);
      const Unit& unit = world.unit();
      Policy policy = world.policy();
      sweep.Run(unit, policy, world.lists());
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
