// The line of a whole plan: AlignedInstant, HoldingUnits and all of AlignUnits
// against sorting the lines of all units and sweeping over them.
//
// 10,000 units (RECOVERYLINE_BENCH_VMS makes it fewer) of 72 candidates each,
// captured every hour:
//   ordinary  each unit some seconds after the hour, and of each hour a unit or
//             two out of step; within 5 minutes
//   pairs     the same, units of two VMs that go by marker
//   oldest    each unit at its own moment of the hour; only the oldest points
//             are of one instant; at one instant
//   nowhere   the same without those: there is no line
//   stairs    as nowhere, units one after the other in the order of time

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench_world.h"
#include "engine/core/plan_alignment.h"
#include "engine/core/selector.h"

namespace recoveryline::bench {
namespace {

using core::Instant;
using core::Nanos;
using core::RecoveryPoint;

constexpr int kCandidates = 72;
constexpr Nanos kSecond = 1'000'000'000;
constexpr Nanos kHour = 3600 * kSecond;
constexpr Instant kFirstCapture = 1'772'323'200 * kSecond;

enum class Kind { kOrdinary, kPairs, kOldest, kNowhere, kStairs };

// When the points of one line were captured.
struct Stretch {
  Instant earliest = 0;
  Instant latest = 0;
};

int UnitCount() {
  const char* text = std::getenv("RECOVERYLINE_BENCH_VMS");
  return text == nullptr ? 10'000 : std::max(2, std::atoi(text));
}

class PlanWorld {
 public:
  explicit PlanWorld(Kind kind) : kind_(kind), random_(11) {
    policy_.decision_time = kFirstCapture + 100 * kHour;
    policy_.target_time = policy_.decision_time;
    policy_.rules = {{.scope = kind == Kind::kPairs
                                   ? core::Scope::kCommonMarker
                                   : core::Scope::kIndependent}};
    const int count = UnitCount();
    for (int i = 0; i < count; ++i) AddUnit(i, count);
    for (const core::Unit& unit : units_) {
      pointers_.push_back(&unit);
      own_.push_back(core::ChooseForUnit(unit, policy_));
      participants_.push_back({.unit = &unit, .rule = 0});
    }
  }

  Nanos max_skew() const {
    return kind_ == Kind::kOrdinary || kind_ == Kind::kPairs ? 300 * kSecond
                                                             : 0;
  }
  const core::Policy& policy() const { return policy_; }
  const std::vector<const core::Unit*>& units() const { return pointers_; }
  const std::vector<core::UnitChoice>& own() const { return own_; }
  const std::vector<core::Participant>& participants() const {
    return participants_;
  }
  // Of each unit, the newest first.
  const std::vector<std::vector<Stretch>>& lines() const { return lines_; }

 private:
  Nanos Below(Nanos n) {
    return static_cast<Nanos>(random_() % static_cast<uint64_t>(n));
  }

  Nanos PhaseOf(int unit, int units) {
    switch (kind_) {
      case Kind::kOrdinary:
      case Kind::kPairs:
        return Below(240) * kSecond;
      case Kind::kOldest:
      case Kind::kNowhere:
        return 1 + Below(kHour / 100 - 2) * 100;
      case Kind::kStairs:
        break;
    }
    return 100 + kHour / (units + 1) * (unit + 1);
  }

  void AddUnit(int unit, int units) {
    const Nanos phase = PhaseOf(unit, units);
    const size_t members = kind_ == Kind::kPairs ? 2 : 1;
    std::vector<std::vector<RecoveryPoint>> points(members);
    std::vector<Stretch>& lines = lines_.emplace_back();
    for (int k = 0; k < kCandidates; ++k) {
      const bool fits = kind_ == Kind::kOrdinary || kind_ == Kind::kPairs;
      const bool missing = fits && Below(units * 2 / 3) == 0;
      Stretch line{.earliest = kFirstCapture + k * kHour + phase + Below(100)};
      if (missing) line.earliest += kHour / 2;  // out of step with the others
      if (kind_ == Kind::kOldest && k == 0) line.earliest = kFirstCapture;
      line.latest = line.earliest;
      for (size_t m = 0; m < members; ++m) {
        const Instant t = line.earliest + static_cast<Nanos>(m) * kSecond;
        line.latest = t;
        points[m].push_back({.capture_time = t,
                             .available_from = t,
                             .consistency = core::Consistency::kCrash,
                             .marker = members > 1 ? k : core::kNoMarker});
      }
      lines.push_back(line);
    }
    std::reverse(lines.begin(), lines.end());
    core::Unit& added = units_.emplace_back();
    for (const auto& of_member : points) {
      series_.push_back(core::PointSeries::FromOrdered(of_member));
      added.members.push_back({.points = &series_.back()});
    }
  }

