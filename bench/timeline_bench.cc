// Timelines of all units over the time that their points cover: one sweep a
// unit, on one thread and two, against choosing again every five minutes,
// which every sixteenth unit does. A sample sees one answer in so many; here it
// is also held against the timeline, and a difference fails the run.

#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/bench_world.h"
#include "engine/core/timeline_sweep.h"

namespace recoveryline::bench {
namespace {

using core::CommonLists;
using core::Consistency;
using core::Instant;
using core::Policy;
using core::Rule;
using core::Scope;
using core::Timeline;
using core::TimelineSpan;
using core::TimelineSweep;
using core::Unit;
using core::UnitChoice;

constexpr core::Nanos kFiveMinutes = core::Nanos{300} * 1'000'000'000;
constexpr size_t kSomeUnits = 16;  // every sixteenth

// How units are made of machines, and what they are asked for.
struct Question {
  std::string name;
  size_t unit_size = 1;
  std::vector<Rule> rules;
};

// The units of a world, with the lists of the groups.
class Units {
 public:
  Units(const BenchWorld& world, const Question& question) {
    policy_.rules = question.rules;
    const auto [oldest, newest] = world.span();
    span_ = {.from = oldest, .to = newest + kFiveMinutes};
    const std::span<const core::PointSeries> series = world.series();
    for (size_t first = 0; first < series.size(); first += question.unit_size) {
      Unit& unit = units_.emplace_back();
      std::vector<const core::PointSeries*> members;
      for (size_t i = first; i < first + question.unit_size; ++i) {
        unit.members.push_back(
            {.points = &series[i], .exclusions = &world.exclusions()});
        members.push_back(&series[i]);
      }
      CommonLists& lists = lists_.emplace_back();
      if (!MayUseLists(unit)) continue;
      for (const Rule& rule : policy_.rules) {
        lists.push_back(ListFor(members, policy_, rule));
      }
    }
  }

  size_t size() const { return units_.size(); }
  const Unit& unit(size_t i) const { return units_[i]; }
  const Policy& policy() const { return policy_; }
  const CommonLists& lists(size_t i) const { return lists_[i]; }
  const TimelineSpan& span() const { return span_; }

  const Timeline& Sweep(TimelineSweep* sweep, size_t i) const {
    return sweep->Run(units_[i], policy_, lists_[i], span_);
  }
  UnitChoice Choose(size_t i, Instant at) const {
    return ChooseForUnit(units_[i], span_.PolicyAt(policy_, at), lists_[i]);
  }

