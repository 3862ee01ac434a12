#include "engine/decision_rows.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Nanos;
using core::Position;
using core::SaturatingSubtract;
using core::UnitOutcome;
using v1::GroupSelection;
using v1::Rejection;
using v1::VmSelection;

Rejection::Reason ToProto(core::Fate fate) {
  static_assert(static_cast<int>(core::Fate::kNotAligned) ==
                Rejection::NOT_ALIGNED);
  return static_cast<Rejection::Reason>(fate);
}

std::string Text(absl::string_view view) { return std::string(view); }

absl::string_view IdOf(const InventoryView& inventory,
                       const PlannedUnit& planned, const core::Blocking& b) {
  return inventory.vm(planned.vms[static_cast<size_t>(b.member)]).id;
}

class Rows {
 public:
  Rows(const InventoryView& inventory, const PlanUnits& units,
       const EffectivePolicy& policy, const std::vector<UnitResult>& results)
      : inventory_(inventory),
        units_(units),
        policy_(policy),
        results_(results) {}

  void WriteVm(const PlannedVm& planned, VmSelection* row) const {
    row->set_vm_id(Text(planned.id));
    row->set_boot_group_id(Text(planned.boot_group_id));
    if (planned.vm < 0) {
      row->set_outcome(VmSelection::NOT_FOUND);
      return;
    }
    const VmFacts facts = inventory_.vm(planned.vm);
    row->set_display_name(Text(facts.display_name));
    if (facts.group >= 0) {
      row->set_replication_group_id(Text(inventory_.group(facts.group).id));
    }
    const UnitResult& result = results_[static_cast<size_t>(planned.unit)];
    row->set_outcome(OutcomeInRow(result.choice.outcome));
    const auto member = static_cast<size_t>(planned.member);
    if (result.choice.outcome == UnitOutcome::kSelected) {
      WriteChoice(planned, result, row);
    }
    for (const core::RefusedPoints& refused :
         result.why.members[member].refused) {
      Rejection* rejection = row->add_rejections();
      rejection->set_reason(ToProto(refused.fate));
      rejection->set_count(refused.count);
      rejection->set_example_point_id(
          inventory_.point_id(planned.vm, refused.example));
    }
  }

  // Of the points chosen; kForever where none expires.
  Instant FirstLoss() const {
    Instant first = core::kForever;
    for (const PlannedVm& planned : units_.rows()) {
      if (planned.vm < 0) continue;
      const core::UnitChoice& choice =
          results_[static_cast<size_t>(planned.unit)].choice;
      if (choice.outcome != UnitOutcome::kSelected) continue;
      const Position position =
          choice.positions[static_cast<size_t>(planned.member)];
      first = std::min(
          first, inventory_.points(planned.vm).point(position).expire_time);
    }
    return first;
  }

  void WriteGroup(size_t unit_index, GroupSelection* row) const {
    const PlannedUnit& planned = units_.units()[unit_index];
    const UnitResult& result = results_[unit_index];
    const core::UnitChoice& choice = result.choice;
    row->set_replication_group_id(Text(inventory_.group(planned.group).id));
    row->set_outcome(OutcomeInRow(choice.outcome));
    if (choice.outcome == UnitOutcome::kSelected) {
      row->set_rule_index(choice.rule);
      row->set_guarantee(GuaranteeInRow(choice.guarantee));
      if (choice.marker != core::kNoMarker) {
        row->set_consistency_marker(
            Text(inventory_.marker_id(planned.vms.front(), choice.marker)));
      }
      *row->mutable_earliest_capture_time() = ToTimestamp(choice.earliest);
      *row->mutable_latest_capture_time() = ToTimestamp(choice.latest);
      *row->mutable_skew() =
          ToDuration(SaturatingSubtract(choice.latest, choice.earliest));
      *row->mutable_data_loss() = ToDuration(policy_.LossAt(choice.earliest));
      row->set_rpo_exceeded(policy_.ExceedsRpo(choice.earliest));
    }
    WriteBlocking(inventory_, planned, result.why.blocking,
                  choice.outcome == UnitOutcome::kSelected ||
                      choice.outcome == UnitOutcome::kNotAligned,
                  row->mutable_blocking_vms());
    SumRejections(planned, result, row);
  }

 private:
  // LATEST carries a VM past its point unless the policy or a pin forbids it.
  bool ProcessesPendingData(const PlannedVm& planned, Instant capture) const {
    const core::Unit& unit =
        units_.units()[static_cast<size_t>(planned.unit)].unit;
    const core::Member& member =
        unit.members[static_cast<size_t>(planned.member)];
    return policy_.may_process_pending_data && !unit.Pinned() &&
           member.pinned == core::kNoPosition &&
           (member.exclusions == nullptr ||
            !member.exclusions->EndsAfter(capture));
  }

  void WriteChoice(const PlannedVm& planned, const UnitResult& result,
                   VmSelection* row) const {
    const auto member = static_cast<size_t>(planned.member);
    const core::PointSeries& points = inventory_.points(planned.vm);
    const Position position = result.choice.positions[member];
    const Instant capture = points.capture_time(position);
    row->set_rule_index(result.choice.rule);
    row->set_recovery_point_id(inventory_.point_id(planned.vm, position));
    *row->mutable_capture_time() = ToTimestamp(capture);
    row->set_consistency(static_cast<v1::RecoveryPoint::Consistency>(
        core::Flags::ConsistencyOf(points.flags(position))));
    *row->mutable_age() =
        ToDuration(SaturatingSubtract(policy_.core.decision_time, capture));
    *row->mutable_data_loss() = ToDuration(policy_.LossAt(capture));
    *row->mutable_consistency_cost() =
        ToDuration(result.why.members[member].consistency_cost);
    row->set_process_pending_data(ProcessesPendingData(planned, capture));
    row->set_rpo_exceeded(policy_.ExceedsRpo(result.choice.earliest));
  }

