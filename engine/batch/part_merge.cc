#include "engine/batch/part_merge.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/batch/merged_evaluation.h"
#include "engine/batch/part_headers.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using v1::PartRecord;
using v1::PlanEvaluation;

// How much is made before it is written.
constexpr size_t kChunkBytes = 256 << 10;

bool IsSame(const google::protobuf::Timestamp& a,
            const google::protobuf::Timestamp& b) {
  return a.seconds() == b.seconds() && a.nanos() == b.nanos();
}

bool IsSame(const v1::Scenario& a, const v1::Scenario& b) {
  return IsSame(a.decision_time(), b.decision_time()) &&
         IsSame(a.target_time(), b.target_time());
}

const char* NameOf(PartRecord::RecordCase record) {
  switch (record) {
    case PartRecord::kHeader:
      return "header";
    case PartRecord::kPlan:
      return "plan";
    case PartRecord::kEvaluation:
      return "evaluation";
    case PartRecord::kLosses:
      return "losses";
    case PartRecord::kEnd:
      return "end";
    case PartRecord::RECORD_NOT_SET:
      return "nothing known";
  }
  return "nothing known";
}

// A fault ends it with a status; what it was stands in fault_ then.
class Merge {
 public:
  Merge(size_t part_count, const NextRecord& next, const BatchSink& sink)
      : next_(next), sink_(sink), parts_(part_count) {}

  absl::StatusOr<std::optional<PartFault>> Run() {
    const absl::Status merged = MergeAll();
    if (fault_) return fault_;
    if (!merged.ok()) return merged;
    return std::optional<PartFault>();
  }

 private:
  // What is known of one part; in the order in which they were given.
  struct Part {
    PartRecord record;                                // the one read last
    google::protobuf::RepeatedField<int32_t> places;  // of the plan at work
    int next_vm = 0;                                  // of the record
    int64_t served = 0;                // units, over the plan's evaluations
    std::optional<core::Nanos> worst;  // likewise
  };

  absl::Status Bad(size_t part, std::string what,
                   std::optional<size_t> other = std::nullopt) {
    fault_ = PartFault{part, std::move(what), other};
    return absl::DataLossError(fault_->what);
  }

  // The next record of each part, which must be of this kind.
  absl::Status ReadAll(PartRecord::RecordCase wanted) {
    for (size_t p = 0; p < parts_.size(); ++p) {
      PartRecord& record = parts_[p].record;
      const absl::Status read = next_(p, &record);
      if (!read.ok()) return Bad(p, std::string(read.message()));
      if (record.record_case() == wanted) continue;
      return Bad(
          p, wanted == PartRecord::kHeader
                 ? "is no part of a sharded evaluation"
                 : absl::StrCat("has a record \"", NameOf(record.record_case()),
                                "\" where \"", NameOf(wanted), "\" belongs"));
    }
    return absl::OkStatus();
  }

  absl::Status MergeAll() {
    if (absl::Status read = ReadAll(PartRecord::kHeader); !read.ok()) {
      return read;
    }
    if (absl::Status good = SettleRun(); !good.ok()) return good;
    for (int64_t plan = 0; plan < run_.plan_count(); ++plan) {
      if (absl::Status merged = MergePlan(plan); !merged.ok()) return merged;
    }
    return ReadAll(PartRecord::kEnd);
  }

  absl::Status SettleRun() {
    std::vector<v1::PartHeader> headers;
    for (const Part& part : parts_) headers.push_back(part.record.header());
    run_ = headers[0].run();
    fault_ = FindFault(headers);
    return fault_ ? absl::DataLossError(fault_->what) : absl::OkStatus();
  }

  absl::Status MergePlan(int64_t number) {
    if (absl::Status read = ReadAll(PartRecord::kPlan); !read.ok()) return read;
    if (absl::Status good = SettlePlan(); !good.ok()) return good;
    if (absl::Status read = ReadAll(PartRecord::kEvaluation); !read.ok()) {
      return read;
    }
    totals_ = EvaluationTotals();
    const bool invalid =
        parts_[0].record.evaluation().outcome() == v1::Decision::INVALID;
    absl::Status merged = invalid ? MergeInvalid(number) : MergeRows(number);
    if (merged.ok()) merged = Flush();
    if (!merged.ok()) return merged;
    merged = sink_.plan_done(
        number, totals_.Summary(plan_.plan_id(), plan_.plan_source()), totals_);
    done_ += run_.scenario_count();
    sink_.progress(done_, run_.plan_count() * run_.scenario_count());
    return merged;
  }

  // The plan must be the same in all parts, each of its machines in one.
  absl::Status SettlePlan() {
    int64_t known = 0;
    for (size_t p = 0; p < parts_.size(); ++p) {
      Part& part = parts_[p];
      v1::PartPlan* plan = part.record.mutable_plan();
      part.places.Clear();
      part.places.Swap(plan->mutable_vm_places());
      part.served = 0;
      part.worst.reset();
      known += part.places.size();
      if (p == 0) plan_ = *plan;
      const std::string field = DifferingField(*plan, plan_);
      if (!field.empty()) {
        return Bad(p,
                   absl::StrCat("has a plan (", plan->plan_source(),
                                ") with another ", field, " than"),
                   0);
      }
    }
    if (known != plan_.vm_count()) {
      return Bad(0, absl::StrCat("and the others have ", known, " of the ",
                                 plan_.vm_count(), " VMs of plan \"",
                                 plan_.plan_id(), "\""));
    }
    part_of_place_.assign(static_cast<size_t>(known), kNoPart);
    for (size_t p = 0; p < parts_.size(); ++p) {
      for (const int32_t place : parts_[p].places) {
        if (place < 0 || place >= known) {
          return Bad(p, "names a VM that its plan lacks");
        }
        uint32_t& slot = part_of_place_[static_cast<size_t>(place)];
        if (slot != kNoPart) {
          return Bad(p,
                     absl::StrCat("has VM ", place, " of plan \"",
                                  plan_.plan_id(), "\", as has"),
                     slot);
        }
        slot = static_cast<uint32_t>(p);
      }
    }
    return absl::OkStatus();
  }

