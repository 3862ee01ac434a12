// MergedEvaluation: one evaluation, made of what each shard says of it.
//
//   MergedEvaluation merged(rows[0]);
//   for (v1::PlanEvaluation& row : rows) merged.Add(row);
//   v1::PlanEvaluation whole = std::move(merged).Take();
//
// Rows of machines are not added: they have an order, and belong to the caller.
//
// Invariant: what is taken does not depend on the order of the rows.
// Thread-safety: none.

#ifndef RECOVERYLINE_ENGINE_BATCH_MERGED_EVALUATION_H_
#define RECOVERYLINE_ENGINE_BATCH_MERGED_EVALUATION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "engine/core/instant.h"
#include "recoveryline/v1/evaluation.pb.h"

namespace recoveryline {

// What is wrong with the figures of a shard's row, as a clause; nothing where
// they add up. REQUIRES: row.vm_count() fits an int32, so that no sum
// overflows.
std::optional<std::string> FaultOf(const v1::PlanEvaluation& row);

// The units of the row that have a point.
int64_t ServedUnits(const v1::PlanEvaluation& row);

class MergedEvaluation {
 public:
  // With the scenario and as many rules as `first`.
  explicit MergedEvaluation(const v1::PlanEvaluation& first);

  // REQUIRES: FaultOf(row) is nothing; scenario and number of rules are those
  // of the first.
  void Add(const v1::PlanEvaluation& row);

  // With its outcome.
  v1::PlanEvaluation Take() &&;

 private:
  v1::PlanEvaluation whole_;
  std::map<v1::VmSelection::Outcome, int64_t> unserved_;
  std::optional<core::Nanos> worst_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_MERGED_EVALUATION_H_
