#include "engine/core/plan_alignment.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "engine/core/candidates.h"
#include "engine/core/common_line.h"
#include "engine/core/selector.h"

namespace recoveryline::core {
namespace {

// When the points of a line were captured.
struct Stretch {
  Instant earliest = 0;
  Instant latest = 0;
};

// What moves by itself: a VM that is chosen for alone, or all VMs of a unit
// that need points in common.
class Lanes {
 public:
  Lanes(std::span<const Participant> participants, const Policy& policy);

  size_t size() const { return lanes_.size(); }
  // The participant that the lane is part of.
  size_t owner(size_t lane) const { return lanes_[lane].owner; }

  // Of the newest line whose points are captured at or before `until`.
  std::optional<Stretch> Newest(size_t lane, Instant until);

 private:
  struct Lane {
    size_t owner = 0;
    size_t first = 0;  // its candidates
    size_t count = 0;
    Scope scope = Scope::kIndependent;
    Nanos max_skew = 0;
  };

  const Instant target_time_;
  std::vector<Lane> lanes_;
  std::vector<Candidates> candidates_;
};

Lanes::Lanes(std::span<const Participant> participants, const Policy& policy)
    : target_time_(policy.target_time) {
  for (size_t i = 0; i < participants.size(); ++i) {
    const Unit& unit = *participants[i].unit;
    const Rule& rule = policy.rules[static_cast<size_t>(participants[i].rule)];
    const Scope scope = ScopeFor(unit, rule);
    const Lane whole{.owner = i,
                     .first = candidates_.size(),
                     .count = unit.members.size(),
                     .scope = scope,
                     .max_skew = rule.max_skew};
    for (const Member& member : unit.members) {
      if (scope == Scope::kIndependent) {
        lanes_.push_back({.owner = i, .first = candidates_.size(), .count = 1});
      }
      candidates_.push_back(CandidatesOf(unit, member, policy, rule));
    }
    if (scope != Scope::kIndependent) lanes_.push_back(whole);
  }
}

std::optional<Stretch> Lanes::Newest(size_t lane, Instant until) {
  const Lane& asked = lanes_[lane];
  const std::span<Candidates> members =
      std::span(candidates_).subspan(asked.first, asked.count);
  for (Candidates& member : members) {
    member.ask.target_time = std::min(target_time_, until);
  }
  std::optional<CommonLine> line;
  switch (asked.scope) {
    case Scope::kIndependent: {
      const PointSeries& points = *members[0].points;
      const Position best = members[0].Best(points.size());
      if (best == kNoPosition) return std::nullopt;
      const Instant t = points.capture_time(best);
      return Stretch{.earliest = t, .latest = t};
    }
    case Scope::kCommonMarker:
      line = NewestCommonMarker(members);
      break;
    case Scope::kCommonCaptureTime:
      line = NewestCommonWindow(members, asked.max_skew);
      break;
  }
  if (!line) return std::nullopt;
  return Stretch{.earliest = line->earliest, .latest = line->latest};
}

// Takes one element out of `from`, drawn by a fixed sequence of numbers.
size_t Draw(std::vector<size_t>* from, uint64_t* dice) {
  *dice = *dice * 6364136223846793005u + 1442695040888963407u;
  std::swap((*from)[(*dice >> 33) % from->size()], from->back());
  const size_t drawn = from->back();
  from->pop_back();
  return drawn;
}

// Goes down in time until all units have a line, or all but one.
class Descent {
 public:
  Descent(Lanes* lanes, size_t owners, Nanos max_skew)
      : lanes_(lanes), max_skew_(max_skew), oldest_of_(owners, kMaxInstant) {
    inside_.reserve(lanes->size());
    for (size_t i = lanes->size(); i > 0; --i) after_.push_back(i - 1);
  }

  // Lowers t to the next instant at which all owners have a line in the window,
  // or, with `spare_one`, all but last(). False where there is none.
  bool Settle(bool spare_one);

  Instant t() const { return t_; }
  // The owner whose line begins first, and whether that is before t.
  size_t last() const { return first_.owner; }
  bool last_is_absent() const { return exhausted_ || first_.earliest < t_; }
  // Goes on where last() may have a line again; false where it never has.
  bool GoToLast() {
    t_ = first_.earliest;
    return !exhausted_;
  }

 private:
  struct Bound {
    Instant earliest = kMaxInstant;
    size_t owner = ~size_t{0};
  };

  // The owner has no line that begins after `earliest`.
  void Lower(size_t owner, Instant earliest);
  void Exhaust(size_t owner);

