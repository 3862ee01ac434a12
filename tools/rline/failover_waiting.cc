#include "tools/rline/failover_waiting.h"

namespace recoveryline {
namespace {

using S = FailoverState;

// States up to PROTECTED follow each other as they are enumerated.
bool IsOnTheWay(S state) { return state <= S::kProtected; }

Outlook OnTheWay(S state, S wanted, bool rehearsal) {
  if (rehearsal && wanted > S::kAwaitingCommit) return Outlook::kCannotCome;
  if (wanted > state) return Outlook::kMayCome;
  if (wanted <= S::kPreflight) return Outlook::kReached;
  // Boot groups make a run go through the same states again.
  if (state < S::kAwaitingCommit) return Outlook::kMayCome;
  // Not every run waits for one.
  return wanted == S::kAwaitingManualAction ? Outlook::kCannotCome
                                            : Outlook::kReached;
}

}  // namespace

Outlook OutlookOf(FailoverState state, FailoverState wanted, bool rehearsal) {
  if (state == wanted) return Outlook::kReached;
  switch (state) {
    case S::kCancelled:
      return Outlook::kCannotCome;
    case S::kCancelling:
      return IsOnTheWay(wanted) ? Outlook::kCannotCome : Outlook::kMayCome;
    case S::kFailed:
    case S::kPartiallyFailedOver:
      return IsOnTheWay(wanted) ? Outlook::kCannotCome : Outlook::kMayCome;
    default:
      break;
  }
  if (IsOnTheWay(wanted)) return OnTheWay(state, wanted, rehearsal);
  return state >= S::kCommitted ? Outlook::kCannotCome : Outlook::kMayCome;
}

}  // namespace recoveryline
