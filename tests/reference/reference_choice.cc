#include "tests/reference/reference_choice.h"

#include <algorithm>
#include <set>
#include <utility>

#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

using Outcome = v1::VmSelection::Outcome;

// The eligible candidates of each VM of a unit under one rule, by VM id.
using Candidates = std::map<std::string, std::vector<const Point*>>;

bool IsPlanned(const Roster& roster, const std::string& vm_id) {
  const auto& ids = roster.planned_vm_ids;
  return std::find(ids.begin(), ids.end(), vm_id) != ids.end();
}

bool IsPinned(const Model& model, const Roster& roster, const Vm& vm) {
  return roster.vm_pins.count(vm.id) != 0 ||
         model.group_pins.count(vm.group_id) != 0;
}

Candidates CandidatesOf(const Model& model, const Roster& roster,
                        const Rule& rule, const std::vector<const Vm*>& vms) {
  Candidates all;
  for (const Vm* vm : vms) {
    all[vm->id] = EligibleCandidates(model, roster, rule, *vm);
  }
  return all;
}

bool EachVmHasOne(const Candidates& candidates) {
  for (const auto& [vm_id, points] : candidates) {
    if (points.empty()) return false;
  }
  return true;
}

// "all its VMs in the inventory"
std::vector<const Vm*> VmsInInventory(const Roster& roster,
                                      const UnitName& unit) {
  std::vector<const Vm*> vms;
  for (const Vm* vm : roster.vms) {
    const bool in_unit = unit.group_id.empty() ? vm->id == unit.vm_id
                                               : vm->group_id == unit.group_id;
    if (in_unit) vms.push_back(vm);
  }
  return vms;
}

// "Where the plan names only some of them, or the group's expected_vm_ids
// names one that the inventory lacks"
bool IsIncomplete(const Roster& roster, const UnitName& unit,
                  const std::vector<const Vm*>& vms) {
  if (unit.group_id.empty()) return false;
  for (const Vm* vm : vms) {
    if (!IsPlanned(roster, vm->id)) return true;
  }
  for (const std::string& vm_id : roster.expected_vm_ids.at(unit.group_id)) {
    if (FindVm(roster, vm_id) == nullptr) return true;
  }
  return false;
}

// "A unit counts as pinned when each of its VMs has a VM pin, or its group has
// a marker pin."
bool CountsAsPinned(const Model& model, const Roster& roster,
                    const UnitName& unit, const std::vector<const Vm*>& vms) {
  if (model.group_pins.count(unit.group_id) != 0) return true;
  for (const Vm* vm : vms) {
    if (roster.vm_pins.count(vm->id) == 0) return false;
  }
  return true;
}

// CUSTOM: "INDEPENDENT where pinned per VM, COMMON where by marker"; else all
// rules in their order.
std::vector<int> RulesTried(const Model& model, const UnitName& unit) {
  if (model.option == v1::Policy::CUSTOM) {
    return {model.group_pins.count(unit.group_id) != 0 ? 1 : 0};
  }
  std::vector<int> indexes;
  for (size_t i = 0; i < model.rules.size(); ++i) {
    indexes.push_back(static_cast<int>(i));
  }
  return indexes;
}

// "a pinned VM has no eligible candidate under any rule"
bool HasIneligiblePin(const Model& model, const Roster& roster,
                      const UnitChoice& choice) {
  for (const Vm* vm : choice.vms) {
    if (!IsPinned(model, roster, *vm)) continue;
    bool found = false;
    for (int index : choice.rule_indexes) {
      const Rule& rule = model.rules[static_cast<size_t>(index)];
      found |= !EligibleCandidates(model, roster, rule, *vm).empty();
    }
    if (!found) return true;
  }
  return false;
}

