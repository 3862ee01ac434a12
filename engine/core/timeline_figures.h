// TimelineFigures: how old the choice was, how long there was none, and under
// which rule it was made: exact sums over a timeline, never samples.
//
//   TimelineFigures all;
//   for (...) all.Add(FiguresOf(timeline, policy.rules.size(), objective));
//   use(all.worst_age, all.MeanAge(), all.above_objective);
//
// The age of a choice at D is D less its earliest capture time; a data loss
// with no incident before D is the same. Within a step it grows with D, so that
// over time it is a sawtooth of which everything follows in closed form. Time
// is continuous here: an instant by itself has no length.
//   (1) In the step [b, e) with the earliest capture c ages are b - c to e - c,
//       each for as long as any other. e - c is not reached but come near to:
//       it is the step's worst age.
//   (2) The integral of the age over it is (e - b) (b - c + e - c) / 2.
//   (3) The age is above an objective o from c + o on.
//
// Lengths and ages saturate as instants do, sums over units in 128 bits.
// Cost: FiguresOf O(steps); AgePercentiles O(steps log steps).
// Thread-safety: plain values, pure functions.

#ifndef RECOVERYLINE_ENGINE_CORE_TIMELINE_FIGURES_H_
#define RECOVERYLINE_ENGINE_CORE_TIMELINE_FIGURES_H_

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "engine/core/timeline.h"

namespace recoveryline::core {

// A stretch of time; none where its length is 0.
struct Stretch {
  Instant begin = 0;
  Nanos length = 0;

  friend bool operator==(const Stretch&, const Stretch&) = default;
};

// Nanoseconds summed up over units, or what is made of such sums.
__extension__ using NanosSum = unsigned __int128;
inline constexpr NanosSum kLargestSum = ~NanosSum{0};

struct TimelineFigures {
  static constexpr size_t kOutcomes =
      static_cast<size_t>(UnitOutcome::kNoEligiblePoint) + 1;

  int64_t unit_count = 0;
  int64_t step_count = 0;
  // Of each outcome; without a choice is all but kSelected.
  std::array<NanosSum, kOutcomes> by_outcome = {};
  std::vector<NanosSum> by_rule;  // of the policy
  // With a choice, and its age above the objective.
  NanosSum above_objective = 0;
  // The integral of the age over the time with a choice, twice, in ns².
  NanosSum twice_age_integral = 0;
  // The greatest age that is come near to, and when: `worst_until` is the first
  // instant at which that choice no longer stood. 0 without any choice.
  Nanos worst_age = 0;
  Instant worst_until = 0;
  // The longest stretch in which no choice came that was newer, by its earliest
  // capture time, than all choices before it in the span. The ends of the span
  // end it, too.
  Stretch longest_without_newer;
  // The longest stretch without any choice, whatever the outcomes.
  Stretch longest_without_choice;

  NanosSum with_choice() const {
    return by_outcome[static_cast<size_t>(UnitOutcome::kSelected)];
  }
  NanosSum without_choice() const;
  // Rounded down; nothing where there never was a choice.
  std::optional<Nanos> MeanAge() const;

  // Of both. Of worsts and stretches that are as long the earlier one is kept.
  void Add(const TimelineFigures& other);
};

// Without an objective nothing is above it. An age at the objective is not.
// REQUIRES: the decision time moves on the timeline's axis; `rule_count` is how
// many rules its policy has.
TimelineFigures FiguresOf(const Timeline& timeline, size_t rule_count,
                          std::optional<Nanos> objective);

// For each share the least whole age that is not exceeded for that share of
// the time with a choice; nothing where there never was one. A share of
// 1,000,000 gives the worst age. REQUIRES: shares lie in 1 to 1,000,000; as in
// FiguresOf().
std::vector<Nanos> AgePercentiles(const Timeline& timeline,
                                  std::span<const int> shares_per_million);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_TIMELINE_FIGURES_H_