 private:
  Policy policy_;
  TimelineSpan span_;
  std::vector<Unit> units_;
  std::vector<CommonLists> lists_;
};

// What a unit's timeline says; the sum over units is in no order.
uint64_t HashOf(const Timeline& timeline, size_t members) {
  uint64_t hash = 0;
  for (size_t i = 0; i < timeline.size(); ++i) {
    hash = Mix(hash, static_cast<uint64_t>(timeline[i].begin));
    hash = Mix(hash, static_cast<uint64_t>(timeline[i].outcome));
    if (!timeline.selected(i)) continue;
    hash = Mix(hash, static_cast<uint64_t>(timeline[i].earliest));
    for (size_t m = 0; m < members; ++m) {
      hash = Mix(hash, static_cast<uint64_t>(timeline.position(i, m)));
    }
  }
  return hash;
}

// Visits all timelines, each thread taking some units after the other.
template <typename Visit>
void SweepAll(const Units& units, int threads, Visit visit) {
  constexpr size_t kAtOnce = 32;
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    TimelineSweep sweep;
    for (size_t first = next.fetch_add(kAtOnce); first < units.size();
         first = next.fetch_add(kAtOnce)) {
      const size_t end = std::min(units.size(), first + kAtOnce);
      for (size_t i = first; i < end; ++i) {
        visit(i, units.Sweep(&sweep, i));
      }
    }
  };
  std::vector<std::thread> others;
  for (int t = 1; t < threads; ++t) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
}

// Whether choosing at each sample gives what the timeline says there.
bool AnswersAsChosen(const Units& units) {
  TimelineSweep sweep;
  for (size_t i = 0; i < units.size(); i += kSomeUnits) {
    const Timeline& timeline = units.Sweep(&sweep, i);
    for (Instant at = units.span().from; at < units.span().to;
         at += kFiveMinutes) {
      const UnitChoice right = units.Choose(i, at);
      const UnitChoice said = timeline.Choice(timeline.IndexAt(at));
      if (said.outcome != right.outcome || said.rule != right.rule ||
          said.positions != right.positions) {
        return false;
      }
    }
  }
  return true;
}

// Seconds a unit, by question: what the ratio of the samples is made of.
double& SweptIn(const std::string& name) {
  static std::map<std::string, double> seconds;
  return seconds[name];
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

// All units; range(0) threads.
void TimelineAll(benchmark::State& state, const Question& question) {
  const BenchWorld& world = BenchWorld::Of(Profile::kFiveMinute72h);
  const Units units(world, question);
  const auto threads = static_cast<int>(state.range(0));
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) {
    SweepAll(units, threads, [](size_t, const Timeline& timeline) {
      benchmark::DoNotOptimize(timeline.steps().data());
    });
  }
  if (threads == 1) {
    SweptIn(question.name) = SecondsSince(start) /
                             static_cast<double>(state.iterations()) /
                             static_cast<double>(units.size());
  }
  std::atomic<uint64_t> hash = 0;
  std::atomic<size_t> steps = 0;
  SweepAll(units, threads, [&](size_t, const Timeline& timeline) {
    hash += HashOf(timeline, question.unit_size);
    steps += timeline.size();
  });
  if (!AnswersAsChosen(units)) {
    state.SkipWithError("the timeline differs from a choice");
    return;
  }
  state.SetItemsProcessed(state.iterations() * world.point_count());
  state.counters["answer_hash"] = static_cast<double>(hash % 1'000'000'007);
  state.counters["steps_per_unit"] =
      static_cast<double>(steps) / static_cast<double>(units.size());
}

// The rival: every five minutes of the same span, every sixteenth unit.
void SampledAll(benchmark::State& state, const Question& question) {
  const BenchWorld& world = BenchWorld::Of(Profile::kFiveMinute72h);
  const Units units(world, question);
  int64_t chosen = 0;
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) {
    for (size_t i = 0; i < units.size(); i += kSomeUnits) {
      for (Instant at = units.span().from; at < units.span().to;
           at += kFiveMinutes) {
        benchmark::DoNotOptimize(units.Choose(i, at).earliest);
      }
      ++chosen;
    }
  }
  state.counters["against_timeline"] = SecondsSince(start) /
                                       static_cast<double>(chosen) /
                                       SweptIn(question.name);
}

const bool registered = [] {
  const Rule crash{.consistencies = AtLeast(Consistency::kCrash)};
  Rule application{.consistencies = AtLeast(Consistency::kApplication)};
  Rule common = crash;
  common.scope = Scope::kCommonMarker;
  Rule application_common = application;
  application_common.scope = Scope::kCommonMarker;
  constexpr size_t kGroup = BenchWorld::kGroupSize;
  const std::vector<Question> questions = {
      {.name = "lone/latest", .rules = {crash}},
      {.name = "lone/application", .rules = {application}},
      {.name = "groups/latest", .unit_size = kGroup, .rules = {crash}},
      {.name = "groups/common", .unit_size = kGroup, .rules = {common}},
      {.name = "groups/application_else_latest",
       .unit_size = kGroup,
       .rules = {application_common, crash}},
  };
  for (const Question& question : questions) {
    benchmark::RegisterBenchmark(
        absl::StrCat("BM_Timeline/", question.name).c_str(), TimelineAll,
        question)
        ->Unit(benchmark::kMillisecond)
        ->MeasureProcessCPUTime()
        ->UseRealTime()
        ->ArgName("threads")
        ->Arg(1)
        ->Arg(2);
    benchmark::RegisterBenchmark(
        absl::StrCat("BM_ChooseEveryFiveMinutes/", question.name).c_str(),
        SampledAll, question)
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}();

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
