#include "tests/batch/batch_runs.h"

#include <gtest/gtest.h>

#include <utility>

#include "engine/timestamps.h"
#include "tests/reference/seeded_random.h"

namespace recoveryline {

BatchSink Batch::Sink() {
  BatchSink sink;
  sink.encode = [](int64_t, const v1::PlanEvaluation& row, std::string* out) {
    const std::string message = row.SerializeAsString();
    out->append(std::to_string(message.size())).append(":").append(message);
    return absl::OkStatus();
  };
  sink.write = [this](const std::string& made) {
    bytes += made;
    return absl::OkStatus();
  };
  sink.plan_done = [this](int64_t number, const v1::EvaluationSummary& summary,
                          const EvaluationTotals&) {
    EXPECT_EQ(number, static_cast<int64_t>(summaries.size()));
    summaries.push_back(summary);
    return absl::OkStatus();
  };
  sink.progress = [this](int64_t made, int64_t) { done = made; };
  return sink;
}

void Batch::ReadRows() {
  for (size_t at = 0; at < bytes.size();) {
    size_t used = 0;
    const size_t size = std::stoul(bytes.substr(at, 20), &used);
    EXPECT_TRUE(
        rows.emplace_back().ParseFromString(bytes.substr(at + used + 1, size)));
    at += used + 1 + size;
  }
}

BatchInput InputOf(const std::vector<v1::RecoveryPlan>& plans,
                   const std::vector<Scenario>& scenarios) {
  return {
      .plan_count = static_cast<int64_t>(plans.size()),
      .load =
          [&plans](int64_t i) {
            return LoadedPlan{std::to_string(i) + ".json",
                              plans[static_cast<size_t>(i)], Violations(),
                              "sha256:" + std::to_string(i)};
          },
      .scenario_count = static_cast<int64_t>(scenarios.size()),
      .scenario = [&scenarios](
                      int64_t i) { return scenarios[static_cast<size_t>(i)]; }};
}

Batch RunBatch(const InventoryView& inventory,
               const std::vector<v1::RecoveryPlan>& plans,
               const std::vector<Scenario>& scenarios,
               const BatchOptions& options) {
  Batch batch;
  batch.status = EvaluateBatch(inventory, InputOf(plans, scenarios), options,
                               batch.Sink());
  batch.ReadRows();
  return batch;
}

std::vector<Scenario> ScenariosAround(core::Instant decision, int count,
                                      uint64_t seed) {
  reference::SeededRandom random(seed);
  std::vector<Scenario> scenarios;
  for (int i = 0; i < count; ++i) {
    Scenario& scenario = scenarios.emplace_back();
    scenario.decision_time =
        core::SaturatingAdd(decision, random.Between(-40, 20));
    if (random.Between(0, 2) == 0) {
      scenario.target_time =
          core::SaturatingAdd(decision, random.Between(-40, 20));
    }
  }
  return scenarios;
}

core::Instant DecisionTimeOf(const reference::World& world) {
  return *ToInstant(world.decision_time ? *world.decision_time
                                        : world.inventory.as_of_time());
}

std::vector<v1::RecoveryPlan> ManyPlans(const v1::Inventory& inventory) {
  std::vector<v1::RecoveryPlan> plans(23);
  for (size_t i = 0; i < plans.size(); ++i) {
    v1::RecoveryPlan& plan = plans[i];
    plan.set_id("plan-" + std::to_string(i));
    plan.mutable_policy()->set_option(
        static_cast<v1::Policy::Option>(1 + i % 6));
    v1::BootGroup* group = plan.add_boot_groups();
    group->set_id("g");
    for (size_t k = 0; k <= i % 4; ++k) {
      group->add_vm_ids(
          i % 7 == 3
              ? "a"  // twice: invalid
              : inventory.vms(static_cast<int>(k) % inventory.vms_size()).id());
    }
  }
  return plans;
}

}  // namespace recoveryline
