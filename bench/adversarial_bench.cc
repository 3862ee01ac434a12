// Worlds that make searching hard, each beside the ordinary one: what a
// question costs there, and whether its answer is that of trying every point.
//
//   BM_WarmVm     BestOfEach(), all VMs in random order
//   BM_Sweep      SeriesSweep over 1,000 moments, every sixteenth VM
//   BM_WarmGroup  CommonPoints::Best, the lines listed before
//   BM_OneShot    NewestCommonMarker, nothing listed
//   BM_Plan       Select() for all VMs, with reasons and rows: the latest point
//                 of each, or the latest line of each group
//
// A row compares with the ordinary one of its question by `ns_per_vm`; groups
// of 16 with 1,000 markers have an ordinary row of their own.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bench/adversarial_world.h"
#include "bench/bench_view.h"
#include "bench/bench_world.h"
#include "engine/core/common_line.h"
#include "engine/core/point_series_batch.h"
#include "engine/core/series_sweep.h"
#include "engine/select.h"
#include "engine/timestamps.h"

namespace recoveryline::bench {
namespace {

using core::CommonLine;
using core::Eligibility;
using core::Position;

constexpr int kQuestions = 20;
constexpr int kMoments = 1'000;
constexpr size_t kSomeVms = 16;  // every sixteenth is swept

std::vector<Eligibility> Questions(const AdversarialWorld& world) {
  std::vector<Eligibility> asks(kQuestions);
  for (int i = 0; i < kQuestions; ++i) {
    asks[static_cast<size_t>(i)] = world.Ask(i);
  }
  return asks;
}

// What a row answers: a hash of it, and how many VMs or groups had an answer.
struct Answers {
  uint64_t hash = 0;
  int64_t found = 0;

