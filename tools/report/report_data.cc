#include "tools/report/report_data.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "tools/report/report_figures.h"
#include "tools/report/report_times.h"
#include "tools/report/report_units.h"
#include "tools/report/script_json.h"
#include "tools/report/unit_history.h"

namespace recoveryline {
namespace {

using core::Nanos;

constexpr int kMostNotes = 200;
// How many units get their steps at once.
constexpr size_t kUnitsAtOnce = 32;
// No history is begun in less.
constexpr size_t kLeastHistoryBytes = 4096;

constexpr Nanos kMinute = 60'000'000'000;
// Ages are counted by which of these they do not exceed.
constexpr std::array<Nanos, 9> kAgeBounds = {
    5 * kMinute,   15 * kMinute,  30 * kMinute,   60 * kMinute,  120 * kMinute,
    240 * kMinute, 480 * kMinute, 1440 * kMinute, 4320 * kMinute};

// How many units there are of each age, of any greater one, and without one.
struct AgeCounts {
  std::array<int64_t, kAgeBounds.size() + 2> counts = {};

  void AddAge(Nanos age) {
    const auto it = std::lower_bound(kAgeBounds.begin(), kAgeBounds.end(), age);
    ++counts[static_cast<size_t>(it - kAgeBounds.begin())];
  }
  void AddNone() { ++counts.back(); }

  void Write(ScriptJson* json) const {
    json->Open('[');
    for (const int64_t count : counts) json->Number(count);
    json->Close(']');
  }
};

void WriteTexts(const std::vector<std::string>& texts, ScriptJson* json) {
  json->Open('[');
  for (const std::string& text : texts) json->Text(text);
  json->Close(']');
}

void WriteWords(const ReportWords& words, ScriptJson* json) {
  json->Key("words").Open('{');
  json->Key("option").Text(words.option);
  json->Key("purpose").Text(words.purpose);
  WriteTexts(words.rules, &json->Key("rules"));
  WriteTexts(words.outcomes, &json->Key("outcomes"));
  WriteTexts(words.outcome_reasons, &json->Key("reasons"));
  WriteTexts(words.rejections, &json->Key("rejections"));
  WriteTexts(words.consistencies, &json->Key("consistencies"));
  json->Close('}');
}

void WritePlan(const ReportSource& source, const ReportTimes& times,
               ScriptJson* json) {
  const v1::Timeline& timeline = source.timeline;
  json->Key("plan").Text(source.plan.id());
  json->Key("planName").Text(source.plan.display_name());
  times.WriteExact(timeline.start_time(), &json->Key("start"));
  times.WriteExact(timeline.end_time(), &json->Key("end"));
  times.WriteExact(timeline.as_of_time(), &json->Key("asOf"));
  times.WriteExact(source.decision.decision_time(), &json->Key("decided"));
  if (source.plan.policy().has_target_time()) {
    times.Write(source.decision.target_time(), &json->Key("target"));
  }
  if (source.plan.policy().has_incident_time()) {
    times.Write(source.plan.policy().incident_time(), &json->Key("incident"));
  }
  json->Key("observed")
      .Number(timeline.basis() == v1::Timeline::OBSERVED_POINTS);
  if (source.decision.has_act_before()) {
    times.Write(source.decision.act_before(), &json->Key("actBefore"));
  }
  if (timeline.has_rpo_objective()) {
    WriteLength(NanosIn(timeline.rpo_objective()), &json->Key("objective"));
  }
  const v1::Provenance& provenance = source.decision.provenance();
  json->Key("inventoryDigest").Text(provenance.inventory_digest());
  json->Key("planDigest").Text(provenance.plan_digest());
  json->Key("version").Text(provenance.tool_version());
}

// Machines that are not there, and what a person should know.
void WriteNotes(const ReportSource& source, ScriptJson* json) {
  const auto& missing = source.timeline.missing_vm_ids();
  json->Key("missingCount").Number(missing.size());
  json->Key("missing").Open('[');
  for (int i = 0; i < std::min(kMostNotes, missing.size()); ++i) {
    json->Text(missing[i]);
  }
  json->Close(']');
  const auto& warnings = source.decision.warnings();
  json->Key("warningCount").Number(warnings.size());
  json->Key("warnings").Open('[');
  for (int i = 0; i < std::min(kMostNotes, warnings.size()); ++i) {
    json->Open('[');
    json->Text(warnings[i].subject());
    json->Text(warnings[i].message());
    json->Close(']');
  }
  json->Close(']');
}

// The soonest of some instants, and how many there are.
struct Soonest {
  int64_t count = 0;
  core::Instant first = core::kForever;

  void Add(core::Instant at) {
    ++count;
    first = std::min(first, at);
  }
};

// What is counted over all units, also over those that do not fit.
struct Totals {
  explicit Totals(int rule_count) : by_rule(static_cast<size_t>(rule_count)) {}

  void Add(const v1::UnitTimeline& unit, const ReportUnits::Choice& choice);
  void Write(const ReportTimes& times, ScriptJson* json) const;

