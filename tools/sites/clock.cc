#include "tools/sites/clock.h"

#include "absl/time/clock.h"

namespace recoveryline {

absl::Time SystemClock::Now() { return absl::Now(); }

void SystemClock::Sleep(absl::Duration duration) { absl::SleepFor(duration); }

}  // namespace recoveryline
