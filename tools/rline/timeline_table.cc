#include "tools/rline/timeline_table.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "engine/timestamps.h"
#include "tools/rline/decision_table.h"
#include "tools/rline/text_table.h"
#include "tools/rline/words.h"

namespace recoveryline {
namespace {

using core::Nanos;
using google::protobuf::Duration;
using google::protobuf::Timestamp;
using v1::UnitTimeline;
using v1::VmSelection;

constexpr int kMostUnits = 40;
constexpr int kMostSteps = 200;

Nanos NanosOf(const Duration& length) { return ToNanos(length).value_or(0); }

std::string Percent(const Duration& part, const Duration& of) {
  if (NanosOf(of) == 0) return "";
  const double percent = 100.0 * static_cast<double>(NanosOf(part)) /
                         static_cast<double>(NanosOf(of));
  if (NanosOf(part) > 0 && percent < 0.05) return "< 0.1 %";
  if (NanosOf(part) < NanosOf(of) && percent >= 99.95) return "> 99.9 %";
  return absl::StrFormat("%.1f %%", percent);
}

// Whether `a` stood worse than `b`.
bool IsWorse(const UnitTimeline* a, const UnitTimeline* b) {
  const auto rank = [](const UnitTimeline* unit) {
    return std::make_tuple(NanosOf(unit->figures().without_choice()),
                           NanosOf(unit->figures().worst_age()));
  };
  return rank(a) > rank(b);
}

// The machine without which the unit would not have stood so badly.
std::string HeldBackBy(const UnitTimeline& unit, const Names& names) {
  if (unit.worst_gap().blocking_vms().empty()) return "";
  const v1::BlockingVm& first = unit.worst_gap().blocking_vms(0);
  const int more = unit.worst_gap().blocking_vms_size() - 1;
  return absl::StrCat(names.Vm(first.vm_id()),
                      first.has_gain()
                          ? absl::StrCat(" (", ShowNanos(NanosOf(first.gain())),
                                         " newer without)")
                          : " (none with it)",
                      more == 0 ? "" : absl::StrCat(" and ", more, " more"));
}

std::string WhatComes(const v1::UnitForecast& forecast,
                      const Display& display) {
  if (forecast.has_choice_from()) {
    return absl::StrCat("a choice ",
                        ShowTime(InstantOf(forecast.choice_from()), display));
  }
  if (forecast.has_none_from()) {
    return absl::StrCat("lost ",
                        ShowTime(InstantOf(forecast.none_from()), display));
  }
  if (forecast.has_weaker_from()) {
    return absl::StrCat("weaker ",
                        ShowTime(InstantOf(forecast.weaker_from()), display));
  }
  return "";
}

const Duration* PercentileOf(const v1::TimelineFigures& figures,
                             double percent) {
  for (const v1::AgePercentile& percentile : figures.age_percentiles()) {
    if (percentile.percent() == percent) return &percentile.age();
  }
  return nullptr;
}

std::string Age(bool present, const Duration& age) {
  return present ? ShowNanos(NanosOf(age)) : "";
}

std::string Headline(const v1::Timeline& timeline, const Display& display) {
  const v1::TimelineFigures& all = timeline.figures();
  std::string out = absl::StrCat(
      Toned(Count(timeline.units_size(), "unit"), Tone::kStrong, display),
      " from ", ShowTime(InstantOf(timeline.start_time()), display), " to ",
      ShowTime(InstantOf(timeline.end_time()), display), "\n");
  const Duration span = ToDuration(core::SaturatingAdd(
      NanosOf(all.with_choice()), NanosOf(all.without_choice())));
  if (timeline.units_size() > 0 && NanosOf(span) > 0) {
    absl::StrAppend(&out, "a choice for ", Percent(all.with_choice(), span),
                    " of the time");
    if (all.has_worst_age()) {
      absl::StrAppend(&out, "; age ", ShowNanos(NanosOf(all.mean_age())),
                      " in the mean, ", ShowNanos(NanosOf(all.worst_age())),
                      " at worst, at ",
                      ShowTime(InstantOf(all.worst_age_until()), display));
    }
    if (all.has_above_objective()) {
      absl::StrAppend(&out, "; above the objective of ",
                      ShowNanos(NanosOf(timeline.rpo_objective())), " for ",
                      Percent(all.above_objective(), span));
    }
    absl::StrAppend(&out, "\n");
  }
  if (timeline.missing_vm_ids_size() > 0) {
    absl::StrAppend(&out, Count(timeline.missing_vm_ids_size(), "VM"),
                    " of the plan are not in the inventory\n");
  }
  if (InstantOf(timeline.end_time()) > InstantOf(timeline.as_of_time())) {
    absl::StrAppend(&out, "from ",
                    ShowTime(InstantOf(timeline.as_of_time()), display),
                    " on a forecast: no new point comes\n");
  }
  const std::string watched =
      timeline.has_observed_from()
          ? ShowTime(InstantOf(timeline.observed_from()), display)
          : "";
  if (timeline.basis() == v1::Timeline::OBSERVED_POINTS) {
    absl::StrAppend(&out, "from the points that were there, watched since ",
                    watched, "\n");
  } else {
    absl::StrAppend(&out,
                    "from the points that survive: at the time, newer ones may "
                    "have been there",
                    watched.empty() ? ""
                                    : absl::StrCat("; they were watched since ",
                                                   watched, " (--from)"),
                    "\n");
  }
  return out;
}

std::string UnitRows(const v1::Timeline& timeline,
                     const std::vector<const UnitTimeline*>& units,
                     const Names& names, const Display& display) {
  TextTable table({{"UNIT, WORST FIRST", TextTable::kCut},
                   {"VMS", TextTable::kRight},
                   {"NO CHOICE", TextTable::kRight},
                   {"WORST AGE", TextTable::kRight},
                   {"95 %", TextTable::kRight},
                   {"MEAN", TextTable::kRight},
                   {"ABOVE RPO", TextTable::kRight},
                   {"WORST UNTIL"},
                   {"HELD BACK BY"},
                   {"IF NO POINT COMES"}});
  for (const UnitTimeline* unit : units) {
    const v1::TimelineFigures& figures = unit->figures();
    const Duration* p95 = PercentileOf(figures, 95);
    const bool never = NanosOf(figures.without_choice()) == 0;
    table.AddRow(
        {{names.Unit(unit->replication_group_id(), unit->vm_ids())},
         {absl::StrCat(unit->vm_ids_size())},
         {never ? "" : ShowNanos(NanosOf(figures.without_choice())),
          Tone::kBad},
         {Age(figures.has_worst_age(), figures.worst_age())},
         {p95 == nullptr ? "" : ShowNanos(NanosOf(*p95))},
         {Age(figures.has_mean_age(), figures.mean_age())},
         {timeline.has_rpo_objective()
              ? Percent(figures.above_objective(), figures.with_choice())
              : ""},
         {unit->has_worst_gap()
              ? ShowTime(InstantOf(unit->worst_gap().end_time()), display)
              : ""},
         {HeldBackBy(*unit, names)},
         {WhatComes(unit->forecast(), display)}});
  }
  return table.empty() ? "" : absl::StrCat("\n", table.Render(display));
}

std::string StepRows(const v1::Timeline& timeline, const UnitTimeline& unit,
                     const Names& names, const Display& display) {
  TextTable table({{"FROM"},
                   {"FOR", TextTable::kRight},
                   {"CHOICE"},
                   {"RULE", TextTable::kRight},
                   {"CAPTURED"},
                   {"AGE THEN", TextTable::kRight},
                   {"AGE AT ITS END", TextTable::kRight}});
  const int shown = std::min(kMostSteps, unit.steps_size());
  for (int i = unit.steps_size() - shown; i < unit.steps_size(); ++i) {
    const v1::TimelineStep& step = unit.steps(i);
    const core::Instant begin = InstantOf(step.start_time());
    const core::Instant end = InstantOf(step.end_time());
    const bool selected = step.outcome() == VmSelection::SELECTED;
    const core::Instant earliest = InstantOf(step.earliest_capture_time());
    const auto age = [&](core::Instant at) {
      return selected ? ShowNanos(core::SaturatingSubtract(at, earliest)) : "";
    };
    table.AddRow({{ShowTime(begin, display)},
                  {ShowNanos(core::SaturatingSubtract(end, begin))},
                  {std::string(OutcomeWords(step.outcome())),
                   selected ? Tone::kPlain : Tone::kBad},
                  {selected && timeline.effective_rules_size() > 1
                       ? absl::StrCat(step.rule_index())
                       : ""},
                  {selected ? ShowTime(earliest, display) : ""},
                  {age(begin)},
                  {age(end)}});
  }
  const int before = unit.steps_size() - shown;
  return absl::StrCat(
      "\n",
      Toned(names.Unit(unit.replication_group_id(), unit.vm_ids()),
            Tone::kStrong, display),
      ": ", Count(unit.steps_size(), "step"),
      before == 0 ? "" : absl::StrCat(", of which the last ", shown), "\n",
      table.Render(display, 2));
}

// --- CSV ---

std::string Cell(absl::string_view text) {
  std::string cell;
  if (!text.empty() &&
      absl::string_view("=+-@\t\r").find(text[0]) != absl::string_view::npos) {
    cell.push_back('\'');
  }
  absl::StrAppend(&cell, text);
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

// "38.5": whole nanoseconds, no digit too many.
std::string Seconds(Nanos nanos) {
  std::string text =
      absl::StrFormat("%d.%09d", nanos / 1'000'000'000, nanos % 1'000'000'000);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Seconds(bool present, const Duration& length) {
  return present ? Seconds(NanosOf(length)) : "";
}

std::string Time(bool present, const Timestamp& time) {
  return present ? FormatTimestamp(time) : "";
}

void AppendLine(std::vector<std::string> cells, std::string* out) {
  for (size_t i = 0; i < cells.size(); ++i) {
    absl::StrAppend(out, i == 0 ? "" : ",", Cell(cells[i]));
  }
  absl::StrAppend(out, "\r\n");
}

// What names a unit: its group, or its only machine.
std::vector<std::string> UnitCells(const UnitTimeline& unit) {
  return {unit.replication_group_id(),
          unit.replication_group_id().empty() && unit.vm_ids_size() == 1
              ? unit.vm_ids(0)
              : ""};
}

void AppendUnit(const UnitTimeline& unit, std::string* out) {
  const v1::TimelineFigures& f = unit.figures();
  std::vector<std::string> cells = UnitCells(unit);
  cells.insert(
      cells.end(),
      {absl::StrCat(unit.vm_ids_size()), Seconds(NanosOf(f.with_choice())),
       Seconds(NanosOf(f.without_choice())),
       Seconds(f.has_worst_age(), f.worst_age()),
       Time(f.has_worst_age_until(), f.worst_age_until()),
       Seconds(f.has_mean_age(), f.mean_age()),
       Seconds(f.has_above_objective(), f.above_objective()),
       unit.worst_gap().blocking_vms().empty()
           ? ""
           : unit.worst_gap().blocking_vms(0).vm_id(),
       Time(unit.forecast().has_weaker_from(), unit.forecast().weaker_from()),
       Time(unit.forecast().has_none_from(), unit.forecast().none_from())});
  AppendLine(std::move(cells), out);
}

void AppendSteps(const UnitTimeline& unit, std::string* out) {
  for (const v1::TimelineStep& step : unit.steps()) {
    std::vector<std::string> cells = UnitCells(unit);
    const bool selected = step.outcome() == VmSelection::SELECTED;
    cells.insert(cells.end(), {FormatTimestamp(step.start_time()),
                               FormatTimestamp(step.end_time()),
                               VmSelection::Outcome_Name(step.outcome()),
                               selected ? absl::StrCat(step.rule_index()) : "",
                               step.consistency_marker(),
                               Time(selected, step.earliest_capture_time()),
                               Time(selected, step.latest_capture_time())});
    AppendLine(std::move(cells), out);
  }
}

}  // namespace

std::string TimelineTable(const v1::Timeline& timeline, const Names& names,
                          const Display& display) {
  std::vector<const UnitTimeline*> units;
  for (const UnitTimeline& unit : timeline.units()) units.push_back(&unit);
  std::stable_sort(units.begin(), units.end(), IsWorse);
  const size_t shown = std::min<size_t>(kMostUnits, units.size());
  const size_t more = units.size() - shown;
  units.resize(shown);
  std::string out = absl::StrCat(Headline(timeline, display),
                                 UnitRows(timeline, units, names, display));
  if (more > 0) absl::StrAppend(&out, "and ", more, " more\n");
  for (const UnitTimeline* unit : units) {
    if (unit->steps().empty()) continue;
    absl::StrAppend(&out, StepRows(timeline, *unit, names, display));
  }
  return out;
}

std::string TimelineCsv(const v1::Timeline& timeline) {
  const bool steps = std::any_of(
      timeline.units().begin(), timeline.units().end(),
      [](const UnitTimeline& unit) { return unit.steps_size() > 0; });
  std::string out;
  if (steps) {
    AppendLine({"replication_group_id", "vm_id", "start_time", "end_time",
                "outcome", "rule_index", "consistency_marker",
                "earliest_capture_time", "latest_capture_time"},
               &out);
    for (const UnitTimeline& unit : timeline.units()) AppendSteps(unit, &out);
    return out;
  }
  AppendLine(
      {"replication_group_id", "vm_id", "vm_count", "with_choice_seconds",
       "without_choice_seconds", "worst_age_seconds", "worst_age_until",
       "mean_age_seconds", "above_objective_seconds", "blocking_vm_id",
       "weaker_from", "none_from"},
      &out);
  for (const UnitTimeline& unit : timeline.units()) AppendUnit(unit, &out);
  return out;
}

}  // namespace recoveryline
