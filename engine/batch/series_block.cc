#include "engine/batch/series_block.h"

#include <sys/mman.h>

#include <cstring>
#include <new>
#include <utility>

#include "engine/batch/workers.h"

namespace recoveryline {

using core::PointSeries;
using core::SeriesImage;
using core::SeriesLine;

void SeriesBlock::Free::operator()(std::byte* memory) const {
  ::operator delete (memory, std::align_val_t{kPage});
}

SeriesBlock::SeriesBlock(std::span<const PointSeries* const> series,
                         int threads, SeriesBlock spare)
    : memory_(std::move(spare.memory_)),
      bytes_(spare.bytes_),
      series_(std::move(spare.series_)) {
  std::vector<SeriesImage> images(series.size());
  std::vector<size_t> starts(series.size());
  ForEachOnThreads(series.size(), threads,
                   [&](size_t i) { images[i] = series[i]->image(); });
  size_t size = 0;
  for (size_t i = 0; i < series.size(); ++i) {
    starts[i] = size;
    size += images[i].lines.size_bytes();
  }
  if (size > bytes_) {
    memory_.reset();
    bytes_ = (size + kPage - 1) / kPage * kPage;
    memory_.reset(static_cast<std::byte*>(
        ::operator new (bytes_, std::align_val_t{kPage})));
    // Only advice: where there are no large pages, others do.
    madvise(memory_.get(), bytes_, MADV_HUGEPAGE);
  }
  series_.clear();
  series_.resize(series.size());
  ForEachOnThreads(series.size(), threads, [&](size_t i) {
    SeriesImage& image = images[i];
    if (image.lines.empty()) return;
    std::byte* const to = memory_.get() + starts[i];
    std::memcpy(to, image.lines.data(), image.lines.size_bytes());
    image.lines = {reinterpret_cast<const SeriesLine*>(to), image.lines.size()};
    series_[i] = *PointSeries::FromImage(image);
  });
}

}  // namespace recoveryline
