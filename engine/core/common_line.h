// CommonLine: the newest line of points that the VMs of a unit have in common,
// found once, without building an index.
//
//   std::vector<Candidates> members = ...;   // one a VM
//   std::optional<CommonLine> line = NewestCommonMarker(members);
//
// Both searches walk backward and let the VM that lags behind lead: no line can
// be newer than what its slowest VM has.
//   (1) A common marker's earliest capture is at most that of any VM's best
//       point for it. So the markers of one VM, newest first, bound what is
//       still to come; the search ends when the bound falls below the best
//       line found.
//   (2) If a VM has no eligible point in [t, t + max_skew], and its newest one
//       up to t + max_skew was captured at u < t, then no window that starts
//       in (u, t] holds a point of it: the search leaps to u.
//
// Cost: (1) O(eligible marked points of the leader newer than the line, times
// members times log marked points); (2) O(leaps times one search a member).
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_CORE_COMMON_LINE_H_
#define RECOVERYLINE_ENGINE_CORE_COMMON_LINE_H_

#include <optional>
#include <span>
#include <vector>

#include "engine/core/candidates.h"

namespace recoveryline::core {

struct CommonLine {
  Marker marker = kNoMarker;  // of NewestCommonMarker() alone
  Instant earliest = 0;       // capture times of the points
  Instant latest = 0;
  std::vector<Position> positions;  // one a member
};

// Of the markers that every member has an eligible candidate for, the one with
// the greatest earliest capture time over the members' best candidates for it,
// then the greatest latest, then the smallest marker.
// REQUIRES: members is not empty.
std::optional<CommonLine> NewestCommonMarker(
    std::span<const Candidates> members);

// The greatest t such that every member has an eligible candidate captured in
// [t, t + max_skew], with each member's best candidate in that window.
// REQUIRES: members is not empty; max_skew >= 0.
std::optional<CommonLine> NewestCommonWindow(
    std::span<const Candidates> members, Nanos max_skew);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_COMMON_LINE_H_
