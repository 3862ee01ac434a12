// CheckWorld: does the engine answer one world as the reference does, and does
// its own checker find nothing wrong with the answer?
//
//   std::string trouble = CheckWorld(RandomWorld(seed));
//   if (!trouble.empty()) std::cerr << "seed " << seed << "\n" << trouble;
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_WORLD_CHECK_H_
#define RECOVERYLINE_TESTS_WORLD_CHECK_H_

#include <cstdint>
#include <map>
#include <string>

#include "tests/reference/random_world.h"

namespace recoveryline {

// What is wrong, with the world as text; empty where nothing is.
std::string CheckWorld(const reference::World& world);

// The troubles of many random worlds, by seed. Beyond `kMaxTroubles` only the
// count goes on.
struct WorldTroubles {
  static constexpr size_t kMaxTroubles = 10;

  std::map<uint64_t, std::string> by_seed;
  int64_t count = 0;
};

// Checks the worlds that `make` gives for the seeds [from, from + count), on
// `threads` threads.
using MakeWorld = reference::World (*)(uint64_t seed);
WorldTroubles CheckWorlds(MakeWorld make, uint64_t from, uint64_t count,
                          int threads);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_WORLD_CHECK_H_