  const Kind kind_;
  std::mt19937_64 random_;
  core::Policy policy_;
  std::deque<core::PointSeries> series_;
  std::deque<core::Unit> units_;
  std::vector<const core::Unit*> pointers_;
  std::vector<core::UnitChoice> own_;
  std::vector<core::Participant> participants_;
  std::vector<std::vector<Stretch>> lines_;
};

const PlanWorld& WorldOf(Kind kind) {
  static std::unique_ptr<PlanWorld> world;
  static std::optional<Kind> held;
  if (held != kind) {
    world.reset();  // before the next one is made
    world = std::make_unique<PlanWorld>(kind);
    held = kind;
  }
  return *world;
}

// All lines sorted: where the window may begin for each, and who is inside.
std::optional<Instant> BySweep(const PlanWorld& world) {
  struct Edge {
    Instant at;
    size_t unit;
    int change;
  };
  std::vector<Edge> edges;
  for (size_t u = 0; u < world.lines().size(); ++u) {
    for (const Stretch& line : world.lines()[u]) {
      const Instant low = line.latest - world.max_skew();
      if (low > line.earliest) continue;
      edges.push_back({line.earliest, u, 1});
      edges.push_back({low - 1, u, -1});
    }
  }
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return a.at > b.at; });
  std::vector<int> inside(world.lines().size(), 0);
  size_t covered = 0;
  for (size_t next = 0; next < edges.size();) {
    const Instant at = edges[next].at;
    for (; next < edges.size() && edges[next].at == at; ++next) {
      int& count = inside[edges[next].unit];
      covered -= count > 0;
      count += edges[next].change;
      covered += count > 0;
    }
    if (covered == inside.size()) return at;
  }
  return std::nullopt;
}

// Runs `find`, and compares what it finds with the rival.
template <typename Find>
void Run(benchmark::State& state, Kind kind, Find find) {
  const PlanWorld& world = WorldOf(kind);
  std::optional<Instant> t;
  for (auto _ : state) {
    t = find(world);
    benchmark::DoNotOptimize(t);
  }
  if (t != BySweep(world)) {
    state.SkipWithError("the answer differs from the rival's");
    return;
  }
  const uint64_t hash = Mix(17, static_cast<uint64_t>(t.value_or(-1)));
  state.counters["answer_hash"] = static_cast<double>(hash % 1'000'000'007);
  state.counters["units"] = static_cast<double>(world.units().size());
}

void Instants(benchmark::State& state, Kind kind) {
  Run(state, kind, [](const PlanWorld& world) {
    return AlignedInstant(world.participants(), world.policy(),
                          world.max_skew());
  });
}

void Holding(benchmark::State& state, Kind kind) {
  const PlanWorld& world = WorldOf(kind);
  const auto t =
      AlignedInstant(world.participants(), world.policy(), world.max_skew());
  size_t count = 0;
  Run(state, kind, [&](const PlanWorld&) {
    count =
        HoldingUnits(world.participants(), world.policy(), world.max_skew(), t)
            .size();
    return t;
  });
  state.counters["holding"] = static_cast<double>(count);
}

// With the choices of all units and who holds them back.
void All(benchmark::State& state, Kind kind) {
  Run(state, kind, [](const PlanWorld& world) -> std::optional<Instant> {
    std::vector<core::UnitChoice> choices = world.own();
    const core::Alignment line =
        AlignUnits(world.units(), world.policy(), world.max_skew(), &choices);
    if (!line.window) return std::nullopt;
    return line.window->from;
  });
}

void Sweep(benchmark::State& state, Kind kind) { Run(state, kind, BySweep); }

const bool registered = [] {
  const std::pair<Kind, std::string> kinds[] = {{Kind::kOrdinary, "ordinary"},
                                                {Kind::kPairs, "pairs"},
                                                {Kind::kOldest, "oldest"},
                                                {Kind::kNowhere, "nowhere"},
                                                {Kind::kStairs, "stairs"}};
  for (const auto& world : kinds) {
    const auto add = [&world](const char* prefix, auto function) {
      benchmark::RegisterBenchmark((prefix + world.second).c_str(), function,
                                   world.first)
          ->Unit(benchmark::kMillisecond);
    };
    add("BM_PlanAlignment_Instant/", Instants);
    add("BM_PlanAlignment_Holding/", Holding);
    add("BM_PlanAlignment_All/", All);
    add("BM_SortedSweep_Instant/", Sweep);
  }
  return true;
}();

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
