#include "tools/report/report_units.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <tuple>

#include "tools/report/report_figures.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Nanos;

// Where the machine stands in the unit; -1 where it does not.
int PlaceOf(const v1::UnitTimeline& unit, absl::string_view vm_id) {
  for (int i = 0; i < unit.vm_ids_size(); ++i) {
    if (unit.vm_ids(i) == vm_id) return i;
  }
  return -1;
}

// Pairs of a place in the unit and a gain, which is left out where there is no
// choice to be newer than.
void WriteBlocking(
    const v1::UnitTimeline& unit,
    const google::protobuf::RepeatedPtrField<v1::BlockingVm>& vms,
    ScriptJson* json) {
  if (vms.empty()) return;
  json->Key("blocking").Open('[');
  for (const v1::BlockingVm& blocking : vms) {
    json->Open('[');
    json->Number(PlaceOf(unit, blocking.vm_id()));
    if (blocking.has_gain()) WriteLength(NanosIn(blocking.gain()), json);
    json->Close(']');
  }
  json->Close(']');
}

}  // namespace

ReportUnits::ReportUnits(const ReportSource& source, const ReportTimes& times)
    : source_(source), times_(times) {
  for (const v1::VmSelection& row : source.decision.vm_selections()) {
    vms_.emplace(row.vm_id(), &row);
  }
  for (const v1::GroupSelection& row : source.decision.group_selections()) {
    groups_.emplace(row.replication_group_id(), &row);
  }
  for (const v1::ReplicationGroup& group : source.rows.replication_groups()) {
    group_names_.emplace(group.id(), group.display_name());
  }
  order_.resize(static_cast<size_t>(source.timeline.units_size()));
  std::iota(order_.begin(), order_.end(), 0);
  std::stable_sort(order_.begin(), order_.end(),
                   [this](int a, int b) { return IsWorse(a, b); });
}

const v1::VmSelection* ReportUnits::FindVm(absl::string_view id) const {
  const auto it = vms_.find(id);
  return it == vms_.end() ? nullptr : it->second;
}

const v1::GroupSelection* ReportUnits::FindGroup(absl::string_view id) const {
  const auto it = groups_.find(id);
  return it == groups_.end() ? nullptr : it->second;
}

ReportUnits::Choice ReportUnits::ChoiceOf(const v1::UnitTimeline& unit) const {
  if (const auto* row = FindGroup(unit.replication_group_id())) {
    return {.outcome = row->outcome(),
            .rule = row->rule_index(),
            .earliest = InstantIn(row->earliest_capture_time()),
            .latest = InstantIn(row->latest_capture_time()),
            .data_loss = NanosIn(row->data_loss()),
            .rpo_exceeded = row->rpo_exceeded(),
            .group = row};
  }
  const v1::VmSelection* row =
      unit.vm_ids().empty() ? nullptr : FindVm(unit.vm_ids(0));
  if (row == nullptr) return {};
  return {.outcome = row->outcome(),
          .rule = row->rule_index(),
          .earliest = InstantIn(row->capture_time()),
          .latest = InstantIn(row->capture_time()),
          .data_loss = NanosIn(row->data_loss()),
          .rpo_exceeded = row->rpo_exceeded()};
}

bool ReportUnits::IsWorse(int a, int b) const {
  const auto rank = [this](int index) {
    const v1::UnitTimeline& unit = source_.timeline.units(index);
    return std::tuple(ChoiceOf(unit).outcome == v1::VmSelection::SELECTED,
                      -NanosIn(unit.figures().without_choice()),
                      -NanosIn(unit.figures().worst_age()));
  };
  return rank(a) < rank(b);
}

