#include "engine/core/timeline_sweep.h"

#include <algorithm>
#include <optional>

namespace recoveryline::core {
namespace {

bool IsOpen(const TimelineStep& step) {
  return step.outcome == UnitOutcome::kNoEligiblePoint;
}

void Select(int rule, Guarantee guarantee, int32_t line, TimelineStep* step) {
  step->outcome = UnitOutcome::kSelected;
  step->rule = rule;
  step->guarantee = guarantee;
  step->line = line;
}

}  // namespace

const Timeline& TimelineSweep::Run(const Unit& unit, const Policy& policy,
                                   const CommonLists& lists,
                                   const TimelineSpan& span) {
  Start(unit, policy, span);
  if (timeline_.size() == 0) return timeline_;
  if (const auto failed = FailedPrecondition(unit, policy)) {
    timeline_.steps_[0].outcome = *failed;
    return timeline_;
  }
  if (!Sweep(lists)) return RunByMoments(unit, policy, lists, span);
  return timeline_;
}

// All of the span is open.
void TimelineSweep::Start(const Unit& unit, const Policy& policy,
                          const TimelineSpan& span) {
  unit_ = &unit;
  policy_ = &policy;
  timeline_.Clear(span, unit.members.size());
  if (span.from < span.to) timeline_.steps_.push_back({.begin = span.from});
}

bool TimelineSweep::Sweep(const CommonLists& lists) {
  for (size_t r = 0; r < policy_->rules.size(); ++r) {
    const Rule& rule = policy_->rules[r];
    if (!unit_->MayTake(rule)) continue;
    const TimelineSpan open = Open();
    if (open.to <= open.from) return true;
    const auto* const list =
        lists.empty() || !lists[r] || HasPins(*unit_) ? nullptr : &*lists[r];
    if (unit_->members.size() == 1) {
      ServeAlone(static_cast<int>(r), open);
    } else if (rule.scope == Scope::kIndependent) {
      ServeByMember(static_cast<int>(r), open);
    } else if (!ServeByLine(static_cast<int>(r), list, open)) {
      return false;
    }
  }
  FindWhyNoneServed();
  return true;
}

TimelineSpan TimelineSweep::Open() const {
  TimelineSpan open = timeline_.span();
  const std::vector<TimelineStep>& steps = timeline_.steps_;
  const auto first = std::find_if(steps.begin(), steps.end(), IsOpen);
  if (first == steps.end()) {
    open.to = open.from;
    return open;
  }
  open.from = first->begin;
  size_t last = steps.size() - 1;
  while (!IsOpen(steps[last])) --last;
  open.to = timeline_.end(last);
  return open;
}

const std::vector<Candidates>& TimelineSweep::CandidatesFor(const Rule& rule) {
  candidates_.clear();
  for (const Member& m : unit_->members) {
    candidates_.push_back(CandidatesOf(*unit_, m, *policy_, rule));
    candidates_.back().points = &m.points->Whole();
  }
  return candidates_;
}

// --- Serving ---

void TimelineSweep::ServeAlone(int rule, const TimelineSpan& open) {
  const Candidates& c =
      CandidatesFor(policy_->rules[static_cast<size_t>(rule)])[0];
  CollectStays(c, open, &stays_);
  best_.clear();
  best_of_stays_.Append(&stays_, open.from, open.to, &best_);
  layer_.reserve(best_.size());
  for (const BestStep& best : best_) {  // neighbours differ
    TimelineStep& step = layer_.emplace_back();
    step.begin = best.begin;
    if (best.position == kNoPosition) continue;
    Select(rule, Guarantee::kIndependent, best.position, &step);
    step.earliest = step.latest = c.points->capture_time(best.position);
  }
  LayOver();
}

// As one more set of the timeline's own.
void TimelineSweep::AppendMemberSteps(const TimelineSpan& open) {
  MemberSteps& members = timeline_.members_;
  for (const Candidates& c : candidates_) {
    CollectStays(c, open, &stays_);
    members.begins.push_back(members.steps.size());
    best_of_stays_.Append(&stays_, open.from, open.to, &members.steps);
  }
  members.begins.push_back(members.steps.size());
}

void TimelineSweep::ServeByMember(int rule, const TimelineSpan& open) {
  CandidatesFor(policy_->rules[static_cast<size_t>(rule)]);
  const size_t set =
      timeline_.members_.begins.size() / (candidates_.size() + 1);
  AppendMemberSteps(open);
  layer_.reserve(timeline_.members_.steps.size());
  merge_.Run(timeline_.members_, set, candidates_,
             [&](Instant begin, const StepMerge& now) {
               TimelineStep step{.begin = begin};
               if (now.all_have()) {
                 Select(rule, Guarantee::kIndependent,
                        static_cast<int32_t>(set), &step);
                 step.earliest = now.earliest();
                 step.latest = now.latest();
               }
               AddToLayer(step);
             });
  LayOver();
}

bool TimelineSweep::ServeByLine(int rule_index, const CommonPoints* list,
                                const TimelineSpan& open) {
  const Rule& rule = policy_->rules[static_cast<size_t>(rule_index)];
  if (!common_.Collect(CandidatesFor(rule), rule, list, open)) return false;
  best_.clear();
  best_of_stays_.Append(&common_.stays(), open.from, open.to, &best_);
  for (const BestStep& best : best_) {
    TimelineStep step{.begin = best.begin};
    if (best.position != kNoPosition) {
      const CommonStays::Line& line = common_.line(best.position);
      Select(rule_index, GuaranteeOf(rule.scope),
             static_cast<int32_t>(timeline_.markers_.size()), &step);
      step.earliest = line.earliest;
      step.latest = line.latest;
      const std::span<const Position> row = common_.positions(best.position);
      timeline_.markers_.push_back(line.marker);
      timeline_.rows_.insert(timeline_.rows_.end(), row.begin(), row.end());
    }
    AddToLayer(step);
  }
  LayOver();
  return true;
}

// --- Why no rule served ---

void TimelineSweep::FindWhyNoneServed() {
  TimelineSpan open = Open();
  if (open.from < open.to && HasPins(*unit_)) TellPinsNotEligible(open);
  for (const Rule& rule : policy_->rules) {
    open = Open();
    if (open.to <= open.from) return;
    // Under an independent rule an eligible point each would have been enough.
    if (ScopeFor(*unit_, rule) == Scope::kIndependent ||
        !unit_->MayTake(rule)) {
      continue;
    }
    TellNoCommonPoint(rule, open);
  }
}

// Where a pinned member has no eligible candidate under any rule.
void TimelineSweep::TellPinsNotEligible(const TimelineSpan& open) {
  for (size_t m = 0; m < unit_->members.size(); ++m) {
    if (!unit_->PinnedByMarker() && unit_->members[m].pinned == kNoPosition) {
      continue;
    }
    for (const Rule& rule : policy_->rules) {
      if (unit_->MayTake(rule)) {
        CollectStays(CandidatesFor(rule)[m], open, &stays_);
      }
    }
    best_.clear();
    best_of_stays_.Append(&stays_, open.from, open.to, &best_);
    for (const BestStep& best : best_) {
      AddToLayer({.begin = best.begin,
                  .outcome = best.position == kNoPosition
                                 ? UnitOutcome::kPinNotEligible
                                 : UnitOutcome::kNoEligiblePoint});
    }
    LayOver();
  }
}

// Where each member has an eligible point.
void TimelineSweep::TellNoCommonPoint(const Rule& rule,
                                      const TimelineSpan& open) {
  CandidatesFor(rule);
  MemberSteps& members = timeline_.members_;
  const size_t sets = members.begins.size();
  const size_t steps = members.steps.size();
  AppendMemberSteps(open);
  merge_.Run(
      members, sets / (candidates_.size() + 1), candidates_,
      [&](Instant begin, const StepMerge& now) {
        AddToLayer({.begin = begin,
                    .outcome = now.all_have() ? UnitOutcome::kNoCommonPoint
                                              : UnitOutcome::kNoEligiblePoint});
      });
  members.begins.resize(sets);
  members.steps.resize(steps);
  LayOver();
}

// --- Laying one over the other ---

// What has no choice goes on where the outcome stays.
void TimelineSweep::AddToLayer(const TimelineStep& step) {
  if (step.outcome != UnitOutcome::kSelected && !layer_.empty() &&
      layer_.back().outcome == step.outcome) {
    return;
  }
  layer_.push_back(step);
}

// Fills what is open with the layer, which begins no later than that does.
void TimelineSweep::LayOver() {
  std::vector<TimelineStep>& steps = timeline_.steps_;
  if (steps.size() == 1 && IsOpen(steps[0])) {
    steps.swap(layer_);
    layer_.clear();
    return;
  }
  laid_.swap(layer_);  // laid_ is the layer now
  size_t next = 0;     // of laid_
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!IsOpen(steps[i])) {
      AddToLayer(steps[i]);
      continue;
    }
    const Instant end = timeline_.end(i);
    while (next + 1 < laid_.size() && laid_[next + 1].begin <= steps[i].begin) {
      ++next;
    }
    TimelineStep step = laid_[next];
    step.begin = steps[i].begin;
    AddToLayer(step);
    while (next + 1 < laid_.size() && laid_[next + 1].begin < end) {
      AddToLayer(laid_[++next]);
    }
  }
  steps.swap(layer_);
  layer_.clear();
  laid_.clear();
}

Timeline TimelineOf(const Unit& unit, const Policy& policy,
                    const TimelineSpan& span) {
  TimelineSweep sweep;
  return sweep.Run(unit, policy, CommonLists(), span);
}

}  // namespace recoveryline::core
