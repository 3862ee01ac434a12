// FailoverDriving: what carries a run out leans on, beside the site: a log, and
// somebody who says how long to wait.
//
//   Driving driving{.wait = [&] { return clock.SleepUntilNextLook(); }};
//   FailoverRunner::Begin(plan, &site, &log, driving);
//
// Thread-safety: as what stands behind them.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_DRIVING_H_
#define RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_DRIVING_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "recoveryline/v1/failover.pb.h"

namespace recoveryline {

// Where records are kept. All of them or none, and for good when it is OK.
class FailoverLog {
 public:
  virtual ~FailoverLog() = default;
  virtual absl::Status Append(absl::Span<const v1::FailoverRecord> records) = 0;
};

struct Driving {
  // Waits a while before the site is read again; false: no longer.
  std::function<bool()> wait;
  // How many calls may be under way at the site.
  int max_in_flight = 100;
  // Whether `wait` would give up: then a site that does not answer is not asked
  // for the other VMs as well. May be empty.
  std::function<bool()> is_late = {};
  // What the site was not ready for is begun again after 1, 2, 4 ... waits, at
  // most so many.
  int max_pause = 1;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_DRIVING_H_
