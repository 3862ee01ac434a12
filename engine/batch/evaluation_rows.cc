#include "engine/batch/evaluation_rows.h"

#include <string>

#include "engine/decision_rows.h"
#include "engine/timestamps.h"

namespace recoveryline {

using core::UnitOutcome;
using v1::PlanEvaluation;
using v1::VmSelection;

EvaluationRows::EvaluationRows(const PlanRun& run, Vms vms) : run_(run) {
  if (vms == kWithoutVms) return;
  answers_.assign(run.moments().size(),
                  std::vector<UnitAnswer>(run.plan().units().size()));
}

void EvaluationRows::Keep(size_t unit, const core::UnitSweep& choices) {
  const size_t member_count = run_.plan().units()[unit].vms.size();
  for (size_t i = 0; i < answers_.size(); ++i) {
    UnitAnswer& answer = answers_[i][unit];
    answer.outcome = choices.outcome(i);
    if (answer.outcome != UnitOutcome::kSelected) continue;
    answer.rule = choices.rule(i);
    answer.positions.resize(member_count);
    for (size_t m = 0; m < member_count; ++m) {
      answer.positions[m] = choices.position(m, i);
    }
  }
}

PlanEvaluation EvaluationRows::Row(size_t scenario,
                                   const FigureTable& figures) const {
  PlanEvaluation row = figures.ToEvaluation(scenario);
  if (answers_.empty()) return row;
  const auto& answers = answers_[run_.moment_of(scenario)];
  for (const PlannedVm& planned : run_.plan().rows()) {
    WriteVm(planned, answers, row.add_vms());
  }
  return row;
}

void EvaluationRows::WriteVm(const PlannedVm& planned,
                             const std::vector<UnitAnswer>& answers,
                             v1::VmEvaluation* row) const {
  const InventoryView& inventory = run_.plan().inventory();
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
