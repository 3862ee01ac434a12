// FailoverWaiting: is a state that somebody waits for still to come?
//
//   OutlookOf(FailoverState::kFailed, FailoverState::kAwaitingCommit, false);
//   // Outlook::kCannotCome: a person has to start it again first
//
// From AWAITING_COMMIT on a run goes one way, so that what lies behind it has
// been reached: COMMITTED where it is PROTECTED.
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAILOVER_WAITING_H_
#define RECOVERYLINE_TOOLS_RLINE_FAILOVER_WAITING_H_

#include <cstdint>

#include "engine/failover/failover_machine.h"

namespace recoveryline {

enum class Outlook : uint8_t { kReached, kMayCome, kCannotCome };

// Of a run that is in `state`; a rehearsal is never committed.
Outlook OutlookOf(FailoverState state, FailoverState wanted, bool rehearsal);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_WAITING_H_
