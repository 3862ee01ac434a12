// FakeChaos: what goes wrong with this request, and with the operation that it
// starts?
//
//   FakeChaos chaos(seed, ChaosRates::AtLevel(2));
//   switch (chaos.FateOf("POST", "/subscriptions/.../failoverCommit")) ...
//
// Chance is drawn in the order of the requests, equally often for each one, so
// the same seed and requests give the same faults. Faults that a test wants at
// one place are scripted instead, and go first.
//
// Cost: nanoseconds a draw. Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_CHAOS_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_CHAOS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/generator/random_stream.h"

namespace recoveryline::fake {

// Each one time in so many; 0: never.
struct ChaosRates {
  // Of requests. A point that is pruned is gone, or is listed still and of no
  // use.
  int throttled = 0;
  int error_before = 0;
  int error_after = 0;
  int dropped_before = 0;
  int dropped_after = 0;
  int pruned_point = 0;
  // Of pages of a list: the last one is told again at the head of the next.
  int repeated_entry = 0;
  // Of operations: four times as long; not to be seen in the item or among the
  // jobs for one to ten seconds; without an effect; well, but with an error;
  // the agent takes twice as long.
  int slow_operation = 0;
  int late_to_be_seen = 0;
  int failed_operation = 0;
  int warned_operation = 0;
  int late_agent = 0;
  // Of polls: what was said before is said again; a success is taken back
  // once.
  int stale_poll = 0;
  int regressed_poll = 0;

  // 0: nothing; 1: one request in 60 goes wrong; 2: one in 20; 3: one in 6.
  static ChaosRates AtLevel(int level);
};

enum class Fate {
  kAnswered,
  kThrottled,
  kErrorBefore,
  kErrorAfter,
  kDroppedBefore,
  kDroppedAfter,
};
// "throttled", "error-before", "dropped-after", ...
absl::string_view Name(Fate fate);
std::optional<Fate> FateNamed(absl::string_view name);

// For requests of this method ("" for any) whose address holds this text.
struct ScriptedFault {
  std::string method = {};
  std::string path_part = {};
  Fate fate = Fate::kAnswered;
  // So many requests are let by first, and so many are hit then.
  int skip = 0;
  int times = 1;
};

class FakeChaos {
 public:
  FakeChaos(uint64_t seed, const ChaosRates& rates)
      : random_(seed, {kStream}), rates_(rates) {}

  Fate FateOf(absl::string_view method, absl::string_view url);
  void Script(const ScriptedFault& fault) { script_.push_back(fault); }

  const ChaosRates& rates() const { return rates_; }
  // Whether it happens now.
  bool Strikes(int one_in) {
    const uint64_t drawn = random_.Next();
    return one_in > 0 && drawn % static_cast<uint64_t>(one_in) == 0;
  }
  uint64_t Next() { return random_.Next(); }
  // In [0, bound). REQUIRES: bound > 0.
  uint64_t Below(uint64_t bound) { return random_.Below(bound); }

 private:
  static constexpr uint64_t kStream = 0xc4a05;

  RandomStream random_;
  ChaosRates rates_;
  std::vector<ScriptedFault> script_;
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_CHAOS_H_
