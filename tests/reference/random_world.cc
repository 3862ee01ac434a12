#include "tests/reference/random_world.h"

#include <algorithm>

#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kHour = 3600 * kSecond;
// 2026-03-01T02:30:00.1234567Z
constexpr int64_t kToday = 1'772'332'200'123'456'700;

// `count` instants, `tick` apart, from `first` on.
std::vector<int64_t> Evenly(int64_t first, int64_t tick, int count) {
  std::vector<int64_t> instants;
  int64_t instant = first;
  for (int i = 0; i < count; ++i) {
    instants.push_back(instant);
    instant = Plus(instant, tick);
  }
  return instants;
}

// From hours apart down to a nanosecond, around the epoch, across a second,
// and at both ends of the range.
WorldClock RandomClock(SeededRandom* random) {
  WorldClock clock;
  const int count =
      random->Percent(6) ? random->Between(20, 90) : random->Between(3, 11);
  const int kind = random->Below(100);
  if (kind < 30) {
    clock.tick = kHour;
    clock.instants = Evenly(kToday, clock.tick, count);
  } else if (kind < 50) {
    clock.tick = 100;
    clock.instants = Evenly(kToday, clock.tick, count);
  } else if (kind < 70) {
    clock.instants = Evenly(1000, clock.tick, count);
  } else if (kind < 78) {
    clock.instants = Evenly(-4, clock.tick, count);
  } else if (kind < 86) {
    clock.instants = Evenly(5 * kSecond - 3, clock.tick, count);
  } else if (kind < 91) {
    clock.instants = Evenly(kLastNano - 5, clock.tick, count);
  } else if (kind < 96) {
    clock.instants = Evenly(kFirstNano, clock.tick, count);
  } else {
    clock.tick = kHour;
    clock.instants = {kFirstNano, kFirstNano + 1, -1,       0, 1, kToday,
                      kToday + 1, kLastNano - 1,  kLastNano};
  }
  // Mostly the last instant, so that most points are in the past.
  clock.decision_time =
      random->Percent(60) ? clock.instants.back() : clock.Late(random);
  return clock;
}

}  // namespace

int64_t WorldClock::Any(SeededRandom* random) const {
  const int64_t instant = random->Pick(instants);
  if (!random->Percent(8)) return instant;
  return Plus(instant, random->Percent(50) ? 1 : -1);
}

int64_t WorldClock::Late(SeededRandom* random) const {
  const int count = static_cast<int>(instants.size());
  const int back = std::min(count - 1, random->Below(4));
  const int64_t instant = instants[static_cast<size_t>(count - 1 - back)];
  if (!random->Percent(10)) return instant;
  return Plus(instant, random->Percent(50) ? 1 : -1);
}

int64_t WorldClock::NotBefore(int64_t instant, SeededRandom* random) const {
  const std::vector<int64_t> around = {Plus(decision_time, -1), decision_time,
                                       Plus(decision_time, 1)};
  const std::vector<int64_t> lengths = {0,        1,        tick - 1, tick,
                                        tick + 1, 2 * tick, 4 * tick, 7 * tick};
  const int64_t found = random->Percent(30)
                            ? random->Pick(around)
                            : Plus(instant, random->Pick(lengths));
  return std::max(instant, found);
}

World RandomWorld(uint64_t seed) {
  SeededRandom random(seed);
  const WorldClock clock = RandomClock(&random);
  World world;
  world.inventory = RandomInventory(clock, &random);
  const int kind = random.Below(100);
  if (kind < 50) {
    *world.inventory.mutable_as_of_time() = ToTimestamp(clock.decision_time);
  } else {
    world.decision_time = ToTimestamp(clock.decision_time);
    if (kind < 85) {
      *world.inventory.mutable_as_of_time() = ToTimestamp(clock.Late(&random));
    }
  }
  world.plan = RandomPlan(world.inventory, clock, &random);
  return world;
}

World AlignedWorld(uint64_t seed) {
  World world = RandomWorld(seed);
  SeededRandom random(seed);
  const WorldClock clock = RandomClock(&random);  // the world's own
  v1::PlanAlignment* alignment =
      world.plan.mutable_policy()->mutable_plan_alignment();
  if (random.Percent(10)) return world;
  const std::vector<int64_t> lengths = {0,
                                        1,
                                        clock.tick - 1,
                                        clock.tick,
                                        clock.tick + 1,
                                        2 * clock.tick,
                                        3 * clock.tick,
                                        5 * clock.tick,
                                        kLastNano};
  *alignment->mutable_max_skew() = ToDuration(random.Pick(lengths));
  return world;
}

}  // namespace recoveryline::reference
