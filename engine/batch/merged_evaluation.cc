#include "engine/batch/merged_evaluation.h"

#include <algorithm>
#include <utility>

#include "engine/batch/figure_table.h"
#include "engine/timestamps.h"

namespace recoveryline {

using v1::PlanEvaluation;

std::optional<std::string> FaultOf(const PlanEvaluation& row) {
  const auto within = [](int64_t count, int64_t most) {
    return 0 <= count && count <= most;
  };
  if (!ToInstant(row.scenario().decision_time()) ||
      !ToInstant(row.scenario().target_time())) {
    return "has an impossible scenario";
  }
  if (!within(row.unit_count(), row.vm_count()) ||
      !within(row.selected_vm_count(), row.vm_count())) {
    return "has more units or selected VMs than VMs";
  }
  int64_t served = 0;
  for (const int64_t count : row.units_by_rule()) {
    if (!within(count, row.unit_count())) return "has an impossible count";
    served += count;
  }
  int64_t unserved = 0;
  for (const v1::UnservedUnits& units : row.unserved_units()) {
    if (!within(units.unit_count(), row.unit_count())) {
      return "has an impossible count";
    }
    unserved += units.unit_count();
  }
  if (!within(row.rpo_exceeded_unit_count(), served) ||
      served + unserved != row.unit_count()) {
    return "has counts that do not add up";
  }
  if (row.has_worst_data_loss() != (served > 0)) {
    return "has a loss without a point, or a point without a loss";
  }
  if (served > 0 && ToNanos(row.worst_data_loss()).value_or(-1) < 0) {
    return "has an impossible loss";
  }
  for (const v1::VmEvaluation& vm : row.vms()) {
    if (vm.has_capture_time() && !ToInstant(vm.capture_time())) {
      return "has an impossible capture time";
    }
  }
  return std::nullopt;
}

int64_t ServedUnits(const PlanEvaluation& row) {
  int64_t served = 0;
  for (const int64_t count : row.units_by_rule()) served += count;
  return served;
}

MergedEvaluation::MergedEvaluation(const PlanEvaluation& first) {
  *whole_.mutable_scenario() = first.scenario();
  whole_.mutable_units_by_rule()->Resize(first.units_by_rule_size(), 0);
}

void MergedEvaluation::Add(const PlanEvaluation& row) {
  whole_.set_vm_count(whole_.vm_count() + row.vm_count());
  whole_.set_selected_vm_count(whole_.selected_vm_count() +
                               row.selected_vm_count());
  whole_.set_unit_count(whole_.unit_count() + row.unit_count());
  for (int i = 0; i < row.units_by_rule_size(); ++i) {
    whole_.set_units_by_rule(i, whole_.units_by_rule(i) + row.units_by_rule(i));
  }
  for (const v1::UnservedUnits& units : row.unserved_units()) {
    unserved_[units.outcome()] += units.unit_count();
  }
  whole_.set_rpo_exceeded_unit_count(whole_.rpo_exceeded_unit_count() +
                                     row.rpo_exceeded_unit_count());
  if (row.has_worst_data_loss()) {
    worst_ = std::max(worst_.value_or(0),
                      ToNanos(row.worst_data_loss()).value_or(0));
  }
}

PlanEvaluation MergedEvaluation::Take() && {
  AddUnserved(unserved_, whole_.mutable_unserved_units());
  if (worst_) *whole_.mutable_worst_data_loss() = ToDuration(*worst_);
  whole_.set_outcome(OutcomeOf(whole_.selected_vm_count(), whole_.vm_count()));
  return std::move(whole_);
}

}  // namespace recoveryline
