#include "engine/core/gap_cause.h"

#include "engine/core/blocking.h"

namespace recoveryline::core {

std::optional<size_t> OldestStep(const Timeline& timeline) {
  std::optional<size_t> oldest;
  Nanos worst_age = -1;
  for (size_t i = 0; i < timeline.size(); ++i) {
    if (!timeline.selected(i)) continue;
    const Nanos age = SaturatingSubtract(timeline.end(i), timeline[i].earliest);
    if (age <= worst_age) continue;
    worst_age = age;
    oldest = i;
  }
  return oldest;
}

std::optional<size_t> LongestWithoutChoice(const Timeline& timeline) {
  std::optional<size_t> longest;
  Nanos longest_length = -1;
  size_t first = 0;  // of the stretch
  for (size_t i = 0; i < timeline.size(); ++i) {
    if (timeline.selected(i)) {
      first = i + 1;
      continue;
    }
    const Nanos length =
        SaturatingSubtract(timeline.end(i), timeline[first].begin);
    if (length <= longest_length) continue;
    longest_length = length;
    longest = i;
  }
  return longest;
}

GapCause CauseOf(const Unit& unit, const Policy& policy,
                 const Timeline& timeline, size_t step) {
  GapCause cause;
  cause.at = timeline.end(step) - 1;
  cause.blocking = BlockingMembers(
      unit, timeline.span().PolicyAt(policy, cause.at), timeline.Choice(step));
  return cause;
}

}  // namespace recoveryline::core
