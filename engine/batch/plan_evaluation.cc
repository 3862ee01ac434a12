#include "engine/batch/plan_evaluation.h"

#include <string>

#include "engine/decision_rows.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::UnitOutcome;
using v1::PlanEvaluation;
using v1::VmEvaluation;
using v1::VmSelection;

// What a unit got in one scenario, kept until rows are written.
struct UnitAnswer {
  UnitOutcome outcome = UnitOutcome::kNoEligiblePoint;
  int rule = -1;
  std::vector<core::Position> positions;
};
// By scenario, then by unit.
using Answers = std::vector<std::vector<UnitAnswer>>;

void Keep(const PlanSweep& sweep, size_t unit, size_t member_count,
          Answers* answers) {
  const core::UnitSweep& swept = sweep.units();
  for (size_t i = 0; i < sweep.moments().size(); ++i) {
    UnitAnswer& answer = (*answers)[sweep.moments().asked_as(i)][unit];
    answer.outcome = swept.outcome(i);
    if (answer.outcome != UnitOutcome::kSelected) continue;
    answer.rule = swept.rule(i);
    answer.positions.resize(member_count);
    for (size_t m = 0; m < member_count; ++m) {
      answer.positions[m] = swept.position(m, i);
    }
  }
}

void WriteVm(const InventoryView& inventory, const PlannedVm& planned,
             const std::vector<UnitAnswer>& answers, VmEvaluation* row) {
  row->set_vm_id(std::string(planned.id));
  if (planned.vm < 0) {
    row->set_outcome(VmSelection::NOT_FOUND);
    return;
  }
  const UnitAnswer& answer = answers[static_cast<size_t>(planned.unit)];
  row->set_outcome(OutcomeInRow(answer.outcome));
  if (answer.outcome != UnitOutcome::kSelected) return;
  const core::Position chosen =
      answer.positions[static_cast<size_t>(planned.member)];
  row->set_rule_index(answer.rule);
  row->set_recovery_point_id(inventory.point_id(planned.vm, chosen));
  *row->mutable_capture_time() =
      ToTimestamp(inventory.points(planned.vm).capture_time(chosen));
}

}  // namespace

absl::StatusOr<std::vector<PlanEvaluation>> EvaluateEach(
    const WarmPlan& plan, std::span<const Scenario> scenarios,
    const EvaluateOptions& options, EvaluationTotals* totals) {
  Answers answers;
  if (options.with_vms) {
    answers.assign(scenarios.size(),
                   std::vector<UnitAnswer>(plan.units().size()));
  }
  PlanSweep sweep(plan, scenarios);
  const absl::Status done = sweep.Run(options.proofs, totals, [&](size_t unit) {
    if (!options.with_vms) return;
    Keep(sweep, unit, plan.units()[unit].vms.size(), &answers);
  });
  if (!done.ok()) return done;
  std::vector<PlanEvaluation> rows;
  rows.reserve(scenarios.size());
  for (size_t s = 0; s < scenarios.size(); ++s) {
    PlanEvaluation& row =
        rows.emplace_back(sweep.figures(s).ToEvaluation(plan));
    totals->Add(row);
    if (!options.with_vms) continue;
    for (const PlannedVm& planned : plan.rows()) {
      WriteVm(plan.inventory(), planned, answers[s], row.add_vms());
    }
  }
  return rows;
}

PlanEvaluation InvalidEvaluation(const v1::RecoveryPlan& plan,
                                 const Violations& found) {
  PlanEvaluation evaluation;
  evaluation.set_plan_id(plan.id());
  evaluation.set_outcome(v1::Decision::INVALID);
  evaluation.mutable_violations()->Add(found.list().begin(),
                                       found.list().end());
  return evaluation;
}

}  // namespace recoveryline
