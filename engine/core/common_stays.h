// CommonStays: the lines that several members have in common, and when each of
// them is there.
//
//   CommonStays common;
//   common.Collect(members, rule, list, span);
//   best_of_stays.Append(&common.stays(), span.from, span.to, &steps);
//   use(common.line(steps[0].position), common.positions(steps[0].position));
//
// A line has one point of each member, and is there while all of them are and
// each is its member's best one for the marker, or in the window. Lines are
// numbered from the worst to the best in the rule's order, so that a line is to
// a group what a point is to a machine.
//
// Facts:
//   (1) Where each member has one candidate for a marker, or in a window, the
//       line is there in the intersection of their stays.
//   (2) Else what a marker or window gives changes when a candidate comes or
//       goes: it makes a line for each change, and these follow each other.
//   (3) A line of the window that starts at t, with no point at t, is never the
//       best: the window that starts with its earliest point holds it, too.
//
// Cost: 20 ns a line of a list whose lines are fixed; else some 50 ns a
// candidate of each marker or window.
// Thread-safety: for one thread.

#ifndef RECOVERYLINE_ENGINE_CORE_COMMON_STAYS_H_
#define RECOVERYLINE_ENGINE_CORE_COMMON_STAYS_H_

#include <span>
#include <vector>

#include "engine/core/candidates.h"
#include "engine/core/common_points.h"
#include "engine/core/policy.h"
#include "engine/core/stays.h"
#include "engine/core/step_merge.h"

namespace recoveryline::core {

class CommonStays {
 public:
  struct Line {
    Instant earliest = 0;
    Instant latest = 0;
    Marker marker = kNoMarker;
  };

  // Finds all lines of a rule with common points, and their stays within the
  // span. Where windows hold so many points that asking at each instant costs
  // less, or that their lines would take too much memory, it gives up and says
  // false. REQUIRES: `list` is null, or of these
  // members without pins.
  bool Collect(std::span<const Candidates> members, const Rule& rule,
               const CommonPoints* list, const TimelineSpan& span);

  std::vector<Stay>& stays() { return stays_; }
  const Line& line(Position number) const {
    return drafts_[order_[static_cast<size_t>(number)]].line;
  }
  std::span<const Position> positions(Position number) const {
    const size_t row = order_[static_cast<size_t>(number)];
    return std::span(rows_).subspan(row * member_count_, member_count_);
  }

 private:
  struct Draft {
    Line line;
    Instant rank = 0;  // before the line's own figures
    Instant begin = 0;
    Instant end = 0;
  };
  // A candidate that is there at some time in the span.
  struct Candidate {
    Instant capture_time = 0;
    Stay stay;
  };

  void CollectList(std::span<const Candidates> members,
                   const CommonPoints& list, const TimelineSpan& span);
  void CollectMarkers(std::span<const Candidates> members,
                      const TimelineSpan& span);
  bool CollectWindows(std::span<const Candidates> members, Nanos max_skew,
                      const TimelineSpan& span);
  void GatherCandidates(std::span<const Candidates> members,
                        const TimelineSpan& span);
  bool WindowsAreSmall(Nanos max_skew) const;
  void AddLines(std::span<const Candidates> members, const TimelineSpan& span,
                Instant rank, Marker marker);
  void AddPieces(std::span<const Candidates> members, const TimelineSpan& span,
                 Instant rank, Marker marker);
  void PutInOrder();

  size_t member_count_ = 0;
  std::vector<Draft> drafts_;
  std::vector<Position> rows_;  // one a draft
  std::vector<uint32_t> order_;
  std::vector<Stay> stays_;

  // Scratch.
  std::vector<std::vector<Candidate>> candidates_;   // of each member
  std::vector<std::span<const Candidate>> at_hand_;  // of a line
  std::vector<Instant> starts_;                      // of windows
  std::vector<Stay> piece_stays_;
  MemberSteps piece_steps_;
  BestOfStays best_of_stays_;
  StepMerge merge_;
};

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_COMMON_STAYS_H_
