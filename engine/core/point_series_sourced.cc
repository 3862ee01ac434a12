#include "engine/core/point_series_sourced.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "engine/core/point_series_records.h"

namespace recoveryline::core {
namespace {

// Stands for a point that cannot be read.
const PointSeries& Unreadable() {
  static const PointSeries* const kOnePoint =
      new PointSeries(PointSeries::FromOrdered(std::array<RecoveryPoint, 1>{}));
  return *kOnePoint;
}

}  // namespace

std::optional<PointSeries> PointSeries::FromSource(const SeriesSource& source,
                                                   Position size) {
  const Position newest = source.Newest().size();
  const SeriesCarriers carriers = source.Carriers();
  if (newest == 0 || newest > size ||
      carriers.positions.size() != carriers.markers.size() ||
      !AllBelow(carriers.positions, size)) {
    return std::nullopt;
  }
  PointSeries series;
  series.size_ = size;
  series.source_ = &source;
  series.sourced_ = true;
  return series;
}

const PointSeries& PointSeries::Whole() const {
  return sourced_ ? source_->Whole() : *this;
}

SourcedSearch::Held SourcedSearch::HeldAt(Position position) const {
  if (position >= first_) return {newest_, position - first_};
  const PointSeries& whole = source_.Whole();
  if (whole.size() != series_.size_) return {Unreadable(), 0};
  return {whole, position};
}

Instant SourcedSearch::capture_time(Position position) const {
  const Held held = HeldAt(position);
  return held.series.capture_time(held.position);
}

uint8_t SourcedSearch::flags(Position position) const {
  const Held held = HeldAt(position);
  return held.series.flags(held.position);
}

// The newest points have no column of markers; few enough carry one.
Marker SourcedSearch::marker(Position position) const {
  const SeriesCarriers all = source_.Carriers();
  const auto found =
      std::find(all.positions.begin(), all.positions.end(), position);
  if (found == all.positions.end()) return kNoMarker;
  return all.markers[static_cast<size_t>(found - all.positions.begin())];
}

RecoveryPoint SourcedSearch::point(Position position) const {
  const Held held = HeldAt(position);
  RecoveryPoint point = held.series.point(held.position);
  point.marker = marker(position);
  return point;
}

Refusal SourcedSearch::RefusalOf(Position position,
                                 const Eligibility& ask) const {
  const Held held = HeldAt(position);
  return held.series.RefusalOf(held.position, ask);
}

Position SourcedSearch::UpperBound(Instant t) const {
  const Position bound = newest_.UpperBound(t);
  if (bound > 0 || first_ == 0) return first_ + bound;
  return std::min(source_.Whole().UpperBound(t), first_);
}

// Positions count from the worst to the best: a point among the newest is
// better than all before them.
Position SourcedSearch::Best(const Eligibility& ask, Position before) const {
  if (before > first_) {
    const Position best = newest_.Best(ask, before - first_);
    if (best != kNoPosition) return first_ + best;
  }
  if (first_ == 0) return kNoPosition;
  const PointSeries& whole = source_.Whole();
  if (whole.size() != series_.size_) return kNoPosition;
  return whole.Best(ask, std::min(before, first_));
}

}  // namespace recoveryline::core
