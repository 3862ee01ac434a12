// PointSeries: one VM's recovery points as an immutable sorted index. It
// answers "which is the best point I may use, asked at D, wanted by T?"
//
//   PointSeries points = PointSeries::FromOrdered(sorted);
//   Eligibility ask{.decision_time = d, .target_time = t};
//   Position best = points.Best(ask, points.size());    // kNoPosition: none
//
// Invariants (FromOrdered() asserts them):
//   (1) Positions are in the total order: capture times never fall, and at
//       one capture time consistencies never fall.
//   (2) A record holds offsets from the series' base in units of 100 ns where
//       that loses nothing and 48 bits suffice, else of 1 ns in 48 or 64 bits.
//   (3) Where every point is available when captured and never expires, the
//       records hold neither time.
//   (4) A record is 8, 16 or 32 bytes and never lies on two cache lines.
//   (5) A series with a source holds no records itself and asks it instead.
//   (6) Block b of level 0 summarises the records [32 b, 32 b + 32), block b
//       of level k + 1 the blocks [32 b, 32 b + 32) of level k.
//
// Cost: Best O(log n + blocks whose summary passes), no allocation. Memory:
// 8 or 20 bytes a point (16 or 32 in 64 bits), 2 to 3 for the directory and
// the summaries, and 4 more plus 8 a marked point where there are markers.
// Thread-safety: immutable; concurrent reads are safe.

#ifndef RECOVERYLINE_ENGINE_CORE_POINT_SERIES_H_
#define RECOVERYLINE_ENGINE_CORE_POINT_SERIES_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "engine/core/eligibility.h"
#include "engine/core/instant.h"
#include "engine/core/recovery_point.h"
#include "engine/core/series_image.h"
#include "engine/core/series_source.h"

namespace recoveryline::core {

class alignas(64) PointSeries {
 public:
  // No points.
  PointSeries() = default;

  // REQUIRES: `points` are in the total order, worst first, and fewer than
  // 2^31; RecoveryPoint's own conditions hold.
  static PointSeries FromOrdered(std::span<const RecoveryPoint> points);

  Position size() const { return size_; }

  // REQUIRES in all of these: 0 <= position < size().
  RecoveryPoint point(Position position) const;
  Instant capture_time(Position position) const;
  uint8_t flags(Position position) const;
  Marker marker(Position position) const;

  // The first position captured at or after `t`; size() for none.
  Position LowerBound(Instant t) const;
  // The first position captured after `t`; size() for none.
  Position UpperBound(Instant t) const;

  // The best eligible position below `before`, or kNoPosition.
  Position Best(const Eligibility& ask, Position before) const;
  // Why the point is not eligible, or kNone.
  Refusal RefusalOf(Position position, const Eligibility& ask) const;

  // The positions that carry `marker`, worst first; those of all markers.
  std::span<const Position> Carriers(Marker marker) const;
  SeriesCarriers Carriers() const;

  // Bytes held for records, directory and summaries; markers apart.
  size_t index_bytes() const;

  // What a series is made of, to be kept in a file and used where it lies.
  SeriesImage image() const;
  // Nothing where the parts do not fit together: whatever they hold, the series
  // reads nothing outside of them. Only IsNormal() tells that it answers right.
  // REQUIRES: they outlive the series.
  static std::optional<PointSeries> FromImage(const SeriesImage& image);
  // Whether FromOrdered() makes the same series of the same points. O(n).
  bool IsNormal() const;

  // The last `count` points, their markers apart, as a series that answers as
  // this one does where its answer is one of them. REQUIRES: 0 < count <= size.
  PointSeries Newest(Position count) const;
  // Of `size` points that `source` has; nothing where what it has at hand does
  // not fit them. REQUIRES: it outlives the series.
  static std::optional<PointSeries> FromSource(const SeriesSource& source,
                                               Position size);
  // The series that holds the points: this one, or what its source reads.
  const PointSeries& Whole() const;

 private:
  friend class PointSeriesBuilder;
  friend class BatchSearch;
  friend class SeriesSweep;
  friend class SourcedSearch;
  friend class StayReader;
  struct Summary;
  struct Offsets;
  uint64_t Units(uint64_t nanos) const;
  const std::byte* RecordAt(Position position) const;
  uint64_t CaptureAt(Position position) const;
  uint64_t AvailableAt(Position position) const;
  uint64_t ExpireAt(Position position) const;
  uint8_t FlagByte(Position position) const;
  const std::byte* EntryOf(uint64_t bucket) const;  // of the directory
  Position FirstInBucket(uint64_t bucket) const;
  bool ToOffsets(const Eligibility& ask, Instant newest,
                 Offsets* offsets) const;
  bool Passes(Position position, const Offsets& offsets,
              const FlagSet& accepted) const;
  bool Takes(Position position, const Offsets& offsets,
             const Eligibility& ask) const;
  Position AfterRefused(Position position, const Requirements& asked) const;
  Position LastLiveBlock(Position block, const Offsets& offsets,
                         const FlagSet& accepted) const;
  Position Search(Position start, const Offsets& offsets,
                  const Eligibility& ask) const;
  Position FirstAbove(uint64_t offset) const;
  Position FirstAboveIn(uint64_t offset, Position low, Position high) const;

  const std::byte* records_ = nullptr;  // low bits, summaries, directory
  const Summary* summaries_ = nullptr;  // level 0, level 1, ...
  union {
    const std::byte* directory_ = nullptr;  // bucket -> its first position
    const SeriesSource* source_;            // where sourced_
  };
  std::unique_ptr<SeriesMarks> marks_;   // null: no point is marked
  std::unique_ptr<SeriesLine[]> owned_;  // null: the bytes are another's
  Instant base_ = 0;
  Position size_ = 0;
  uint32_t bucket_count_ = 0;
  uint8_t bucket_shift_ = 0;
  uint8_t unit_nanos_ = 1;   // 1 or 100
  uint8_t stride_bits_ = 3;  // a record has 2^this bytes
  bool wide_ = false;        // an offset has 64 bits, else 48
  bool timed_ = false;       // records hold available_from and expire_time
  bool sourced_ = false;     // the points are source_'s
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_POINT_SERIES_H_
