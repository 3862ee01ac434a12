// Runs random worlds through the engine, the checker and the reference.
//
//   world_runner --from 0 --count 1000000 --threads 2
//   world_runner --count 100000 --aligned 1
//
// Prints the first differences, the seeds, the duration and the rate; exits
// with 1 where anything differs or is refuted, 64 on wrong usage.

#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "tests/world_check.h"

namespace recoveryline {
namespace {

struct Arguments {
  uint64_t from = 0;
  uint64_t count = 20'000;
  uint64_t threads = 1;
  uint64_t aligned = 0;  // 1: AlignedWorld()
};

bool ParseArguments(int argc, char** argv, Arguments* arguments) {
  if (argc % 2 == 0) return false;
  for (int i = 1; i < argc; i += 2) {
    const absl::string_view name = argv[i];
    uint64_t* value = nullptr;
    if (name == "--from") value = &arguments->from;
    if (name == "--count") value = &arguments->count;
    if (name == "--threads") value = &arguments->threads;
    if (name == "--aligned") value = &arguments->aligned;
    if (value == nullptr || !absl::SimpleAtoi(argv[i + 1], value)) return false;
  }
  return arguments->threads >= 1 && arguments->threads <= 64;
}

int Run(const Arguments& arguments) {
  const auto start = std::chrono::steady_clock::now();
  const WorldTroubles troubles = CheckWorlds(
      arguments.aligned != 0 ? reference::AlignedWorld : reference::RandomWorld,
      arguments.from, arguments.count, static_cast<int>(arguments.threads));
  const std::chrono::duration<double> spent =
      std::chrono::steady_clock::now() - start;
  for (const auto& [seed, trouble] : troubles.by_seed) {
    std::printf("=== seed %" PRIu64 "\n%s", seed, trouble.c_str());
  }
  std::printf("seeds [%" PRIu64 ", %" PRIu64 "): %" PRIu64 " worlds, %" PRId64
              " differences, %.1f s, %.0f worlds/s\n",
              arguments.from, arguments.from + arguments.count, arguments.count,
              troubles.count, spent.count(),
              static_cast<double>(arguments.count) / spent.count());
  return troubles.count == 0 ? 0 : 1;
}

}  // namespace
}  // namespace recoveryline

int main(int argc, char** argv) {
  recoveryline::Arguments arguments;
  if (!recoveryline::ParseArguments(argc, argv, &arguments)) {
    std::fputs(
        "usage: world_runner [--from SEED] [--count N] [--threads N] "
        "[--aligned 1]\n",
        stderr);
    return 64;
  }
  return recoveryline::Run(arguments);
}
