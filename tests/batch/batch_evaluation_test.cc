// Batches answer as the reference does, moment by moment and plan by plan,
// whatever the number of threads.

#include "engine/batch/batch_evaluation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/row_inventory.h"
#include "engine/timestamps.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/batch/batch_runs.h"
#include "tests/reference/random_world.h"
#include "tests/reference/reference_selector.h"

namespace recoveryline {
namespace {

using reference::World;
using v1::Decision;
using v1::PlanEvaluation;
using v1::VmSelection;

// Adds up what the Decision says of groups, and of machines on their own.
class UnitFigures {
 public:
  explicit UnitFigures(const Decision& decision)
      : units_by_rule_(static_cast<size_t>(decision.effective_rules_size())) {
    std::set<std::string> groups;
    for (const v1::GroupSelection& group : decision.group_selections()) {
      groups.insert(group.replication_group_id());
      Add(group);
    }
    for (const VmSelection& vm : decision.vm_selections()) {
      if (vm.outcome() != VmSelection::NOT_FOUND &&
          groups.count(vm.replication_group_id()) == 0) {
        Add(vm);
      }
    }
  }

  void Write(PlanEvaluation* row) const {
    row->set_unit_count(unit_count_);
    row->mutable_units_by_rule()->Add(units_by_rule_.begin(),
                                      units_by_rule_.end());
    for (const auto& [outcome, count] : unserved_) {
      v1::UnservedUnits* unserved = row->add_unserved_units();
      unserved->set_outcome(outcome);
      unserved->set_unit_count(count);
    }
    row->set_rpo_exceeded_unit_count(rpo_exceeded_);
    if (worst_ >= 0) *row->mutable_worst_data_loss() = ToDuration(worst_);
  }

 private:
  template <typename Selection>
  void Add(const Selection& unit) {
    ++unit_count_;
    if (unit.outcome() != VmSelection::SELECTED) {
      ++unserved_[unit.outcome()];
      return;
    }
    ++units_by_rule_[static_cast<size_t>(unit.rule_index())];
    rpo_exceeded_ += unit.rpo_exceeded() ? 1 : 0;
    worst_ = std::max(worst_, *ToNanos(unit.data_loss()));
  }

