#include "engine/batch/evaluation_columns.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/batch/delimited_bytes.h"
#include "engine/decision_rows.h"
#include "google/protobuf/io/coded_stream.h"

namespace recoveryline {
namespace {

using core::UnitOutcome;
using core::UnitSweep;
using google::protobuf::io::CodedOutputStream;
using v1::EvaluationColumns;
using v1::VmSelection;

constexpr uint32_t kNoRow = std::numeric_limits<uint32_t>::max();

// A field of a number below 16 with a length.
constexpr uint32_t kTagSize = 1;
uint8_t* WriteTag(int field, uint8_t* to) {
  return CodedOutputStream::WriteTagToArray(
      static_cast<uint32_t>(field) << 3 | 2, to);
}
uint32_t VarintSize(uint32_t value) {
  return static_cast<uint32_t>(CodedOutputStream::VarintSize32(value));
}
uint8_t* WriteVarint(uint32_t value, uint8_t* to) {
  return CodedOutputStream::WriteVarint32ToArray(value, to);
}

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
  if (selected_count == 0) {
    AppendDelimited(message, bytes);
  } else {
    AppendWithPoints(planned, choices, all_selected, columns, bytes);
  }
}

// The rest of the machine's columns, then its points, written where they stay:
// a message in between would cost as much as finding them.
void ColumnsWriter::AppendWithPoints(const PlannedVm& planned,
                                     const UnitSweep& choices,
                                     bool all_selected,
                                     const v1::VmColumns& rest,
                                     std::string* bytes) const {
  const auto points_size =
      static_cast<uint32_t>(run_.moments().size() * sizeof(uint32_t));
  const auto rest_size = static_cast<uint32_t>(rest.ByteSizeLong());
  const uint32_t vm_size =
      rest_size + kTagSize + VarintSize(points_size) + points_size;
  const uint32_t message_size = kTagSize + VarintSize(vm_size) + vm_size;
  const size_t begin = bytes->size();
  bytes->resize(begin + VarintSize(message_size) + message_size);
  auto* at = reinterpret_cast<uint8_t*>(bytes->data() + begin);
  at = WriteVarint(message_size, at);
  at = WriteTag(EvaluationColumns::kVmFieldNumber, at);
  at = WriteVarint(vm_size, at);
  at = rest.SerializeWithCachedSizesToArray(at);
  at = WriteTag(v1::VmColumns::kRecoveryPointIndexesFieldNumber, at);
  at = WriteVarint(points_size, at);
  WritePoints(planned, choices, all_selected, at);
}

void ColumnsWriter::WritePoints(const PlannedVm& planned,
                                const UnitSweep& choices, bool all_selected,
                                uint8_t* out) const {
  const core::Moments& moments = run_.moments();
  const std::span<const core::Position> positions =
      choices.positions(static_cast<size_t>(planned.member));
  const std::vector<int> rows = run_.plan().inventory().RowIndexes(planned.vm);
  const auto row_of = [&](core::Position position) {
    return static_cast<uint32_t>(
        rows.empty() ? position : rows[static_cast<size_t>(position)]);
  };
  const auto write = [&](size_t i, uint32_t row) {
    CodedOutputStream::WriteLittleEndian32ToArray(
        row, out + moments.asked_as(i) * sizeof(uint32_t));
  };
  if (all_selected) {
    for (size_t i = 0; i < positions.size(); ++i) {
      write(i, row_of(positions[i]));
    }
    return;
  }
  for (size_t i = 0; i < positions.size(); ++i) {
    write(i, choices.outcome(i) == UnitOutcome::kSelected ? row_of(positions[i])
                                                          : kNoRow);
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
