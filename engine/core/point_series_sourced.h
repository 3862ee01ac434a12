// A PointSeries that has a source: the newest points are asked first, and the
// whole only where they do not have the answer. Only point_series*.cc include
// this.

#ifndef RECOVERYLINE_ENGINE_CORE_POINT_SERIES_SOURCED_H_
#define RECOVERYLINE_ENGINE_CORE_POINT_SERIES_SOURCED_H_

#include "engine/core/point_series.h"
#include "engine/core/series_source.h"

namespace recoveryline::core {

// Answers what the public functions of the same names answer.
// REQUIRES: the series has a source.
class SourcedSearch {
 public:
  explicit SourcedSearch(const PointSeries& series)
      : series_(series),
        source_(*series.source_),
        newest_(source_.Newest()),
        first_(series.size_ - newest_.size()) {}

  RecoveryPoint point(Position position) const;
  Instant capture_time(Position position) const;
  uint8_t flags(Position position) const;
  Marker marker(Position position) const;
  Refusal RefusalOf(Position position, const Eligibility& ask) const;
  Position UpperBound(Instant t) const;
  Position Best(const Eligibility& ask, Position before) const;

 private:
  // A point in a series that holds its records itself.
  struct Held {
    const PointSeries& series;
    Position position;
  };
  Held HeldAt(Position position) const;

  const PointSeries& series_;
  const SeriesSource& source_;
  const PointSeries& newest_;
  const Position first_;  // of the newest
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_POINT_SERIES_SOURCED_H_
