#include "engine/core/timeline_figures.h"

#include <algorithm>
#include <utility>

namespace recoveryline::core {
namespace {

NanosSum SaturatingSum(NanosSum a, NanosSum b) {
  return a > kLargestSum - b ? kLargestSum : a + b;
}

Nanos Length(Instant begin, Instant end) {
  return SaturatingSubtract(end, begin);
}

// REQUIRES: not negative.
NanosSum Wide(Nanos nanos) { return static_cast<uint64_t>(nanos); }

void KeepLonger(const Stretch& other, Stretch* kept) {
  if (other.length > kept->length ||
      (other.length == kept->length && other.length > 0 &&
       other.begin < kept->begin)) {
    *kept = other;
  }
}

void KeepWorse(Nanos age, Instant until, TimelineFigures* kept) {
  if (age > kept->worst_age ||
      (age == kept->worst_age && age > 0 && until < kept->worst_until)) {
    kept->worst_age = age;
    kept->worst_until = until;
  }
}

// The ages of one step: from `first`, and coming near to `last`.
struct Ages {
  Nanos first = 0;
  Nanos last = 0;
};
Ages AgesOf(const Timeline& timeline, size_t step) {
  const Instant earliest = timeline[step].earliest;
  return {.first = SaturatingSubtract(timeline[step].begin, earliest),
          .last = SaturatingSubtract(timeline.end(step), earliest)};
}

void AddChoice(const Timeline& timeline, size_t step,
               std::optional<Nanos> objective, TimelineFigures* figures) {
  const Ages ages = AgesOf(timeline, step);
  const Nanos length = Length(timeline[step].begin, timeline.end(step));
  NanosSum& of_rule =
      figures->by_rule[static_cast<size_t>(timeline[step].rule)];
  of_rule = SaturatingSum(of_rule, Wide(length));
  figures->twice_age_integral =
      SaturatingSum(figures->twice_age_integral,
                    Wide(length) * (Wide(ages.first) + Wide(ages.last)));
  KeepWorse(ages.last, timeline.end(step), figures);
  if (objective && ages.last > *objective) {
    const Nanos above =
        SaturatingSubtract(ages.last, std::max(ages.first, *objective));
    figures->above_objective =
        SaturatingSum(figures->above_objective, Wide(above));
  }
}

// Both kinds of stretches of one timeline.
void AddStretches(const Timeline& timeline, TimelineFigures* figures) {
  const TimelineSpan& span = timeline.span();
  Instant newer_at = span.from;
  Instant chosen_at = span.from;  // where the last choice ended
  std::optional<Instant> newest;
  const auto end_newer = [&](Instant at) {
    KeepLonger({newer_at, Length(newer_at, at)},
               &figures->longest_without_newer);
  };
  const auto end_none = [&](Instant at) {
    KeepLonger({chosen_at, Length(chosen_at, at)},
               &figures->longest_without_choice);
  };
  for (size_t i = 0; i < timeline.size(); ++i) {
    if (!timeline.selected(i)) continue;
    end_none(timeline[i].begin);
    chosen_at = timeline.end(i);
    if (newest && timeline[i].earliest <= *newest) continue;
    newest = timeline[i].earliest;
    end_newer(timeline[i].begin);
    newer_at = timeline[i].begin;
  }
  end_newer(span.to);
  end_none(span.to);
}

}  // namespace

NanosSum TimelineFigures::without_choice() const {
  NanosSum sum = 0;
  for (size_t i = 0; i < kOutcomes; ++i) {
    if (i != static_cast<size_t>(UnitOutcome::kSelected)) {
      sum = SaturatingSum(sum, by_outcome[i]);
    }
  }
  return sum;
}

std::optional<Nanos> TimelineFigures::MeanAge() const {
  if (with_choice() == 0) return std::nullopt;
  const NanosSum mean = twice_age_integral / with_choice() / 2;
  return mean > Wide(kForever) ? kForever : static_cast<Nanos>(mean);
}

void TimelineFigures::Add(const TimelineFigures& other) {
  unit_count += other.unit_count;
  step_count += other.step_count;
  for (size_t i = 0; i < kOutcomes; ++i) {
    by_outcome[i] = SaturatingSum(by_outcome[i], other.by_outcome[i]);
  }
  by_rule.resize(std::max(by_rule.size(), other.by_rule.size()), 0);
  for (size_t i = 0; i < other.by_rule.size(); ++i) {
    by_rule[i] = SaturatingSum(by_rule[i], other.by_rule[i]);
  }
  above_objective = SaturatingSum(above_objective, other.above_objective);
  twice_age_integral =
      SaturatingSum(twice_age_integral, other.twice_age_integral);
  KeepWorse(other.worst_age, other.worst_until, this);
  KeepLonger(other.longest_without_newer, &longest_without_newer);
  KeepLonger(other.longest_without_choice, &longest_without_choice);
}

TimelineFigures FiguresOf(const Timeline& timeline, size_t rule_count,
                          std::optional<Nanos> objective) {
  TimelineFigures figures;
  figures.unit_count = 1;
  figures.step_count = static_cast<int64_t>(timeline.size());
  figures.by_rule.resize(rule_count, 0);
  for (size_t i = 0; i < timeline.size(); ++i) {
    NanosSum& of_outcome =
        figures.by_outcome[static_cast<size_t>(timeline[i].outcome)];
    of_outcome = SaturatingSum(
        of_outcome, Wide(Length(timeline[i].begin, timeline.end(i))));
    if (timeline.selected(i)) AddChoice(timeline, i, objective, &figures);
  }
  AddStretches(timeline, &figures);
  return figures;
}

std::vector<Nanos> AgePercentiles(const Timeline& timeline,
                                  std::span<const int> shares_per_million) {
  // Where the number of steps that have an age changes.
  std::vector<std::pair<Nanos, int>> changes;
  NanosSum total = 0;
  for (size_t i = 0; i < timeline.size(); ++i) {
    if (!timeline.selected(i)) continue;
    const Ages ages = AgesOf(timeline, i);
    changes.emplace_back(ages.first, 1);
    changes.emplace_back(ages.last, -1);
    total += Wide(ages.last - ages.first);
  }
  if (total == 0) return {};
  std::sort(changes.begin(), changes.end());
  const auto age_of = [&](int share) {
    constexpr int kMillion = 1'000'000;
    // How much time must have ages up to the one that is sought.
    NanosSum left =
        (total * static_cast<uint64_t>(share) + kMillion - 1) / kMillion;
    Nanos age = 0;
    int64_t steps = 0;  // that have ages from `age` on
    for (const auto& [next, change] : changes) {
      const NanosSum here = Wide(next - age) * Wide(steps);
      if (here >= left && left > 0) {
        return age + static_cast<Nanos>((left + Wide(steps) - 1) / Wide(steps));
      }
      left -= here;
      age = next;
      steps += change;
    }
    return age;
  };
  std::vector<Nanos> percentiles;
  for (const int share : shares_per_million) {
    percentiles.push_back(age_of(share));
  }
  return percentiles;
}

}  // namespace recoveryline::core
