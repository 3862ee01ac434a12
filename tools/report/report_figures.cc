#include "tools/report/report_figures.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/numeric/int128.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::Nanos;

Nanos Sum(Nanos a, Nanos b) { return core::SaturatingAdd(a, b); }

// The sums over units that a total is made of.
struct Sums {
  Nanos with = 0;
  Nanos without = 0;
  Nanos above = 0;
  bool has_above = false;
  absl::int128 age_integral = 0;
  std::map<int, Nanos> by_outcome;
  std::vector<Nanos> by_rule;

  void Add(const v1::TimelineFigures& figures) {
    const Nanos with_choice = NanosIn(figures.with_choice());
    with = Sum(with, with_choice);
    without = Sum(without, NanosIn(figures.without_choice()));
    above = Sum(above, NanosIn(figures.above_objective()));
    has_above = has_above || figures.has_above_objective();
    age_integral +=
        absl::int128(NanosIn(figures.mean_age())) * absl::int128(with_choice);
    for (const v1::OutcomeTime& time : figures.without_choice_by_outcome()) {
      Nanos& sum = by_outcome[time.outcome()];
      sum = Sum(sum, NanosIn(time.length()));
    }
    const size_t rules = static_cast<size_t>(figures.by_rule_size());
    by_rule.resize(std::max(by_rule.size(), rules));
    for (size_t i = 0; i < rules; ++i) {
      by_rule[i] =
          Sum(by_rule[i], NanosIn(figures.by_rule(static_cast<int>(i))));
    }
  }
};

// Members that a unit and a total have.
void WriteAges(const v1::TimelineFigures& figures, const ReportTimes& times,
               ScriptJson* json) {
  WriteLength(NanosIn(figures.without_choice()), &json->Key("without"));
  if (figures.has_worst_age()) {
    WriteLength(NanosIn(figures.worst_age()), &json->Key("worst"));
    times.Write(figures.worst_age_until(), &json->Key("until"));
    WriteLength(NanosIn(figures.mean_age()), &json->Key("mean"));
  }
  if (figures.has_above_objective()) {
    WriteLength(NanosIn(figures.above_objective()), &json->Key("above"));
  }
}

}  // namespace

v1::TimelineFigures TotalOf(const v1::Timeline& timeline) {
  v1::TimelineFigures total;
  Sums sums;
  absl::int128 with = 0;
  for (const v1::UnitTimeline& unit : timeline.units()) {
    const v1::TimelineFigures& figures = unit.figures();
    sums.Add(figures);
    with += absl::int128(NanosIn(figures.with_choice()));
    if (figures.has_worst_age() &&
        (!total.has_worst_age() ||
         NanosIn(figures.worst_age()) > NanosIn(total.worst_age()))) {
      *total.mutable_worst_age() = figures.worst_age();
      *total.mutable_worst_age_until() = figures.worst_age_until();
    }
  }
  *total.mutable_with_choice() = ToDuration(sums.with);
  *total.mutable_without_choice() = ToDuration(sums.without);
  for (const auto& [outcome, length] : sums.by_outcome) {
    v1::OutcomeTime* time = total.add_without_choice_by_outcome();
    time->set_outcome(static_cast<v1::VmSelection::Outcome>(outcome));
    *time->mutable_length() = ToDuration(length);
  }
  for (const Nanos length : sums.by_rule) {
    *total.add_by_rule() = ToDuration(length);
  }
  if (with > 0) {
    *total.mutable_mean_age() =
        ToDuration(static_cast<Nanos>(sums.age_integral / with));
  }
  if (sums.has_above) *total.mutable_above_objective() = ToDuration(sums.above);
  return total;
}

void WriteUnitFigures(const v1::TimelineFigures& figures,
                      const ReportTimes& times, ScriptJson* json) {
  json->Open('{');
  WriteAges(figures, times, json);
  if (!figures.age_percentiles().empty()) {
    json->Key("percentiles").Open('[');
    for (const v1::AgePercentile& percentile : figures.age_percentiles()) {
      WriteLength(NanosIn(percentile.age()), json);
    }
    json->Close(']');
  }
  json->Close('}');
}

void WriteTotalFigures(const v1::TimelineFigures& figures,
                       const ReportTimes& times, ScriptJson* json) {
  json->Open('{');
  WriteAges(figures, times, json);
  WriteLength(NanosIn(figures.with_choice()), &json->Key("with"));
  json->Key("outcomes").Open('[');
  for (const v1::OutcomeTime& time : figures.without_choice_by_outcome()) {
    json->Open('[');
    json->Number(time.outcome());
    WriteLength(NanosIn(time.length()), json);
    json->Close(']');
  }
  json->Close(']');
  json->Key("rules").Open('[');
  for (const auto& length : figures.by_rule())
    WriteLength(NanosIn(length), json);
  json->Close(']');
  json->Close('}');
}

}  // namespace recoveryline
