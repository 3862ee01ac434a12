#include "engine/failover/failover_machine.h"

#include <cstddef>

namespace recoveryline {
namespace {

using S = FailoverState;
using A = VmAction;

struct Cell {
  enum Kind : uint8_t { kRefused, kSame, kGoes } kind = kRefused;
  S to = S::kPlanned;
  A action = A::kNone;
};

constexpr Cell no;
constexpr Cell same{Cell::kSame};
constexpr Cell To(S state, A action = A::kNone) {
  return {Cell::kGoes, state, action};
}
constexpr Cell fail_over = To(S::kFailingOver, A::kFailOver);
constexpr Cell change = To(S::kFailingOver, A::kChangePoint);
constexpr Cell commit = To(S::kCommitting, A::kCommit);
constexpr Cell protect = To(S::kReprotecting, A::kReprotect);
constexpr Cell cancel = To(S::kCancelling, A::kCancel);
constexpr Cell cancelled = To(S::kCancelled);
constexpr Cell failed = To(S::kFailed);

// As the header has it. Columns: failOver, changePoint, commit, reprotect,
// cancel; done, failed.
constexpr Cell kTable[kFailoverStateCount][kVmEventCount] = {
    /* PLANNED */ {fail_over, no, no, no, cancelled, no, no},
    /* PREFLIGHT */ {},
    /* FAILING_OVER */
    {same, same, no, no, no, To(S::kVerifying, A::kVerify), failed},
    /* VERIFYING */
    {same, no, no, no, cancel, To(S::kAwaitingCommit), failed},
    /* AWAITING_MANUAL_ACTION */ {},
    /* AWAITING_COMMIT */ {same, change, commit, no, cancel, no, no},
    /* COMMITTING */
    {same, no, same, no, no, To(S::kCommitted), To(S::kAwaitingCommit)},
    /* COMMITTED */ {same, no, same, protect, no, no, no},
    /* REPROTECTING */
    {same, no, same, same, no, To(S::kReprotected, A::kWatch),
     To(S::kCommitted)},
    /* REPROTECTED */ {same, no, same, same, no, To(S::kProtected), no},
    /* PROTECTED */ {same, no, same, same, no, no, no},
    /* PARTIALLY_FAILED_OVER */ {},
    /* CANCELLING */ {no, no, no, no, same, cancelled, failed},
    /* CANCELLED */ {no, no, no, no, same, no, no},
    /* FAILED */ {fail_over, change, no, no, cancel, no, no},
};

constexpr absl::string_view kNames[kFailoverStateCount] = {
    "PLANNED",
    "PREFLIGHT",
    "FAILING_OVER",
    "VERIFYING",
    "AWAITING_MANUAL_ACTION",
    "AWAITING_COMMIT",
    "COMMITTING",
    "COMMITTED",
    "REPROTECTING",
    "REPROTECTED",
    "PROTECTED",
    "PARTIALLY_FAILED_OVER",
    "CANCELLING",
    "CANCELLED",
    "FAILED"};

}  // namespace

VmStep After(FailoverState state, VmEvent event) {
  const Cell& cell =
      kTable[static_cast<size_t>(state)][static_cast<size_t>(event)];
  switch (cell.kind) {
    case Cell::kRefused:
      return {.state = state};
    case Cell::kSame:
      return {.allowed = true, .state = state};
    case Cell::kGoes:
      return {.allowed = true, .state = cell.to, .action = cell.action};
  }
  return {.state = state};
}

absl::string_view NameOf(FailoverState state) {
  return kNames[static_cast<size_t>(state)];
}

}  // namespace recoveryline
