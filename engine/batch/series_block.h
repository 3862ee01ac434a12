// SeriesBlock: copies of many PointSeries, side by side in one block of memory.
//
//   SeriesBlock block(series, /*threads=*/2, /*spare=*/{});
//   core::BestOfEach(block.series(), which, ask, best);
//
// A search of a series that was not asked lately waits for memory, and with
// pages of 4 KiB for the page tables too: the block asks the system for large
// pages, and has them all once it is made.
//
// Memory: what the indexes of the series take, rounded up to 2 MiB; markers
// stay where they are.
// Thread-safety: immutable; concurrent reads are safe. The series that were
// copied must outlive it where they have markers.

#ifndef RECOVERYLINE_ENGINE_BATCH_SERIES_BLOCK_H_
#define RECOVERYLINE_ENGINE_BATCH_SERIES_BLOCK_H_

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "engine/core/point_series.h"

namespace recoveryline {

class SeriesBlock {
 public:
  SeriesBlock() = default;
  // In the memory of `spare` where that suffices: fresh memory costs more than
  // what is copied. REQUIRES: no series is null.
  SeriesBlock(std::span<const core::PointSeries* const> series, int threads,
              SeriesBlock spare);

  // In the order given.
  std::span<const core::PointSeries> series() const { return series_; }

 private:
  static constexpr size_t kPage = size_t{2} << 20;  // a large one
  struct Free {
    void operator()(std::byte* memory) const;
  };

  std::unique_ptr<std::byte, Free> memory_;
  size_t bytes_ = 0;
  std::vector<core::PointSeries> series_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_SERIES_BLOCK_H_
