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
    const Rule& rule =
        policy.rules[static_cast<size_t>(participants[i].rule)];
    const Scope scope = ScopeFor(unit, rule);
    const Lane whole{.owner = i,
                     .first = candidates_.size(),
                     .count = unit.members.size(),
                     .scope = scope,
                     .max_skew = rule.max_skew};
    for (const Member& member : unit.members) {
      if (scope == Scope::kIndependent) {
        lanes_.push_back(
            {.owner = i, .first = candidates_.size(), .count = 1});
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

std::optional<Instant> Search(Lanes* lanes, Nanos max_skew) {
  Instant t = kMaxInstant;
  // Those to be asked: their last line does not end in the window.
  std::vector<size_t> after;
  for (size_t i = lanes->size(); i > 0; --i) after.push_back(i - 1);
  // The others, by the ends of their lines; none begins before t.
  std::vector<std::pair<Instant, size_t>> inside;
  inside.reserve(lanes->size());
  for (uint64_t dice = 1;;) {
    const Instant until = SaturatingAdd(t, max_skew);
    for (; !inside.empty() && inside.front().first > until;
         inside.pop_back()) {
      std::pop_heap(inside.begin(), inside.end());
      after.push_back(inside.back().second);
    }
    if (after.empty()) return t;
    const size_t lane = Draw(&after, &dice);
    const std::optional<Stretch> line = lanes->Newest(lane, until);
    if (!line) return std::nullopt;
    t = std::min(t, line->earliest);
    inside.emplace_back(line->latest, lane);
    std::push_heap(inside.begin(), inside.end());
  }
}

// From `at` down, one lane more of the owner has a line in the window that
// begins there, or one fewer.
struct Change {
  Instant at = 0;
  size_t owner = 0;
  int lanes = 0;
};

// All instants after `floor` at which the lane has a line, as changes.
void AddChanges(size_t lane, Nanos max_skew, std::optional<Instant> floor,
                Lanes* lanes, std::vector<Change>* changes) {
  const size_t owner = lanes->owner(lane);
  for (Instant t = kMaxInstant;;) {
    const auto line = lanes->Newest(lane, SaturatingAdd(t, max_skew));
    if (!line) return;
    const Instant high = std::min(t, line->earliest);
    if (floor && high <= *floor) return;
    const Instant low = SaturatingSubtract(line->latest, max_skew);
    if (low > high) {  // too long for a window; below, others may be found
      t = high;
      continue;
    }
    changes->push_back({.at = high, .owner = owner, .lanes = 1});
    if (low == kMinInstant) return;
    t = low - 1;
    changes->push_back({.at = t, .owner = owner, .lanes = -1});
  }
}

// Goes down through the changes and counts who has no line. Where a single
// owner has none, the rest has one without it.
class AbsenceCount {
 public:
  AbsenceCount(const Lanes& lanes, size_t owners)
      : without_line_(owners, 0),
        absent_count_(owners),
        absent_sum_(owners * (owners - 1) / 2) {
    for (size_t i = 0; i < lanes.size(); ++i) ++without_line_[lanes.owner(i)];
  }

  void Apply(const Change& change) {
    int& without = without_line_[change.owner];
    const bool was_absent = without > 0;
    without -= change.lanes;
    if (was_absent == (without > 0)) return;
    if (was_absent) {
      --absent_count_;
      absent_sum_ -= change.owner;
    } else {
      ++absent_count_;
      absent_sum_ += change.owner;
    }
  }
  std::optional<size_t> OnlyAbsent() const {
    if (absent_count_ != 1) return std::nullopt;
    return absent_sum_;
  }

 private:
  std::vector<int> without_line_;  // lanes, by owner
  size_t absent_count_;
  size_t absent_sum_;
};

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
    auto found = ChooseUnder(*participants[i].unit, inside,
                             participants[i].rule);
    choice = found ? *std::move(found) : UnitChoice();
    alignment->latest = std::max(alignment->latest, choice.latest);
  }
}

}  // namespace

std::optional<Instant> AlignedInstant(std::span<const Participant> participants,
                                      const Policy& policy, Nanos max_skew) {
  Lanes lanes(participants, policy);
  return Search(&lanes, max_skew);
}

std::vector<HoldingUnit> HoldingUnits(std::span<const Participant> participants,
                                      const Policy& policy, Nanos max_skew,
                                      std::optional<Instant> t) {
  std::vector<HoldingUnit> holding;
  if (participants.size() < 2) return holding;
  Lanes lanes(participants, policy);
  std::vector<Change> changes;
  for (size_t i = 0; i < lanes.size(); ++i) {
    AddChanges(i, max_skew, t, &lanes, &changes);
  }
  std::sort(changes.begin(), changes.end(),
            [](const Change& a, const Change& b) { return a.at > b.at; });
  AbsenceCount count(lanes, participants.size());
  std::vector<bool> known(participants.size(), false);
  for (size_t next = 0; next < changes.size();) {
    const Instant at = changes[next].at;
    if (t && at <= *t) break;
    for (; next < changes.size() && changes[next].at == at; ++next) {
      count.Apply(changes[next]);
    }
    const std::optional<size_t> only = count.OnlyAbsent();
    if (!only || known[*only]) continue;
    known[*only] = true;
    holding.push_back({.unit = static_cast<int>(*only),
                       .gain = t ? SaturatingSubtract(at, *t) : kForever});
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
