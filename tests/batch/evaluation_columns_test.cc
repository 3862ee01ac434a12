// Columns say what rows say.

#include "engine/batch/evaluation_columns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/row_inventory.h"
#include "engine/timestamps.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/delimited_message_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/batch/batch_runs.h"
#include "tests/reference/random_world.h"

namespace recoveryline {
namespace {

using v1::EvaluationColumns;
using v1::PlanEvaluation;
using v1::VmEvaluation;
using v1::VmSelection;

std::vector<EvaluationColumns> Messages(const std::string& bytes) {
  std::vector<EvaluationColumns> messages;
  google::protobuf::io::ArrayInputStream stream(bytes.data(),
                                                static_cast<int>(bytes.size()));
  bool clean_end = false;
  while (google::protobuf::util::ParseDelimitedFromZeroCopyStream(
      &messages.emplace_back(), &stream, &clean_end)) {
  }
  EXPECT_TRUE(clean_end);
  messages.pop_back();
  return messages;
}

// What columns hold, as rows; machines stand in the order of the columns.
class RowMaker {
 public:
  explicit RowMaker(const v1::Inventory& inventory) {
    for (const v1::Vm& vm : inventory.vms()) vms_[vm.id()] = &vm;
  }

  std::vector<PlanEvaluation> Rows(const std::vector<EvaluationColumns>& from) {
    std::vector<PlanEvaluation> rows;
    size_t begin = 0;
    for (const EvaluationColumns& message : from) {
      switch (message.content_case()) {
        case EvaluationColumns::kRun:
          begin = rows.size();
          AddScenarios(message.run(), &rows);
          break;
        case EvaluationColumns::kVm:
          for (size_t s = begin; s < rows.size(); ++s) {
            AddVm(message.vm(), static_cast<int>(s - begin), &rows[s]);
          }
          break;
        case EvaluationColumns::kFigures:
          for (size_t s = begin; s < rows.size(); ++s) {
            AddFigures(message.figures(), static_cast<int>(s - begin),
                       &rows[s]);
          }
          break;
        case EvaluationColumns::kInvalid:
          rows.push_back(message.invalid());
          begin = rows.size();
          break;
        case EvaluationColumns::CONTENT_NOT_SET:
          ADD_FAILURE() << "an empty message";
      }
    }
    return rows;
  }

 private:
  static void AddScenarios(const v1::ScenarioRun& run,
                           std::vector<PlanEvaluation>* rows) {
    EXPECT_EQ(run.decision_times_size(), run.target_times_size());
    for (int s = 0; s < run.decision_times_size(); ++s) {
      PlanEvaluation& row = rows->emplace_back();
      row.set_plan_id(run.plan_id());
      row.set_plan_source(run.plan_source());
      *row.mutable_scenario()->mutable_decision_time() =
          ToTimestamp(run.decision_times(s));
      *row.mutable_scenario()->mutable_target_time() =
          ToTimestamp(run.target_times(s));
    }
  }

  void AddVm(const v1::VmColumns& columns, int s, PlanEvaluation* row) const {
    VmEvaluation* vm = row->add_vms();
    vm->set_vm_id(columns.vm_id());
    vm->set_outcome(columns.outcomes().empty() ? VmSelection::SELECTED
                                               : columns.outcomes(s));
    const bool selected = vm->outcome() == VmSelection::SELECTED;
    if (!columns.recovery_point_indexes().empty()) {
      EXPECT_EQ(columns.recovery_point_indexes(s) ==
                    std::numeric_limits<uint32_t>::max(),
                !selected);
    }
    if (!selected) return;
    vm->set_rule_index(
        columns.rule_indexes().empty() ? 0 : columns.rule_indexes(s));
    const v1::RecoveryPoint& point =
        vms_.at(columns.vm_id())
            ->recovery_points(
                static_cast<int>(columns.recovery_point_indexes(s)));
    vm->set_recovery_point_id(point.id());
    *vm->mutable_capture_time() = point.capture_time();
  }

  static void AddFigures(const v1::RunFigures& figures, int s,
                         PlanEvaluation* row) {
    row->set_vm_count(figures.vm_count());
    row->set_outcome(figures.outcomes(s));
    row->set_selected_vm_count(figures.selected_vm_counts(s));
    row->set_rpo_exceeded_unit_count(figures.rpo_exceeded_unit_counts(s));
    if (figures.worst_data_losses(s) >= 0) {
      *row->mutable_worst_data_loss() =
          ToDuration(figures.worst_data_losses(s));
    }
  }

