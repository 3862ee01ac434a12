// Many moments at once: one sweep over each VM's series, against a search for
// every answer, and against an ordered map. The sweep goes through all VMs, the
// others through some of them: their time is a multiple of it.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/bench_world.h"
#include "engine/core/moments.h"
#include "engine/core/series_sweep.h"

namespace recoveryline::bench {
namespace {

using core::Consistency;
using core::Eligibility;
using core::Moment;
using core::Moments;
using core::Position;

constexpr int kMoments = 1'000;
constexpr size_t kEveryVm = 1;
constexpr size_t kSomeVms = 16;  // every sixteenth

struct Ask {
  std::string name;
  bool decided_at_target;
  bool excluding;
  Consistency least;
};

// Over the last half of what the points cover, oldest first.
Moments MomentsOf(const BenchWorld& world, const Ask& ask) {
  std::vector<Moment> moments;
  for (int i = 0; i < kMoments; ++i) {
    const Eligibility one = world.Ask(Consistency::kCrash, i);
    moments.push_back(
        {ask.decided_at_target ? one.target_time : one.decision_time,
         one.target_time + i});
  }
  std::sort(moments.begin(), moments.end(), [](auto& a, auto& b) {
    return a.target_time < b.target_time;
  });
  return Moments(moments, core::kMinInstant,
                 ask.excluding ? &world.exclusions() : nullptr);
}

// `find` gives the answers of one VM; those of VMs 0, step, 2 step, ... are
// asked for.
template <typename Find>
uint64_t AskAll(size_t vm_count, size_t step, std::vector<Position>* answers,
                Find find) {
  uint64_t hash = 0;
  for (size_t vm = 0; vm < vm_count; vm += step) {
    find(vm, answers);
    if (vm % kSomeVms != 0) continue;
    for (const Position p : *answers) {
      hash = Mix(hash, static_cast<uint64_t>(p));
    }
  }
  return hash;
}

template <typename Find>
void Run(benchmark::State& state, const BenchWorld& world, size_t step,
         const Ask& ask, Find find) {
  const Moments moments = MomentsOf(world, ask);
  std::vector<Position> answers(moments.size());
  const size_t vms = world.series().size();
  for (auto _ : state) {
    for (size_t vm = 0; vm < vms; vm += step) find(moments, vm, &answers);
    benchmark::DoNotOptimize(answers.data());
  }
  const auto hash_of = [&](auto by) {
    return AskAll(vms, kSomeVms, &answers, by);
  };
  const uint64_t hash =
      hash_of([&](size_t vm, auto* out) { find(moments, vm, out); });
  const core::Requirements required{.consistencies = core::AtLeast(ask.least)};
  const uint64_t rival = hash_of([&](size_t vm, std::vector<Position>* out) {
    for (size_t i = 0; i < moments.size(); ++i) {
      (*out)[i] = BestInMap(world.maps()[vm],
                            moments.Ask(i, required));
    }
  });
  if (hash != rival) {
    state.SkipWithError("the answers differ from the rival's");
    return;
  }
  state.counters["answer_hash"] = static_cast<double>(hash % 1'000'000'007);
  const auto count = static_cast<double>((vms + step - 1) / step * kMoments);
  state.counters["ns_per_answer"] = benchmark::Counter(
      count * 1e-9, benchmark::Counter::kIsIterationInvariantRate |
                        benchmark::Counter::kInvert);
}

void Sweep(benchmark::State& state, Profile profile, const Ask& ask) {
  const BenchWorld& world = BenchWorld::Of(profile);
  const core::Requirements required{.consistencies = core::AtLeast(ask.least)};
  Run(state, world, kEveryVm, ask,
      [&](const Moments& moments, size_t vm, std::vector<Position>* out) {
        core::BestAtEach(world.series()[vm], required, moments, *out);
      });
}

void OneByOne(benchmark::State& state, Profile profile, const Ask& ask) {
  const BenchWorld& world = BenchWorld::Of(profile);
  const core::Requirements required{.consistencies = core::AtLeast(ask.least)};
  Run(state, world, kSomeVms, ask,
      [&](const Moments& moments, size_t vm, std::vector<Position>* out) {
        const core::PointSeries& series = world.series()[vm];
        for (size_t i = 0; i < moments.size(); ++i) {
          (*out)[i] =
              series.Best(moments.Ask(i, required),
                          series.size());
        }
      });
}

void StdMap(benchmark::State& state, Profile profile, const Ask& ask) {
  const BenchWorld& world = BenchWorld::Of(profile);
  const core::Requirements required{.consistencies = core::AtLeast(ask.least)};
  Run(state, world, kSomeVms, ask,
      [&](const Moments& moments, size_t vm, std::vector<Position>* out) {
        for (size_t i = 0; i < moments.size(); ++i) {
          (*out)[i] = BestInMap(world.maps()[vm],
                                moments.Ask(i, required));
        }
      });
}

const bool registered = [] {
  const Ask later{"later", false, false, Consistency::kCrash};
  const Ask now{"now", true, false, Consistency::kCrash};
  const Ask excluding{"excluding", false, true, Consistency::kCrash};
  const Ask application{"application", false, false,
                        Consistency::kApplication};
  const auto add = [](Profile profile, const Ask& ask) {
    const auto one = [&](const char* prefix, auto function) {
      benchmark::RegisterBenchmark(
          absl::StrCat(prefix, ProfileName(profile), "/", ask.name).c_str(),
          function, profile, ask)
          ->Unit(benchmark::kMillisecond);
    };
    one("BM_Sweep_BestAtEach/", Sweep);
    one("BM_PointSeries_Best/", OneByOne);
    one("BM_StdMap_Best/", StdMap);
  };
  for (const Ask& ask : {later, now, excluding, application}) {
    add(Profile::kFiveMinute72h, ask);
  }
  for (const Profile profile :
       {Profile::kAsrPruned, Profile::kBursty, Profile::kAdversarial}) {
    add(profile, later);
  }
  return true;
}();

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
