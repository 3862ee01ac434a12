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
//   from             | failOver | changePoint | commit | reprotect | cancel
//   PLANNED          | 1        |             |        |           | CANCELLED
//   FAILING_OVER     | =        | =           |        |           |
//   VERIFYING        | =        |             |        |           | 5
//   AWAITING_COMMIT  | =        | 2           | 3      |           | 5
//   COMMITTING       | =        |             | =      |           |
//   COMMITTED        | =        |             | =      | 4         |
//   REPROTECTING     | =        |             | =      | =         |
//   REPROTECTED      | =        |             | =      | =         |
//   PROTECTED        | =        |             | =      | =         |
//   CANCELLING       |          |             |        |           | =
//   CANCELLED        |          |             |        |           | =
//   FAILED           | 1        | 2           |        |           | 5
//
//   1 FAILING_OVER / fail over     4 REPROTECTING / reprotect
//   2 FAILING_OVER / change point  5 CANCELLING / cancel
//   3 COMMITTING / commit
//
//   from             | done               | failed
//   FAILING_OVER     | VERIFYING / verify | FAILED
//   VERIFYING        | AWAITING_COMMIT    | FAILED
//   COMMITTING       | COMMITTED          | AWAITING_COMMIT
//   REPROTECTING     | REPROTECTED / watch| COMMITTED
//   REPROTECTED      | PROTECTED          |
//   CANCELLING       | CANCELLED          | FAILED
//
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
  kFailed,
};
inline constexpr int kFailoverStateCount = 15;

// What is asked of a VM, and how what was done for it ended.
enum class VmEvent : uint8_t {
  kFailOver,
  kChangePoint,
  kCommit,
  kReprotect,
  kCancel,
  kDone,
  kFailed,
};
inline constexpr int kVmEventCount = 7;

enum class VmAction : uint8_t {
  kNone,
  kFailOver,     // to the chosen point
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