void ReportUnits::WriteChoice(const v1::UnitTimeline& unit,
                              ScriptJson* json) const {
  const Choice choice = ChoiceOf(unit);
  if (choice.group != nullptr) {
    WriteBlocking(unit, choice.group->blocking_vms(), json);
  }
  if (choice.outcome != v1::VmSelection::SELECTED) {
    json->Key("outcome").Number(choice.outcome);
    return;
  }
  if (choice.rule > 0) json->Key("rule").Number(choice.rule);
  times_.WriteExact(choice.earliest, &json->Key("earliest"));
  if (choice.latest != choice.earliest) {
    times_.WriteExact(choice.latest, &json->Key("latest"));
  }
  WriteLength(choice.data_loss, &json->Key("loss"));
  if (choice.rpo_exceeded) json->Key("over").Number(1);
  if (choice.group == nullptr) return;
  json->Key("guarantee").Number(choice.group->guarantee());
  if (!choice.group->consistency_marker().empty()) {
    json->Key("marker").Text(choice.group->consistency_marker());
  }
}

// [id, name, point, how much later than the unit's earliest, consistency, what
// consistency costs]; the id alone where nothing was chosen.
void ReportUnits::WriteVms(const v1::UnitTimeline& unit,
                           ScriptJson* json) const {
  const Instant earliest = ChoiceOf(unit).earliest;
  json->Key("vms").Open('[');
  for (const std::string& id : unit.vm_ids()) {
    const v1::VmSelection* row = FindVm(id);
    json->Open('[');
    json->Text(id);
    // A machine that the plan does not name has no row.
    if (row != nullptr) json->Text(row->display_name());
    if (row != nullptr && row->outcome() == v1::VmSelection::SELECTED) {
      json->Text(row->recovery_point_id());
      json->Nanos(
          core::SaturatingSubtract(InstantIn(row->capture_time()), earliest));
      json->Number(row->consistency());
      WriteLength(NanosIn(row->consistency_cost()), json);
    }
    json->Close(']');
  }
  json->Close(']');
}

void ReportUnits::WriteGap(const v1::UnitTimeline& unit,
                           ScriptJson* json) const {
  const v1::TimelineGap& gap = unit.worst_gap();
  json->Key("gap").Open('{');
  times_.WriteExact(gap.start_time(), &json->Key("start"));
  // Of a choice that was too old, the worst age and its end are figures.
  if (gap.outcome() != v1::VmSelection::SELECTED) {
    times_.WriteExact(gap.end_time(), &json->Key("end"));
    json->Key("outcome").Number(gap.outcome());
  }
  WriteBlocking(unit, gap.blocking_vms(), json);
  json->Close('}');
}

void ReportUnits::WriteForecast(const v1::UnitTimeline& unit,
                                ScriptJson* json) const {
  const v1::UnitForecast& forecast = unit.forecast();
  json->Key("forecast").Open('{');
  if (forecast.has_weaker_from()) {
    times_.Write(forecast.weaker_from(), &json->Key("weaker"));
  }
  if (forecast.has_none_from()) {
    times_.Write(forecast.none_from(), &json->Key("none"));
  }
  if (forecast.has_choice_from()) {
    times_.Write(forecast.choice_from(), &json->Key("choice"));
  }
  if (!forecast.points_to_keep().empty()) {
    // They are among the chosen.
    json->Key("keep").Open('[');
    for (const v1::ExpiringPoint& point : forecast.points_to_keep()) {
      json->Open('[');
      json->Number(PlaceOf(unit, point.vm_id()));
      times_.Write(point.expire_time(), json);
      json->Close(']');
    }
    json->Close(']');
  }
  json->Close('}');
}

void ReportUnits::WriteRow(size_t rank, ScriptJson* json) const {
  const v1::UnitTimeline& unit = this->unit(rank);
  json->Open('{');
  if (!unit.replication_group_id().empty()) {
    json->Key("group").Text(unit.replication_group_id());
    const auto name = group_names_.find(unit.replication_group_id());
    if (name != group_names_.end() && !name->second.empty()) {
      json->Key("name").Text(name->second);
    }
  }
  WriteChoice(unit, json);
  WriteVms(unit, json);
  json->Key("figures");
  WriteUnitFigures(unit.figures(), times_, json);
  if (unit.has_worst_gap()) WriteGap(unit, json);
  WriteForecast(unit, json);
}

}  // namespace recoveryline
