#include "engine/core/candidates.h"

#include <span>

namespace recoveryline::core {

Position Candidates::Best(Position before) const {
  if (pinned_marker != kNoMarker) {
    const std::span<const Position> carriers = points->Carriers(pinned_marker);
    for (size_t i = carriers.size(); i > 0; --i) {
      const Position p = carriers[i - 1];
      if (p < before && IsCandidate(p) && IsEligible(p)) return p;
    }
    return kNoPosition;
  }
  if (pinned != kNoPosition) {
    return pinned < before && IsEligible(pinned) ? pinned : kNoPosition;
  }
  return points->Best(ask, before);
}

Position Candidates::BestCarrier(Marker marker) const {
  const std::span<const Position> carriers = points->Carriers(marker);
  for (size_t i = carriers.size(); i > 0; --i) {
    const Position p = carriers[i - 1];
    if (IsCandidate(p) && IsEligible(p)) return p;
  }
  return kNoPosition;
}

}  // namespace recoveryline::core
