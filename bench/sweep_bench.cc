// Many moments at once. The kernel: one pass over each VM's points, against a
// search for every answer, and against an ordered map; these two go through
// every sixteenth VM. The evaluation: the same with the figures of a plan of
// all VMs, by EvaluateBatch(), and written as columns.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/bench_view.h"
#include "bench/bench_world.h"
#include "engine/batch/batch_evaluation.h"
#include "engine/core/moments.h"
#include "engine/core/series_sweep.h"

namespace recoveryline::bench {
namespace {

using core::Consistency;
using core::Eligibility;
using core::Instant;
using core::Moment;
using core::Moments;
using core::Position;

constexpr int kMoments = 1'000;
constexpr size_t kSomeVms = 16;  // every sixteenth

// What is asked at each moment. `lag` is how much later than the target time
// the decision is made; at random where it is negative.
struct Question {
  std::string name;
  core::Nanos lag = 0;
  bool excluding = false;
  Consistency least = Consistency::kCrash;
};

constexpr core::Nanos kMinute = core::Nanos{60} * 1'000'000'000;

// Evenly over the last half of what the points cover.
std::vector<Moment> MomentsOf(const BenchWorld& world,
                              const Question& question) {
  const auto [oldest, newest] = world.span();
  std::vector<Moment> moments;
  for (int i = 0; i < kMoments; ++i) {
    const Instant target = newest - (newest - oldest) / 2 / kMoments * i;
    const core::Nanos lag =
        question.lag >= 0 ? question.lag : i * 7'919 % 120 * kMinute;
    moments.push_back({target + lag, target});
  }
  return moments;
}

Eligibility AskOf(const BenchWorld& world, const Question& question) {
  Eligibility ask;
  if (question.excluding) ask.exclusions = &world.exclusions();
  ask.requirements.consistencies = core::AtLeast(question.least);
  ask.accepted = ask.requirements.Accepted();
  return ask;
}

// The answers of every sixteenth VM, `find` giving those of one.
template <typename Find>
uint64_t HashOf(size_t vm_count, Find find) {
  std::vector<Position> answers(kMoments);
  uint64_t hash = 0;
  for (size_t vm = 0; vm < vm_count; vm += kSomeVms) {
    find(vm, &answers);
    for (const Position p : answers) {
      hash = Mix(hash, static_cast<uint64_t>(p));
    }
  }
  return hash;
}

// `search` gives the best of one VM to one question.
template <typename Search>
auto OneByOne(const Moments& moments, Eligibility ask, Search search) {
  return
      [&moments, ask, search](size_t vm, std::vector<Position>* out) mutable {
        for (size_t i = 0; i < moments.size(); ++i) {
          ask.decision_time = moments[i].decision_time;
          ask.target_time = moments[i].target_time;
          (*out)[i] = search(vm, ask);
        }
      };
}

void Report(benchmark::State& state, size_t vm_count) {
  state.counters["ns_per_answer"] =
      benchmark::Counter(static_cast<double>(vm_count) * kMoments * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate |
                             benchmark::Counter::kInvert);
}

template <typename Find>
void Run(benchmark::State& state, const BenchWorld& world, size_t step,
         const Moments& moments, const Question& question, Find find) {
  const size_t vm_count = world.series().size();
  std::vector<Position> answers(moments.size());
  for (auto _ : state) {
    for (size_t vm = 0; vm < vm_count; vm += step) find(vm, &answers);
    benchmark::DoNotOptimize(answers.data());
  }
  const uint64_t hash = HashOf(vm_count, find);
  const uint64_t right =
      HashOf(vm_count, OneByOne(moments, AskOf(world, question),
                                [&](size_t vm, const Eligibility& ask) {
                                  return BestInMap(world.maps()[vm], ask);
                                }));
  if (hash != right) {
    state.SkipWithError("the answers differ from the map's");
    return;
  }
  state.counters["answer_hash"] = static_cast<double>(hash % 1'000'000'007);
  Report(state, (vm_count + step - 1) / step);
}

void Sweep(benchmark::State& state, Profile profile, const Question& question) {
  const BenchWorld& world = BenchWorld::Of(profile);
  const Moments moments(MomentsOf(world, question));
  const Eligibility ask = AskOf(world, question);
  core::SeriesSweep sweep(moments);
  std::vector<Instant> earliest(moments.size(), core::kMaxInstant);
  Run(state, world, 1, moments, question,
      [&](size_t vm, std::vector<Position>* out) {
        const size_t next = std::min(vm + 1, world.series().size() - 1);
        sweep.Run(world.series()[vm], world.series()[next], ask, *out,
                  earliest);
      });
}

void Searches(benchmark::State& state, Profile profile,
              const Question& question) {
  const BenchWorld& world = BenchWorld::Of(profile);
  const Moments moments(MomentsOf(world, question));
  Run(state, world, kSomeVms, moments, question,
      OneByOne(moments, AskOf(world, question),
               [&](size_t vm, const Eligibility& ask) {
                 const core::PointSeries& series = world.series()[vm];
                 return series.Best(ask, series.size());
               }));
}

void Map(benchmark::State& state, Profile profile, const Question& question) {
  const BenchWorld& world = BenchWorld::Of(profile);
  const Moments moments(MomentsOf(world, question));
  Run(state, world, kSomeVms, moments, question,
      OneByOne(moments, AskOf(world, question),
               [&](size_t vm, const Eligibility& ask) {
                 return BestInMap(world.maps()[vm], ask);
               }));
}

enum class Written { kFigures, kColumns };

// All VMs at all moments; range(0) threads. Columns go to a file.
void Evaluate(benchmark::State& state, v1::Policy::Option option,
              Checking checking, Written written) {
  const BenchWorld& world = BenchWorld::Of(Profile::kFiveMinute72h);
  const BenchView view(world.series(), BenchWorld::kGroupSize);
  const std::vector<Moment> moments = MomentsOf(world, {.name = "now"});
  v1::RecoveryPlan plan;
  plan.set_id("all");
  plan.mutable_policy()->set_option(option);
  plan.mutable_policy()->set_allow_not_replicating(true);
  const BatchInput input{
      .plan_count = 1,
      .load =
          [&](int64_t) {
            return LoadedPlan{"plan", plan, Violations()};
          },
      .scenario_count = kMoments,
      .scenario =
          [&](int64_t i) {
            return Scenario{moments[static_cast<size_t>(i)].decision_time};
          }};
  std::FILE* const file = std::tmpfile();
  v1::EvaluationSummary summary;
  BatchSink sink;
  sink.encode = [](int64_t, v1::PlanEvaluation, std::string*) {
    return absl::OkStatus();
  };
  sink.write = [&](const std::string& bytes) {
    return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size()
               ? absl::OkStatus()
               : absl::UnavailableError("the temporary file");
  };
  sink.plan_done = [&](int64_t, const v1::EvaluationSummary& of_plan,
                       const EvaluationTotals&) {
    summary = of_plan;
    return absl::OkStatus();
  };
  sink.progress = [](int64_t, int64_t) {};
  for (auto _ : state) {
    std::rewind(file);
    const absl::Status done =
        EvaluateBatch(view, input,
                      {.threads = static_cast<int>(state.range(0)),
                       .as_columns = written == Written::kColumns,
                       .checking = checking},
                      sink);
    if (!done.ok()) state.SkipWithError("the evaluation failed");
  }
  std::fclose(file);
  state.counters["complete"] = static_cast<double>(summary.complete_count());
  Report(state, world.series().size());
}

const bool registered = [] {
  const Question now{.name = "now"};
  const Question later{.name = "later", .lag = -1};
  const Question excluding{.name = "excluding", .excluding = true};
  const Question application{.name = "application",
                             .least = Consistency::kApplication};
  const auto kernel = [](Profile profile, const Question& question) {
    const auto add = [&](const char* prefix, auto function) {
      benchmark::RegisterBenchmark(
          absl::StrCat(prefix, ProfileName(profile), "/", question.name)
              .c_str(),
          function, profile, question)
          ->Unit(benchmark::kMillisecond);
    };
    add("BM_SeriesSweep/", Sweep);
    add("BM_PointSeries_Best/", Searches);
    add("BM_StdMap_Best/", Map);
  };
  for (const Question& question : {now, later, excluding, application}) {
    kernel(Profile::kFiveMinute72h, question);
  }
  const auto evaluate = [](const char* name, v1::Policy::Option option,
                           Checking checking, Written written) {
    benchmark::RegisterBenchmark(name, Evaluate, option, checking, written)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime()
        ->ArgName("threads")
        ->Arg(1)
        ->Arg(2);
  };
  evaluate("BM_Evaluate/latest", v1::Policy::LATEST, Checking::kNone,
           Written::kFigures);
  evaluate("BM_Evaluate/latest/columns", v1::Policy::LATEST, Checking::kNone,
           Written::kColumns);
  evaluate("BM_Evaluate/latest/checked", v1::Policy::LATEST, Checking::kSample,
           Written::kFigures);
  evaluate("BM_Evaluate/common", v1::Policy::LATEST_MULTI_VM_APP_CONSISTENT,
           Checking::kNone, Written::kFigures);
  for (const Profile profile :
       {Profile::kAsrPruned, Profile::kBursty, Profile::kAdversarial}) {
    kernel(profile, now);
  }
  return true;
}();

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
