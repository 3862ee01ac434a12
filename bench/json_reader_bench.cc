// JSON text to an inventory: ReadJsonText against protobuf's own parser, on
// the same text. The counter answer_hash is that of the message that was read;
// any difference from the message that was written fails the run.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

#include "bench/bench_world.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/util/json_util.h"
#include "tools/formats/json_reader.h"
#include "tools/generator/generator.h"

namespace recoveryline::bench {
namespace {

using google::protobuf::Arena;
using google::protobuf::util::JsonPrintOptions;
using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageToJsonString;

enum class Layout { kCompact, kPretty };

uint64_t HashOf(const v1::Inventory& inventory) {
  uint64_t hash = 0;
  for (const char c : inventory.SerializeAsString()) {
    hash = Mix(hash, static_cast<unsigned char>(c));
  }
  return hash;
}

// About 20 MB of text, 4 at the smallest.
struct Document {
  std::string text;
  uint64_t hash = 0;

  Document(Profile profile, Layout layout) {
    GeneratorOptions options;
    options.profile = profile;
    options.vm_count = profile == Profile::kAsrPruned ? 480 : 72;
    if (const char* vms = std::getenv("RECOVERYLINE_BENCH_VMS")) {
      options.vm_count = std::min(options.vm_count, std::atoi(vms));
    }
    options.group_size = BenchWorld::kGroupSize;
    const v1::Inventory inventory = Generate(options);
    hash = HashOf(inventory);
    JsonPrintOptions print;
    print.add_whitespace = layout == Layout::kPretty;
    MessageToJsonString(inventory, &text, print).ok();
  }
};

bool ReadOurs(const std::string& text, v1::Inventory* inventory) {
  Violations found;
  ReadJsonText(text, "", inventory, &found);
  return found.empty();
}

bool ReadProtobuf(const std::string& text, v1::Inventory* inventory) {
  return JsonStringToMessage(text, inventory).ok();
}

// Each text is read into a new message; giving its memory back is not counted.
template <bool (*read)(const std::string&, v1::Inventory*)>
void BM_Read(benchmark::State& state, Profile profile, Layout layout) {
  const Document document(profile, layout);
  v1::Inventory once;
  if (!read(document.text, &once) || HashOf(once) != document.hash) {
    state.SkipWithError("the message read is not the one written");
    return;
  }
  for (auto _ : state) {
    auto inventory = std::make_unique<v1::Inventory>();
    if (!read(document.text, inventory.get())) state.SkipWithError("refused");
    benchmark::DoNotOptimize(inventory->vms().data());
    state.PauseTiming();
    inventory.reset();
    state.ResumeTiming();
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(document.text.size()));
  state.counters["answer_hash"] =
      static_cast<double>(document.hash % 1'000'000'007);
  state.counters["megabytes"] =
      static_cast<double>(document.text.size()) * 1e-6;
}

void BM_ReadOnArena(benchmark::State& state, Profile profile, Layout layout) {
  const Document document(profile, layout);
  Arena first;
  auto* once = Arena::CreateMessage<v1::Inventory>(&first);
  if (!ReadOurs(document.text, once) || HashOf(*once) != document.hash) {
    state.SkipWithError("the message read is not the one written");
    return;
  }
  for (auto _ : state) {
    auto arena = std::make_unique<Arena>();
    auto* inventory = Arena::CreateMessage<v1::Inventory>(arena.get());
    if (!ReadOurs(document.text, inventory)) state.SkipWithError("refused");
    benchmark::DoNotOptimize(inventory->vms().data());
    state.PauseTiming();
    arena.reset();
    state.ResumeTiming();
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(document.text.size()));
}

void Register(const std::string& argument, Profile profile, Layout layout) {
  const auto add = [&](const char* name, auto function) {
    benchmark::RegisterBenchmark((name + argument).c_str(), function, profile,
                                 layout)
        ->Unit(benchmark::kMillisecond);
  };
  add("BM_JsonReader_Read/", BM_Read<ReadOurs>);
  add("BM_JsonReader_ReadOnArena/", BM_ReadOnArena);
  add("BM_Protobuf_JsonStringToMessage/", BM_Read<ReadProtobuf>);
}

const bool registered = [] {
  Register("points:1000", Profile::kFiveMinute72h, Layout::kCompact);
  Register("points:1000/pretty", Profile::kFiveMinute72h, Layout::kPretty);
  Register("points:155", Profile::kAsrPruned, Layout::kCompact);
  return true;
}();

}  // namespace
}  // namespace recoveryline::bench

BENCHMARK_MAIN();