  int64_t unit_count_ = 0;
  std::vector<int64_t> units_by_rule_;
  std::map<VmSelection::Outcome, int64_t> unserved_;
  int64_t rpo_exceeded_ = 0;
  core::Nanos worst_ = -1;
};

// What the Decision of the moment says, as an evaluation.
PlanEvaluation Expected(const World& world, const Scenario& scenario) {
  v1::RecoveryPlan plan = world.plan;
  if (scenario.target_time) {
    *plan.mutable_policy()->mutable_target_time() =
        ToTimestamp(*scenario.target_time);
  }
  const Decision decision = reference::ReferenceSelect(
      world.inventory, plan, ToTimestamp(scenario.decision_time));
  PlanEvaluation row;
  UnitFigures(decision).Write(&row);
  row.set_plan_id(plan.id());
  row.set_plan_source("0.json");
  *row.mutable_scenario()->mutable_decision_time() = decision.decision_time();
  *row.mutable_scenario()->mutable_target_time() = decision.target_time();
  row.set_outcome(decision.outcome());
  row.set_vm_count(decision.vm_selections_size());
  for (const VmSelection& selection : decision.vm_selections()) {
    v1::VmEvaluation* vm = row.add_vms();
    vm->set_vm_id(selection.vm_id());
    vm->set_outcome(selection.outcome());
    if (selection.outcome() != VmSelection::SELECTED) continue;
    row.set_selected_vm_count(row.selected_vm_count() + 1);
    vm->set_rule_index(selection.rule_index());
    vm->set_recovery_point_id(selection.recovery_point_id());
    *vm->mutable_capture_time() = selection.capture_time();
  }
  return row;
}

void ExpectRow(const PlanEvaluation& row, const PlanEvaluation& expected) {
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(expected, row)) << difference;
}

TEST(BatchEvaluationRandomTest, AnswersAsTheReferenceDoes) {
  std::map<Decision::Outcome, int> seen;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const World world = reference::RandomWorld(seed);
    const RowInventory inventory(world.inventory);
    // With lists of common points, and without.
    for (const int count : {40, 3}) {
      const std::vector<Scenario> scenarios =
          ScenariosAround(DecisionTimeOf(world), count, seed);
      const Batch batch =
          RunBatch(inventory, {world.plan}, scenarios,
                   {.threads = 1 + static_cast<int>(seed % 3),
                    .with_vms = true,
                    .checking = Checking::kAll,
                    .answers_per_task = seed % 2 == 0 ? 1 : 1'000});
      ASSERT_TRUE(batch.status.ok()) << batch.status;
      ASSERT_EQ(batch.rows.size(), scenarios.size());
      for (size_t i = 0; i < scenarios.size(); ++i) {
        ExpectRow(batch.rows[i], Expected(world, scenarios[i]));
        ++seen[batch.rows[i].outcome()];
      }
      ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
    }
  }
  EXPECT_GT(seen[Decision::COMPLETE], 100);
  EXPECT_GT(seen[Decision::PARTIAL], 100);
  EXPECT_GT(seen[Decision::NONE], 100);
}

TEST(BatchEvaluationTest, AnyNumberOfThreadsGivesTheSameBytes) {
  World world;
  for (uint64_t seed = 0; world.inventory.vms_size() < 4; ++seed) {
    world = reference::RandomWorld(seed);
  }
  const RowInventory inventory(world.inventory);
  const std::vector<v1::RecoveryPlan> plans = ManyPlans(world.inventory);
  const std::vector<Scenario> scenarios =
      ScenariosAround(DecisionTimeOf(world), 150, 1);
  const Batch one = RunBatch(inventory, plans, scenarios, {.threads = 1});
  ASSERT_TRUE(one.status.ok());
  const auto invalid = std::count_if(
      one.rows.begin(), one.rows.end(), [](const PlanEvaluation& row) {
        return row.outcome() == Decision::INVALID;
      });
  EXPECT_GT(invalid, 0);
  EXPECT_EQ(one.rows.size(),
            static_cast<size_t>(invalid) +
                (plans.size() - static_cast<size_t>(invalid)) * 150);
  EXPECT_EQ(one.done, static_cast<int64_t>(plans.size()) * 150);
  for (const auto& [threads, answers] : std::vector<std::pair<int, int64_t>>{
           {2, 1'000'000}, {3, 1'000'000}, {1, 1}, {2, 1}, {8, 1}, {3, 500}}) {
    const Batch more =
        RunBatch(inventory, plans, scenarios,
                 {.threads = threads, .answers_per_task = answers});
    EXPECT_EQ(more.bytes, one.bytes) << threads << " threads, " << answers;
    ASSERT_EQ(more.summaries.size(), one.summaries.size());
    for (size_t i = 0; i < one.summaries.size(); ++i) {
      EXPECT_EQ(more.summaries[i].SerializeAsString(),
                one.summaries[i].SerializeAsString());
    }
  }
}

TEST(BatchEvaluationTest, SummariesAddUpTheirRows) {
  const World world = reference::RandomWorld(5);
  const RowInventory inventory(world.inventory);
  const std::vector<Scenario> scenarios =
      ScenariosAround(DecisionTimeOf(world), 100, 2);
  const Batch batch = RunBatch(inventory, {world.plan}, scenarios, {});
  ASSERT_EQ(batch.summaries.size(), 1u);
  const v1::EvaluationSummary& summary = batch.summaries[0];
  EXPECT_EQ(summary.plan_id(), world.plan.id());
  EXPECT_EQ(summary.evaluation_count(), 100);
  int64_t complete = 0;
  int64_t units = 0;
  int64_t unserved = 0;
  core::Nanos worst = -1;
  for (const PlanEvaluation& row : batch.rows) {
    complete += row.outcome() == Decision::COMPLETE;
    units += row.unit_count();
    for (const auto& u : row.unserved_units()) unserved += u.unit_count();
    if (row.has_worst_data_loss()) {
      worst = std::max(worst, *ToNanos(row.worst_data_loss()));
    }
  }
  EXPECT_EQ(summary.complete_count(), complete);
  EXPECT_EQ(
      summary.complete_count() + summary.partial_count() + summary.none_count(),
      100);
  EXPECT_EQ(summary.unit_count(), units);
  int64_t unserved_in_summary = 0;
  for (const auto& u : summary.unserved_units()) {
    unserved_in_summary += u.unit_count();
  }
  EXPECT_EQ(unserved_in_summary, unserved);
  ASSERT_EQ(summary.has_worst_data_loss(), worst >= 0);
  EXPECT_EQ(worst < 0 ? -1 : *ToNanos(summary.worst_data_loss()), worst);
}

TEST(BatchEvaluationTest, AnErrorOfTheSinkEndsTheBatch) {
  const World world = reference::RandomWorld(5);
  const RowInventory inventory(world.inventory);
  for (const int threads : {1, 4}) {
    int written = 0;
    const BatchSink sink{
        .encode = [](int64_t, const PlanEvaluation&,
                     std::string*) { return absl::OkStatus(); },
        .write =
            [&](const std::string&) {
              return ++written == 3 ? absl::ResourceExhaustedError("full")
                                    : absl::OkStatus();
            },
        .plan_done = [](int64_t, const v1::EvaluationSummary&,
                        const EvaluationTotals&) { return absl::OkStatus(); },
        .progress = [](int64_t, int64_t) {}};
    const absl::Status status = EvaluateBatch(
        inventory,
        {.plan_count = 1'000'000,
         .load =
             [&](int64_t) {
               return LoadedPlan{"", world.plan, {}};
             },
         .scenario_count = 1,
         .scenario =
             [&](int64_t) {
               return Scenario{.decision_time = DecisionTimeOf(world)};
             }},
        {.threads = threads}, sink);
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    EXPECT_EQ(written, 3);
  }
}

}  // namespace
}  // namespace recoveryline
