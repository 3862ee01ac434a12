// One VM's best point: PointSeries, by itself and in a WarmIndex, against an
// ordered map, over random VMs.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/bench_view.h"
#include "bench/bench_world.h"
#include "engine/batch/warm_index.h"
#include "engine/core/point_series_batch.h"

namespace recoveryline::bench {
namespace {

using core::Consistency;
using core::Eligibility;
using core::Position;

uint64_t HashOf(std::span<const Position> answers) {
  uint64_t hash = 0;
  for (const Position p : answers) hash = Mix(hash, static_cast<uint64_t>(p));
  return hash;
}

// The rival's answers to one question; a wrong answer of ours fails the run.
uint64_t RivalHash(const BenchWorld& world, const Eligibility& ask) {
  std::vector<Position> answers;
  for (const int vm : world.shuffled()) {
    answers.push_back(BestInMap(world.maps()[static_cast<size_t>(vm)], ask));
  }
  return HashOf(answers);
}

// Runs `find` on one question after the other, each over all VMs in random
// order.
template <typename Find>
void Run(benchmark::State& state, const BenchWorld& world,
         const std::vector<Eligibility>& questions, Find find) {
  std::vector<Position> answers(world.shuffled().size());
  size_t next = 0;
  for (auto _ : state) {
    find(questions[next], std::span<Position>(answers));
    benchmark::DoNotOptimize(answers.data());
    if (++next == questions.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(answers.size()));
  uint64_t hash = 0;
  for (size_t i = 0; i < std::min<size_t>(2, questions.size()); ++i) {
    find(questions[i], std::span<Position>(answers));
    if (HashOf(answers) != RivalHash(world, questions[i])) {
      state.SkipWithError("the answer differs from the rival's");
      return;
    }
    hash = Mix(hash, HashOf(answers));
  }
  state.counters["answer_hash"] = static_cast<double>(hash % 1'000'000'007);
  state.counters["ns_per_vm"] =
      benchmark::Counter(static_cast<double>(answers.size()) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate |
                             benchmark::Counter::kInvert);
}

std::vector<Eligibility> Ordinary(const BenchWorld& world) {
  std::vector<Eligibility> questions;
  for (int i = 0; i < 50; ++i) {
    questions.push_back(world.Ask(Consistency::kCrash, i));
  }
  return questions;
}

enum class Question { kOrdinary, kAllExpired, kNoneAvailable };

std::vector<Eligibility> QuestionsOf(const BenchWorld& world, Question which) {
  switch (which) {
    case Question::kOrdinary:
      return Ordinary(world);
    case Question::kAllExpired:
      return {world.AskAllExpired()};
    case Question::kNoneAvailable:
      return {world.AskNoneAvailable()};
  }
  return {};
}

void BestOfEach(benchmark::State& state, Profile profile, Question which) {
  const BenchWorld& world = BenchWorld::Of(profile);
  Run(state, world, QuestionsOf(world, which),
      [&](const Eligibility& ask, std::span<Position> out) {
        core::BestOfEach(world.series(), world.shuffled(), ask, out);
      });
  size_t bytes = 0;
  for (const core::PointSeries& s : world.series()) bytes += s.index_bytes();
  state.counters["index_bytes_per_point"] =
      static_cast<double>(bytes) / static_cast<double>(world.point_count());
}

// The same of an index in large pages.
void WarmBestOfEach(benchmark::State& state, Profile profile, Question which) {
  const BenchWorld& world = BenchWorld::Of(profile);
  const BenchView view(world.series(), BenchWorld::kGroupSize);
  const std::vector<Eligibility> questions = QuestionsOf(world, which);
  core::Policy policy{
      .not_before = questions[0].not_before,
      .minimum_cleanliness = questions[0].requirements.minimum_cleanliness,
      .rules = {{.consistencies = questions[0].requirements.consistencies}}};
  const WarmIndex index(view, policy);
  Run(state, world, questions,
      [&](const Eligibility& ask, std::span<Position> out) {
        index.BestOfEach(0, world.shuffled(),
                         {.decision_time = ask.decision_time,
                          .target_time = ask.target_time,
                          .exclusions = ask.exclusions},
                         out);
      });
}

void Best(benchmark::State& state, Profile profile, Question which) {
  const BenchWorld& world = BenchWorld::Of(profile);
  Run(state, world, QuestionsOf(world, which),
      [&](const Eligibility& ask, std::span<Position> out) {
        for (size_t i = 0; i < out.size(); ++i) {
          const core::PointSeries& series =
              world.series()[static_cast<size_t>(world.shuffled()[i])];
          out[i] = series.Best(ask, series.size());
        }
      });
}

void StdMap(benchmark::State& state, Profile profile, Question which) {
  const BenchWorld& world = BenchWorld::Of(profile);
  Run(state, world, QuestionsOf(world, which),
      [&](const Eligibility& ask, std::span<Position> out) {
        for (size_t i = 0; i < out.size(); ++i) {
          out[i] = BestInMap(
              world.maps()[static_cast<size_t>(world.shuffled()[i])], ask);
        }
      });
}

void Register(Profile profile, Question question, const std::string& name) {
  const auto add = [&](const char* prefix, auto function) {
    benchmark::RegisterBenchmark((prefix + name).c_str(), function, profile,
                                 question)
        ->Unit(benchmark::kMillisecond);
  };
  add("BM_PointSeries_BestOfEach/", BestOfEach);
  add("BM_WarmIndex_BestOfEach/", WarmBestOfEach);
  add("BM_PointSeries_Best/", Best);
  add("BM_StdMap_Best/", StdMap);
}

const bool registered = [] {
  for (const Profile profile : {Profile::kFiveMinute72h, Profile::kAsrPruned,
                                Profile::kBursty, Profile::kAdversarial}) {
    Register(profile, Question::kOrdinary, std::string(ProfileName(profile)));
    if (profile != Profile::kFiveMinute72h) continue;
    Register(profile, Question::kAllExpired, "all-expired");
    Register(profile, Question::kNoneAvailable, "none-available");
  }
  return true;
}();

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
