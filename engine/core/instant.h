// Instants and durations as the core knows them: whole nanoseconds.
//
//   Instant decision = 1'700'000'000'000'000'000;
//   Nanos loss = SaturatingSubtract(decision, capture);
//
// An Instant counts nanoseconds since the Unix epoch; the range is all of
// int64 (1677-09-21 to 2262-04-11). Sums and differences saturate at its ends.

#ifndef RECOVERYLINE_ENGINE_CORE_INSTANT_H_
#define RECOVERYLINE_ENGINE_CORE_INSTANT_H_

#include <cstdint>
#include <limits>

namespace recoveryline::core {

using Instant = int64_t;
using Nanos = int64_t;

inline constexpr Instant kMinInstant = std::numeric_limits<Instant>::min();
inline constexpr Instant kMaxInstant = std::numeric_limits<Instant>::max();

// The end of an interval that has none. An end stated at the last instant
// means the same.
inline constexpr Instant kForever = kMaxInstant;

constexpr Instant SaturatingAdd(Instant a, Nanos b) {
  Instant sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b < 0 ? kMinInstant : kMaxInstant;
}

constexpr Nanos SaturatingSubtract(Instant a, Instant b) {
  Nanos difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? kMaxInstant : kMinInstant;
}

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_INSTANT_H_
