#include "tests/reference/reference_alignment.h"

#include <algorithm>
#include <set>

#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

// "Each unit is chosen for by itself first. Units without a choice ... take no
// part; of the others each keeps the rule that served it."
std::vector<UnitChoice> OwnChoices(const Model& model, const Roster& roster,
                                   const std::vector<UnitName>& units) {
  std::vector<UnitChoice> choices;
  for (const UnitName& unit : units) {
    choices.push_back(Choose(model, roster, unit));
  }
  return choices;
}

std::set<int64_t> CaptureTimesOf(const std::vector<UnitChoice>& choices) {
  std::set<int64_t> instants;
  for (const UnitChoice& choice : choices) {
    for (const Vm* vm : choice.vms) {
      for (const Point& point : vm->points) instants.insert(point.capture_time);
    }
  }
  return instants;
}

// "The greatest t such that each of them has, under that rule, a choice whose
// points are all captured in [t, t + max_skew]." At the greatest t some point
// was captured, or a later t would do.
std::optional<int64_t> GreatestInstant(const Model& model, const Roster& roster,
                                       const std::vector<UnitChoice>& own) {
  std::optional<int64_t> greatest;
  for (int64_t t : CaptureTimesOf(own)) {  // Ascending: the last one stands.
    bool each_has_one = true;
    for (const UnitChoice& choice : own) {
      each_has_one = each_has_one && ChooseWithin(model, roster, choice, t,
                                                  Plus(t, *model.plan_max_skew))
                                         .has_value();
    }
    if (each_has_one) greatest = t;
  }
  return greatest;
}

}  // namespace

PlanLine PlanLineOf(const Model& model, const Roster& roster) {
  PlanLine line;
  if (!model.plan_max_skew.has_value()) return line;
  for (const std::string& vm_id : roster.planned_vm_ids) {
    const Vm* vm = FindVm(roster, vm_id);
    if (vm == nullptr) continue;
    const UnitName unit = UnitOf(model, *vm);
    if (std::find(line.units.begin(), line.units.end(), unit) !=
        line.units.end()) {
      continue;
    }
    if (Choose(model, roster, unit).outcome == v1::VmSelection::SELECTED) {
      line.units.push_back(unit);
    }
  }
  line.aligned_instant =
      GreatestInstant(model, roster, OwnChoices(model, roster, line.units));
  return line;
}

UnitChoice ChooseInPlan(const Model& model, const Roster& roster,
                        const PlanLine& line, const UnitName& unit) {
  const UnitChoice own = Choose(model, roster, unit);
  if (!model.plan_max_skew.has_value() ||
      own.outcome != v1::VmSelection::SELECTED) {
    return own;
  }
  if (!line.aligned_instant.has_value()) {
    // "none of these units has a choice"
    UnitChoice none = own;
    none.outcome = v1::VmSelection::NOT_ALIGNED;
    none.line.clear();
    none.guarantee = {};
    none.marker.clear();
    none.own_line = own.line;
    return none;
  }
  const int64_t from = *line.aligned_instant;
  const int64_t until = Plus(from, *model.plan_max_skew);
  UnitChoice choice = *ChooseWithin(model, roster, own, from, until);
  choice.own_line = own.line;
  choice.window = Window{from, until};
  return choice;
}

v1::Alignment AlignmentOf(const Model& model, const Roster& roster,
                          const PlanLine& line) {
  v1::Alignment alignment;
  *alignment.mutable_max_skew() = ToDuration(*model.plan_max_skew);
  alignment.set_unit_count(static_cast<int32_t>(line.units.size()));
  if (line.aligned_instant.has_value()) {
    int64_t earliest = kLastNano;
    int64_t latest = kFirstNano;
    for (const UnitName& unit : line.units) {
      const UnitChoice choice = ChooseInPlan(model, roster, line, unit);
      earliest = std::min(earliest, EarliestCapture(choice.line));
      latest = std::max(latest, LatestCapture(choice.line));
    }
    alignment.set_guarantee(v1::GroupSelection::SKEW_BOUNDED);
    *alignment.mutable_earliest_capture_time() = ToTimestamp(earliest);
    *alignment.mutable_latest_capture_time() = ToTimestamp(latest);
    *alignment.mutable_skew() = ToDuration(Minus(latest, earliest));
  }
  // "The units without any one of which the aligned instant of the others
  // would be later, or there would be one at all."
  for (const UnitName& unit : line.units) {
    std::vector<UnitName> others = line.units;
    std::erase(others, unit);
    const std::optional<int64_t> without =
        GreatestInstant(model, roster, OwnChoices(model, roster, others));
    if (!without.has_value()) continue;
    if (line.aligned_instant.has_value() && *without <= *line.aligned_instant) {
      continue;
    }
    v1::HoldingUnit* row = alignment.add_holding_units();
    row->set_vm_id(unit.vm_id);
    row->set_replication_group_id(unit.group_id);
    if (line.aligned_instant.has_value()) {
      *row->mutable_gain() = ToDuration(Minus(*without, *line.aligned_instant));
    }
  }
  std::stable_sort(alignment.mutable_holding_units()->begin(),
                   alignment.mutable_holding_units()->end(),
                   [](const v1::HoldingUnit& a, const v1::HoldingUnit& b) {
                     return ToNanos(a.gain()) > ToNanos(b.gain());
                   });
  return alignment;
}

}  // namespace recoveryline::reference
