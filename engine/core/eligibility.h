// Eligibility: what is asked of a point, at a decision time and for a rule.
//
//   Eligibility ask{.decision_time = d, .target_time = t};
//   ask.requirements.consistencies = AtLeast(Consistency::kApplication);
//   ask.accepted = ask.requirements.Accepted();
//   if (series.RefusalOf(position, ask) == Refusal::kNone) ...
//
// Requirements are what no time changes; as a set of flags they are one lookup
// a point and one test a block of points.
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_ENGINE_CORE_ELIGIBILITY_H_
#define RECOVERYLINE_ENGINE_CORE_ELIGIBILITY_H_

#include <array>
#include <cstdint>

#include "engine/core/instant.h"
#include "engine/core/interval_set.h"
#include "engine/core/recovery_point.h"

namespace recoveryline::core {

// What a rule and its policy ask of the part that does not depend on time.
struct Requirements {
  ConsistencySet consistencies = AtLeast(Consistency::kCrash);
  bool allow_partial = false;
  Cleanliness minimum_cleanliness = Cleanliness::kUnknown;
  bool trust_unjudged = false;

  constexpr bool ConsistentEnough(uint8_t flags) const {
    return consistencies & Exactly(Flags::ConsistencyOf(flags));
  }
  constexpr bool CompleteEnough(uint8_t flags) const {
    return allow_partial || !Flags::PartialOf(flags);
  }
  constexpr bool CleanEnough(uint8_t flags) const {
    return (trust_unjudged
                ? Flags::CleanlinessOf(flags)
                : Flags::EffectiveCleanlinessOf(flags)) >= minimum_cleanliness;
  }
  // All flags that are consistent, complete and clean enough.
  constexpr FlagSet Accepted() const;
};

// Accepted() as an intersection of sets made when this is compiled.
struct AcceptedFlags {
  std::array<FlagSet, 16> consistent;           // by ConsistencySet
  std::array<std::array<FlagSet, 4>, 2> clean;  // by trust, then minimum
  std::array<FlagSet, 2> complete;              // by allow_partial

  constexpr AcceptedFlags() {
    Requirements r;
    for (unsigned i = 0; i < consistent.size(); ++i) {
      r.consistencies = static_cast<ConsistencySet>(i);
      consistent[i] =
          FlagSet::Where([&r](uint8_t f) { return r.ConsistentEnough(f); });
    }
    for (unsigned i = 0; i < 8; ++i) {
      r.trust_unjudged = i >= 4;
      r.minimum_cleanliness = static_cast<Cleanliness>(i % 4);
      clean[i / 4][i % 4] =
          FlagSet::Where([&r](uint8_t f) { return r.CleanEnough(f); });
    }
    for (unsigned i = 0; i < complete.size(); ++i) {
      r.allow_partial = i == 1;
      complete[i] =
          FlagSet::Where([&r](uint8_t f) { return r.CompleteEnough(f); });
    }
  }
};
inline constexpr AcceptedFlags kAcceptedFlags;

constexpr FlagSet Requirements::Accepted() const {
  const auto minimum = static_cast<unsigned>(minimum_cleanliness);
  return kAcceptedFlags.consistent[consistencies & 0xfu] &
         kAcceptedFlags.clean[trust_unjudged ? 1 : 0][minimum] &
         kAcceptedFlags.complete[allow_partial ? 1 : 0];
}

// Why a point is not eligible: the first rule it fails, in this order.
enum class Refusal : uint8_t {
  kNone,
  kNotYetAvailable,
  kExpired,
  kAfterTargetTime,
  kBeforeFloor,
  kExcluded,
  kInconsistent,
  kPartialDisks,
  kNotClean,
};

// What is asked of a point. `accepted` must be `requirements.Accepted()`; it is
// kept beside it because one set serves many queries.
struct Eligibility {
  Instant decision_time = 0;
  Instant target_time = 0;
  Instant not_before = kMinInstant;
  const IntervalSet* exclusions = nullptr;  // null: none
  Requirements requirements = {};
  FlagSet accepted = Requirements{}.Accepted();
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_ELIGIBILITY_H_
