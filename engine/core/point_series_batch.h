// BestOfEach: the best point of many VMs, in no particular order.
//
//   std::vector<Position> best(which.size());
//   BestOfEach(all, which, ask, best);   // best[i]: of all[which[i]]
//
// The searches overlap their cache misses: together they take a third of the
// time that one after the other would.
//
// Cost: one search each; no allocation.
// Thread-safety: pure function.

#ifndef RECOVERYLINE_ENGINE_CORE_POINT_SERIES_BATCH_H_
#define RECOVERYLINE_ENGINE_CORE_POINT_SERIES_BATCH_H_

#include <cstddef>
#include <span>
#include <vector>

#include "engine/core/point_series.h"

namespace recoveryline::core {

// Series that stand at equal distances. A view: they must outlive it.
class SeriesTable {
 public:
  SeriesTable(std::span<const PointSeries> all)
      : SeriesTable(all.data(), sizeof(PointSeries)) {}
  SeriesTable(const std::vector<PointSeries>& all)
      : SeriesTable(std::span(all)) {}
  // One in each of some larger objects that follow each other.
  static SeriesTable Within(const PointSeries* first, size_t bytes_apart) {
    return SeriesTable(first, bytes_apart);
  }

  const PointSeries& operator[](int i) const {
    return *reinterpret_cast<const PointSeries*>(
        first_ + static_cast<size_t>(i) * bytes_apart_);
  }

 private:
  SeriesTable(const PointSeries* first, size_t bytes_apart)
      : first_(reinterpret_cast<const std::byte*>(first)),
        bytes_apart_(bytes_apart) {}

  const std::byte* first_;
  size_t bytes_apart_;
};

// Best() over the whole of each `all[which[i]]`, into `out[i]`.
// REQUIRES: out.size() >= which.size().
void BestOfEach(const SeriesTable& all, std::span<const int> which,
                const Eligibility& ask, std::span<Position> out);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_POINT_SERIES_BATCH_H_
