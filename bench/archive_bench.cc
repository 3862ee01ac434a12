// An inventory that is asked once: from a file in the page cache to the answers
// for all VMs and groups, and for a plan of 100 VMs, checksums and page faults
// included. What is opened is closed outside of the time.
//
// The answers are those of the rows the archive was written from, or the run
// fails.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/bench_world.h"
#include "engine/archive/archive_inventory.h"
#include "engine/archive/archive_writer.h"
#include "engine/core/common_line.h"
#include "engine/row_inventory.h"
#include "engine/select.h"
#include "engine/verify.h"
#include "tools/formats/archive_file.h"

namespace recoveryline::bench {
namespace {

using core::Consistency;
using core::Instant;
using core::Position;
using Proof = ArchiveInventory::Proof;

constexpr core::Nanos kHour = 3'600'000'000'000;
// As of when is asked: by the newest points, and by some that are not.
constexpr core::Nanos kAges[] = {0, kHour, 24 * kHour};
constexpr int kPlannedVms = 100;

core::Eligibility Ask(const InventoryView& view, core::Nanos age,
                      Consistency least) {
  core::Eligibility ask;
  ask.decision_time = *view.as_of_time() - age;
  ask.target_time = ask.decision_time;
  ask.requirements.consistencies = core::AtLeast(least);
  ask.accepted = ask.requirements.Accepted();
  return ask;
}

// The facts of a group's machines, the latest crash-consistent point of each,
// and their latest common application-consistent line, added to `hash`.
uint64_t MixGroup(const InventoryView& view, int group, core::Nanos age,
                  std::vector<core::Candidates>* members, uint64_t hash) {
  const core::Eligibility crash = Ask(view, age, Consistency::kCrash);
  const core::Eligibility app = Ask(view, age, Consistency::kApplication);
  members->clear();
  for (const int vm : view.group(group).vms) {
    const VmFacts facts = view.vm(vm);
    const core::PointSeries& points = view.points(vm);
    const Position best = points.Best(crash, points.size());
    hash = Mix(hash, facts.id.size() + (facts.replicating ? 1 : 0));
    hash =
        Mix(hash,
            static_cast<uint64_t>(best < 0 ? best : points.capture_time(best)));
    members->push_back({.points = &points, .ask = app});
  }
  const auto line = core::NewestCommonMarker(*members);
  if (!line) return Mix(hash, 0);
  hash = Mix(hash, static_cast<uint64_t>(line->earliest));
  return Mix(hash, static_cast<uint64_t>(line->marker));
}

// A generated world in a file, and what its rows answer.
class ArchivedWorld {
 public:
  static const ArchivedWorld& Get() {
    static const ArchivedWorld world;
    return world;
  }

  const std::string& path() const { return path_; }
  // Of all groups, by the number of the age.
  uint64_t hash(size_t age) const { return hashes_[age]; }
  const v1::RecoveryPlan& plan() const { return plan_; }
  // The units of the plan's machines.
  const v1::Inventory& planned() const { return planned_; }

 private:
  ArchivedWorld() : path_(std::filesystem::temp_directory_path() / "XXXXXX") {
    close(mkstemp(path_.data()));
    GeneratorOptions options;
    options.vm_count = BenchWorld::VmCount();
    options.group_size = BenchWorld::kGroupSize;
    options.point_count = 1'000;
    const InventoryGenerator generator(options);
    planned_ = generator.Head();
    plan_.set_id("some");
    plan_.mutable_policy()->set_option(v1::Policy::LATEST);
    plan_.mutable_policy()->set_allow_incomplete_groups(true);
    plan_.add_boot_groups()->set_id("first");
    const absl::Status written = WriteArchiveFile(
        path_, [&](const ArchiveWriter::Append& append, const auto& digest) {
          return Write(generator, append, digest);
        });
    if (!written.ok()) std::abort();
  }
  ~ArchivedWorld() { std::remove(path_.c_str()); }

  absl::Status Write(const InventoryGenerator& generator,
                     const ArchiveWriter::Append& append,
                     const std::function<std::string()>& digest) {
    const v1::Inventory head = generator.Head();
    const int groups = generator.vm_count() / BenchWorld::kGroupSize;
    const int step = std::max(1, groups / kPlannedVms);
    ArchiveWriter writer(append);
    std::vector<core::Candidates> members;
    for (int g = 0; g < groups; ++g) {
      v1::Inventory group = head;  // all groups, the machines of one
      for (int m = 0; m < BenchWorld::kGroupSize; ++m) {
        *group.add_vms() = generator.MakeVm(g * BenchWorld::kGroupSize + m);
      }
      const RowInventory rows(group);
      for (size_t age = 0; age < std::size(kAges); ++age) {
        hashes_[age] = MixGroup(rows, g, kAges[age], &members, hashes_[age]);
      }
      ArchivedUnit unit{
          .group = &head.replication_groups(g), .group_index = g, .vms = {}};
      for (int m = 0; m < BenchWorld::kGroupSize; ++m) {
        unit.vms.push_back({g * BenchWorld::kGroupSize + m, &group.vms(m)});
      }
      const absl::Status added = writer.Add(unit);
      if (!added.ok()) return added;
      v1::BootGroup* planned = plan_.mutable_boot_groups(0);
      if (g % step == 0 && planned->vm_ids_size() < kPlannedVms) {
        planned->add_vm_ids(group.vms(g % BenchWorld::kGroupSize).id());
        for (v1::Vm& vm : *group.mutable_vms()) {
          *planned_.add_vms() = std::move(vm);
        }
      }
    }
    return writer.Finish(head, digest);
  }

