#include "engine/batch/part_records.h"

#include <utility>

#include "engine/batch/delimited_bytes.h"

namespace recoveryline {
namespace {

using v1::PartRecord;

void AppendPlan(const LoadedPlan& loaded, const WarmPlan* warm,
                std::string* out) {
  PartRecord record;
  v1::PartPlan* plan = record.mutable_plan();
  plan->set_plan_id(loaded.plan.id());
  plan->set_plan_source(loaded.source);
  plan->set_plan_digest(loaded.digest);
  if (warm != nullptr) {
    plan->set_vm_count(warm->plan_vm_count());
    for (const PlannedVm& row : warm->rows()) plan->add_vm_places(row.place);
  }
  AppendRecord(record, out);
}

// What the plan's record says, or merging decides, is left out.
void AppendEvaluation(v1::PlanEvaluation row, std::string* out) {
  row.clear_plan_id();
  row.clear_plan_source();
  if (row.outcome() != v1::Decision::INVALID) row.clear_outcome();
  PartRecord record;
  *record.mutable_evaluation() = std::move(row);
  AppendRecord(record, out);
}

}  // namespace

void AppendRecord(const PartRecord& record, std::string* out) {
  AppendDelimited(record, out);
}

BatchSink PartSink(std::function<absl::Status(const std::string&)> write,
                   std::function<void(int64_t done, int64_t all)> progress) {
  BatchSink sink;
  sink.encode_plan = [](const LoadedPlan& loaded, const WarmPlan* warm,
                        std::string* out) {
    AppendPlan(loaded, warm, out);
    return absl::OkStatus();
  };
  sink.encode = [](int64_t, v1::PlanEvaluation row, std::string* out) {
    AppendEvaluation(std::move(row), out);
    return absl::OkStatus();
  };
  sink.plan_done = [write](int64_t, const v1::EvaluationSummary& summary,
                           const EvaluationTotals& totals) {
    if (summary.invalid_plan_count() > 0) return absl::OkStatus();
    PartRecord record;
    *record.mutable_losses() = totals.losses().ToCounts();
    std::string bytes;
    AppendRecord(record, &bytes);
    return write(bytes);
  };
  sink.write = std::move(write);
  sink.progress = std::move(progress);
  return sink;
}

}  // namespace recoveryline
