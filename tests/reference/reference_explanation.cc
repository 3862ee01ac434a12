#include "tests/reference/reference_explanation.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "tests/reference/reference_time.h"

namespace recoveryline::reference {
namespace {

using Reason = v1::Rejection::Reason;

// The points refused for one reason.
using PointsByReason = std::map<Reason, std::vector<const Point*>>;

// "under the rule chosen (else the first)"; "with NOT_ALIGNED, too"
const Rule& ExplainingRule(const Model& model, const UnitChoice& choice) {
  const bool selected = choice.outcome == v1::VmSelection::SELECTED ||
                        choice.outcome == v1::VmSelection::NOT_ALIGNED;
  const int index = selected ? choice.rule_index : choice.rule_indexes.front();
  return model.rules[static_cast<size_t>(index)];
}

// "points better than the chosen one (no choice: of all points)"
std::vector<const Point*> PointsToExplain(const UnitChoice& choice,
                                          const Vm& vm) {
  const auto chosen = choice.line.find(vm.id);
  std::vector<const Point*> points;
  for (const Point& point : vm.points) {
    if (chosen == choice.line.end() || Better(point, *chosen->second)) {
      points.push_back(&point);
    }
  }
  return points;
}

// "Eligible, and not better than what the unit would take by itself, but
// captured outside of the line of the whole plan."
bool IsNotAligned(const UnitChoice& choice, const Vm& vm, const Point& point) {
  const auto own = choice.own_line.find(vm.id);
  if (own == choice.own_line.end()) return false;
  if (Better(point, *own->second)) return false;
  return !choice.window.has_value() ||
         point.capture_time < choice.window->from ||
         point.capture_time > choice.window->until;
}

// "each under the first reason that fits"; nothing for an eligible candidate
// that a failed precondition kept from being tried.
std::optional<Reason> WhyNot(const Model& model, const Roster& roster,
                             const UnitChoice& choice, const Vm& vm,
                             const Point& point) {
  const std::optional<Reason> reason =
      FirstReason(model, ExplainingRule(model, choice), vm, point);
  if (reason.has_value()) return reason;
  if (!IsCandidate(model, roster, vm, point)) return v1::Rejection::NOT_PINNED;
  if (IsNotAligned(choice, vm, point)) return v1::Rejection::NOT_ALIGNED;
  const bool rules_were_tried =
      choice.outcome == v1::VmSelection::NOT_ALIGNED ||
      choice.outcome == v1::VmSelection::SELECTED ||
      choice.outcome == v1::VmSelection::NO_COMMON_POINT ||
      choice.outcome == v1::VmSelection::NO_ELIGIBLE_POINT;
  if (rules_were_tried) return v1::Rejection::NOT_COMMON;
  return std::nullopt;
}

PointsByReason Refused(const Model& model, const Roster& roster,
                       const UnitChoice& choice, const Vm& vm) {
  PointsByReason refused;
  for (const Point* point : PointsToExplain(choice, vm)) {
    const std::optional<Reason> reason =
        WhyNot(model, roster, choice, vm, *point);
    if (reason.has_value()) refused[*reason].push_back(point);
  }
  return refused;
}

}  // namespace

std::vector<v1::Rejection> RejectionsOf(const Model& model,
                                        const Roster& roster,
                                        const UnitChoice& choice,
                                        const Vm& vm) {
  std::vector<v1::Rejection> rejections;
  for (const auto& [reason, points] : Refused(model, roster, choice, vm)) {
    v1::Rejection& rejection = rejections.emplace_back();
    rejection.set_reason(reason);
    rejection.set_count(static_cast<int64_t>(points.size()));
    rejection.set_example_point_id(Best(points)->id);
  }
  return rejections;
}

std::vector<v1::Rejection> GroupRejections(
    const Model& model, const Roster& roster, const UnitChoice& choice,
    const std::vector<const Vm*>& planned) {
  std::map<Reason, v1::Rejection> sums;
  for (const Vm* vm : planned) {
    for (const v1::Rejection& of_vm :
         RejectionsOf(model, roster, choice, *vm)) {
      v1::Rejection& sum = sums[of_vm.reason()];
      if (sum.count() == 0) {  // The first VM in plan order that has one.
        sum = of_vm;
        sum.set_example_vm_id(vm->id);
      } else {
        sum.set_count(sum.count() + of_vm.count());
      }
    }
  }
  std::vector<v1::Rejection> rejections;
  for (const auto& [reason, sum] : sums) rejections.push_back(sum);
  return rejections;
}

std::vector<v1::BlockingVm> BlockingVms(const Model& model,
                                        const Roster& roster,
                                        const UnitName& unit) {
  std::vector<v1::BlockingVm> blocking;
  const UnitChoice with = Choose(model, roster, unit);
  if (with.vms.size() < 2) return blocking;
  for (const Vm* vm : with.vms) {
    const UnitChoice without = Choose(model, Without(roster, vm->id), unit);
    if (without.outcome != v1::VmSelection::SELECTED) continue;
    v1::BlockingVm row;
    row.set_vm_id(vm->id);
    if (with.outcome == v1::VmSelection::SELECTED) {
      const int64_t before = EarliestCapture(with.line);
      const int64_t after = EarliestCapture(without.line);
      if (after <= before) continue;
      *row.mutable_gain() = ToDuration(Minus(after, before));
    }
    blocking.push_back(row);
  }
  std::sort(blocking.begin(), blocking.end(),
            [](const v1::BlockingVm& a, const v1::BlockingVm& b) {
              const int64_t gain_a = ToNanos(a.gain());
              const int64_t gain_b = ToNanos(b.gain());
              if (gain_a != gain_b) return gain_a > gain_b;
              return a.vm_id() < b.vm_id();
            });
  return blocking;
}

int64_t ConsistencyCost(const Model& model, const Roster& roster, const Vm& vm,
                        const Point& chosen) {
  Rule any;
  any.consistency = v1::RecoveryPoint::CRASH_CONSISTENT;
  const Point* best = Best(EligibleCandidates(model, roster, any, vm));
  return Minus(best->capture_time, chosen.capture_time);
}

}  // namespace recoveryline::reference