// The first precondition that fails, each tried on all VMs of the unit before
// the next; nothing where all hold.
std::optional<Outcome> FailedPrecondition(const Model& model,
                                          const Roster& roster,
                                          const UnitChoice& choice) {
  if (choice.incomplete && !model.allow_incomplete_groups) {
    return v1::VmSelection::GROUP_INCOMPLETE;
  }
  for (const Vm* vm : choice.vms) {
    if (!vm->replicating && model.purpose == v1::RecoveryPlan::FAILBACK &&
        !model.allow_not_replicating) {
      return v1::VmSelection::NOT_REPLICATING;
    }
  }
  for (const Vm* vm : choice.vms) {
    if (vm->points.empty()) return v1::VmSelection::NO_RECOVERY_POINTS;
  }
  if (model.option == v1::Policy::CUSTOM && !choice.pinned) {
    return v1::VmSelection::NOT_PINNED;
  }
  if (HasIneligiblePin(model, roster, choice)) {
    return v1::VmSelection::PIN_NOT_ELIGIBLE;
  }
  return std::nullopt;
}

// "INDEPENDENT (or a unit of one VM): each VM takes its best eligible point."
std::optional<Line> BestOfEach(const Candidates& candidates) {
  Line line;
  for (const auto& [vm_id, points] : candidates) {
    const Point* best = Best(points);
    if (best == nullptr) return std::nullopt;
    line[vm_id] = best;
  }
  return line;
}

// "marker m (non-empty) is common iff every VM of the unit has an eligible
// point carrying m; a VM's point for m is its best one."
std::optional<Line> LineOfMarker(const Candidates& candidates,
                                 const std::string& marker) {
  Candidates carrying;
  for (const auto& [vm_id, points] : candidates) {
    carrying[vm_id];
    for (const Point* point : points) {
      if (point->marker == marker) carrying[vm_id].push_back(point);
    }
  }
  return BestOfEach(carrying);
}

// "Choose the m with the greatest *earliest* capture time over the VMs, then
// the greatest latest one, then the bytewise smallest m."
std::optional<Line> BestByMarker(const Candidates& candidates,
                                 std::string* chosen) {
  std::set<std::string> markers;
  for (const auto& [vm_id, points] : candidates) {
    for (const Point* point : points) {
      if (!point->marker.empty()) markers.insert(point->marker);
    }
  }
  std::optional<Line> best;
  for (const std::string& marker : markers) {  // Bytewise smallest first.
    const std::optional<Line> line = LineOfMarker(candidates, marker);
    if (!line.has_value()) continue;
    if (best.has_value()) {
      const auto rank = std::pair(EarliestCapture(*line), LatestCapture(*line));
      const auto bar = std::pair(EarliestCapture(*best), LatestCapture(*best));
      if (rank <= bar) continue;
    }
    best = line;
    *chosen = marker;
  }
  return best;
}

// "every VM has an eligible point captured in [t, t + max_skew]; each VM then
// takes its best point in that window"
std::optional<Line> LineOfWindow(const Candidates& candidates, int64_t t,
                                 int64_t max_skew) {
  const int64_t last = Plus(t, max_skew);
  Line line;
  for (const auto& [vm_id, points] : candidates) {
    const Point* best = nullptr;
    for (const Point* point : points) {
      if (point->capture_time < t || point->capture_time > last) continue;
      if (best == nullptr || Better(*point, *best)) best = point;
    }
    if (best == nullptr) return std::nullopt;
    line[vm_id] = best;
  }
  return line;
}

// "the greatest instant t": it is always the capture time of some point.
std::optional<Line> BestByCaptureTime(const Candidates& candidates,
                                      int64_t max_skew) {
  std::set<int64_t> instants;
  for (const auto& [vm_id, points] : candidates) {
    for (const Point* point : points) instants.insert(point->capture_time);
  }
  std::optional<Line> best;
  for (int64_t t : instants) {  // Ascending: the last one found stands.
    std::optional<Line> line = LineOfWindow(candidates, t, max_skew);
    if (line.has_value()) best = std::move(line);
  }
  return best;
}

