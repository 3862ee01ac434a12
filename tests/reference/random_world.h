// RandomWorld: an inventory, a plan and a decision time from a seed.
//
//   World world = RandomWorld(42);
//   v1::Decision decision =
//       ReferenceSelect(world.inventory, world.plan, world.decision_time);
//
// Worlds are small and dense in ties, edges and misses: few distinct capture
// times, markers shared across groups, availability around the decision time,
// exclusions that touch. Every world is valid; together they reach every
// outcome, reason and warning (random_world_test counts).
//
// Thread-safety: a pure function of the seed.

#ifndef RECOVERYLINE_TESTS_REFERENCE_RANDOM_WORLD_H_
#define RECOVERYLINE_TESTS_REFERENCE_RANDOM_WORLD_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "google/protobuf/timestamp.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "tests/reference/seeded_random.h"

namespace recoveryline::reference {

// What one selection starts from.
struct World {
  v1::Inventory inventory;
  v1::RecoveryPlan plan;
  // When absent, the inventory has an as_of_time.
  std::optional<google::protobuf::Timestamp> decision_time;
};

World RandomWorld(uint64_t seed);

// The same world, its plan aligned.
World AlignedWorld(uint64_t seed);

// The few instants that one world knows.
struct WorldClock {
  std::vector<int64_t> instants;  // Ascending; may repeat at the ends.
  int64_t tick = 1;               // How far apart they mostly are.
  int64_t decision_time = 0;

  // One of the instants, at times a nanosecond beside it.
  int64_t Any(SeededRandom* random) const;
  // The same, mostly among the last few.
  int64_t Late(SeededRandom* random) const;
  // No more than a few ticks after `instant`, or around the decision time;
  // never before `instant`.
  int64_t NotBefore(int64_t instant, SeededRandom* random) const;
};

v1::Inventory RandomInventory(const WorldClock& clock, SeededRandom* random);

v1::RecoveryPlan RandomPlan(const v1::Inventory& inventory,
                            const WorldClock& clock, SeededRandom* random);

// Pins that are valid for the rest of `plan`, which fit its option.
void AddRandomPins(const v1::Inventory& inventory, SeededRandom* random,
                   v1::RecoveryPlan* plan);

v1::Policy RandomPolicy(const v1::Inventory& inventory, const WorldClock& clock,
                        SeededRandom* random);

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_RANDOM_WORLD_H_
