// Stays: when points are there to be chosen, and which is the best one of them
// at any time.
//
//   std::vector<Stay> stays;
//   CollectStays(candidates, span, &stays);
//   best_of_stays.Append(&stays, span.from, span.to, &steps);
//
// A stay is a half-open interval of an axis of time; outside of it the point is
// not eligible. Facts that keep the work small:
//   (1) A point is never the best one where a better one comes no later and
//       goes no earlier. Points mostly come in their order and go in their
//       order or never, so those passed over are all that come late.
//   (2) Of the points that are there, one that is worse than another and goes
//       no later will never be the best one again.
//
// Cost: CollectStays 4 ns a point. Append O(stays), and O(log) more for each
// that comes while a better one is there that goes before it; where stays do
// not begin in the order of their positions they are sorted.
// Thread-safety: a BestOfStays is for one thread.

#ifndef RECOVERYLINE_ENGINE_CORE_STAYS_H_
#define RECOVERYLINE_ENGINE_CORE_STAYS_H_

#include <optional>
#include <vector>

#include "engine/core/candidates.h"
#include "engine/core/instant.h"
#include "engine/core/recovery_point.h"
#include "engine/core/timeline.h"

namespace recoveryline::core {

struct Stay {
  Instant begin = 0;
  Instant end = 0;
  Position position = kNoPosition;
};

// The part of the span in which the point is there and wanted, if any, whatever
// else is asked of it.
std::optional<Stay> StayOf(const RecoveryPoint& point, const Eligibility& ask,
                           const TimelineSpan& span);

// The part of the span in which the candidate is eligible, if any. What the
// candidates are asked for at a fixed time stands in their `ask`: the target
// time where the decision time moves alone, the decision time where the target
// time does.
std::optional<Stay> StayOf(const Candidates& candidates, Position position,
                           const TimelineSpan& span);

// Appends the stays of all candidates, best first, but for some that (1) shows
// to be never the best one.
void CollectStays(const Candidates& candidates, const TimelineSpan& span,
                  std::vector<Stay>* stays);

class BestOfStays {
 public:
  // Appends which position is the greatest one over [from, to): steps of which
  // the first begins at `from`, and neighbours differ; kNoPosition where there
  // is none. Empties `stays`. REQUIRES: each stay lies in [from, to).
  void Append(std::vector<Stay>* stays, Instant from, Instant to,
              std::vector<BestStep>* steps);

 private:
  void DropTop();
  void PutBelow(const Stay& stay);
  void PassTo(Instant now);
  void ChangeTo(Instant at, Position position);

  BestStep* first_ = nullptr;
  BestStep* last_ = nullptr;
  Stay top_;  // the best one that is there
  // A heap of worse ones that go later than it, and of some that are gone.
  std::vector<Stay> below_;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_STAYS_H_
