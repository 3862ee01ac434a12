#include "tests/world_check.h"

#include <mutex>
#include <thread>
#include <vector>

#include "engine/select.h"
#include "engine/verify.h"
#include "tests/reference/compare.h"
#include "tests/reference/reference_selector.h"

namespace recoveryline {
namespace {

void CheckSome(MakeWorld make, uint64_t from, uint64_t end, uint64_t step,
               std::mutex* mutex, WorldTroubles* troubles) {
  for (uint64_t seed = from; seed < end; seed += step) {
    const std::string trouble = CheckWorld(make(seed));
    if (trouble.empty()) continue;
    const std::lock_guard<std::mutex> lock(*mutex);
    ++troubles->count;
    if (troubles->by_seed.size() < WorldTroubles::kMaxTroubles) {
      troubles->by_seed[seed] = trouble;
    }
  }
}

}  // namespace

std::string CheckWorld(const reference::World& world) {
  SelectRequest request;
  request.decision_time = world.decision_time;
  const v1::Decision decision = Select(world.inventory, world.plan, request);
  std::string trouble = reference::DifferenceOf(
      reference::ReferenceSelect(world.inventory, world.plan,
                                 world.decision_time),
      decision);
  for (const Refutation& refuted :
       Verify(world.inventory, world.plan, decision, request)) {
    trouble += "refuted: " + refuted.field_path + ": " + refuted.message + "\n";
  }
  if (!trouble.empty()) trouble += reference::Repro(world);
  return trouble;
}

WorldTroubles CheckWorlds(MakeWorld make, uint64_t from, uint64_t count,
                          int threads) {
  WorldTroubles troubles;
  std::mutex mutex;
  const auto step = static_cast<uint64_t>(threads);
  std::vector<std::thread> running;
  for (uint64_t i = 0; i < step; ++i) {
    running.emplace_back(CheckSome, make, from + i, from + count, step, &mutex,
                         &troubles);
  }
  for (std::thread& thread : running) thread.join();
  return troubles;
}

}  // namespace recoveryline
