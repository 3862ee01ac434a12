// AdversarialWorld: machines whose points make searching hard, in one way each,
// or in none, to compare with. It also knows the answers, by trying every
// point.
//
//   const auto& world = AdversarialWorld::Of({.name = "bursts",
//                                             .times = Times::kBursts});
//   world.series();                          // the index, one a VM
//   world.LiteralBest(vm, world.Ask(i));     // tries all points of the VM
//
// As many VMs as BenchWorld has, in groups. A VM's points are random, but the
// same whenever they are made; only the index is kept. One world is held at a
// time.
//
// Cost: LiteralBest() and LiteralLines() make the points again.
// Thread-safety: none.

#ifndef RECOVERYLINE_BENCH_ADVERSARIAL_WORLD_H_
#define RECOVERYLINE_BENCH_ADVERSARIAL_WORLD_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/common_line.h"
#include "engine/core/common_points.h"
#include "engine/core/moments.h"
#include "engine/core/point_series.h"

namespace recoveryline::bench {

// When points are captured.
enum class Times {
  kFiveMinute,   // every five minutes, give or take some seconds
  kBursts,       // 100 at the very same instant, in all VMs
  kOneInstant,   // all of them
  kThirtyYears,  // as far apart as that, with odd nanoseconds: wide records
  kBothEnds,     // three quarters at the beginning of time, the rest at its end
};

// When points can be used.
enum class Life {
  kOrdinary,     // soon after the capture, for three days; few late or short
  kSteady,       // likewise, without exception
  kExpired,      // as kOrdinary, but it is asked more than a year later
  kShort,        // for a minute: of all points, one at most
  kNotYet,       // more than a year after the capture; it is asked before
  kInterleaved,  // as kShort or as kNotYet, by chance
};

// Which points carry which marker. They are application-consistent; the others
// crash-consistent.
enum class Marking {
  kEveryTwelfth,  // a marker of its own
  kEvery,         // likewise
  kNoneCommon,    // likewise, but VM k of a group of n lacks k, k + n, ...
  kRepeated,      // twelve points carry the same
};

struct WorldSpec {
  std::string name;
  Times times = Times::kFiveMinute;
  Life life = Life::kOrdinary;
  Marking marking = Marking::kEveryTwelfth;
  int group_size = 8;
  int point_count = 864;
  int one_lost_in = 10;  // of a VM's markers
};

class AdversarialWorld {
 public:
  static const AdversarialWorld& Of(const WorldSpec& spec);

  std::span<const core::PointSeries> series() const { return series_; }
  // The VMs in an order that no cache likes.
  std::span<const int> shuffled() const { return shuffled_; }
  // At most as large as wanted, where there are fewer VMs.
  int group_size() const { return spec_.group_size; }
  int group_count() const {
    return static_cast<int>(series_.size()) / spec_.group_size;
  }
  std::span<const core::PointSeries> Group(int group) const {
    return series().subspan(static_cast<size_t>(group) * group_size(),
                            static_cast<size_t>(group_size()));
  }
  // The groups' lines of application-consistent points, listed beforehand.
  std::span<const core::CommonPoints> lists() const;
  // More than any marker.
  int marker_count() const { return spec_.point_count; }

  // Question `i`, for crash-consistent points or better: T is a moment of the
  // newer half of the points, and D lies 0 to 2 hours after it. Question 0
  // wants the newest there are, an hour later.
  core::Eligibility Ask(int i) const;
  // `count` moments over the newer half, decided at once.
  std::vector<core::Moment> MomentsOf(int count) const;

  // The best point of the VM to each question.
  std::vector<core::Position> LiteralBest(
      int vm, std::span<const core::Eligibility> asks) const;
  // The newest line of points of one marker to each question.
  std::vector<std::optional<core::CommonLine>> LiteralLines(
      int group, std::span<const core::Eligibility> asks) const;

 private:
  explicit AdversarialWorld(const WorldSpec& spec);
  std::vector<core::RecoveryPoint> PointsOf(int vm) const;
  core::Moment MomentAt(int i, core::Nanos after) const;

  WorldSpec spec_;
  std::vector<core::PointSeries> series_;
  std::vector<int> shuffled_;
  mutable std::vector<core::CommonPoints> lists_;
};

// `ask`, for application-consistent points.
core::Eligibility Application(core::Eligibility ask);

}  // namespace recoveryline::bench

#endif  // RECOVERYLINE_BENCH_ADVERSARIAL_WORLD_H_
