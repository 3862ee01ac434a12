#include "engine/verify_case.h"

#include <algorithm>

namespace recoveryline {

using v1::Rejection;
using v1::VmSelection;

VerifyCase::VerifyCase(const InventoryView& of_inventory,
                       const v1::RecoveryPlan& of_plan,
                       const v1::Decision& of_decision,
                       core::Instant decision_time)
    : inventory(of_inventory),
      plan(of_plan),
      decision(of_decision),
      reading(ReadPlan(of_inventory, of_plan, decision_time)) {
  for (const UnitReading& read : reading.units) {
    group_row.push_back(read.group < 0 ? -1 : group_row_count++);
  }
}

const VmSelection* VerifyCase::VmRow(int row) const {
  if (row < 0 || row >= decision.vm_selections_size()) return nullptr;
  return &decision.vm_selections(row);
}

const v1::GroupSelection* VerifyCase::GroupRow(int u) const {
  const int row = group_row[static_cast<size_t>(u)];
  if (row < 0 || row >= decision.group_selections_size()) return nullptr;
  return &decision.group_selections(row);
}

bool VerifyCase::MayProcessPendingData(int u, int member,
                                       core::Instant captured) const {
  const core::Unit& chosen_for = unit(u).unit;
  const core::Member& m = chosen_for.members[static_cast<size_t>(member)];
  if (reading.option != v1::Policy::LATEST || plan.policy().has_target_time() ||
      plan.policy().has_plan_alignment() ||
      plan.policy().minimum_cleanliness() !=
          v1::RecoveryPoint::CLEANLINESS_UNSPECIFIED ||
      chosen_for.pinned_marker != core::kNoMarker ||
      m.pinned != core::kNoPosition) {
    return false;
  }
  if (m.exclusions == nullptr) return true;
  const auto intervals = m.exclusions->intervals();
  return std::none_of(intervals.begin(), intervals.end(),
                      [captured](const core::Interval& i) {
                        return i.end > captured || i.end == core::kForever;
                      });
}

VmSelection::Outcome OutcomeOf(core::UnitOutcome outcome) {
  switch (outcome) {
    case core::UnitOutcome::kGroupIncomplete:
      return VmSelection::GROUP_INCOMPLETE;
    case core::UnitOutcome::kNotReplicating:
      return VmSelection::NOT_REPLICATING;
    case core::UnitOutcome::kNoRecoveryPoints:
      return VmSelection::NO_RECOVERY_POINTS;
    case core::UnitOutcome::kNotPinned:
      return VmSelection::NOT_PINNED;
    case core::UnitOutcome::kPinNotEligible:
      return VmSelection::PIN_NOT_ELIGIBLE;
    case core::UnitOutcome::kSelected:
      return VmSelection::SELECTED;
    case core::UnitOutcome::kNoCommonPoint:
      return VmSelection::NO_COMMON_POINT;
    case core::UnitOutcome::kNoEligiblePoint:
      return VmSelection::NO_ELIGIBLE_POINT;
    case core::UnitOutcome::kNotAligned:
      return VmSelection::NOT_ALIGNED;
  }
  return VmSelection::OUTCOME_UNSPECIFIED;
}

Rejection::Reason ReasonOf(core::Fate fate) {
  switch (fate) {
    case core::Fate::kNone:
      return Rejection::REASON_UNSPECIFIED;
    case core::Fate::kNotYetAvailable:
      return Rejection::NOT_YET_AVAILABLE;
    case core::Fate::kExpired:
      return Rejection::EXPIRED;
    case core::Fate::kAfterTargetTime:
      return Rejection::AFTER_TARGET_TIME;
    case core::Fate::kBeforeFloor:
      return Rejection::BEFORE_FLOOR;
    case core::Fate::kExcluded:
      return Rejection::EXCLUDED;
    case core::Fate::kInconsistent:
      return Rejection::INCONSISTENT;
    case core::Fate::kPartialDisks:
      return Rejection::PARTIAL_DISKS;
    case core::Fate::kNotClean:
      return Rejection::NOT_CLEAN;
    case core::Fate::kNotPinned:
      return Rejection::NOT_PINNED;
    case core::Fate::kNotCommon:
      return Rejection::NOT_COMMON;
    case core::Fate::kNotAligned:
      return Rejection::NOT_ALIGNED;
  }
  return Rejection::REASON_UNSPECIFIED;
}

}  // namespace recoveryline
