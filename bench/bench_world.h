// BenchWorld: one generated inventory, held by us and by the rivals.
//
//   const BenchWorld& world = BenchWorld::Of(Profile::kFiveMinute72h);
//   world.series();                          // ours, one a VM
//   world.maps()[vm];                        // std::map, the same points
//
// 10,000 VMs in groups of 8 with as many points as the profile is made for and
// a marker loss of 10 %; RECOVERYLINE_BENCH_VMS makes it smaller. Scans have
// judged 5 % of the points, and two exclusions hold for every VM, so that no
// rule of eligibility is free. One world is held at a time.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_BENCH_BENCH_WORLD_H_
#define RECOVERYLINE_BENCH_BENCH_WORLD_H_

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/common_points.h"
#include "engine/core/interval_set.h"
#include "engine/core/point_series.h"
#include "tools/generator/generator.h"

namespace recoveryline::bench {

// What a rival keeps of a point: its effective cleanliness stands ready.
struct PlainPoint {
  core::RecoveryPoint point;
  core::Cleanliness effective = core::Cleanliness::kUnknown;
};
// By capture time; the position tells points of one instant apart.
using PointMap = std::map<std::pair<core::Instant, core::Position>, PlainPoint>;

class BenchWorld {
 public:
  static constexpr int kGroupSize = 8;

  // A multiple of kGroupSize.
  static int VmCount();

  static const BenchWorld& Of(Profile profile);

  std::span<const core::PointSeries> series() const { return series_; }
  std::span<const PointMap> maps() const { return maps_; }
  // The points that carry a marker, apart.
  std::span<const PointMap> marked_maps() const { return marked_maps_; }
  // The VMs in an order that no cache likes.
  std::span<const int> shuffled() const { return shuffled_; }
  int group_count() const {
    return static_cast<int>(series_.size()) / kGroupSize;
  }
  // The VMs of a group.
  std::span<const core::PointSeries> Group(int group) const {
    return series().subspan(static_cast<size_t>(group) * kGroupSize,
                            kGroupSize);
  }
  int64_t point_count() const { return point_count_; }
  // From the oldest capture time to the newest.
  std::pair<core::Instant, core::Instant> span() const {
    return {oldest_, newest_};
  }
  const core::IntervalSet& exclusions() const { return exclusions_; }

  // Question `i`: T walks over the last half of what the points cover, and D
  // lies 0 to 2 hours after it.
  core::Eligibility Ask(core::Consistency least, int i) const;
  // The same, at a time when nothing is left, or nothing is there yet.
  core::Eligibility AskAllExpired() const;
  core::Eligibility AskNoneAvailable() const;

 private:
  explicit BenchWorld(Profile profile);
  void Add(const v1::Inventory& group);
  void AddMaps();

  std::vector<core::PointSeries> series_;
  std::vector<PointMap> maps_;
  std::vector<PointMap> marked_maps_;
  std::vector<int> shuffled_;
  int64_t point_count_ = 0;
  core::Instant oldest_ = core::kMaxInstant;
  core::Instant newest_ = core::kMinInstant;
  core::IntervalSet exclusions_;
};

// What the rivals do for one question: the best point by an ordered map, and
// the best common marker by intersecting sets.
core::Position BestInMap(const PointMap& points, const core::Eligibility& ask);
struct MarkerLine {
  core::Marker marker = core::kNoMarker;
  core::Instant earliest = core::kMinInstant;
  core::Instant latest = core::kMinInstant;
};
MarkerLine BestMarkerBySets(std::span<const PointMap> group,
                            const core::Eligibility& ask);

// A hash of answers that does not depend on how they were found.
inline uint64_t Mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 32;
}

}  // namespace recoveryline::bench

#endif  // RECOVERYLINE_BENCH_BENCH_WORLD_H_
