// FailoverMachine: what may happen to a VM that is failed over, and what is to
// be done next.
//
//   VmStep step = After(FailoverState::kPlanned, VmEvent::kFailOver);
//   step.state;                              // kFailingOver
//   step.action;                             // VmAction::kFailOver
//
// It is pure. Who drives it writes the new state down, carries the action out,
// and tells the outcome as the next event. An outcome that is not known is no
// event: the VM stays where it is until reading the site has told.
//
// The table. After a slash stands the action; `=` is a step that is done or
// under way and changes nothing; an empty cell is refused.
//
//   from           | failOver| start| changePoint| commit| reprotect| cancel
//   PLANNED        | 1       |      |            |       |          | CANCELLED
//   FAILING_OVER   | =       |      |            |       |          |
//   FAILED_OVER    | =       | 2    | 3          |       |          | 6
//   STARTING       | =       | =    |            |       |          |
//   CHANGING_POINT | =       |      |            |       |          |
//   VERIFYING      | =       | =    |            |       |          | 6
//   AWAITING_COMMIT| =       | =    | 3          | 4     |          | 6
//   COMMITTING     | =       |      |            | =     |          |
//   COMMITTED      | =       |      |            | =     | 5        |
//   REPROTECTING   | =       |      |            | =     | =        |
//   REPROTECTED    | =       |      |            | =     | =        |
//   PROTECTED      | =       |      |            | =     | =        |
//   CANCELLING     |         |      |            |       |          | =
//   CANCELLED      |         |      |            |       |          | =
//   UNVERIFIED     | 7       | 2    | 3          |       |          | 6
//   FAILED         | 1       |      |            |       |          | 6
//
//   1 FAILING_OVER / fail over     5 REPROTECTING / reprotect
//   2 STARTING / start             6 CANCELLING / cancel
//   3 CHANGING_POINT / change point
//   4 COMMITTING / commit          7 VERIFYING / verify
//   8 REPROTECTED / watch
//
//   from          | done           | landed     | elsewhere| failed
//   FAILING_OVER  | 7              | FAILED_OVER| 3        | FAILED
//   STARTING      | 7              |            |          | UNVERIFIED
//   CHANGING_POINT| 7              | FAILED_OVER|          | UNVERIFIED
//   VERIFYING     | AWAITING_COMMIT|            | 3        | UNVERIFIED
//   COMMITTING    | COMMITTED      |            |          | AWAITING_COMMIT
//   REPROTECTING  | 8              |            |          | COMMITTED
//   REPROTECTED   | PROTECTED      |            |          |
//   CANCELLING    | CANCELLED      |            |          | UNVERIFIED
//
// FAILED is a VM that was not failed over; UNVERIFIED one that was, and then
// could not be started, moved, verified or taken back. FAILED_OVER waits to be
// started (where the site does that apart).
// PREFLIGHT, AWAITING_MANUAL_ACTION and PARTIALLY_FAILED_OVER are states of a
// run alone (failover_run.h): a VM is in none of them, and there all events are
// refused.
//
// Source: operations of a replicated item and when each is allowed, Azure Site
// Recovery REST (allowedOperations); commit ends the choice of a point.
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_MACHINE_H_
#define RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_MACHINE_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace recoveryline {

enum class FailoverState : uint8_t {
  kPlanned,
  kPreflight,
  kFailingOver,
  kFailedOver,
  kStarting,
  kChangingPoint,
  kVerifying,
  kAwaitingManualAction,
  kAwaitingCommit,
  kCommitting,
  kCommitted,
  kReprotecting,
  kReprotected,  // asked for; no point yet
  kProtected,
  kPartiallyFailedOver,
  kCancelling,
  kCancelled,
  kUnverified,
  kFailed,
};
inline constexpr int kFailoverStateCount = 19;

// What is asked of a VM, and how what was done for it ended.
enum class VmEvent : uint8_t {
  kFailOver,
  kStart,
  kChangePoint,
  kCommit,
  kReprotect,
  kCancel,
  kDone,
  kLanded,     // failed over, and not started
  kElsewhere,  // failed over, to another point than the chosen one
  kFailed,
};
inline constexpr int kVmEventCount = 10;

enum class VmAction : uint8_t {
  kNone,
  kFailOver,     // to the chosen point
  kStart,        // a VM that is failed over
  kChangePoint,  // of a VM that is failed over, to another one
  kVerify,       // source off, VM up, the point used is the one chosen
  kCommit,       // deletes the recovery points: cannot be undone
  kReprotect,
  kWatch,  // until it has a point again
  kCancel,
};

struct VmStep {
  bool allowed = false;
  FailoverState state = FailoverState::kPlanned;  // unchanged where refused
  VmAction action = VmAction::kNone;
};

VmStep After(FailoverState state, VmEvent event);

// As users read it: "AWAITING_COMMIT".
absl::string_view NameOf(FailoverState state);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_FAILOVER_MACHINE_H_
