// What else a unit could take, by the engine and by comparing all its lines.

#include "engine/core/alternatives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/core/blocking.h"
#include "engine/core/selector.h"
#include "tests/core/small_plans.h"
#include "tests/sanitizers.h"

namespace recoveryline::core {
namespace {

using testing::ElementsAre;
using testing::Pair;

// In each part greater is better: earliest capture, consistency, by marker,
// skew below 0.
using Worth = std::tuple<Instant, Consistency, bool, Nanos>;

bool Dominates(const Worth& a, const Worth& b) {
  return a != b && std::get<0>(a) >= std::get<0>(b) &&
         std::get<1>(a) >= std::get<1>(b) && std::get<2>(a) >= std::get<2>(b) &&
         std::get<3>(a) >= std::get<3>(b);
}

Worth WorthOf(const SmallUnit& small, const std::vector<Position>& line) {
  Instant earliest = kMaxInstant;
  Instant latest = kMinInstant;
  Consistency weakest = Consistency::kApplication;
  std::set<Marker> markers;
  for (size_t i = 0; i < line.size(); ++i) {
    const RecoveryPoint& p = small.points[i][static_cast<size_t>(line[i])];
    earliest = std::min(earliest, p.capture_time);
    latest = std::max(latest, p.capture_time);
    weakest = std::min(weakest, p.consistency);
    markers.insert(p.marker);
  }
  const bool together =
      line.size() == 1 || (markers.size() == 1 && *markers.begin() >= 0);
  return {earliest, weakest, together,
          together ? 0 : SaturatingSubtract(earliest, latest)};
}

// The best first.
std::vector<Worth> LiteralFront(const SmallUnit& small, const Policy& policy) {
  std::set<Worth> all;
  for (const auto& line :
       EligibleLines(small, policy, AtLeast(Consistency::kCrash))) {
    all.insert(WorthOf(small, line));
  }
  std::vector<Worth> front;
  for (const Worth& worth : all) {
    if (std::none_of(all.begin(), all.end(), [&](const Worth& other) {
          return Dominates(other, worth);
        })) {
      front.push_back(worth);
    }
  }
  std::reverse(front.begin(), front.end());
  return front;
}

struct Seen {
  int64_t lines = 0;
  int64_t by_skew = 0;
  int64_t blocking = 0;
};

void Check(const SmallUnit& small, const Policy& policy, Seen* seen) {
  const std::vector<Alternative> found = UndominatedLines(small.unit, policy);
  std::vector<Worth> worths;
  for (const Alternative& a : found) {
    worths.push_back(WorthOf(small, a.choice.positions));
    EXPECT_EQ(std::get<1>(worths.back()), a.consistency);
    EXPECT_EQ(WeakestOf(small.unit, a.choice), a.consistency);
    EXPECT_EQ(a.rule.consistencies, AtLeast(a.consistency));
    Policy alone = policy;
    alone.rules = {a.rule};
    ExpectSame(a.choice, LiteralChoice(small, alone));
    if (a.rule.scope != Scope::kCommonCaptureTime) continue;
    EXPECT_EQ(SaturatingSubtract(a.choice.latest, a.choice.earliest),
              a.rule.max_skew);
    ++seen->by_skew;
  }
  seen->lines += static_cast<int64_t>(found.size());
  if (FailedPrecondition(small.unit, policy)) {
    EXPECT_TRUE(found.empty());
  } else {
    EXPECT_EQ(worths, LiteralFront(small, policy));
  }
}

// Each rest of a unit is chosen for as if it were one.
void CheckRests(const SmallUnit& small, const Policy& policy, Seen* seen) {
  if (small.points.size() < 2) return;
  for (size_t i = 0; i < small.points.size(); ++i) {
    ExpectSame(
        ChooseForUnit(WithoutMember(small.unit, static_cast<int>(i)), policy),
        LiteralChoice(small.Without(i), policy));
  }
  const UnitChoice choice = ChooseForUnit(small.unit, policy);
  for (const Blocking& b : BlockingMembers(small.unit, policy, choice)) {
    const UnitChoice rest =
        ChooseForUnit(WithoutMember(small.unit, b.member), policy);
    ASSERT_EQ(rest.outcome, UnitOutcome::kSelected);
    ++seen->blocking;
    if (choice.outcome == UnitOutcome::kSelected) {
      EXPECT_EQ(SaturatingSubtract(rest.earliest, choice.earliest), b.gain);
    }
  }
}

RecoveryPoint Of(Instant t, Consistency consistency,
                 Marker marker = kNoMarker) {
  RecoveryPoint p = At(t, marker);
  p.consistency = consistency;
  return p;
}

Policy Late() {
  return {.decision_time = 1000, .target_time = 1000, .rules = {}};
}

TEST(AlternativesTest, AVmByItselfGivesUpConsistencyForTime) {
  SmallPlan plan;
  SmallUnit* vm = plan.AddUnit();
  plan.AddMember(
      {Of(1, Consistency::kApplication), Of(2, Consistency::kFileSystem),
       Of(2, Consistency::kApplication), Of(5, Consistency::kCrash)},
      vm);
  const std::vector<Alternative> found = UndominatedLines(vm->unit, Late());
  ASSERT_EQ(found.size(), 2u);  // nothing is gained by file-system consistency
  EXPECT_EQ(found[0].choice.earliest, 5);
  EXPECT_EQ(found[0].consistency, Consistency::kCrash);
  EXPECT_EQ(found[1].choice.positions, std::vector<Position>{2});
  EXPECT_EQ(found[1].consistency, Consistency::kApplication);
}

TEST(AlternativesTest, AGroupGivesUpItsMarkerThenItsSkew) {
  SmallPlan plan;
  SmallUnit* group = plan.AddUnit();
  const Consistency app = Consistency::kApplication;
  plan.AddMember({Of(10, app, 1), Of(20, app), Of(33, app), Of(60, app)},
                 group);
  plan.AddMember({Of(11, app, 1), Of(21, app), Of(40, app), Of(90, app)},
                 group);
  const std::vector<Alternative> found = UndominatedLines(group->unit, Late());
  std::vector<std::pair<Instant, Nanos>> lines;
  for (const Alternative& a : found) {
    lines.emplace_back(a.choice.earliest, a.rule.max_skew);
  }
  EXPECT_THAT(lines, ElementsAre(Pair(60, 30), Pair(40, 20), Pair(33, 7),
                                 Pair(20, 1), Pair(10, 0)));
  EXPECT_EQ(found.back().choice.guarantee, Guarantee::kMarker);
}

TEST(AlternativesTest, NothingWhereAPreconditionFails) {
  SmallPlan plan;
  SmallUnit* group = plan.AddUnit();
  plan.AddMember({At(1)}, group);
  plan.AddMember({}, group);
  EXPECT_TRUE(UndominatedLines(group->unit, Late()).empty());
}

TEST(AlternativesTest, TheEndsOfTime) {
  SmallPlan plan;
  SmallUnit* group = plan.AddUnit();
  plan.AddMember({At(kMinInstant), At(-5), At(kMaxInstant)}, group);
  plan.AddMember({At(kMinInstant), At(0)}, group);
  Policy policy = Late();
  policy.decision_time = policy.target_time = kMaxInstant;
  Seen seen;
  Check(*group, policy, &seen);
  EXPECT_EQ(seen.lines, 3);
}

// Of two members at three instants: no point, or one of either consistency,
// with the marker or without.
TEST(AlternativesExhaustiveTest, TwoVmsOfThreeInstants) {
  const int step = kSanitizersAreOn ? 7 : 1;
  const auto points_of = [](int number) {
    std::vector<RecoveryPoint> points;
    for (int t = 0; t < 3; ++t, number /= 5) {
      if (const int kind = number % 5; kind > 0) {
        points.push_back(Of(
            t * t, kind > 2 ? Consistency::kApplication : Consistency::kCrash,
            kind % 2 == 0 ? kNoMarker : 0));
      }
    }
    return points;
  };
  Seen seen;
  for (int a = 0; a < 125; a += step) {
    for (int b = 0; b < 125; ++b) {
      SmallPlan plan;
      SmallUnit* group = plan.AddUnit();
      plan.AddMember(points_of(a), group);
      plan.AddMember(points_of(b), group);
      Check(*group, Late(), &seen);
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(seen.by_skew, 100);
}

TEST(AlternativesRandomTest, AreWhatComparingAllLinesFinds) {
  const uint64_t plans = kSanitizersAreOn ? 300 : 10'000;
  std::printf("seeds [0, %llu)\n", static_cast<unsigned long long>(plans));
  Seen seen;
  for (uint64_t seed = 0; seed < plans; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    const RandomPlan random(seed);
    for (const SmallUnit& small : random.plan().units()) {
      Check(small, random.policy(), &seen);
      CheckRests(small, random.policy(), &seen);
    }
    if (testing::Test::HasFailure()) return;
  }
  std::printf("%lld lines, %lld of them within a skew; %lld who block\n",
              static_cast<long long>(seen.lines),
              static_cast<long long>(seen.by_skew),
              static_cast<long long>(seen.blocking));
  EXPECT_GT(seen.by_skew, static_cast<int64_t>(plans) / 2);
  EXPECT_GT(seen.blocking, static_cast<int64_t>(plans) / 10);
}

}  // namespace
}  // namespace recoveryline::core
