// Scenarios: the moments that `evaluate` is asked about.
//
//   absl::StatusOr<Scenarios> moments = ReadScenarios(flags, as_of, &found);
//   moments->count;                          // 288: a day, every 5 minutes
//   moments->at(0);
//
// Either a file (a ScenarioList in any format), or all moments from --from to
// --to, --every so long; the inventory's as_of_time where neither is given.
//
// Thread-safety: Scenarios may be read by several threads.

#ifndef RECOVERYLINE_TOOLS_RLINE_SCENARIOS_H_
#define RECOVERYLINE_TOOLS_RLINE_SCENARIOS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/batch/warm_plan.h"
#include "engine/violations.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {

struct ScenarioFlags {
  std::string file;
  std::string from;
  std::string to;
  std::string every;
};

struct Scenarios {
  int64_t count = 0;
  std::function<Scenario(int64_t)> at;
  // Different for different scenarios: the file's digest, or the range.
  std::string fingerprint;
};

void AddScenarioFlags(CLI::App* command, ScenarioFlags* flags);

// InvalidArgument where the flags contradict each other (usage), Unavailable
// where the file cannot be read; rules that its content breaks go to `*found`.
absl::StatusOr<Scenarios> ReadScenarios(const ScenarioFlags& flags,
                                        std::optional<core::Instant> as_of,
                                        Violations* found);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_SCENARIOS_H_
