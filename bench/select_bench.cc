// A whole plan from message rows: Select() and Verify() with all explanations,
// against the choice alone by ordered maps and sets. What it takes to sort the
// rows into an index is shown apart.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "bench/bench_world.h"
#include "engine/row_inventory.h"
#include "engine/select.h"
#include "engine/verify.h"

namespace recoveryline::bench {
namespace {

using core::Consistency;

// Message rows, a tenth of BenchWorld's VMs: rows are an order of magnitude
// larger than the index.
const v1::Inventory& Rows() {
  static const v1::Inventory rows = [] {
    GeneratorOptions options;
    options.vm_count =
        std::max(BenchWorld::kGroupSize, BenchWorld::VmCount() / 10);
    options.group_size = BenchWorld::kGroupSize;
    return Generate(options);
  }();
  return rows;
}

const RowInventory& View() {
  static const RowInventory view(Rows());
  return view;
}

v1::RecoveryPlan PlanFor(v1::Policy::Option option) {
  v1::RecoveryPlan plan;
  plan.set_id("all");
  plan.mutable_policy()->set_option(option);
  return plan;
}

uint64_t HashOf(const v1::Decision& decision) {
  uint64_t hash = 0;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    hash = Mix(hash, static_cast<uint64_t>(row.capture_time().seconds()));
    hash = Mix(hash, static_cast<uint64_t>(row.capture_time().nanos()));
  }
  return hash;
}

void Report(benchmark::State& state, uint64_t hash) {
  state.counters["answer_hash"] = static_cast<double>(hash % 1'000'000'007);
  state.SetItemsProcessed(state.iterations() * Rows().vms_size());
}

void BM_Select_RowInventory(benchmark::State& state) {
  for (auto _ : state) {
    const RowInventory view(Rows());
    benchmark::DoNotOptimize(view.vm_count());
  }
  state.SetItemsProcessed(state.iterations() * Rows().vms_size() *
                          Rows().vms(0).recovery_points_size());
}
BENCHMARK(BM_Select_RowInventory)->Unit(benchmark::kMillisecond);

void Select(benchmark::State& state, v1::Policy::Option option) {
  const v1::RecoveryPlan plan = PlanFor(option);
  v1::Decision decision;
  for (auto _ : state) decision = recoveryline::Select(View(), plan, {});
  Report(state, HashOf(decision));
}
BENCHMARK_CAPTURE(Select, BM_Select_Latest, v1::Policy::LATEST)
    ->Name("BM_Select_Latest")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Select, BM_Select_App, v1::Policy::LATEST_APP_CONSISTENT)
    ->Name("BM_Select_LatestAppConsistent")
    ->Unit(benchmark::kMillisecond);

void BM_Select_Verify(benchmark::State& state) {
  const v1::RecoveryPlan plan = PlanFor(v1::Policy::LATEST_APP_CONSISTENT);
  const v1::Decision decision = recoveryline::Select(View(), plan, {});
  for (auto _ : state) {
    if (!Verify(View(), plan, decision, {}).empty()) {
      state.SkipWithError("the decision was refuted");
      return;
    }
  }
  Report(state, HashOf(decision));
}
BENCHMARK(BM_Select_Verify)->Unit(benchmark::kMillisecond);

// The rival: the same choice by maps and sets, without rows or reasons.
void BM_StdMap_LatestAppConsistent(benchmark::State& state) {
  const core::IntervalSet no_exclusions;
  core::Eligibility ask{.decision_time = *View().as_of_time(),
                        .target_time = *View().as_of_time(),
                        .exclusions = &no_exclusions};
  ask.requirements.consistencies = core::AtLeast(Consistency::kApplication);
  std::vector<PointMap> maps;
  for (int v = 0; v < View().vm_count(); ++v) {
    PointMap& map = maps.emplace_back();
    const core::PointSeries& series = View().points(v);
    for (core::Position p = 0; p < series.size(); ++p) {
      if (series.marker(p) == core::kNoMarker) continue;
      map.emplace(std::pair(series.capture_time(p), p),
                  PlainPoint{series.point(p)});
    }
  }
  std::vector<MarkerLine> lines;
  for (auto _ : state) {
    lines.clear();
    for (int g = 0; g < View().group_count(); ++g) {
      const std::vector<int>& vms = View().group(g).vms;
      lines.push_back(
          BestMarkerBySets(std::span<const PointMap>(maps).subspan(
                               static_cast<size_t>(vms.front()), vms.size()),
                           ask));
    }
    benchmark::DoNotOptimize(lines.data());
  }
  const v1::Decision ours = recoveryline::Select(
      View(), PlanFor(v1::Policy::LATEST_APP_CONSISTENT), {});
  for (size_t g = 0; g < lines.size(); ++g) {
    const auto& row = ours.group_selections(static_cast<int>(g));
    const int first = View().group(static_cast<int>(g)).vms.front();
    if (row.consistency_marker() != View().marker_id(first, lines[g].marker)) {
      state.SkipWithError("the answer differs from ours");
      return;
    }
  }
  Report(state, HashOf(ours));
}
BENCHMARK(BM_StdMap_LatestAppConsistent)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
