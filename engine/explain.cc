#include "engine/explain.h"

#include <algorithm>

#include "engine/core/explanation.h"
#include "engine/effective_policy.h"
#include "engine/plan_choice.h"
#include "engine/plan_units.h"
#include "engine/timestamps.h"

namespace recoveryline {

std::vector<PointFate> PointFates(const InventoryView& inventory,
                                  const v1::RecoveryPlan& plan,
                                  const v1::Decision& decision,
                                  absl::string_view vm_id, int limit) {
  const PlanUnits units(inventory, plan);
  const auto row = std::find_if(
      units.rows().begin(), units.rows().end(),
      [&](const PlannedVm& planned) { return planned.id == vm_id; });
  if (row == units.rows().end() || row->vm < 0) return {};
  const EffectivePolicy policy =
      EffectivePolicyOf(plan, ToInstant(decision.decision_time()).value_or(0));
  const auto u = static_cast<size_t>(row->unit);
  const core::Unit& unit = units.units()[u].unit;
  const PlanChoice chosen_for = ChooseForPlan(units, policy);
  const core::UnitChoice& choice = chosen_for.choices[u];
  const core::Position chosen =
      choice.positions.empty()
          ? core::kNoPosition
          : choice.positions[static_cast<size_t>(row->member)];
  const core::PointSeries& points = inventory.points(row->vm);
  std::vector<PointFate> fates;
  for (core::Position p = points.size() - 1;
       p >= 0 && static_cast<int>(fates.size()) < limit; --p) {
    const core::RecoveryPoint point = points.point(p);
    PointFate& fate = fates.emplace_back();
    fate.point_id = inventory.point_id(row->vm, p);
    fate.capture_time = point.capture_time;
    fate.consistency =
        static_cast<v1::RecoveryPoint::Consistency>(point.consistency);
    if (point.marker != core::kNoMarker) {
      fate.marker = std::string(inventory.marker_id(row->vm, point.marker));
    }
    fate.selected = p == chosen;
    if (p > chosen) {
      fate.reason = static_cast<v1::Rejection::Reason>(core::FateOf(
          unit, policy.core, choice, chosen_for.own(u), row->member, p));
    }
  }
  return fates;
}

}  // namespace recoveryline