  Lanes* lanes_;
  const Nanos max_skew_;
  Instant t_ = kMaxInstant;
  // Those to be asked: their last line does not end in the window.
  std::vector<size_t> after_;
  // The others, a heap by the ends of their lines.
  std::vector<std::pair<Instant, size_t>> inside_;
  std::vector<Instant> oldest_of_;  // where the owner's lines begin, as asked
  Bound first_;                     // the two smallest of them
  Bound second_;
  bool exhausted_ = false;  // the first has no line any more
  uint64_t dice_ = 1;
};

void Descent::Lower(size_t owner, Instant earliest) {
  Instant& oldest = oldest_of_[owner];
  if (earliest >= oldest) return;
  oldest = earliest;
  if (owner == first_.owner) {
    first_.earliest = earliest;
  } else if (earliest < first_.earliest) {
    second_ = std::exchange(first_, {.earliest = earliest, .owner = owner});
  } else if (owner == second_.owner || earliest < second_.earliest) {
    second_ = {.earliest = earliest, .owner = owner};
  }
}

void Descent::Exhaust(size_t owner) {
  exhausted_ = true;
  oldest_of_[owner] = kMinInstant;  // what its other lanes have is too little
  if (owner != first_.owner) second_ = first_;
  first_ = {.earliest = kMinInstant, .owner = owner};
}

bool Descent::Settle(bool spare_one) {
  while (true) {
    t_ = std::min(t_, spare_one ? second_.earliest : first_.earliest);
    const Instant until = SaturatingAdd(t_, max_skew_);
    for (; !inside_.empty() && inside_.front().first > until;
         inside_.pop_back()) {
      std::pop_heap(inside_.begin(), inside_.end());
      after_.push_back(inside_.back().second);
    }
    if (after_.empty()) return true;
    const size_t lane = Draw(&after_, &dice_);
    const size_t owner = lanes_->owner(lane);
    const std::optional<Stretch> line = lanes_->Newest(lane, until);
    if (line) {
      Lower(owner, line->earliest);
      inside_.emplace_back(line->latest, lane);
      std::push_heap(inside_.begin(), inside_.end());
    } else if (!spare_one || (exhausted_ && owner != first_.owner)) {
      return false;
    } else {
      Exhaust(owner);
    }
  }
}

void SelectIn(const CaptureWindow& window,
              std::span<const Participant> participants,
              std::span<const int> units, const Policy& policy,
              Alignment* alignment, std::vector<UnitChoice>* choices) {
  Policy inside = policy;
  inside.target_time = std::min(policy.target_time, window.until);
  inside.not_before = std::max(policy.not_before, window.from);
  alignment->window = window;
  alignment->latest = kMinInstant;
  for (size_t i = 0; i < participants.size(); ++i) {
    UnitChoice& choice = (*choices)[static_cast<size_t>(units[i])];
    auto found =
        ChooseUnder(*participants[i].unit, inside, participants[i].rule);
    choice = found ? *std::move(found) : UnitChoice();
    alignment->latest = std::max(alignment->latest, choice.latest);
  }
}

}  // namespace

std::optional<Instant> AlignedInstant(std::span<const Participant> participants,
                                      const Policy& policy, Nanos max_skew) {
  Lanes lanes(participants, policy);
  Descent descent(&lanes, participants.size(), max_skew);
  if (!descent.Settle(/*spare_one=*/false)) return std::nullopt;
  return descent.t();
}

std::vector<HoldingUnit> HoldingUnits(std::span<const Participant> participants,
                                      const Policy& policy, Nanos max_skew,
                                      std::optional<Instant> t) {
  std::vector<HoldingUnit> holding;
  if (participants.size() < 2) return holding;
  Lanes lanes(participants, policy);
  Descent descent(&lanes, participants.size(), max_skew);
  std::vector<bool> known(participants.size(), false);
  while (descent.Settle(/*spare_one=*/true) && descent.last_is_absent()) {
    const size_t last = descent.last();
    if (!known[last]) {
      known[last] = true;
      holding.push_back(
          {.unit = static_cast<int>(last),
           .gain = t ? SaturatingSubtract(descent.t(), *t) : kForever});
    }
    if (!descent.GoToLast()) break;
  }
  std::sort(holding.begin(), holding.end(),
            [](const HoldingUnit& a, const HoldingUnit& b) {
              return a.gain != b.gain ? a.gain > b.gain : a.unit < b.unit;
            });
  return holding;
}

Alignment AlignUnits(std::span<const Unit* const> units, const Policy& policy,
                     Nanos max_skew, std::vector<UnitChoice>* choices) {
  std::vector<Participant> participants;
  std::vector<int> numbers;  // of the participants, among the units
  for (size_t i = 0; i < units.size(); ++i) {
    const UnitChoice& own = (*choices)[i];
    if (own.outcome != UnitOutcome::kSelected) continue;
    participants.push_back({.unit = units[i], .rule = own.rule});
    numbers.push_back(static_cast<int>(i));
  }
  Alignment alignment;
  alignment.unit_count = static_cast<int>(participants.size());
  if (participants.empty()) return alignment;
  const auto t = AlignedInstant(participants, policy, max_skew);
  if (t) {
    SelectIn({.from = *t, .until = SaturatingAdd(*t, max_skew)}, participants,
             numbers, policy, &alignment, choices);
  } else {
    for (const int i : numbers) {
      UnitChoice& choice = (*choices)[static_cast<size_t>(i)];
      choice = UnitChoice();
      choice.outcome = UnitOutcome::kNotAligned;
    }
  }
  alignment.holding = HoldingUnits(participants, policy, max_skew, t);
  for (HoldingUnit& unit : alignment.holding) {
    unit.unit = numbers[static_cast<size_t>(unit.unit)];
  }
  return alignment;
}

}  // namespace recoveryline::core