  absl::Status MergeInvalid(int64_t number) {
    PlanEvaluation& first = *parts_[0].record.mutable_evaluation();
    for (size_t p = 1; p < parts_.size(); ++p) {
      const std::string field =
          DifferingField(parts_[p].record.evaluation(), first);
      if (field.empty()) continue;
      return Bad(p,
                 absl::StrCat("has another ", field, " of plan \"",
                              plan_.plan_id(), "\" than"),
                 0);
    }
    PlanEvaluation invalid;
    invalid.set_outcome(v1::Decision::INVALID);
    invalid.mutable_violations()->Swap(first.mutable_violations());
    return Give(number, std::move(invalid));
  }

  // REQUIRES: the first evaluation of each part was read.
  absl::Status MergeRows(int64_t number) {
    for (int64_t i = 0; i < run_.scenario_count(); ++i) {
      if (i > 0) {
        absl::Status read = ReadAll(PartRecord::kEvaluation);
        if (!read.ok()) return read;
      }
      if (absl::Status merged = MergeRow(number); !merged.ok()) return merged;
      if (bytes_.size() < kChunkBytes) continue;
      if (absl::Status written = Flush(); !written.ok()) return written;
      sink_.progress(done_ + i, run_.plan_count() * run_.scenario_count());
    }
    if (absl::Status read = ReadAll(PartRecord::kLosses); !read.ok()) {
      return read;
    }
    for (size_t p = 0; p < parts_.size(); ++p) {
      const Part& part = parts_[p];
      const auto losses = LossHistogram::FromCounts(part.record.losses());
      if (!losses || losses->count() != part.served ||
          (part.worst && *part.worst != losses->largest())) {
        return Bad(p, absl::StrCat("has losses of plan \"", plan_.plan_id(),
                                   "\" that do not fit its evaluations"));
      }
      totals_.AddLosses(*losses);
    }
    return absl::OkStatus();
  }

  absl::Status MergeRow(int64_t number) {
    const PlanEvaluation& first = parts_[0].record.evaluation();
    MergedEvaluation merged(first);
    for (size_t p = 0; p < parts_.size(); ++p) {
      Part& part = parts_[p];
      const PlanEvaluation& row = part.record.evaluation();
      if (absl::Status good = CheckRow(p, first); !good.ok()) return good;
      merged.Add(row);
      part.served += ServedUnits(row);
      if (row.has_worst_data_loss()) {
        part.worst =
            std::max(part.worst.value_or(0), *ToNanos(row.worst_data_loss()));
      }
      part.next_vm = 0;
    }
    PlanEvaluation whole = std::move(merged).Take();
    if (run_.with_vms()) AddVms(&whole);
    return Give(number, std::move(whole));
  }

  absl::Status CheckRow(size_t p, const PlanEvaluation& first) {
    const Part& part = parts_[p];
    const PlanEvaluation& row = part.record.evaluation();
    const auto in_plan = [this](absl::string_view what) {
      return absl::StrCat(what, " in an evaluation of plan \"", plan_.plan_id(),
                          "\"");
    };
    if (row.vm_count() != part.places.size() ||
        row.vms_size() != (run_.with_vms() ? part.places.size() : 0)) {
      return Bad(p, in_plan("has another number of VMs than it says"));
    }
    if (row.outcome() != v1::Decision::OUTCOME_UNSPECIFIED) {
      return Bad(p, in_plan("has an outcome"));
    }
    if (const auto fault = FaultOf(row)) return Bad(p, in_plan(*fault));
    if (!IsSame(row.scenario(), first.scenario())) {
      return Bad(p, absl::StrCat(in_plan("has another scenario"), " than"), 0);
    }
    if (row.units_by_rule_size() != first.units_by_rule_size()) {
      return Bad(p, absl::StrCat(in_plan("has other rules"), " than"), 0);
    }
    return absl::OkStatus();
  }

  // In plan order.
  void AddVms(PlanEvaluation* whole) {
    whole->mutable_vms()->Reserve(static_cast<int>(part_of_place_.size()));
    for (const uint32_t p : part_of_place_) {
      Part& part = parts_[p];
      *whole->add_vms() = std::move(
          *part.record.mutable_evaluation()->mutable_vms(part.next_vm++));
    }
  }

  absl::Status Give(int64_t number, PlanEvaluation whole) {
    whole.set_plan_id(plan_.plan_id());
    whole.set_plan_source(plan_.plan_source());
    totals_.Add(whole);
    return sink_.encode(number, std::move(whole), &bytes_);
  }

  absl::Status Flush() {
    const absl::Status written = sink_.write(bytes_);
    bytes_.clear();
    return written;
  }

  static constexpr uint32_t kNoPart = 0xffffffff;

  const NextRecord& next_;
  const BatchSink& sink_;
  std::vector<Part> parts_;
  v1::BatchRun run_;
  // Of the plan at work:
  v1::PartPlan plan_;
  std::vector<uint32_t> part_of_place_;
  EvaluationTotals totals_;
  std::string bytes_;  // made, not written

  int64_t done_ = 0;
  std::optional<PartFault> fault_;
};

}  // namespace

absl::StatusOr<std::optional<PartFault>> MergeParts(size_t part_count,
                                                    const NextRecord& next,
                                                    const BatchSink& sink) {
  return Merge(part_count, next, sink).Run();
}

}  // namespace recoveryline
