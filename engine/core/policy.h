// Policy: what is wanted, in the core's terms.
//
//   Policy policy{.decision_time = d, .target_time = t};
//   policy.rules.push_back({.consistencies = AtLeast(Consistency::kCrash)});
//   Eligibility ask = policy.Ask(policy.rules[0].consistencies);
//
// Thread-safety: plain value.

#ifndef RECOVERYLINE_ENGINE_CORE_POLICY_H_
#define RECOVERYLINE_ENGINE_CORE_POLICY_H_

#include <vector>

#include "engine/core/point_series.h"

namespace recoveryline::core {

enum class Scope : uint8_t { kIndependent, kCommonMarker, kCommonCaptureTime };

// Which units may take a rule. CUSTOM alone tells units apart.
enum class Serves : uint8_t { kEveryUnit, kPinnedPerVm, kPinnedByMarker };

struct Rule {
  ConsistencySet consistencies = AtLeast(Consistency::kCrash);
  Scope scope = Scope::kIndependent;
  Nanos max_skew = 0;  // with kCommonCaptureTime; >= 0
  Serves serves = Serves::kEveryUnit;
};

struct Policy {
  Instant decision_time = 0;
  Instant target_time = 0;
  Instant not_before = kMinInstant;
  Cleanliness minimum_cleanliness = Cleanliness::kUnknown;
  bool trust_unjudged = false;
  bool allow_partial = false;
  // CUSTOM: a unit that is not pinned has no choice.
  bool pins_required = false;
  bool replication_required = true;
  std::vector<Rule> rules;  // tried in order

  // What a rule with `consistencies` asks of the points of any VM; the VM's
  // exclusions are still to be set.
  Eligibility Ask(ConsistencySet consistencies) const {
    Eligibility ask{.decision_time = decision_time,
                    .target_time = target_time,
                    .not_before = not_before,
                    .requirements = {.consistencies = consistencies,
                                     .allow_partial = allow_partial,
                                     .minimum_cleanliness = minimum_cleanliness,
                                     .trust_unjudged = trust_unjudged}};
    ask.accepted = ask.requirements.Accepted();
    return ask;
  }
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_POLICY_H_
