#include "engine/explain.h"

#include "engine/core/explanation.h"
#include "engine/timestamps.h"

namespace recoveryline {

FateReader::FateReader(const InventoryView& inventory,
                       const v1::RecoveryPlan& plan,
                       const v1::Decision& decision)
    : inventory_(inventory),
      units_(inventory, plan),
      policy_(EffectivePolicyOf(
          plan, ToInstant(decision.decision_time()).value_or(0))),
      chosen_(ChooseForPlan(units_, policy_)) {
  for (const PlannedVm& row : units_.rows()) rows_.emplace(row.id, &row);
}

std::vector<PointFate> FateReader::Of(absl::string_view vm_id,
                                      int limit) const {
  const auto found = rows_.find(vm_id);
  if (found == rows_.end() || found->second->vm < 0) return {};
  const PlannedVm* row = found->second;
  const auto u = static_cast<size_t>(row->unit);
  const core::Unit& unit = units_.units()[u].unit;
  const core::UnitChoice& choice = chosen_.choices[u];
  const core::Position chosen =
      choice.positions.empty()
          ? core::kNoPosition
          : choice.positions[static_cast<size_t>(row->member)];
  const core::PointSeries& points = inventory_.points(row->vm);
  std::vector<PointFate> fates;
  for (core::Position p = points.size() - 1;
       p >= 0 && static_cast<int>(fates.size()) < limit; --p) {
    const core::RecoveryPoint point = points.point(p);
    PointFate& fate = fates.emplace_back();
    fate.point_id = inventory_.point_id(row->vm, p);
    fate.capture_time = point.capture_time;
    fate.consistency =
        static_cast<v1::RecoveryPoint::Consistency>(point.consistency);
    if (point.marker != core::kNoMarker) {
      fate.marker = std::string(inventory_.marker_id(row->vm, point.marker));
    }
    fate.selected = p == chosen;
    if (p > chosen) {
      fate.reason = static_cast<v1::Rejection::Reason>(core::FateOf(
          unit, policy_.core, choice, chosen_.own(u), row->member, p));
    }
  }
  return fates;
}

}  // namespace recoveryline
