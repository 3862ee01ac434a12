// PlanEvaluation: the figures of one plan in one scenario, and of many.
//
//   const WarmPlan warm(view, plan, WarmPlan::kWithLists);
//   EvaluationTotals totals;
//   v1::PlanEvaluation row = Evaluate(warm, scenario, {}, &totals);
//   v1::EvaluationSummary summary = totals.Summary(plan.id(), "web.json");
//
// Thread-safety: Evaluate() is a pure function of its input; EvaluationTotals
// is for one thread, then merged.

#ifndef RECOVERYLINE_ENGINE_BATCH_PLAN_EVALUATION_H_
#define RECOVERYLINE_ENGINE_BATCH_PLAN_EVALUATION_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/batch/loss_histogram.h"
#include "engine/batch/warm_plan.h"
#include "engine/violations.h"
#include "recoveryline/v1/evaluation.pb.h"

namespace recoveryline {

// Sums over evaluations. Adding and merging in any order gives the same.
class EvaluationTotals {
 public:
  void Add(const v1::PlanEvaluation& evaluation);
  void AddLoss(core::Nanos loss) { losses_.Add(loss); }
  void AddLosses(const LossHistogram& losses) { losses_.Merge(losses); }
  void Merge(const EvaluationTotals& other);

  const LossHistogram& losses() const { return losses_; }
  v1::EvaluationSummary Summary(const std::string& plan_id,
                                const std::string& plan_source) const;

 private:
  std::map<v1::Decision::Outcome, int64_t> outcomes_;
  std::map<v1::VmSelection::Outcome, int64_t> unserved_;
  std::vector<int64_t> units_by_rule_;
  int64_t units_ = 0;
  int64_t rpo_exceeded_ = 0;
  LossHistogram losses_;  // one a unit with a point
};

struct EvaluateOptions {
  bool with_vms = false;  // a row for each machine
  // Proves each choice by the independent checker.
  bool check = false;
};

// Adds the evaluation and the losses of its units to `*totals`. Internal where
// the checker refutes a choice, which is a defect of this program.
absl::StatusOr<v1::PlanEvaluation> Evaluate(const WarmPlan& plan,
                                            const Scenario& scenario,
                                            const EvaluateOptions& options,
                                            EvaluationTotals* totals);

// A row for each outcome, in the order in which outcomes are tried.
void AddUnserved(const std::map<v1::VmSelection::Outcome, int64_t>& unserved,
                 google::protobuf::RepeatedPtrField<v1::UnservedUnits>* rows);

// COMPLETE, PARTIAL or NONE, by how many VMs were selected.
v1::Decision::Outcome OutcomeOf(const v1::PlanEvaluation& evaluation);

// The evaluation of a plan that breaks rules.
v1::PlanEvaluation InvalidEvaluation(const v1::RecoveryPlan& plan,
                                     const Violations& found);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_PLAN_EVALUATION_H_
