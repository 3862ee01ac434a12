#include "engine/batch/evaluation_columns.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "engine/batch/delimited_bytes.h"
#include "engine/decision_rows.h"

namespace recoveryline {
namespace {

using core::UnitOutcome;
using v1::EvaluationColumns;
using v1::VmSelection;

constexpr uint32_t kNoRow = std::numeric_limits<uint32_t>::max();

// The columns of one machine after the other, in memory that is kept.
class VmWriter {
 public:
  VmWriter(const WarmPlan& plan, const PlanSweep& sweep, std::string* bytes)
      : plan_(plan),
        unit_(sweep.units()),
        moments_(sweep.moments()),
        bytes_(bytes) {}

  // Writes the machines of the unit that was swept last.
  void WriteUnit(const std::vector<const PlannedVm*>& rows) {
    size_t selected = 0;
    bool first_rule = true;
    for (size_t i = 0; i < moments_.size(); ++i) {
      if (!Selected(i)) continue;
      ++selected;
      first_rule = first_rule && unit_.rule(i) == 0;
    }
    for (const PlannedVm* planned : rows) {
      v1::VmColumns* columns = Begin(*planned);
      if (selected > 0) {
        WritePoints(*planned, selected == moments_.size(), columns);
      }
      if (selected < moments_.size()) WriteOutcomes(columns);
      if (!first_rule) WriteRules(columns);
      AppendDelimited(message_, bytes_);
    }
  }

  void WriteNotFound(const PlannedVm& planned) {
    Begin(planned)->mutable_outcomes()->Resize(
        static_cast<int>(moments_.size()), VmSelection::NOT_FOUND);
    AppendDelimited(message_, bytes_);
  }

 private:
  bool Selected(size_t moment) const {
    return unit_.outcome(moment) == UnitOutcome::kSelected;
  }

  v1::VmColumns* Begin(const PlannedVm& planned) {
    v1::VmColumns* columns = message_.mutable_vm();
    columns->Clear();
    columns->set_vm_id(std::string(planned.id));
    return columns;
  }

  void WritePoints(const PlannedVm& planned, bool all,
                   v1::VmColumns* columns) const {
    const auto member = static_cast<size_t>(planned.member);
    const std::vector<int> rows = plan_.inventory().RowIndexes(planned.vm);
    auto* const points = columns->mutable_recovery_point_indexes();
    points->Resize(static_cast<int>(moments_.size()), kNoRow);
    uint32_t* const out = points->mutable_data();
    for (size_t i = 0; i < moments_.size(); ++i) {
      if (!all && !Selected(i)) continue;
      const core::Position chosen = unit_.position(member, i);
      out[moments_.asked_as(i)] = static_cast<uint32_t>(
          rows.empty() ? chosen : rows[static_cast<size_t>(chosen)]);
    }
  }

  void WriteOutcomes(v1::VmColumns* columns) const {
    columns->mutable_outcomes()->Resize(static_cast<int>(moments_.size()), 0);
    for (size_t i = 0; i < moments_.size(); ++i) {
      columns->set_outcomes(static_cast<int>(moments_.asked_as(i)),
                            OutcomeInRow(unit_.outcome(i)));
    }
  }

  void WriteRules(v1::VmColumns* columns) const {
    columns->mutable_rule_indexes()->Resize(static_cast<int>(moments_.size()),
                                            0);
    for (size_t i = 0; i < moments_.size(); ++i) {
      if (!Selected(i)) continue;
      columns->set_rule_indexes(static_cast<int>(moments_.asked_as(i)),
                                unit_.rule(i));
    }
  }

  const WarmPlan& plan_;
  const core::UnitSweep& unit_;
  const core::Moments& moments_;
  std::string* const bytes_;
  EvaluationColumns message_;
};

// The rows of each unit, in plan order.
std::vector<std::vector<const PlannedVm*>> RowsByUnit(const WarmPlan& plan) {
  std::vector<std::vector<const PlannedVm*>> rows(plan.units().size());
  for (const PlannedVm& planned : plan.rows()) {
    if (planned.vm < 0) continue;
    rows[static_cast<size_t>(planned.unit)].push_back(&planned);
  }
  return rows;
}

void AppendHead(const WarmPlan& plan, const std::string& plan_source,
                int64_t first, const PlanSweep& sweep, std::string* bytes) {
  EvaluationColumns message;
  v1::ScenarioRun& run = *message.mutable_run();
  run.set_plan_id(plan.plan().id());
  run.set_plan_source(plan_source);
  run.set_first_scenario(first);
  for (size_t s = 0; s < sweep.moments().size(); ++s) {
    run.add_decision_times(sweep.figures(s).decision_time());
    run.add_target_times(sweep.figures(s).target_time());
  }
  AppendDelimited(message, bytes);
}

void AppendFigures(const WarmPlan& plan, const PlanSweep& sweep,
                   EvaluationTotals* totals, std::string* bytes) {
  EvaluationColumns message;
  v1::RunFigures& run = *message.mutable_figures();
  run.set_vm_count(static_cast<int64_t>(plan.rows().size()));
  for (size_t s = 0; s < sweep.moments().size(); ++s) {
    const ScenarioFigures& figures = sweep.figures(s);
    const v1::PlanEvaluation evaluation = figures.ToEvaluation(plan);
    totals->Add(evaluation);
    run.add_outcomes(evaluation.outcome());
    run.add_selected_vm_counts(figures.selected_vm_count());
    run.add_rpo_exceeded_unit_counts(figures.rpo_exceeded());
    run.add_worst_data_losses(figures.worst_loss().value_or(-1));
  }
  AppendDelimited(message, bytes);
}

}  // namespace

absl::Status AppendColumns(const WarmPlan& plan, const std::string& plan_source,
                           int64_t first, std::span<const Scenario> scenarios,
                           const Proofs& proofs, EvaluationTotals* totals,
                           std::string* bytes) {
  PlanSweep sweep(plan, scenarios);
  AppendHead(plan, plan_source, first, sweep, bytes);
  VmWriter writer(plan, sweep, bytes);
  const auto rows = RowsByUnit(plan);
  absl::Status done = sweep.Run(
      proofs, totals, [&](size_t unit) { writer.WriteUnit(rows[unit]); });
  if (!done.ok()) return done;
  for (const PlannedVm& planned : plan.rows()) {
    if (planned.vm < 0) writer.WriteNotFound(planned);
  }
  AppendFigures(plan, sweep, totals, bytes);
  return absl::OkStatus();
}

void AppendInvalid(v1::PlanEvaluation evaluation, std::string* bytes) {
  EvaluationColumns message;
  *message.mutable_invalid() = std::move(evaluation);
  AppendDelimited(message, bytes);
}

}  // namespace recoveryline
