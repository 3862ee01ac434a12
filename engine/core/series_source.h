// SeriesSource: the points of a PointSeries that does not hold them itself, the
// newest of them at hand and the others to be had.
//
//   class Mapped : public SeriesSource { ... };
//   std::optional<PointSeries> points =
//       PointSeries::FromSource(mapped, size, carriers, carried);
//   points->Best(ask, points->size());       // asks Newest() first
//
// Most questions are about the newest points, and reading the others costs a
// page fault or two for each machine.
//
// Thread-safety: concurrent calls must be safe.

#ifndef RECOVERYLINE_ENGINE_CORE_SERIES_SOURCE_H_
#define RECOVERYLINE_ENGINE_CORE_SERIES_SOURCE_H_

namespace recoveryline::core {

class PointSeries;

class SeriesSource {
 public:
  virtual ~SeriesSource() = default;

  // What PointSeries::Newest() made of the whole.
  virtual const PointSeries& Newest() const = 0;

  // All points. Where they cannot be read, a series of another size: then the
  // answers are safe to have, but worth nothing, and the source has to tell.
  virtual const PointSeries& Whole() const = 0;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_SERIES_SOURCE_H_