  int64_t units = 0;
  int64_t vms = 0;
  int64_t without = 0;
  int64_t over = 0;
  Nanos worst_loss = -1;
  AgeCounts losses;
  AgeCounts worst_ages;
  std::vector<int64_t> by_rule;
  Soonest weaker;
  Soonest none;
};

void Totals::Add(const v1::UnitTimeline& unit,
                 const ReportUnits::Choice& choice) {
  ++units;
  vms += unit.vm_ids_size();
  if (choice.outcome == v1::VmSelection::SELECTED) {
    losses.AddAge(choice.data_loss);
    worst_loss = std::max(worst_loss, choice.data_loss);
    over += choice.rpo_exceeded ? 1 : 0;
    ++by_rule[static_cast<size_t>(choice.rule)];
  } else {
    ++without;
    losses.AddNone();
  }
  if (unit.figures().has_worst_age()) {
    worst_ages.AddAge(NanosIn(unit.figures().worst_age()));
  } else {
    worst_ages.AddNone();
  }
  const v1::UnitForecast& forecast = unit.forecast();
  if (forecast.has_weaker_from()) {
    weaker.Add(InstantIn(forecast.weaker_from()));
  }
  if (forecast.has_none_from()) none.Add(InstantIn(forecast.none_from()));
}

void Totals::Write(const ReportTimes& times, ScriptJson* json) const {
  json->Key("unitCount").Number(units);
  json->Key("vmCount").Number(vms);
  json->Key("withoutCount").Number(without);
  json->Key("overCount").Number(over);
  if (worst_loss >= 0) WriteLength(worst_loss, &json->Key("lossWorst"));
  json->Key("weakerCount").Number(weaker.count);
  if (weaker.count > 0) times.Write(weaker.first, &json->Key("weakerFirst"));
  json->Key("noneCount").Number(none.count);
  if (none.count > 0) times.Write(none.first, &json->Key("noneFirst"));
  json->Key("byRule").Open('[');
  for (const int64_t count : by_rule) json->Number(count);
  json->Close(']');
  json->Key("bounds").Open('[');
  for (const Nanos bound : kAgeBounds) json->Nanos(bound);
  json->Close(']');
  losses.Write(&json->Key("lossCounts"));
  worst_ages.Write(&json->Key("worstCounts"));
}

// What the page says before any unit is looked at.
void WriteTotals(const ReportSource& source, const ReportUnits& units,
                 const ReportTimes& times, ScriptJson* json) {
  Totals totals(source.timeline.effective_rules_size());
  for (size_t rank = 0; rank < units.size(); ++rank) {
    totals.Add(units.unit(rank), units.ChoiceOf(units.unit(rank)));
  }
  totals.Write(times, json);
  json->Key("figures");
  WriteTotalFigures(TotalOf(source.timeline), times, json);
}

// The rows that fit into `room_bytes`, the worst units first; one that is too
// large by itself leaves the room to others. `(*ranks)[i]` is that of a row.
void MakeRows(const ReportUnits& units, size_t room_bytes,
              std::vector<ScriptJson>* rows, std::vector<size_t>* ranks,
              size_t* bytes) {
  for (size_t rank = 0; rank < units.size(); ++rank) {
    ScriptJson row;
    units.WriteRow(rank, &row);
    if (*bytes + row.size() + 2 > room_bytes) continue;
    *bytes += row.size() + 2;
    rows->push_back(std::move(row));
    ranks->push_back(rank);
  }
}

// Histories as far as the room goes; gives back of how many units.
size_t AddHistories(const ReportUnits& units, size_t room_bytes,
                    std::span<const size_t> ranks, UnitHistories* histories,
                    std::vector<ScriptJson>* rows) {
  for (size_t first = 0; first < rows->size(); first += kUnitsAtOnce) {
    const size_t last = std::min(rows->size(), first + kUnitsAtOnce);
    histories->Prepare(units, ranks.subspan(first, last - first));
    for (size_t i = first; i < last; ++i) {
      ScriptJson history;
      if (room_bytes < kLeastHistoryBytes) return i;
      // A large unit leaves room for others.
      histories->Write(units, ranks[i], room_bytes / 3, &history);
      if (history.size() + 1 > room_bytes) return i;
      room_bytes -= history.size() + 1;
      (*rows)[i].Append(history);
    }
  }
  return rows->size();
}

}  // namespace

std::string ReportData(const ReportSource& source, const ReportForm& form,
                       size_t limit_bytes) {
  const ReportTimes times(source.timeline);
  const ReportUnits units(source, times);
  ScriptJson json;
  json.Open('{');
  times.WriteZone(form.zone, &json);
  WritePlan(source, times, &json);
  WriteWords(form.words, &json);
  if (form.plan_unit_count > 0) {
    json.Key("planUnits").Number(form.plan_unit_count);
  }
  WriteNotes(source, &json);
  WriteTotals(source, units, times, &json);
  const size_t room = limit_bytes - std::min(limit_bytes, json.size());
  std::vector<ScriptJson> rows;
  size_t bytes = 0;
  std::vector<size_t> ranks;
  MakeRows(units, room / 8 * 7, &rows, &ranks, &bytes);
  UnitHistories histories(source, times, form.threads);
  const size_t drawn =
      AddHistories(units, room - bytes, ranks, &histories, &rows);
  json.Key("drawnCount").Number(static_cast<int64_t>(drawn));
  json.Key("units").Open('[');
  for (ScriptJson& row : rows) {
    row.Close('}');
    json.Append(row);
  }
  json.Close(']');
  json.Close('}');
  return json.text();
}

}  // namespace recoveryline
