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
constexpr Cell start = To(S::kStarting, A::kStart);
constexpr Cell change = To(S::kChangingPoint, A::kChangePoint);
constexpr Cell verify = To(S::kVerifying, A::kVerify);
constexpr Cell commit = To(S::kCommitting, A::kCommit);
constexpr Cell protect = To(S::kReprotecting, A::kReprotect);
constexpr Cell cancel = To(S::kCancelling, A::kCancel);
constexpr Cell cancelled = To(S::kCancelled);
constexpr Cell landed = To(S::kFailedOver);
constexpr Cell unverified = To(S::kUnverified);
constexpr Cell failed = To(S::kFailed);

// As the header has it. Columns: failOver, start, changePoint, commit,
// reprotect, cancel; done, landed, elsewhere, failed.
constexpr Cell kTable[kFailoverStateCount][kVmEventCount] = {
    /* PLANNED */ {fail_over, no, no, no, no, cancelled, no, no, no, no},
    /* PREFLIGHT */ {},
    /* FAILING_OVER */
    {same, no, no, no, no, no, verify, landed, change, failed},
    /* FAILED_OVER */ {same, start, change, no, no, cancel, no, no, no, no},
    /* STARTING */ {same, same, no, no, no, no, verify, no, no, unverified},
    /* CHANGING_POINT */
    {same, no, no, no, no, no, verify, landed, no, unverified},
    /* VERIFYING */
    {same, same, no, no, no, cancel, To(S::kAwaitingCommit), no, change,
     unverified},
    /* AWAITING_MANUAL_ACTION */ {},
    /* AWAITING_COMMIT */
    {same, same, change, commit, no, cancel, no, no, no, no},
    /* COMMITTING */
    {same, no, no, same, no, no, To(S::kCommitted), no, no,
     To(S::kAwaitingCommit)},
    /* COMMITTED */ {same, no, no, same, protect, no, no, no, no, no},
    /* REPROTECTING */
    {same, no, no, same, same, no, To(S::kReprotected, A::kWatch), no, no,
     To(S::kCommitted)},
    /* REPROTECTED */
    {same, no, no, same, same, no, To(S::kProtected), no, no, no},
    /* PROTECTED */ {same, no, no, same, same, no, no, no, no, no},
    /* PARTIALLY_FAILED_OVER */ {},
    /* CANCELLING */ {no, no, no, no, no, same, cancelled, no, no, unverified},
    /* CANCELLED */ {no, no, no, no, no, same, no, no, no, no},
    /* UNVERIFIED */ {verify, start, change, no, no, cancel, no, no, no, no},
    /* FAILED */ {fail_over, no, no, no, no, cancel, no, no, no, no},
};

constexpr absl::string_view kNames[kFailoverStateCount] = {
    "PLANNED",
    "PREFLIGHT",
    "FAILING_OVER",
    "FAILED_OVER",
    "STARTING",
    "CHANGING_POINT",
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
    "UNVERIFIED",
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
