// The timeline by asking at each instant at which the choice may change.

#include <algorithm>

#include "engine/core/timeline_sweep.h"
#include "engine/core/unit_sweep.h"

namespace recoveryline::core {
namespace {

// How many positions a sweep over moments may hold.
constexpr size_t kPositionsAtOnce = size_t{1} << 20;

}  // namespace

void TimelineSweep::CollectInstants() {
  const TimelineSpan& span = timeline_.span();
  instants_.clear();
  if (span.to <= span.from) return;
  instants_.push_back(span.from);
  const auto add = [&](Instant t) {
    if (span.from < t && t < span.to) instants_.push_back(t);
  };
  for (const Member& member : unit_->members) {
    for (Position p = 0; p < member.points->size(); ++p) {
      const RecoveryPoint point = member.points->point(p);
      if (span.axis == TimelineAxis::kTarget) {
        add(point.capture_time);
      } else {
        add(point.available_from);
        add(point.expire_time);
      }
    }
  }
  std::sort(instants_.begin(), instants_.end());
  instants_.erase(std::unique(instants_.begin(), instants_.end()),
                  instants_.end());
}

// A choice that is the last one's goes on.
void TimelineSweep::Append(Instant begin, const UnitChoice& choice) {
  Timeline& t = timeline_;
  const size_t members = t.member_count_;
  if (t.size() > 0) {
    const UnitChoice last = t.Choice(t.size() - 1);
    if (last.outcome == choice.outcome && last.rule == choice.rule &&
        last.positions == choice.positions) {
      return;
    }
  }
  TimelineStep step{.begin = begin, .outcome = choice.outcome};
  if (choice.outcome == UnitOutcome::kSelected) {
    step.earliest = choice.earliest;
    step.latest = choice.latest;
    step.rule = choice.rule;
    step.guarantee = choice.guarantee;
    if (members == 1) {
      step.line = choice.positions[0];
    } else if (choice.guarantee == Guarantee::kIndependent) {
      // By itself: a step a member.
      step.line =
          static_cast<int32_t>(t.members_.begins.size() / (members + 1));
      for (const Position p : choice.positions) {
        t.members_.begins.push_back(t.members_.steps.size());
        t.members_.steps.push_back({begin, p});
      }
      t.members_.begins.push_back(t.members_.steps.size());
    } else {
      step.line = static_cast<int32_t>(t.markers_.size());
      t.markers_.push_back(choice.marker);
      t.rows_.insert(t.rows_.end(), choice.positions.begin(),
                     choice.positions.end());
    }
  }
  t.steps_.push_back(step);
}

const Timeline& TimelineSweep::RunByMoments(const Unit& unit,
                                            const Policy& policy,
                                            const CommonLists& lists,
                                            const TimelineSpan& span) {
  Start(unit, policy, span);
  timeline_.steps_.clear();
  CollectInstants();
  const size_t at_once =
      kPositionsAtOnce / std::max<size_t>(unit.members.size(), 1) + 1;
  for (size_t first = 0; first < instants_.size(); first += at_once) {
    const size_t end = std::min(instants_.size(), first + at_once);
    std::vector<Moment> asked;
    for (size_t i = first; i < end; ++i) {
      const Policy at = span.PolicyAt(policy, instants_[i]);
      asked.push_back({at.decision_time, at.target_time});
    }
    const Moments moments(asked);
    UnitSweep sweep(moments);
    sweep.Run(unit, policy, lists);
    // Moments that rise stay in their order.
    for (size_t i = 0; i < moments.size(); ++i) {
      Append(instants_[first + i], sweep.ChoiceAt(i));
    }
  }
  return timeline_;
}

}  // namespace recoveryline::core
