// Reference arithmetic: instants and durations, written a second time.
//
//   int64_t d = ToNanos(inventory.as_of_time());
//   int64_t age = Minus(d, capture_time);         // saturates
//
// The reference shares no code with the engine, so it does its own sums: in
// 128 bits, then brought back into int64 nanoseconds by saturation.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_REFERENCE_REFERENCE_TIME_H_
#define RECOVERYLINE_TESTS_REFERENCE_REFERENCE_TIME_H_

#include <cstdint>
#include <limits>

#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace recoveryline::reference {

inline constexpr int64_t kFirstNano = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kLastNano = std::numeric_limits<int64_t>::max();

// Saturating: beyond either end of int64 nanoseconds, that end.
int64_t ToNanos(const google::protobuf::Timestamp& t);
int64_t ToNanos(const google::protobuf::Duration& d);

google::protobuf::Timestamp ToTimestamp(int64_t nanos);
google::protobuf::Duration ToDuration(int64_t nanos);

// Saturating.
int64_t Plus(int64_t a, int64_t b);
int64_t Minus(int64_t a, int64_t b);

}  // namespace recoveryline::reference

#endif  // RECOVERYLINE_TESTS_REFERENCE_REFERENCE_TIME_H_
