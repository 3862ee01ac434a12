#include "engine/core/timeline.h"

#include <algorithm>

namespace recoveryline::core {

Policy TimelineSpan::PolicyAt(const Policy& policy, Instant at) const {
  Policy asked = policy;
  if (axis != TimelineAxis::kTarget) asked.decision_time = at;
  if (axis != TimelineAxis::kDecision) asked.target_time = at;
  return asked;
}

Position Timeline::position(size_t i, size_t member) const {
  const TimelineStep& step = steps_[i];
  if (member_count_ == 1) return step.line;
  const auto line = static_cast<size_t>(step.line);
  if (!ByMember(step)) return rows_[line * member_count_ + member];
  const size_t* const begins =
      &members_.begins[line * (member_count_ + 1) + member];
  const auto after = std::upper_bound(
      members_.steps.begin() + static_cast<ptrdiff_t>(begins[0]),
      members_.steps.begin() + static_cast<ptrdiff_t>(begins[1]), step.begin,
      [](Instant at, const BestStep& s) { return at < s.begin; });
  return (after - 1)->position;
}

Marker Timeline::marker(size_t i) const {
  return steps_[i].guarantee == Guarantee::kMarker
             ? markers_[static_cast<size_t>(steps_[i].line)]
             : kNoMarker;
}

UnitChoice Timeline::Choice(size_t i) const {
  const TimelineStep& step = steps_[i];
  UnitChoice choice;
  choice.outcome = step.outcome;
  if (!selected(i)) return choice;
  choice.rule = step.rule;
  choice.guarantee = step.guarantee;
  choice.marker = marker(i);
  choice.earliest = step.earliest;
  choice.latest = step.latest;
  for (size_t m = 0; m < member_count_; ++m) {
    choice.positions.push_back(position(i, m));
  }
  return choice;
}

size_t Timeline::IndexAt(Instant at) const {
  const auto after = std::upper_bound(
      steps_.begin(), steps_.end(), at,
      [](Instant t, const TimelineStep& step) { return t < step.begin; });
  return static_cast<size_t>(after - steps_.begin()) - 1;
}

bool Timeline::IsNormal() const {
  if (span_.to <= span_.from) return steps_.empty();
  if (steps_.empty() || steps_[0].begin != span_.from) return false;
  for (size_t i = 0; i < steps_.size(); ++i) {
    if (end(i) <= steps_[i].begin) return false;
    if (i == 0) continue;
    const TimelineStep& before = steps_[i - 1];
    if (before.outcome != steps_[i].outcome) continue;
    if (!selected(i)) return false;
    bool same = before.rule == steps_[i].rule;
    for (size_t m = 0; same && m < member_count_; ++m) {
      same = position(i - 1, m) == position(i, m);
    }
    if (same) return false;
  }
  return true;
}

void Timeline::Clear(const TimelineSpan& span, size_t member_count) {
  span_ = span;
  member_count_ = member_count;
  steps_.clear();
  rows_.clear();
  markers_.clear();
  members_.steps.clear();
  members_.begins.clear();
}

}  // namespace recoveryline::core
