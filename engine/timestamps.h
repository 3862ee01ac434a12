// Timestamps: instants and durations between protobuf, text and the core.
//
//   google::protobuf::Timestamp t;
//   if (ParseRfc3339("2026-03-01T02:30:00.1234567+01:00", &t)) ...
//   std::optional<core::Instant> instant = ToInstant(t);
//   FormatInstant(*instant);          // 2026-03-01T01:30:00.1234567Z
//
// Text is RFC 3339 as the contract narrows it: upper-case T and Z, 0 to 9
// fractional digits, an offset within 23:59 of UTC. 24:00, a 60th second, more
// digits and a missing zone are refused.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_TIMESTAMPS_H_
#define RECOVERYLINE_ENGINE_TIMESTAMPS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace recoveryline {

// Whether `t` is of the standard form: nanos in [0, 1e9) and seconds from
// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
bool IsStandard(const google::protobuf::Timestamp& t);

// Whether `d` is of the standard form: seconds and nanos of one sign, nanos
// within 1e9, seconds within 10,000 years.
bool IsStandard(const google::protobuf::Duration& d);

// The same instant; nothing where int64 nanoseconds cannot hold it or `t` is
// not standard.
std::optional<core::Instant> ToInstant(const google::protobuf::Timestamp& t);

// The same length; nothing where int64 nanoseconds cannot hold it or `d` is
// not standard.
std::optional<core::Nanos> ToNanos(const google::protobuf::Duration& d);

google::protobuf::Timestamp ToTimestamp(core::Instant instant);
google::protobuf::Duration ToDuration(core::Nanos nanos);

// Reads `text` into `*t`; false, and `*t` as it was, when the text is not of
// the form above or lies outside the years 1 to 9999 (in UTC).
bool ParseRfc3339(absl::string_view text, google::protobuf::Timestamp* t);

// In UTC, with as many fractional digits as are needed.
std::string FormatTimestamp(const google::protobuf::Timestamp& t);
std::string FormatInstant(core::Instant instant);

// For people: "26h 03m 04s", "2h 03m 04s", "3m 04.5s", "0s"; a leading "-"
// below zero.
std::string FormatNanos(core::Nanos nanos);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_TIMESTAMPS_H_
