// SeriesSource: the points of a PointSeries that does not hold them itself, the
// newest of them at hand and the others to be had.
//
//   class Mapped : public SeriesSource { ... };
//   std::optional<PointSeries> points = PointSeries::FromSource(mapped, size);
//   points->Best(ask, points->size());       // asks Newest() first
//
// Most questions are about the newest points, and reading the others costs a
// page fault or two for each machine.
//
// Thread-safety: concurrent calls must be safe.

#ifndef RECOVERYLINE_ENGINE_CORE_SERIES_SOURCE_H_
#define RECOVERYLINE_ENGINE_CORE_SERIES_SOURCE_H_

#include <span>

#include "engine/core/recovery_point.h"

namespace recoveryline::core {

class PointSeries;

// The points with a marker by it, then worst first, and their markers.
struct SeriesCarriers {
  std::span<const Position> positions;
  std::span<const Marker> markers;
};

class SeriesSource {
 public:
  virtual ~SeriesSource() = default;

  // What PointSeries::Newest() made of the whole.
  virtual const PointSeries& Newest() const = 0;

  virtual SeriesCarriers Carriers() const = 0;

  // All points. Where they cannot be read, a series of another size: then the
  // answers are safe to have, but worth nothing, and the source has to tell.
  virtual const PointSeries& Whole() const = 0;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_SERIES_SOURCE_H_
