// A group's best common marker: CommonPoints (warm), alone and in a WarmIndex,
// and NewestCommonMarker (one shot) against the intersection of ordered sets.

#include <benchmark/benchmark.h>

#include <optional>
#include <string>
#include <vector>

#include "bench/bench_view.h"
#include "bench/bench_world.h"
#include "engine/batch/warm_index.h"
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

using FoundLine = std::optional<CommonPoints::Line>;

uint64_t Mix(uint64_t hash, const FoundLine& line) {
  if (!line) return bench::Mix(hash, 0);
  hash = bench::Mix(hash, static_cast<uint64_t>(line->marker) + 1);
  return bench::Mix(hash, static_cast<uint64_t>(line->earliest));
}

FoundLine Rival(const BenchWorld& world, int group, const Eligibility& ask) {
  const MarkerLine line =
      BestMarkerBySets(world.marked_maps().subspan(
                           static_cast<size_t>(group) * BenchWorld::kGroupSize,
                           BenchWorld::kGroupSize),
                       ask);
  if (line.marker == core::kNoMarker) return std::nullopt;
  return CommonPoints::Line{line.marker, line.earliest, line.latest};
}

// Runs `find`, which answers for all groups in random order, on one question
// after the other; compares the answers to one question with the rival's.
template <typename Find>
void RunAll(benchmark::State& state, const BenchWorld& world, Find find) {
  std::vector<int> groups;
  for (const int vm : world.shuffled()) {
    if (vm % BenchWorld::kGroupSize == 0) {
      groups.push_back(vm / BenchWorld::kGroupSize);
    }
  }
  std::vector<FoundLine> lines(groups.size());
  int next = 0;
  for (auto _ : state) {
    find(Question(world, next), groups, &lines);
    benchmark::DoNotOptimize(lines.data());
    next = (next + 1) % kQuestions;
  }
  uint64_t hash = 0;
  uint64_t want = 0;
  const Eligibility ask = Question(world, 1);
  find(ask, groups, &lines);
  for (size_t i = 0; i < groups.size(); ++i) {
    hash = Mix(hash, lines[i]);
    want = Mix(want, Rival(world, groups[i], ask));
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

// The same where `find` answers for one group.
template <typename Find>
void Run(benchmark::State& state, const BenchWorld& world, Find find) {
  RunAll(state, world,
         [&](const Eligibility& ask, const std::vector<int>& groups,
             std::vector<FoundLine>* lines) {
           for (size_t i = 0; i < groups.size(); ++i) {
             (*lines)[i] = find(groups[i], ask);
           }
         });
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
    return common[static_cast<size_t>(g)].Best(
        {.decision_time = ask.decision_time,
         .target_time = ask.target_time,
         .not_before = ask.not_before,
         .exclusions = exclusions},
        positions);
  });
  state.counters["list_bytes_per_point"] =
      static_cast<double>(bytes) / static_cast<double>(world.point_count());
}

// The lists of an index, asked together.
void WarmLineOfEach(benchmark::State& state, Profile profile) {
  const BenchWorld& world = BenchWorld::Of(profile);
  const BenchView view(world.series(), BenchWorld::kGroupSize);
  const Eligibility asked = Question(world, 0);
  const core::Policy policy{
      .not_before = asked.not_before,
      .minimum_cleanliness = asked.requirements.minimum_cleanliness,
      .rules = {{.consistencies = asked.requirements.consistencies,
                 .scope = core::Scope::kCommonMarker}}};
  const WarmIndex index(view, policy);
  RunAll(state, world,
         [&](const Eligibility& ask, const std::vector<int>& groups,
             std::vector<FoundLine>* lines) {
           index.LineOfEach(0, groups,
                            {.decision_time = ask.decision_time,
                             .target_time = ask.target_time,
                             .exclusions = ask.exclusions},
                            *lines);
         });
}

void OneShot(benchmark::State& state, Profile profile) {
  const BenchWorld& world = BenchWorld::Of(profile);
  std::vector<core::Candidates> members(BenchWorld::kGroupSize);
  Run(state, world, [&](int g, const Eligibility& ask) {
    for (size_t i = 0; i < members.size(); ++i) {
      members[i] = {.points = &world.Group(g)[i], .ask = ask};
    }
    const auto line = core::NewestCommonMarker(members);
    return line ? FoundLine({line->marker, line->earliest, line->latest})
                : std::nullopt;
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
    add("BM_WarmIndex_LineOfEach/", WarmLineOfEach);
    add("BM_CommonPoints_Warm/", Warm);
    add("BM_CommonPoints_OneShot/", OneShot);
    add("BM_SetIntersection_Best/", SetIntersection);
  }
  return true;
}();

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