// One rule: all or nothing for the unit. Fills in the choice where it serves.
bool ServedBy(const Rule& rule, const Candidates& candidates,
              UnitChoice* choice) {
  std::optional<Line> line;
  if (rule.group_scope == v1::Rule::INDEPENDENT || choice->vms.size() == 1) {
    choice->guarantee = v1::GroupSelection::INDEPENDENT;
    line = BestOfEach(candidates);
  } else if (rule.common_match == v1::Rule::MARKER) {
    choice->guarantee = v1::GroupSelection::MARKER;
    line = BestByMarker(candidates, &choice->marker);
  } else {
    choice->guarantee = v1::GroupSelection::SKEW_BOUNDED;
    line = BestByCaptureTime(candidates, rule.max_skew);
  }
  if (!line.has_value()) {
    choice->guarantee = v1::GroupSelection::GUARANTEE_UNSPECIFIED;
    return false;
  }
  choice->line = std::move(*line);
  return true;
}

// "a unit takes the first rule under which every VM of the unit gets a point";
// "NO_COMMON_POINT (no rule served, but under some rule every VM had an
// eligible point)".
void TryRules(const Model& model, const Roster& roster, UnitChoice* choice) {
  bool each_vm_had_one = false;
  for (int index : choice->rule_indexes) {
    const Rule& rule = model.rules[static_cast<size_t>(index)];
    const Candidates candidates =
        CandidatesOf(model, roster, rule, choice->vms);
    if (ServedBy(rule, candidates, choice)) {
      choice->outcome = v1::VmSelection::SELECTED;
      choice->rule_index = index;
      return;
    }
    each_vm_had_one |= EachVmHasOne(candidates);
  }
  choice->outcome = each_vm_had_one ? v1::VmSelection::NO_COMMON_POINT
                                    : v1::VmSelection::NO_ELIGIBLE_POINT;
}

}  // namespace

UnitName UnitOf(const Model& model, const Vm& vm) {
  if (model.multi_vm_groups.count(vm.group_id) != 0) return {vm.group_id, ""};
  return {"", vm.id};
}

UnitChoice Choose(const Model& model, const Roster& roster,
                  const UnitName& unit) {
  UnitChoice choice;
  choice.vms = VmsInInventory(roster, unit);
  choice.incomplete = IsIncomplete(roster, unit, choice.vms);
  if (model.allow_incomplete_groups) {
    // "then the unit is the VMs in the plan"
    std::erase_if(choice.vms,
                  [&](const Vm* vm) { return !IsPlanned(roster, vm->id); });
  }
  choice.pinned = CountsAsPinned(model, roster, unit, choice.vms);
  choice.rule_indexes = RulesTried(model, unit);
  const std::optional<Outcome> failed =
      FailedPrecondition(model, roster, choice);
  if (failed.has_value()) {
    choice.outcome = *failed;
  } else {
    TryRules(model, roster, &choice);
  }
  return choice;
}

std::optional<UnitChoice> ChooseWithin(const Model& model, const Roster& roster,
                                       const UnitChoice& own, int64_t from,
                                       int64_t until) {
  const Rule& rule = model.rules[static_cast<size_t>(own.rule_index)];
  Candidates candidates = CandidatesOf(model, roster, rule, own.vms);
  for (auto& [vm_id, points] : candidates) {
    std::erase_if(points, [&](const Point* point) {
      return point->capture_time < from || point->capture_time > until;
    });
  }
  UnitChoice choice = own;
  choice.marker.clear();
  if (!ServedBy(rule, candidates, &choice)) return std::nullopt;
  return choice;
}

int64_t EarliestCapture(const Line& line) {
  int64_t earliest = kLastNano;
  for (const auto& [vm_id, point] : line) {
    earliest = std::min(earliest, point->capture_time);
  }
  return earliest;
}

int64_t LatestCapture(const Line& line) {
  int64_t latest = kFirstNano;
  for (const auto& [vm_id, point] : line) {
    latest = std::max(latest, point->capture_time);
  }
  return latest;
}

}  // namespace recoveryline::reference
