#include "tools/sites/clock.h"

#include "absl/time/clock.h"
#include "engine/timestamps.h"

namespace recoveryline {

absl::Time SystemClock::Now() { return absl::Now(); }

void SystemClock::Sleep(absl::Duration duration) { absl::SleepFor(duration); }

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) +
         absl::Nanoseconds(timestamp.nanos());
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return ToTimestamp(absl::ToUnixNanos(time));
}

}  // namespace recoveryline
