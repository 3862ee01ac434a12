#include "engine/core/unit_sweep.h"

#include <algorithm>

namespace recoveryline::core {

UnitSweep::UnitSweep(const Moments& moments)
    : moments_(moments),
      sweep_(moments),
      outcomes_(moments.size()),
      rules_(moments.size()),
      earliest_(moments.size()),
      found_earliest_(moments.size()),
      all_have_(moments.size()) {}

void UnitSweep::Run(const Unit& unit, const Policy& policy,
                    const CommonLists& lists) {
  unit_ = &unit;
  policy_ = &policy;
  positions_.resize(unit.members.size() * moments_.size());
  unserved_count_ = moments_.size();
  if (const auto failed = FailedPrecondition(unit, policy)) {
    std::fill(outcomes_.begin(), outcomes_.end(), *failed);
    return;
  }
  if (!CanSweep(lists)) {
    ChooseAtEach(lists);
    return;
  }
  std::fill(outcomes_.begin(), outcomes_.end(), UnitOutcome::kNoEligiblePoint);
  for (int r = 0; r < static_cast<int>(policy.rules.size()); ++r) {
    const Rule& rule = policy.rules[static_cast<size_t>(r)];
    if (unserved_count_ == 0 || !unit.MayTake(rule)) continue;
    if (ScopeFor(unit, rule) == Scope::kIndependent) {
      ServeIndependent(r);
    } else {
      ServeByList(r, *lists[static_cast<size_t>(r)]);
    }
  }
  FindWhyNoneServed();
}

bool UnitSweep::CanSweep(const CommonLists& lists) const {
  return !HasPins(*unit_) &&
         (!lists.empty() ||
          std::all_of(policy_->rules.begin(), policy_->rules.end(),
                      [this](const Rule& rule) {
                        return ScopeFor(*unit_, rule) == Scope::kIndependent;
                      }));
}

Policy UnitSweep::PolicyAt(size_t moment) const {
  Policy policy = *policy_;
  policy.decision_time = moments_[moment].decision_time;
  policy.target_time = moments_[moment].target_time;
  return policy;
}

void UnitSweep::ChooseAtEach(const CommonLists& lists) {
  for (size_t i = 0; i < moments_.size(); ++i) {
    const UnitChoice choice = ChooseForUnit(*unit_, PolicyAt(i), lists);
    outcomes_[i] = choice.outcome;
    rules_[i] = choice.rule;
    earliest_[i] = choice.earliest;
    for (size_t m = 0; m < choice.positions.size(); ++m) {
      positions_[m * moments_.size() + i] = choice.positions[m];
    }
  }
}

void UnitSweep::SweepMembers(const Rule& rule) {
  const std::vector<Member>& members = unit_->members;
  const size_t count = moments_.size();
  Eligibility ask = policy_->Ask(rule.consistencies);
  found_.resize(members.size() * count);
  std::fill(found_earliest_.begin(), found_earliest_.end(), kMaxInstant);
  std::fill(all_have_.begin(), all_have_.end(), 1);
  for (size_t m = 0; m < members.size(); ++m) {
    ask.exclusions = members[m].exclusions;
    const Member& next = members[std::min(m + 1, members.size() - 1)];
    const auto found = std::span(found_).subspan(m * count, count);
    if (sweep_.Run(*members[m].points, *next.points, ask, found,
                   found_earliest_)) {
      continue;
    }
    for (size_t i = 0; i < count; ++i) all_have_[i] &= found[i] != kNoPosition;
  }
}

void UnitSweep::Keep(size_t moment, int rule, Instant earliest) {
  outcomes_[moment] = UnitOutcome::kSelected;
  rules_[moment] = rule;
  earliest_[moment] = earliest;
  --unserved_count_;
}

void UnitSweep::ServeIndependent(int rule) {
  SweepMembers(policy_->rules[static_cast<size_t>(rule)]);
  const size_t count = moments_.size();
  if (unserved_count_ == count) {
    positions_.swap(found_);
  } else {
    for (size_t i = 0; i < count; ++i) {
      if (outcomes_[i] == UnitOutcome::kSelected) continue;
      for (size_t at = i; at < positions_.size(); at += count) {
        positions_[at] = found_[at];
      }
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (outcomes_[i] != UnitOutcome::kSelected && all_have_[i]) {
      Keep(i, rule, found_earliest_[i]);
    }
  }
}

void UnitSweep::ServeByList(int rule, const CommonPoints& list) {
  std::vector<const IntervalSet*> exclusions;
  for (const Member& m : unit_->members) exclusions.push_back(m.exclusions);
  std::vector<Position> line(unit_->members.size());
  found_.resize(positions_.size());
  const std::span<Position> virtual_points =
      std::span(found_).first(moments_.size());
  sweep_.Run(list.virtual_points(), list.virtual_points(),
             {.not_before = policy_->not_before}, virtual_points,
             found_earliest_);
  for (size_t i = 0; i < moments_.size(); ++i) {
    if (outcomes_[i] == UnitOutcome::kSelected ||
        virtual_points[i] == kNoPosition) {
      continue;
    }
    const auto best = list.BestFrom({.decision_time = moments_[i].decision_time,
                                     .target_time = moments_[i].target_time,
                                     .not_before = policy_->not_before,
                                     .exclusions = exclusions},
                                    virtual_points[i], line);
    if (!best) continue;
    Keep(i, rule, best->earliest);
    for (size_t m = 0; m < line.size(); ++m) {
      positions_[m * moments_.size() + i] = line[m];
    }
  }
}

// Where a common point was asked for and only that is missing, it is said.
void UnitSweep::FindWhyNoneServed() {
  for (const Rule& rule : policy_->rules) {
    if (unserved_count_ == 0) return;
    // Under an independent rule that would have been enough.
    if (ScopeFor(*unit_, rule) == Scope::kIndependent ||
        !unit_->MayTake(rule)) {
      continue;
    }
    SweepMembers(rule);
    for (size_t i = 0; i < moments_.size(); ++i) {
      if (outcomes_[i] == UnitOutcome::kNoEligiblePoint && all_have_[i]) {
        outcomes_[i] = UnitOutcome::kNoCommonPoint;
      }
    }
  }
}

UnitChoice UnitSweep::ChoiceAt(size_t moment) const {
  UnitChoice choice;
  choice.outcome = outcomes_[moment];
  if (choice.outcome != UnitOutcome::kSelected) return choice;
  choice.rule = rules_[moment];
  choice.earliest = earliest_[moment];
  choice.latest = kMinInstant;
  for (size_t m = 0; m < unit_->members.size(); ++m) {
    const PointSeries& points = *unit_->members[m].points;
    choice.positions.push_back(position(m, moment));
    choice.latest =
        std::max(choice.latest, points.capture_time(choice.positions.back()));
  }
  const Rule& rule = policy_->rules[static_cast<size_t>(choice.rule)];
  choice.guarantee = GuaranteeOf(ScopeFor(*unit_, rule));
  if (choice.guarantee == Guarantee::kMarker) {
    choice.marker = unit_->members[0].points->marker(choice.positions[0]);
  }
  return choice;
}

}  // namespace recoveryline::core