  void Add(std::span<const Position> of_vm) {
    for (const Position p : of_vm) {
      hash = Mix(hash, static_cast<uint64_t>(p));
      found += p != core::kNoPosition ? 1 : 0;
    }
  }
  void Add(const std::optional<CommonLine>& line) {
    hash = Mix(hash, line ? 2 : 1);
    if (!line) return;
    ++found;
    hash = Mix(hash, static_cast<uint64_t>(line->marker));
    hash = Mix(hash, static_cast<uint64_t>(line->earliest));
    hash = Mix(hash, static_cast<uint64_t>(line->latest));
    for (const Position p : line->positions) {
      hash = Mix(hash, static_cast<uint64_t>(p));
    }
  }
};

// Compares what a row answered with what `literal` finds, which is called once
// a row, and reports it. In an iteration `vms` VMs are asked, one asked at
// several moments as several, and `groups` groups.
void Report(benchmark::State& state, const std::string& row,
            const Answers& answers, const std::function<Answers()>& literal,
            double vms, double groups) {
  static std::map<std::string, uint64_t> known;
  const auto [right, is_new] = known.try_emplace(row, 0);
  if (is_new) right->second = literal().hash;
  if (answers.hash != right->second) {
    state.SkipWithError("the answers differ from those of trying every point");
    return;
  }
  const auto time_of = [](double count) {
    return benchmark::Counter(count * 1e-9,
                              benchmark::Counter::kIsIterationInvariantRate |
                                  benchmark::Counter::kInvert);
  };
  state.counters["answer_hash"] =
      static_cast<double>(answers.hash % 1'000'000'007);
  state.counters["found"] = static_cast<double>(answers.found);
  state.counters["ns_per_vm"] = time_of(vms);
  if (groups > 0) state.counters["ns_per_group"] = time_of(groups);
}

// --- One VM ----------------------------------------------------------------

void WarmVm(benchmark::State& state, const WorldSpec& spec) {
  const AdversarialWorld& world = AdversarialWorld::Of(spec);
  const std::vector<Eligibility> asks = Questions(world);
  std::vector<Position> best(world.series().size());
  const auto ask_all = [&](const Eligibility& ask) {
    core::BestOfEach(world.series(), world.shuffled(), ask, best);
  };
  size_t next = 0;
  for (auto _ : state) {
    ask_all(asks[next]);
    benchmark::DoNotOptimize(best.data());
    next = (next + 1) % asks.size();
  }
  std::vector<std::vector<Position>> found(best.size());  // by VM
  for (const Eligibility& ask : asks) {
    ask_all(ask);
    for (size_t i = 0; i < best.size(); ++i) {
      found[static_cast<size_t>(world.shuffled()[i])].push_back(best[i]);
    }
  }
  Answers answers;
  for (const std::vector<Position>& of_vm : found) answers.Add(of_vm);
  const auto literal = [&] {
    Answers right;
    for (size_t vm = 0; vm < best.size(); ++vm) {
      right.Add(world.LiteralBest(static_cast<int>(vm), asks));
    }
    return right;
  };
  Report(state, absl::StrCat("WarmVm/", spec.name), answers, literal,
         static_cast<double>(best.size()), 0);
}

void Sweep(benchmark::State& state, const WorldSpec& spec) {
  const AdversarialWorld& world = AdversarialWorld::Of(spec);
  const core::Moments moments(world.MomentsOf(kMoments));
  core::SeriesSweep sweep(moments);
  std::vector<Position> positions(moments.size());
  std::vector<core::Instant> earliest(moments.size(), core::kMaxInstant);
  const size_t count = world.series().size();
  const auto for_each_vm = [&](auto visit) {
    for (size_t vm = 0; vm < count; vm += kSomeVms) {
      const size_t next = std::min(vm + kSomeVms, count - 1);
      sweep.Run(world.series()[vm], world.series()[next], {}, positions,
                earliest);
      visit();
    }
  };
  for (auto _ : state) {
    for_each_vm([&] { benchmark::DoNotOptimize(positions.data()); });
  }
  Answers answers;
  for_each_vm([&] { answers.Add(positions); });
  const auto literal = [&] {
    std::vector<Eligibility> asks;
    for (size_t i = 0; i < moments.size(); ++i) {
      asks.push_back({.decision_time = moments[i].decision_time,
                      .target_time = moments[i].target_time});
    }
    Answers right;
    for (size_t vm = 0; vm < count; vm += kSomeVms) {
      right.Add(world.LiteralBest(static_cast<int>(vm), asks));
    }
    return right;
  };
  const size_t swept = (count + kSomeVms - 1) / kSomeVms;
  Report(state, absl::StrCat("Sweep/", spec.name), answers, literal,
         static_cast<double>(swept) * kMoments, 0);
}

// --- One group -------------------------------------------------------------

// `find` says whether a group has a line, and puts it into `*line`.
template <typename Find>
void RunGroups(benchmark::State& state, const AdversarialWorld& world,
               const std::string& row, Find find) {
  std::vector<Eligibility> asks = Questions(world);
  for (Eligibility& ask : asks) ask = Application(ask);
  CommonLine line;
  line.positions.resize(static_cast<size_t>(world.group_size()));
  size_t next = 0;
  for (auto _ : state) {
    for (int g = 0; g < world.group_count(); ++g) {
      benchmark::DoNotOptimize(find(g, asks[next], &line));
    }
    next = (next + 1) % asks.size();
  }
  Answers answers;
  for (int g = 0; g < world.group_count(); ++g) {
    for (const Eligibility& ask : asks) {
      answers.Add(find(g, ask, &line) ? std::optional(line) : std::nullopt);
    }
  }
  const auto literal = [&] {
    Answers right;
    for (int g = 0; g < world.group_count(); ++g) {
      for (const auto& of_group : world.LiteralLines(g, asks)) {
        right.Add(of_group);
      }
    }
    return right;
  };
  Report(state, row, answers, literal,
         static_cast<double>(world.series().size()), world.group_count());
}

void WarmGroup(benchmark::State& state, const WorldSpec& spec) {
  const AdversarialWorld& world = AdversarialWorld::Of(spec);
  const auto lists = world.lists();
  RunGroups(state, world, absl::StrCat("WarmGroup/", spec.name),
            [&](int g, const Eligibility& ask, CommonLine* line) {
              const auto found = lists[static_cast<size_t>(g)].Best(
                  {.decision_time = ask.decision_time,
                   .target_time = ask.target_time},
                  line->positions);
              if (!found) return false;
              line->marker = found->marker;
              line->earliest = found->earliest;
              line->latest = found->latest;
              return true;
            });
}

void OneShot(benchmark::State& state, const WorldSpec& spec) {
  const AdversarialWorld& world = AdversarialWorld::Of(spec);
  std::vector<core::Candidates> members(
      static_cast<size_t>(world.group_size()));
  RunGroups(state, world, absl::StrCat("OneShot/", spec.name),
            [&](int g, const Eligibility& ask, CommonLine* line) {
              for (size_t i = 0; i < members.size(); ++i) {
                members[i] = {.points = &world.Group(g)[i], .ask = ask};
              }
              auto found = core::NewestCommonMarker(members);
              if (!found) return false;
              *line = *std::move(found);
              return true;
            });
}

// --- A plan ----------------------------------------------------------------

// The positions of a Decision's rows, which stand in the order of the VMs.
std::vector<Position> PositionsOf(const v1::Decision& decision) {
  std::vector<Position> positions;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    Position& position = positions.emplace_back(core::kNoPosition);
    if (row.outcome() == v1::VmSelection::SELECTED &&
        !absl::SimpleAtoi(row.recovery_point_id(), &position)) {
      return {};
    }
  }
  return positions;
}

// A group's answer by trying every point: where one VM has none, no VM has.
std::vector<Position> LiteralChoice(const AdversarialWorld& world, int group,
                                    const Eligibility& ask,
                                    v1::Policy::Option option) {
  std::vector<Position> nothing(static_cast<size_t>(world.group_size()),
                                core::kNoPosition);
  if (option == v1::Policy::LATEST_MULTI_VM_APP_CONSISTENT) {
    const auto lines = world.LiteralLines(group, {{Application(ask)}});
    return lines[0] ? lines[0]->positions : nothing;
  }
  std::vector<Position> best;
  for (int i = 0; i < world.group_size(); ++i) {
    best.push_back(
        world.LiteralBest(group * world.group_size() + i, {{ask}})[0]);
    if (best.back() == core::kNoPosition) return nothing;
  }
  return best;
}

void Plan(benchmark::State& state, const WorldSpec& spec,
          v1::Policy::Option option) {
  const AdversarialWorld& world = AdversarialWorld::Of(spec);
  const BenchView view(world.series(), world.group_size(),
                       world.marker_count());
  const Eligibility ask = world.Ask(0);
  v1::RecoveryPlan plan;
  plan.mutable_policy()->set_option(option);
  *plan.mutable_policy()->mutable_target_time() = ToTimestamp(ask.target_time);
  const SelectRequest request{.decision_time = ToTimestamp(ask.decision_time),
                              .provenance = {}};
  v1::Decision decision;
  for (auto _ : state) decision = Select(view, plan, request);
  Answers answers;
  answers.Add(PositionsOf(decision));
  const auto literal = [&] {
    Answers right;
    for (int g = 0; g < world.group_count(); ++g) {
      right.Add(LiteralChoice(world, g, ask, option));
    }
    return right;
  };
  Report(state,
         absl::StrCat("Plan/", v1::Policy::Option_Name(option), spec.name),
         answers, literal, static_cast<double>(world.series().size()),
         world.group_count());
}

// --- The rows --------------------------------------------------------------

void Latest(benchmark::State& state, const WorldSpec& spec) {
  Plan(state, spec, v1::Policy::LATEST_PROCESSED);
}

void Common(benchmark::State& state, const WorldSpec& spec) {
  Plan(state, spec, v1::Policy::LATEST_MULTI_VM_APP_CONSISTENT);
}

const bool registered = [] {
  const std::vector<WorldSpec> lone = {
      {.name = "ordinary"},
      {.name = "all-expired", .life = Life::kExpired},
      {.name = "short-lived", .life = Life::kShort},
      {.name = "none-available", .life = Life::kNotYet},
      {.name = "bursts", .times = Times::kBursts},
      {.name = "one-instant", .times = Times::kOneInstant},
      {.name = "thirty-years", .times = Times::kThirtyYears},
      {.name = "both-ends-of-time", .times = Times::kBothEnds},
      {.name = "interleaved", .life = Life::kInterleaved}};
  std::vector<WorldSpec> grouped = lone;
  grouped.insert(grouped.end(),
                 {{.name = "repeated-markers", .marking = Marking::kRepeated},
                  {.name = "bursts-repeated-markers",
                   .times = Times::kBursts,
                   .marking = Marking::kRepeated},
                  {.name = "1000-VMs-90-percent",
                   .life = Life::kSteady,
                   .group_size = 1'000},
                  {.name = "1000-VMs-99.9-percent",
                   .life = Life::kSteady,
                   .group_size = 1'000,
                   .one_lost_in = 1'000},
                  {.name = "ordinary-16x1000",
                   .marking = Marking::kEvery,
                   .group_size = 16,
                   .point_count = 1'000},
                  {.name = "none-common-16x1000",
                   .marking = Marking::kNoneCommon,
                   .group_size = 16,
                   .point_count = 1'000}});
  const auto add = [](const char* prefix, const std::vector<WorldSpec>& worlds,
                      auto function) {
    for (const WorldSpec& spec : worlds) {
      benchmark::RegisterBenchmark(absl::StrCat(prefix, spec.name).c_str(),
                                   function, spec)
          ->Unit(benchmark::kMillisecond);
    }
  };
  add("BM_WarmVm/", lone, WarmVm);
  add("BM_Sweep/", lone, Sweep);
  add("BM_WarmGroup/", grouped, WarmGroup);
  add("BM_OneShot/", grouped, OneShot);
  add("BM_Plan/latest/", lone, Latest);
  add("BM_Plan/common/", grouped, Common);
  return true;
}();

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
