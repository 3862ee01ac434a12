// TimelineSweep: makes the timelines of one unit after the other.
//
//   TimelineSweep sweep;                     // scratch for all units
//   const Timeline& timeline = sweep.Run(unit, policy, lists, span);
//
// Rules are laid one over the other: each fills what the rules before it left
// open. A rule without common points is each member's best stay, all of them
// side by side; one with common points is the best stay of their lines. What
// no rule fills is told apart by the same means.
//
// Invariant: at every instant of the span the timeline's choice is what
// ChooseForUnit() gives for span.PolicyAt(policy, instant).
//
// Cost: O(points log points) of the part of the span that is open to a rule;
// some 20 ns a point where points come and go in their order. Where a rule
// wants windows that hold many points, one choice at each instant that matters.
// Thread-safety: for one thread. What it returns holds until the next Run().

#ifndef RECOVERYLINE_ENGINE_CORE_TIMELINE_SWEEP_H_
#define RECOVERYLINE_ENGINE_CORE_TIMELINE_SWEEP_H_

#include <vector>

#include "engine/core/common_stays.h"
#include "engine/core/selector.h"
#include "engine/core/stays.h"
#include "engine/core/step_merge.h"
#include "engine/core/timeline.h"

namespace recoveryline::core {

class TimelineSweep {
 public:
  // REQUIRES: `lists` is empty, or as ChooseForUnit() asks; the unit has a
  // member.
  const Timeline& Run(const Unit& unit, const Policy& policy,
                      const CommonLists& lists, const TimelineSpan& span);

  // The same by asking at each instant at which the choice may change.
  const Timeline& RunByMoments(const Unit& unit, const Policy& policy,
                               const CommonLists& lists,
                               const TimelineSpan& span);

 private:
  void Start(const Unit& unit, const Policy& policy, const TimelineSpan& span);
  bool Sweep(const CommonLists& lists);
  // From the first instant that is open to the last.
  TimelineSpan Open() const;
  const std::vector<Candidates>& CandidatesFor(const Rule& rule);
  void ServeAlone(int rule, const TimelineSpan& open);
  void ServeByMember(int rule, const TimelineSpan& open);
  bool ServeByLine(int rule, const CommonPoints* list,
                   const TimelineSpan& open);
  void FindWhyNoneServed();
  void TellPinsNotEligible(const TimelineSpan& open);
  void TellNoCommonPoint(const Rule& rule, const TimelineSpan& open);
  void AppendMemberSteps(const TimelineSpan& open);
  void AddToLayer(const TimelineStep& step);
  void LayOver();

  void CollectInstants();
  void Append(Instant begin, const UnitChoice& choice);

  Timeline timeline_;
  const Unit* unit_ = nullptr;
  const Policy* policy_ = nullptr;

  // Scratch.
  std::vector<TimelineStep> layer_;  // of what is open
  std::vector<TimelineStep> laid_;
  std::vector<Candidates> candidates_;
  std::vector<Stay> stays_;
  std::vector<BestStep> best_;
  BestOfStays best_of_stays_;
  StepMerge merge_;
  CommonStays common_;
  std::vector<Instant> instants_;
};

// One timeline, without lists.
Timeline TimelineOf(const Unit& unit, const Policy& policy,
                    const TimelineSpan& span);

}  // namespace recoveryline::core

#endif  // RECOVERYLINE_ENGINE_CORE_TIMELINE_SWEEP_H_
