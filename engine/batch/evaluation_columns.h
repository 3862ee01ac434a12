// EvaluationColumns: the evaluations of a plan with each machine's answers, in
// columns. Rows of machines cost many times what finding the answers does.
//
//   const ColumnsWriter writer(run);
//   writer.AppendHead("web.json", first, &bytes);
//   writer.AppendUnit(unit, unit_sweep, &bytes);       // in their order
//   writer.AppendTail(figures, &totals, &bytes);
//
// The stream is said in EvaluationColumns of evaluation.proto.
//
// Thread-safety: immutable; the run must outlive it.

#ifndef RECOVERYLINE_ENGINE_BATCH_EVALUATION_COLUMNS_H_
#define RECOVERYLINE_ENGINE_BATCH_EVALUATION_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/batch/evaluation_totals.h"
#include "engine/batch/figure_table.h"
#include "engine/batch/plan_run.h"
#include "engine/core/unit_sweep.h"
#include "recoveryline/v1/evaluation.pb.h"

namespace recoveryline {

class ColumnsWriter {
 public:
  explicit ColumnsWriter(const PlanRun& run);

  // Before this run, there are `first` scenarios of the plan.
  void AppendHead(const std::string& plan_source, int64_t first,
                  std::string* bytes) const;
  // The machines of a unit that the plan names.
  void AppendUnit(size_t unit, const core::UnitSweep& choices,
                  std::string* bytes) const;
  // Adds the evaluations to `*totals`, too.
  void AppendTail(const FigureTable& figures, EvaluationTotals* totals,
                  std::string* bytes) const;

 private:
  void AppendVm(const PlannedVm& planned, const core::UnitSweep& choices,
                size_t selected_count, bool first_rule_alone,
                std::string* bytes) const;
  void AppendWithPoints(const PlannedVm& planned,
                        const core::UnitSweep& choices, bool all_selected,
                        const v1::VmColumns& rest, std::string* bytes) const;
  void WritePoints(const PlannedVm& planned, const core::UnitSweep& choices,
                   bool all_selected, uint8_t* out) const;

  const PlanRun& run_;
  // By unit, in plan order.
  std::vector<std::vector<const PlannedVm*>> rows_;
};

// Appends a plan that breaks rules.
void AppendInvalid(v1::PlanEvaluation evaluation, std::string* bytes);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_EVALUATION_COLUMNS_H_
