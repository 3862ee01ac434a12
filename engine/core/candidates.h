// Candidates: one VM's points as one rule sees them, pins applied.
//
//   Candidates c{.points = &series, .ask = ask, .pinned_marker = m};
//   Position best = c.Best(c.points->size());
//
// A VM pin leaves one candidate, a marker pin those that carry the marker, and
// both their intersection.
//
// Cost: as PointSeries::Best; with a marker pin O(points that carry it).
// Thread-safety: plain value over immutable data.

#ifndef RECOVERYLINE_ENGINE_CORE_CANDIDATES_H_
#define RECOVERYLINE_ENGINE_CORE_CANDIDATES_H_

#include "engine/core/point_series.h"

namespace recoveryline::core {

struct Candidates {
  const PointSeries* points = nullptr;
  Eligibility ask;
  Position pinned = kNoPosition;
  Marker pinned_marker = kNoMarker;

  // Whether pins leave the point.
  bool IsCandidate(Position position) const {
    return (pinned == kNoPosition || pinned == position) &&
           (pinned_marker == kNoMarker ||
            pinned_marker == points->marker(position));
  }
  bool IsEligible(Position position) const {
    return points->RefusalOf(position, ask) == Refusal::kNone;
  }

  // The best eligible candidate below `before`, or kNoPosition.
  Position Best(Position before) const;

  // The best eligible candidate that carries `marker`, or kNoPosition.
  Position BestCarrier(Marker marker) const;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_CANDIDATES_H_
