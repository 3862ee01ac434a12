#include "engine/batch/evaluation_columns.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/batch/delimited_bytes.h"
#include "engine/decision_rows.h"

namespace recoveryline {
namespace {

using core::UnitOutcome;
using core::UnitSweep;
using v1::EvaluationColumns;
using v1::VmSelection;

constexpr uint32_t kNoRow = std::numeric_limits<uint32_t>::max();

// Cleared, in memory that this thread keeps.
EvaluationColumns& Message() {
  thread_local EvaluationColumns message;
  message.Clear();
  return message;
}

}  // namespace

ColumnsWriter::ColumnsWriter(const PlanRun& run)
    : run_(run), rows_(run.plan().units().size()) {
  for (const PlannedVm& planned : run.plan().rows()) {
    if (planned.vm < 0) continue;
    rows_[static_cast<size_t>(planned.unit)].push_back(&planned);
  }
}

void ColumnsWriter::AppendHead(const std::string& plan_source, int64_t first,
                               std::string* bytes) const {
  EvaluationColumns& message = Message();
  v1::ScenarioRun& head = *message.mutable_run();
  head.set_plan_id(run_.plan().plan().id());
  head.set_plan_source(plan_source);
  head.set_first_scenario(first);
  for (size_t s = 0; s < run_.moments().size(); ++s) {
    const core::Moment& moment = run_.moments()[run_.moment_of(s)];
    head.add_decision_times(moment.decision_time);
    head.add_target_times(moment.target_time);
  }
  AppendDelimited(message, bytes);
}

void ColumnsWriter::AppendUnit(size_t unit, const UnitSweep& choices,
                               std::string* bytes) const {
  size_t selected_count = 0;
  bool first_rule_alone = true;
  for (size_t i = 0; i < run_.moments().size(); ++i) {
    if (choices.outcome(i) != UnitOutcome::kSelected) continue;
    ++selected_count;
    first_rule_alone &= choices.rule(i) == 0;
  }
  for (const PlannedVm* planned : rows_[unit]) {
    AppendVm(*planned, choices, selected_count, first_rule_alone, bytes);
  }
}

void ColumnsWriter::AppendVm(const PlannedVm& planned, const UnitSweep& choices,
                             size_t selected_count, bool first_rule_alone,
                             std::string* bytes) const {
  const core::Moments& moments = run_.moments();
  const auto size = static_cast<int>(moments.size());
  EvaluationColumns& message = Message();
  v1::VmColumns& columns = *message.mutable_vm();
  columns.set_vm_id(std::string(planned.id));
  const bool all_selected = selected_count == moments.size();
  if (selected_count > 0) {
    WritePoints(planned, choices, all_selected, &columns);
  }
  if (!all_selected) {
    columns.mutable_outcomes()->Resize(size, 0);
    for (size_t i = 0; i < moments.size(); ++i) {
      columns.set_outcomes(static_cast<int>(moments.asked_as(i)),
                           OutcomeInRow(choices.outcome(i)));
    }
  }
  if (!first_rule_alone) {
    columns.mutable_rule_indexes()->Resize(size, 0);
    for (size_t i = 0; i < moments.size(); ++i) {
      if (choices.outcome(i) != UnitOutcome::kSelected) continue;
      columns.set_rule_indexes(static_cast<int>(moments.asked_as(i)),
                               choices.rule(i));
    }
  }
  AppendDelimited(message, bytes);
}

void ColumnsWriter::WritePoints(const PlannedVm& planned,
                                const UnitSweep& choices, bool all_selected,
                                v1::VmColumns* columns) const {
  const core::Moments& moments = run_.moments();
  const auto member = static_cast<size_t>(planned.member);
  const std::vector<int> rows = run_.plan().inventory().RowIndexes(planned.vm);
  auto* const points = columns->mutable_recovery_point_indexes();
  const auto size = static_cast<int>(moments.size());
  points->Reserve(size);
  uint32_t* const out = points->AddNAlreadyReserved(size);
  if (!all_selected) std::fill_n(out, size, kNoRow);
  for (size_t i = 0; i < moments.size(); ++i) {
    if (!all_selected && choices.outcome(i) != UnitOutcome::kSelected) continue;
    const core::Position chosen = choices.position(member, i);
    out[moments.asked_as(i)] = static_cast<uint32_t>(
        rows.empty() ? chosen : rows[static_cast<size_t>(chosen)]);
  }
}

void ColumnsWriter::AppendTail(const FigureTable& figures,
                               EvaluationTotals* totals,
                               std::string* bytes) const {
  const auto size = static_cast<int>(run_.moments().size());
  for (const PlannedVm& planned : run_.plan().rows()) {
    if (planned.vm >= 0) continue;
    EvaluationColumns& message = Message();
    message.mutable_vm()->set_vm_id(std::string(planned.id));
    message.mutable_vm()->mutable_outcomes()->Resize(size,
                                                     VmSelection::NOT_FOUND);
    AppendDelimited(message, bytes);
  }
  EvaluationColumns& message = Message();
  v1::RunFigures& tail = *message.mutable_figures();
  tail.set_vm_count(static_cast<int64_t>(run_.plan().rows().size()));
  for (size_t s = 0; s < run_.moments().size(); ++s) {
    const size_t moment = run_.moment_of(s);
    totals->Add(figures.ToEvaluation(s));
    tail.add_outcomes(figures.outcome(moment));
    tail.add_selected_vm_counts(figures.selected_vm_count(moment));
    tail.add_rpo_exceeded_unit_counts(figures.rpo_exceeded(moment));
    tail.add_worst_data_losses(figures.worst_loss(moment).value_or(-1));
  }
  AppendDelimited(message, bytes);
}

void AppendInvalid(v1::PlanEvaluation evaluation, std::string* bytes) {
  EvaluationColumns& message = Message();
  *message.mutable_invalid() = std::move(evaluation);
  AppendDelimited(message, bytes);
}

}  // namespace recoveryline
