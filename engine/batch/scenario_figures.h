// ScenarioFigures: what the units of a plan add up to in one scenario.
//
//   ScenarioFigures figures(policy);
//   figures.AddServed(rule, earliest, vm_count, &totals);
//   figures.AddOther(core::UnitOutcome::kNoEligiblePoint);
//   v1::PlanEvaluation row = figures.ToEvaluation(plan);
//
// Units may be added in any order.
//
// Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_BATCH_SCENARIO_FIGURES_H_
#define RECOVERYLINE_ENGINE_BATCH_SCENARIO_FIGURES_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/batch/evaluation_totals.h"
#include "engine/batch/warm_plan.h"
#include "engine/core/unit.h"
#include "engine/effective_policy.h"
#include "recoveryline/v1/evaluation.pb.h"

namespace recoveryline {

class ScenarioFigures {
 public:
  explicit ScenarioFigures(const EffectivePolicy& policy)
      : decision_time_(policy.core.decision_time),
        target_time_(policy.core.target_time),
        loss_from_(policy.loss_from),
        rpo_objective_(policy.rpo_objective.value_or(core::kForever)),
        units_by_rule_(policy.rules.size(), 0) {}

  // A unit of which the plan names `vm_count` machines. Adds its loss to
  // `*totals`, too.
  void AddServed(int rule, core::Instant earliest, int64_t vm_count,
                 EvaluationTotals* totals) {
    const core::Nanos loss = std::max<core::Nanos>(
        0, core::SaturatingSubtract(loss_from_, earliest));
    ++units_by_rule_[static_cast<size_t>(rule)];
    selected_vm_count_ += vm_count;
    worst_loss_ = std::max(worst_loss_, loss);
    rpo_exceeded_ += loss > rpo_objective_ ? 1 : 0;
    totals->AddLoss(loss);
  }
  // REQUIRES: not kSelected.
  void AddOther(core::UnitOutcome outcome) {
    ++unserved_[static_cast<size_t>(outcome)];
  }

  core::Instant decision_time() const { return decision_time_; }
  core::Instant target_time() const { return target_time_; }
  int64_t selected_vm_count() const { return selected_vm_count_; }
  int64_t rpo_exceeded() const { return rpo_exceeded_; }
  // Nothing where no unit was served.
  std::optional<core::Nanos> worst_loss() const {
    if (worst_loss_ < 0) return std::nullopt;
    return worst_loss_;
  }

  // All of the evaluation but its machines and where its plan is from.
  v1::PlanEvaluation ToEvaluation(const WarmPlan& plan) const;

 private:
  core::Instant decision_time_;
  core::Instant target_time_;
  core::Instant loss_from_;
  core::Nanos rpo_objective_;
  core::Nanos worst_loss_ = -1;
  int64_t selected_vm_count_ = 0;
  int64_t rpo_exceeded_ = 0;
  std::array<int64_t, 8> unserved_ = {};  // by core::UnitOutcome
  std::vector<int64_t> units_by_rule_;
};

// COMPLETE, PARTIAL or NONE, by how many machines of a plan were selected.
v1::Decision::Outcome OutcomeOf(int64_t selected_vm_count, int64_t vm_count);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_SCENARIO_FIGURES_H_
