// Message rows in the binary form to a validated view, ready to be asked:
// WireInventory::Read against the way over messages, and against protobuf's
// arena parse alone, which neither validates nor sorts, of the same bytes. The
// counter answer_hash is that of all points as the views give them; any
// difference from the rows fails the run.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include "bench/bench_world.h"
#include "engine/row_inventory.h"
#include "engine/validate.h"
#include "engine/wire/wire_inventory.h"
#include "google/protobuf/arena.h"
#include "tools/formats/message_binary.h"
#include "tools/generator/generator.h"

namespace recoveryline::bench {
namespace {

using google::protobuf::Arena;

uint64_t HashOf(const InventoryView& view) {
  uint64_t hash = 0;
  for (int v = 0; v < view.vm_count(); ++v) {
    const core::PointSeries& points = view.points(v);
    for (core::Position p = 0; p < points.size(); ++p) {
      const core::RecoveryPoint point = points.point(p);
      hash = Mix(hash, static_cast<uint64_t>(point.capture_time));
      hash = Mix(hash, static_cast<uint64_t>(point.available_from));
      hash = Mix(hash, static_cast<uint64_t>(point.expire_time));
      hash = Mix(hash, points.flags(p));
      for (const char c : view.point_id(v, p)) {
        hash = Mix(hash, static_cast<unsigned char>(c));
      }
      if (point.marker == core::kNoMarker) continue;
      for (const char c : view.marker_id(v, point.marker)) {
        hash = Mix(hash, static_cast<unsigned char>(c));
      }
    }
  }
  return hash;
}

// One inventory at a time, as `rline convert --format binpb` writes it.
struct Document {
  std::string bytes;
  int64_t point_count = 0;
  uint64_t hash = 0;  // by protobuf's parser and RowInventory

  static const Document& Of(Profile profile) {
    static std::unique_ptr<Document> document;
    static std::optional<Profile> held;
    if (held != profile) {
      document.reset();
      document.reset(new Document(profile));
      held = profile;
    }
    return *document;
  }

 private:
  explicit Document(Profile profile) {
    GeneratorOptions options;
    options.profile = profile;
    options.vm_count = BenchWorld::VmCount();
    options.group_size = BenchWorld::kGroupSize;
    options.judged_share = 0.05;
    const InventoryGenerator generator(options);
    v1::Inventory head = generator.Head();
    v1::Inventory groups;
    groups.mutable_replication_groups()->Swap(
        head.mutable_replication_groups());
    head.AppendToString(&bytes);
    v1::Inventory one;
    for (int i = 0; i < options.vm_count; ++i) {
      one.Clear();
      *one.add_vms() = generator.MakeVm(i);
      one.AppendToString(&bytes);
    }
    groups.AppendToString(&bytes);
    point_count = int64_t{options.vm_count} * generator.point_count();
    Arena arena;
    auto* rows = Arena::CreateMessage<v1::Inventory>(&arena);
    rows->ParseFromString(bytes);
    hash = HashOf(RowInventory(*rows));
  }
};

// What reading takes; giving the memory back is not counted.
template <typename Read>
void Run(benchmark::State& state, Profile profile, Read read) {
  const Document& document = Document::Of(profile);
  {
    const auto once = read(document.bytes);
    if (once == nullptr || once->Hash() != document.hash) {
      state.SkipWithError("the points read are not the ones written");
      return;
    }
  }
  for (auto _ : state) {
    auto result = read(document.bytes);
    benchmark::DoNotOptimize(result.get());
    state.PauseTiming();
    result.reset();
    state.ResumeTiming();
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(document.bytes.size()));
  state.SetItemsProcessed(state.iterations() * document.point_count);
  state.counters["megabytes"] =
      static_cast<double>(document.bytes.size()) * 1e-6;
  state.counters["answer_hash"] =
      static_cast<double>(document.hash % 1'000'000'007);
}

struct Viewed {
  std::unique_ptr<WireInventory> view;

  uint64_t Hash() const { return view == nullptr ? 0 : HashOf(*view); }
};

void BM_RowReader_Wire(benchmark::State& state, Profile profile) {
  Run(state, profile, [](const std::string& bytes) {
    auto viewed = std::make_unique<Viewed>();
    viewed->view = WireInventory::Read(bytes, {});
    return viewed;
  });
}

// protobuf's parser alone: no rule is checked, nothing is sorted.
struct Parsed {
  Arena arena;
  v1::Inventory* rows = Arena::CreateMessage<v1::Inventory>(&arena);

  uint64_t Hash() const { return HashOf(RowInventory(*rows)); }
};

void BM_RowReader_ArenaParseAlone(benchmark::State& state, Profile profile) {
  Run(state, profile, [](const std::string& bytes) {
    auto parsed = std::make_unique<Parsed>();
    if (!parsed->rows->ParseFromArray(bytes.data(),
                                      static_cast<int>(bytes.size()))) {
      parsed.reset();
    }
    return parsed;
  });
}

// The way over messages, which still is that of every other format.
struct Validated {
  v1::Inventory rows;
  std::unique_ptr<RowInventory> view;

  uint64_t Hash() const { return HashOf(*view); }
};

void BM_RowReader_Messages(benchmark::State& state, Profile profile) {
  Run(state, profile, [](const std::string& bytes) {
    auto validated = std::make_unique<Validated>();
    absl::string_view rest = bytes;
    const auto source = [&rest](char* into, size_t size) {
      const size_t count = std::min(size, rest.size());
      std::memcpy(into, rest.data(), count);
      rest.remove_prefix(count);
      return absl::StatusOr<size_t>(count);
    };
    Violations found;
    // The rows of the large inventories are beyond the limit of memory.
    ReadBinpb(source, "", &validated->rows, &found,
              {.slack_bytes = int64_t{1} << 40})
        .IgnoreError();
    if (found.empty()) ValidateInventory(validated->rows, &found);
    if (!found.empty()) return std::unique_ptr<Validated>();
    validated->view = std::make_unique<RowInventory>(validated->rows);
    return validated;
  });
}

void RegisterAll() {
  for (const Profile profile :
       {Profile::kFiveMinute72h, Profile::kAsrPruned, Profile::kBursty}) {
    const std::string argument(ProfileName(profile));
    const auto add = [&](const char* name, auto function) {
      benchmark::RegisterBenchmark((std::string(name) + "/" + argument).c_str(),
                                   function, profile)
          ->Unit(benchmark::kMillisecond);
    };
    add("BM_RowReader_Wire", BM_RowReader_Wire);
    add("BM_RowReader_ArenaParseAlone", BM_RowReader_ArenaParseAlone);
    add("BM_RowReader_Messages", BM_RowReader_Messages);
  }
}

}  // namespace
}  // namespace recoveryline::bench

int main(int argc, char** argv) {
  recoveryline::bench::RegisterAll();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
