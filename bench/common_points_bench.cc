// A group's best common marker: CommonPoints (warm) and NewestCommonMarker (one
// shot) against the intersection of ordered sets.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/bench_world.h"
#include "engine/core/common_line.h"

namespace recoveryline::bench {
namespace {

using core::CommonPoints;
using core::Consistency;
using core::Eligibility;
using core::Position;

constexpr int kQuestions = 50;

Eligibility Question(const BenchWorld& world, int i) {
  return world.Ask(Consistency::kApplication, i);
}

uint64_t Mix(uint64_t hash, const MarkerLine& line) {
  hash = bench::Mix(hash, static_cast<uint64_t>(line.marker));
  return bench::Mix(hash, static_cast<uint64_t>(line.earliest));
}

MarkerLine Rival(const BenchWorld& world, int group, const Eligibility& ask) {
  return BestMarkerBySets(
      world.marked_maps().subspan(
          static_cast<size_t>(group) * BenchWorld::kGroupSize,
          BenchWorld::kGroupSize),
      ask);
}

// Runs `find` on one question after the other, each over all groups; compares
// the answers to one question with the rival's.
template <typename Find>
void Run(benchmark::State& state, const BenchWorld& world, Find find) {
  int next = 0;
  for (auto _ : state) {
    const Eligibility ask = Question(world, next);
    for (int g = 0; g < world.group_count(); ++g) {
      MarkerLine line = find(g, ask);
      benchmark::DoNotOptimize(line);
    }
    next = (next + 1) % kQuestions;
  }
  uint64_t hash = 0;
  uint64_t want = 0;
  const Eligibility ask = Question(world, 1);
  for (int g = 0; g < world.group_count(); ++g) {
    hash = Mix(hash, find(g, ask));
    want = Mix(want, Rival(world, g, ask));
  }
  if (hash != want) {
    state.SkipWithError("the answer differs from the rival's");
    return;
  }
  state.SetItemsProcessed(state.iterations() * world.group_count());
  state.counters["answer_hash"] = static_cast<double>(hash % 1'000'000'007);
  state.counters["ns_per_group"] =
      benchmark::Counter(world.group_count() * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate |
                             benchmark::Counter::kInvert);
}

void Warm(benchmark::State& state, Profile profile) {
  const BenchWorld& world = BenchWorld::Of(profile);
  std::vector<CommonPoints> common;
  size_t bytes = 0;
  for (int g = 0; g < world.group_count(); ++g) {
    std::vector<const core::PointSeries*> members;
    for (const core::PointSeries& s : world.Group(g)) members.push_back(&s);
    common.push_back(
        CommonPoints::ByMarker(members, Question(world, 0).requirements));
    bytes += common.back().index_bytes();
  }
  const std::vector<const core::IntervalSet*> exclusions(BenchWorld::kGroupSize,
                                                         &world.exclusions());
  std::vector<Position> positions(BenchWorld::kGroupSize);
  Run(state, world, [&](int g, const Eligibility& ask) {
    const auto line =
        common[static_cast<size_t>(g)].Best({.decision_time = ask.decision_time,
                                             .target_time = ask.target_time,
                                             .not_before = ask.not_before,
                                             .exclusions = exclusions},
                                            positions);
    return line ? MarkerLine{line->marker, line->earliest, line->latest}
                : MarkerLine{};
  });
  state.counters["list_bytes_per_point"] =
      static_cast<double>(bytes) / static_cast<double>(world.point_count());
}

void OneShot(benchmark::State& state, Profile profile) {
  const BenchWorld& world = BenchWorld::Of(profile);
  std::vector<core::Candidates> members(BenchWorld::kGroupSize);
  Run(state, world, [&](int g, const Eligibility& ask) {
    for (size_t i = 0; i < members.size(); ++i) {
      members[i] = {.points = &world.Group(g)[i], .ask = ask};
    }
    const auto line = core::NewestCommonMarker(members);
    return line ? MarkerLine{line->marker, line->earliest, line->latest}
                : MarkerLine{};
  });
}

void SetIntersection(benchmark::State& state, Profile profile) {
  const BenchWorld& world = BenchWorld::Of(profile);
  Run(state, world,
      [&](int g, const Eligibility& ask) { return Rival(world, g, ask); });
}

const bool registered = [] {
  for (const Profile profile : {Profile::kFiveMinute72h, Profile::kAsrPruned,
                                Profile::kBursty, Profile::kAdversarial}) {
    const auto add = [&](const char* prefix, auto function) {
      benchmark::RegisterBenchmark(
          (prefix + std::string(ProfileName(profile))).c_str(), function,
          profile)
          ->Unit(benchmark::kMillisecond);
    };
    add("BM_CommonPoints_Warm/", Warm);
    add("BM_CommonPoints_OneShot/", OneShot);
    add("BM_SetIntersection_Best/", SetIntersection);
  }
  return true;
}();

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
