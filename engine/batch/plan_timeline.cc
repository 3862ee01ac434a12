#include "engine/batch/plan_timeline.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/batch/unit_timeline.h"
#include "engine/batch/warm_plan.h"
#include "engine/batch/workers.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"

namespace recoveryline {
namespace {

using core::Instant;

// Of any machine of the plan; nothing where none has a point.
std::optional<Instant> FirstCapture(const WarmPlan& plan) {
  std::optional<Instant> first;
  for (const PlannedUnit& planned : plan.units()) {
    for (const core::Member& member : planned.unit.members) {
      if (member.points->size() == 0) continue;
      const Instant capture = member.points->capture_time(0);
      first = first ? std::min(*first, capture) : capture;
    }
  }
  return first;
}

// A violation where the span ends before it begins.
void CheckSpan(const TimelineRequest& request, std::optional<Instant> as_of,
               Violations* found) {
  if (!as_of) {
    found->Add(v1::Violation::NO_DECISION_TIME, "asOfTime",
               "there is neither a decision time nor an asOfTime");
    return;
  }
  const Instant to = request.to.value_or(*as_of);
  if (request.from && *request.from > to) {
    found->Add(v1::Violation::TIME_OUT_OF_RANGE, "startTime",
               absl::StrCat("the span begins at ", FormatInstant(*request.from),
                            ", after its end at ", FormatInstant(to)));
  }
}

void WriteUnits(const WarmPlan& plan, const UnitTimelines& rows, int threads,
                v1::Timeline* timeline) {
  const size_t count = plan.units().size();
  std::vector<core::TimelineFigures> figures(count);
  for (size_t u = 0; u < count; ++u) timeline->add_units();
  ForEachOnThreads(count, threads, [&](size_t u) {
    *timeline->mutable_units(static_cast<int>(u)) = rows.Row(u, &figures[u]);
  });
  core::TimelineFigures all;
  for (const core::TimelineFigures& of_unit : figures) all.Add(of_unit);
  WriteFigures(all, rows.policy(), timeline->mutable_figures());
}

}  // namespace

v1::Timeline MakeTimeline(const InventoryView& inventory,
                          const v1::RecoveryPlan& plan,
                          const TimelineRequest& request, int threads) {
  v1::Timeline timeline;
  timeline.set_plan_id(plan.id());
  *timeline.mutable_provenance() = request.provenance;
  const std::optional<Instant> as_of =
      request.as_of ? request.as_of : inventory.as_of_time();
  Violations found;
  CheckSpan(request, as_of, &found);
  ValidatePlan(plan, &found);
  ValidatePlanAgainst(plan, inventory, &found);
  ValidatePlanForBatch(plan, &found);
  if (!found.empty()) {
    for (const v1::Violation& violation : found.list()) {
      *timeline.add_violations() = violation;
    }
    return timeline;
  }
  const WarmPlan warm(inventory, plan, WarmPlan::kWithLists, {}, threads);
  const Instant to = request.to.value_or(*as_of);
  const Instant from =
      request.from.value_or(std::min(to, FirstCapture(warm).value_or(to)));
  const UnitTimelines rows(warm, request, from, to, *as_of);
  *timeline.mutable_start_time() = ToTimestamp(from);
  *timeline.mutable_end_time() = ToTimestamp(to);
  *timeline.mutable_as_of_time() = ToTimestamp(*as_of);
  timeline.set_basis(v1::Timeline::SURVIVING_POINTS);
  if (const auto watched = inventory.observed_from()) {
    *timeline.mutable_observed_from() = ToTimestamp(*watched);
    // What lies after the last listing is a forecast.
    const Instant known =
        std::min(*as_of, inventory.as_of_time().value_or(from));
    if (from >= *watched && to <= known) {
      timeline.set_basis(v1::Timeline::OBSERVED_POINTS);
    }
  }
  const EffectivePolicy& policy = rows.policy();
  timeline.set_option(policy.option);
  for (const v1::Rule& rule : policy.rules) {
    *timeline.add_effective_rules() = rule;
  }
  if (policy.rpo_objective) {
    *timeline.mutable_rpo_objective() = ToDuration(*policy.rpo_objective);
  }
  for (const PlannedVm& row : warm.rows()) {
    if (row.vm < 0) timeline.add_missing_vm_ids(std::string(row.id));
  }
  WriteUnits(warm, rows, threads, &timeline);
  return timeline;
}

}  // namespace recoveryline
