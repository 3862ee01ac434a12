// SeriesSweep: the best points of one series after the other, at many moments.
//
//   const Moments moments(asked);
//   SeriesSweep sweep(moments);              // scratch for all series
//   sweep.Run(series, next, ask, positions, earliest);
//
// A point is there from some moment on. So the points are gone through once,
// each is noted at the first moment at which it is there, and the moments are
// gone through once with the best point noted so far. It is the answer unless
// it has expired, or is not available yet where decision times fall; then there
// is a search.
//
// Invariant: positions[i] is series.Best() of the question at moment i.
//
// Cost: 2 ns a moment and 3 ns a point captured in the time of the moments, and
// a PointSeries::Best() for a moment whose newest point has expired. Where
// points are many and moments few, a Best() for each.
// Thread-safety: for one thread; the moments must outlive it.

#ifndef RECOVERYLINE_ENGINE_CORE_SERIES_SWEEP_H_
#define RECOVERYLINE_ENGINE_CORE_SERIES_SWEEP_H_

#include <array>
#include <span>
#include <vector>

#include "engine/core/moments.h"
#include "engine/core/point_series.h"

namespace recoveryline::core {

class SeriesSweep {
 public:
  explicit SeriesSweep(const Moments& moments);

  // `ask` is what is asked of points; its decision and target time do not
  // matter. kNoPosition where there is no point; `earliest[i]` becomes the
  // point's capture time if that is earlier, and kMinInstant without a point.
  // `next` is fetched on the way: the series that is asked for next.
  // Whether there is a point at every moment.
  // REQUIRES: both spans are as long as the moments are many.
  bool Run(const PointSeries& series, const PointSeries& next,
           const Eligibility& ask, std::span<Position> positions,
           std::span<Instant> earliest);

 private:
  class OneSeries;
  // A point that may be gone before the last moment.
  struct Leaver {
    Position position;
    uint32_t first;  // the moment it was noted at
  };

  void Accept(const FlagSet& accepted);

  const Moments& moments_;
  // By the first moment at which it is there, the best point that is there
  // from then on; behind the last, those that come too late or are refused.
  // All kNoPosition between runs.
  std::vector<Position> first_seen_;
  std::vector<uint32_t> open_;   // moments that may need a search
  std::vector<Leaver> leavers_;  // in the order of their positions
  FlagSet accepted_;
  // By a record's byte of flags: 0, or how many moments there are.
  std::array<uint32_t, 256> refused_;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_SERIES_SWEEP_H_