  std::map<std::string, const v1::Vm*> vms_;
};

// Without what columns leave out, the machines in the order of their ids.
PlanEvaluation Comparable(PlanEvaluation row) {
  if (row.outcome() == v1::Decision::INVALID) return row;
  row.clear_unit_count();
  row.clear_units_by_rule();
  row.clear_unserved_units();
  std::sort(row.mutable_vms()->begin(), row.mutable_vms()->end(),
            [](const VmEvaluation& a, const VmEvaluation& b) {
              return a.vm_id() < b.vm_id();
            });
  return row;
}

Batch RunColumns(const InventoryView& inventory,
                 const std::vector<v1::RecoveryPlan>& plans,
                 const std::vector<Scenario>& scenarios,
                 BatchOptions options = {}) {
  Batch batch;
  BatchSink sink = batch.Sink();
  sink.encode = [](int64_t, PlanEvaluation row, std::string* out) {
    AppendInvalid(std::move(row), out);
    return absl::OkStatus();
  };
  options.as_columns = true;
  options.checking = Checking::kAll;
  batch.status =
      EvaluateBatch(inventory, InputOf(plans, scenarios), options, sink);
  return batch;
}

TEST(EvaluationColumnsRandomTest, SayWhatRowsSay) {
  int64_t vm_rows = 0;
  int64_t invalid = 0;
  for (uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    const reference::World world = reference::RandomWorld(seed);
    const RowInventory inventory(world.inventory);
    std::vector<v1::RecoveryPlan> plans = {world.plan};
    if (world.inventory.vms_size() > 0 && seed % 10 == 0) {
      plans = ManyPlans(world.inventory);
    }
    const std::vector<Scenario> scenarios =
        ScenariosAround(DecisionTimeOf(world), seed % 2 == 0 ? 40 : 5, seed);
    const Batch rows =
        RunBatch(inventory, plans, scenarios, {.with_vms = true});
    const Batch columns = RunColumns(inventory, plans, scenarios);
    ASSERT_TRUE(columns.status.ok()) << columns.status;
    const std::vector<PlanEvaluation> made =
        RowMaker(world.inventory).Rows(Messages(columns.bytes));
    ASSERT_EQ(made.size(), rows.rows.size());
    for (size_t i = 0; i < made.size(); ++i) {
      std::string difference;
      google::protobuf::util::MessageDifferencer differencer;
      differencer.ReportDifferencesToString(&difference);
      ASSERT_TRUE(
          differencer.Compare(Comparable(rows.rows[i]), Comparable(made[i])))
          << difference;
      vm_rows += made[i].vms_size();
      invalid += made[i].outcome() == v1::Decision::INVALID ? 1 : 0;
    }
    for (size_t i = 0; i < rows.summaries.size(); ++i) {
      EXPECT_EQ(columns.summaries[i].SerializeAsString(),
                rows.summaries[i].SerializeAsString());
    }
  }
  EXPECT_GT(vm_rows, 1'000);
  EXPECT_GT(invalid, 20);
}

// More scenarios than a run holds, and tasks of one unit and of many.
TEST(EvaluationColumnsTest, RunsFollowEachOther) {
  reference::World world;
  for (uint64_t seed = 0; world.inventory.vms_size() < 4 ||
                          world.inventory.replication_groups_size() > 0 ||
                          world.plan.boot_groups_size() > 0;
       ++seed) {
    world = reference::RandomWorld(seed);  // of some units
  }
  const RowInventory inventory(world.inventory);
  const std::vector<Scenario> scenarios =
      ScenariosAround(DecisionTimeOf(world), 2'500, 3);
  std::string first;
  for (const BatchOptions& options :
       {BatchOptions{.threads = 1}, BatchOptions{.threads = 3},
        BatchOptions{.threads = 1, .answers_per_task = 1},
        BatchOptions{.threads = 3, .answers_per_task = 1}}) {
    const Batch batch = RunColumns(inventory, {world.plan}, scenarios, options);
    int64_t next = 0;
    for (const EvaluationColumns& message : Messages(batch.bytes)) {
      if (!message.has_run()) continue;
      EXPECT_EQ(message.run().first_scenario(), next);
      next += message.run().decision_times_size();
    }
    EXPECT_EQ(next, 2'500);
    if (first.empty()) first = batch.bytes;
    EXPECT_EQ(batch.bytes, first);
  }
}

}  // namespace
}  // namespace recoveryline
