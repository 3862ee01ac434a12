// CommonPoints: the lines that the VMs of a group have in common, computed
// once for many questions. It answers "which is the newest common line I may
// use, asked at D, wanted by T?" as a PointSeries does for one VM: a group is
// then a virtual VM.
//
//   CommonPoints common = CommonPoints::ByMarker(members, requirements);
//   CommonPoints::Query ask{.decision_time = d, .target_time = t};
//   if (auto line = common.Best(ask, positions)) use(line->marker);
//
// Only points count that `requirements` accepts. There is a virtual point for
// each capture time that the earliest point of a line can have:
//   - of a marker that every member has one point for: the earliest of them;
//   - of a marker that some member has several points for: each capture time
//     of a point that carries it;
//   - by capture time: each t from which on every member has a point within
//     max_skew.
// The virtual point is available when all points of its line are and expires
// with the first of them, as far as that does not depend on the question;
// what does is looked into when the point comes up.
//
// Invariants:
//   (1) Virtual points stand in the order of preference: earliest capture,
//       latest capture, smaller marker.
//   (2) A line passes only if its virtual point does.
//
// Cost: to build, O(points log points); 20 bytes a virtual point and 16 beside
// it, and 4 a member. Best O(log n + virtual points that pass and fail a look);
// it allocates only where lines tie in their earliest capture.
// Thread-safety: immutable; the members must outlive it.

#ifndef RECOVERYLINE_ENGINE_CORE_COMMON_POINTS_H_
#define RECOVERYLINE_ENGINE_CORE_COMMON_POINTS_H_

#include <optional>
#include <span>
#include <vector>

#include "engine/core/point_series.h"

namespace recoveryline::core {

class CommonPoints {
 public:
  // What changes from question to question.
  struct Query {
    Instant decision_time = 0;
    Instant target_time = 0;
    Instant not_before = kMinInstant;
    // One a member, null for none; empty where no member has one of its own.
    std::span<const IntervalSet* const> exclusions = {};
    // Of all members, where `exclusions` is empty; null: none.
    const IntervalSet* everywhere = nullptr;
  };
  struct Line {
    Marker marker = kNoMarker;  // with ByMarker
    Instant earliest = 0;
    Instant latest = 0;
  };

  // No members have no line. REQUIRES: none of them is null.
  static CommonPoints ByMarker(std::span<const PointSeries* const> members,
                               const Requirements& requirements);
  static CommonPoints ByCaptureTime(std::span<const PointSeries* const> members,
                                    const Requirements& requirements,
                                    Nanos max_skew);

  // The newest line whose points are all eligible, as NewestCommonMarker() and
  // NewestCommonWindow() find it, with each member's position in `positions`.
  // REQUIRES: `positions` holds as many as there are members, or is empty: then
  // the line alone is wanted.
  std::optional<Line> Best(const Query& ask,
                           std::span<Position> positions) const;

  // Best() of each `all[which[i]]`, its line alone, into `out[i]`. The searches
  // overlap their cache misses. REQUIRES: out.size() >= which.size();
  // ask.exclusions is empty.
  static void BestOfEach(std::span<const CommonPoints> all,
                         std::span<const int> which, const Query& ask,
                         std::span<std::optional<Line>> out);

  // The same, with the search over the virtual points done.
  // REQUIRES: `at` is what virtual_points().Best() finds at the question's
  // times and with its not_before.
  std::optional<Line> BestFrom(const Query& ask, Position at,
                               std::span<Position> positions) const;
  const PointSeries& virtual_points() const { return virtual_; }

  // The line of a virtual point where no question changes what it is made of;
  // its virtual point is then there exactly when all its points are.
  struct FixedLine {
    Marker marker = kNoMarker;
    Instant latest = 0;
    std::span<const Position> positions;  // one a member
  };
  FixedLine fixed_line(Position at) const {
    const Beside& beside = beside_[static_cast<size_t>(at)];
    const auto row = static_cast<size_t>(beside.row);
    return {.marker = beside.marker,
            .latest = beside.latest,
            .positions = std::span(rows_).subspan(row * members_.size(),
                                                  members_.size())};
  }
  // Whether all lines are. Lines by capture time never are.
  bool all_fixed() const { return !searched_ && !max_skew_; }

  Position size() const { return virtual_.size(); }
  // Bytes held for virtual points and what stands beside them.
  size_t index_bytes() const;

 private:
  // What stands beside a virtual point.
  struct Beside {
    Instant latest = 0;
    Marker marker = kNoMarker;
    int32_t row = -1;  // of rows_; -1: the members must be searched
  };
  struct Draft;

  CommonPoints(std::span<const PointSeries* const> members,
               const Requirements& requirements);
  void AddMarker(Marker marker, std::vector<Draft>* drafts) const;
  void Keep(std::vector<Draft> drafts);
  static Eligibility AskOfVirtual(const Query& ask);
  static const IntervalSet* ExclusionsOf(const Query& ask, size_t member);
  Eligibility AskOf(const Query& ask, size_t member) const;
  bool Excluded(const Query& ask, Instant earliest, const Beside& beside) const;
  bool TakeMarker(const Query& ask, Position at, std::span<Position> positions,
                  Line* line) const;
  bool TakeWindow(const Query& ask, Position at, std::span<Position> positions,
                  Line* line, Instant* leap) const;

  std::vector<const PointSeries*> members_;
  Requirements requirements_;
  FlagSet accepted_;
  std::optional<Nanos> max_skew_;  // ByCaptureTime

  PointSeries virtual_;
  std::vector<Beside> beside_;  // one a virtual point
  std::vector<Position> rows_;  // a row holds one position a member
  bool searched_ = false;       // some virtual points have no row
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_COMMON_POINTS_H_