  std::string path_;
  uint64_t hashes_[std::size(kAges)] = {};
  v1::RecoveryPlan plan_;
  v1::Inventory planned_;
};

// What is needed from nothing to the first question.
struct Opened {
  Opened(const std::string& path, Proof proof)
      : file(ArchiveFile::Open(path, "the archive")),
        view((*file)->archive(), proof) {}

  absl::StatusOr<std::unique_ptr<ArchiveFile>> file;
  ArchiveInventory view;
};

class Stopwatch {
 public:
  double Seconds() const {
    const std::chrono::duration<double> passed =
        std::chrono::steady_clock::now() - begin_;
    return passed.count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ =
      std::chrono::steady_clock::now();
};

uint64_t AskAll(const InventoryView& view, core::Nanos age) {
  std::vector<core::Candidates> members;
  uint64_t hash = 0;
  for (int g = 0; g < view.group_count(); ++g) {
    hash = MixGroup(view, g, age, &members, hash);
  }
  return view.status().ok() ? hash : 0;
}

void Report(benchmark::State& state, uint64_t hash, uint64_t right, int vms) {
  if (hash != right) state.SkipWithError("the answer differs from the rows'");
  state.counters["answer_hash"] = static_cast<double>(right % 1'000'000'007);
  state.SetItemsProcessed(state.iterations() * vms);
}

void BM_Archive_OneShot(benchmark::State& state) {
  const ArchivedWorld& world = ArchivedWorld::Get();
  const auto age = static_cast<size_t>(state.range(0));
  const auto proof = static_cast<Proof>(state.range(1));
  uint64_t hash = 0;
  for (auto _ : state) {
    const Stopwatch stopwatch;
    const Opened opened(world.path(), proof);
    hash = AskAll(opened.view, kAges[age]);
    state.SetIterationTime(stopwatch.Seconds());
  }
  Report(state, hash, world.hash(age), BenchWorld::VmCount());
}

// The same without page faults: the file stays mapped, but everything is
// verified and read again.
void BM_Archive_OneShotMapped(benchmark::State& state) {
  const ArchivedWorld& world = ArchivedWorld::Get();
  const auto age = static_cast<size_t>(state.range(0));
  const auto proof = static_cast<Proof>(state.range(1));
  const Opened mapped(world.path(), proof);
  uint64_t hash = AskAll(mapped.view, kAges[age]);
  for (auto _ : state) {
    const Stopwatch stopwatch;
    const auto archive = Archive::Open((*mapped.file)->archive().all());
    const ArchiveInventory view(**archive, proof);
    hash = AskAll(view, kAges[age]);
    state.SetIterationTime(stopwatch.Seconds());
  }
  Report(state, hash, world.hash(age), BenchWorld::VmCount());
}

void OneShotArgs(benchmark::internal::Benchmark* rows) {
  rows->ArgNames({"age", "proof"});
  for (int age = 0; age < static_cast<int>(std::size(kAges)); ++age) {
    rows->Args({age, ArchiveInventory::kNewest});
  }
  rows->Args({1, ArchiveInventory::kChecksums});
  rows->UseManualTime()->Unit(benchmark::kMillisecond);
}
BENCHMARK(BM_Archive_OneShot)->Apply(OneShotArgs);
BENCHMARK(BM_Archive_OneShotMapped)->Apply(OneShotArgs);

uint64_t HashOf(const v1::Decision& decision) {
  uint64_t hash = static_cast<uint64_t>(decision.outcome());
  for (const v1::VmSelection& row : decision.vm_selections()) {
    for (const std::string* text : {&row.vm_id(), &row.recovery_point_id()}) {
      for (const char c : *text) hash = Mix(hash, static_cast<uint8_t>(c));
    }
  }
  return hash;
}

// A decision, and with kRebuild its proof too, as `rline select` makes it.
void BM_Archive_Plan100(benchmark::State& state) {
  const ArchivedWorld& world = ArchivedWorld::Get();
  const auto proof = static_cast<Proof>(state.range(0));
  v1::Decision decision;
  for (auto _ : state) {
    const Stopwatch stopwatch;
    const Opened opened(world.path(), proof);
    decision = Select(opened.view, world.plan(), {});
    const bool refuted =
        proof == ArchiveInventory::kRebuild &&
        !Verify(opened.view, world.plan(), decision, {}).empty();
    state.SetIterationTime(stopwatch.Seconds());
    if (refuted || !opened.view.status().ok()) decision.Clear();
  }
  const v1::Decision right = Select(world.planned(), world.plan(), {});
  Report(state, HashOf(decision), HashOf(right), kPlannedVms);
}
BENCHMARK(BM_Archive_Plan100)
    ->ArgName("proof")
    ->Arg(ArchiveInventory::kNewest)
    ->Arg(ArchiveInventory::kRebuild)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
