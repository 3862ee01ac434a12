// EvaluationTotals: what many evaluations add up to.
//
//   EvaluationTotals totals;
//   totals.AddLoss(loss);                    // of each unit with a point
//   totals.Add(evaluation);
//   v1::EvaluationSummary summary = totals.Summary(plan.id(), "web.json");
//
// Invariant: adding and merging in any order gives the same.
//
// Thread-safety: none; one a thread, then Merge().

#ifndef RECOVERYLINE_ENGINE_BATCH_EVALUATION_TOTALS_H_
#define RECOVERYLINE_ENGINE_BATCH_EVALUATION_TOTALS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/batch/loss_histogram.h"
#include "engine/core/instant.h"
#include "recoveryline/v1/evaluation.pb.h"

namespace recoveryline {

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

// A row for each outcome, in the order in which outcomes are tried.
void AddUnserved(const std::map<v1::VmSelection::Outcome, int64_t>& unserved,
                 google::protobuf::RepeatedPtrField<v1::UnservedUnits>* rows);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_EVALUATION_TOTALS_H_