  void SumRejections(const PlannedUnit& planned, const UnitResult& result,
                     GroupSelection* row) const {
    std::array<Rejection, core::kFateCount> sums;
    for (size_t m = 0; m < planned.vms.size(); ++m) {
      if (!planned.unit.members[m].named) continue;
      for (const core::RefusedPoints& refused : result.why.members[m].refused) {
        Rejection& sum = sums[static_cast<size_t>(refused.fate)];
        if (sum.count() == 0) {
          sum.set_reason(ToProto(refused.fate));
          sum.set_example_point_id(
              inventory_.point_id(planned.vms[m], refused.example));
          sum.set_example_vm_id(Text(inventory_.vm(planned.vms[m]).id));
        }
        sum.set_count(sum.count() + refused.count);
      }
    }
    for (const Rejection& sum : sums) {
      if (sum.count() > 0) *row->add_rejections() = sum;
    }
  }

  const InventoryView& inventory_;
  const PlanUnits& units_;
  const EffectivePolicy& policy_;
  const std::vector<UnitResult>& results_;
};

v1::Decision::Outcome OutcomeOf(const v1::Decision& decision) {
  const auto& rows = decision.vm_selections();
  const auto selected =
      std::count_if(rows.begin(), rows.end(), [](const VmSelection& row) {
        return row.outcome() == VmSelection::SELECTED;
      });
  if (selected == 0) return v1::Decision::NONE;
  return selected == rows.size() ? v1::Decision::COMPLETE
                                 : v1::Decision::PARTIAL;
}

}  // namespace

GroupSelection::Guarantee GuaranteeInRow(core::Guarantee guarantee) {
  static_assert(static_cast<int>(core::Guarantee::kIndependent) ==
                GroupSelection::INDEPENDENT);
  return static_cast<GroupSelection::Guarantee>(guarantee);
}

// The core's outcomes follow NOT_FOUND in the same order.
VmSelection::Outcome OutcomeInRow(UnitOutcome outcome) {
  static_assert(VmSelection::GROUP_INCOMPLETE == VmSelection::NOT_FOUND + 1);
  static_assert(static_cast<int>(UnitOutcome::kNotAligned) +
                    VmSelection::GROUP_INCOMPLETE ==
                VmSelection::NOT_ALIGNED);
  return static_cast<VmSelection::Outcome>(static_cast<int>(outcome) +
                                           VmSelection::GROUP_INCOMPLETE);
}

void SortBlocking(const InventoryView& inventory, const PlannedUnit& planned,
                  std::vector<core::Blocking>* blocking) {
  std::sort(blocking->begin(), blocking->end(),
            [&](const core::Blocking& a, const core::Blocking& b) {
              if (a.gain != b.gain) return a.gain > b.gain;
              return IdOf(inventory, planned, a) < IdOf(inventory, planned, b);
            });
}

void WriteBlocking(const InventoryView& inventory, const PlannedUnit& planned,
                   std::vector<core::Blocking> blocking, bool has_choice,
                   google::protobuf::RepeatedPtrField<v1::BlockingVm>* rows) {
  SortBlocking(inventory, planned, &blocking);
  for (const core::Blocking& b : blocking) {
    v1::BlockingVm* row = rows->Add();
    row->set_vm_id(Text(IdOf(inventory, planned, b)));
    if (has_choice) *row->mutable_gain() = ToDuration(b.gain);
  }
}

void WriteRows(const InventoryView& inventory, const PlanUnits& units,
               const EffectivePolicy& policy,
               const std::vector<UnitResult>& results, v1::Decision* decision) {
  const Rows rows(inventory, units, policy, results);
  for (const PlannedVm& planned : units.rows()) {
    rows.WriteVm(planned, decision->add_vm_selections());
  }
  for (size_t i = 0; i < units.units().size(); ++i) {
    if (units.units()[i].group >= 0) {
      rows.WriteGroup(i, decision->add_group_selections());
    }
  }
  decision->set_outcome(OutcomeOf(*decision));
  if (const Instant lost = rows.FirstLoss(); lost != core::kForever) {
    *decision->mutable_act_before() = ToTimestamp(lost);
  }
}

void WriteAlignment(const InventoryView& inventory, const PlanUnits& units,
                    const EffectivePolicy& policy,
                    const std::optional<core::Alignment>& alignment,
                    v1::Decision* decision) {
  if (!alignment) return;
  v1::Alignment* row = decision->mutable_alignment();
  *row->mutable_max_skew() = ToDuration(policy.plan_max_skew.value_or(0));
  row->set_unit_count(alignment->unit_count);
  if (alignment->window) {
    const Instant earliest = alignment->window->from;
    row->set_guarantee(GroupSelection::SKEW_BOUNDED);
    *row->mutable_earliest_capture_time() = ToTimestamp(earliest);
    *row->mutable_latest_capture_time() = ToTimestamp(alignment->latest);
    *row->mutable_skew() =
        ToDuration(SaturatingSubtract(alignment->latest, earliest));
  }
  for (const core::HoldingUnit& holding : alignment->holding) {
    const PlannedUnit& planned =
        units.units()[static_cast<size_t>(holding.unit)];
    v1::HoldingUnit* unit = row->add_holding_units();
    if (planned.group >= 0) {
      unit->set_replication_group_id(Text(inventory.group(planned.group).id));
    } else {
      unit->set_vm_id(Text(inventory.vm(planned.vms.front()).id));
    }
    if (alignment->window) *unit->mutable_gain() = ToDuration(holding.gain);
  }
}

}  // namespace recoveryline
