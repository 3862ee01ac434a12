#include "engine/batch/unit_timeline.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/core/gap_cause.h"
#include "engine/core/timeline_sweep.h"
#include "engine/decision_rows.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Timeline;
using core::TimelineFigures;
using core::UnitOutcome;

constexpr double kSharePerPercent = 10'000;

// The mean over the units, which no span is shorter than.
google::protobuf::Duration MeanOf(core::NanosSum sum, int64_t unit_count) {
  return ToDuration(unit_count == 0
                        ? 0
                        : static_cast<core::Nanos>(
                              sum / static_cast<core::NanosSum>(unit_count)));
}

void WriteStretch(const core::Stretch& stretch, v1::TimeStretch* message) {
  *message->mutable_start_time() = ToTimestamp(stretch.begin);
  *message->mutable_length() = ToDuration(stretch.length);
}

}  // namespace

UnitTimelines::UnitTimelines(const WarmPlan& plan,
                             const TimelineRequest& request, Instant from,
                             Instant to, Instant as_of)
    : plan_(plan),
      request_(request),
      policy_(plan.PolicyAt({.decision_time = as_of})) {
  const bool stays = plan.plan().policy().has_target_time();
  past_ = {.from = from,
           .to = to,
           .axis = stays ? core::TimelineAxis::kDecision
                         : core::TimelineAxis::kLatest};
  future_ = past_;
  future_.from = as_of;
  future_.to = core::kForever;
  for (const double percent : request.percents) {
    shares_per_million_.push_back(
        std::clamp(static_cast<int>(std::lround(percent * kSharePerPercent)), 1,
                   1'000'000));
  }
}

v1::UnitTimeline UnitTimelines::Row(size_t unit,
                                    TimelineFigures* figures) const {
  const PlannedUnit& planned = plan_.units()[unit];
  core::TimelineSweep sweep;
  const core::CommonLists& lists = plan_.ListsOf(unit);
  const Timeline& timeline =
      sweep.Run(planned.unit, policy_.core, lists, past_);
  v1::UnitTimeline row;
  if (planned.group >= 0) {
    row.set_replication_group_id(
        std::string(plan_.inventory().group(planned.group).id));
  }
  for (const int vm : planned.vms) {
    row.add_vm_ids(std::string(plan_.inventory().vm(vm).id));
  }
  *figures = core::FiguresOf(timeline, policy_.core.rules.size(),
                             policy_.rpo_objective);
  WriteFigures(*figures, policy_, row.mutable_figures());
  WritePercentiles(timeline, row.mutable_figures());
  if (request_.with_steps) WriteSteps(planned, timeline, &row);
  if (timeline.size() > 0) {
    WriteWorstGap(planned, timeline, *figures, row.mutable_worst_gap());
  }
  WriteForecast(planned, sweep.Run(planned.unit, policy_.core, lists, future_),
                row.mutable_forecast());
  return row;
}

void UnitTimelines::WriteSteps(const PlannedUnit& planned,
                               const Timeline& timeline,
                               v1::UnitTimeline* row) const {
  const InventoryView& inventory = plan_.inventory();
  for (size_t i = 0; i < timeline.size(); ++i) {
    v1::TimelineStep* step = row->add_steps();
    *step->mutable_start_time() = ToTimestamp(timeline[i].begin);
    *step->mutable_end_time() = ToTimestamp(timeline.end(i));
    step->set_outcome(OutcomeInRow(timeline[i].outcome));
    if (!timeline.selected(i)) continue;
    step->set_rule_index(timeline[i].rule);
    if (planned.group >= 0) {
      step->set_guarantee(GuaranteeInRow(timeline[i].guarantee));
    }
    if (const core::Marker marker = timeline.marker(i);
        marker != core::kNoMarker) {
      step->set_consistency_marker(
          std::string(inventory.marker_id(planned.vms.front(), marker)));
    }
    *step->mutable_earliest_capture_time() = ToTimestamp(timeline[i].earliest);
    *step->mutable_latest_capture_time() = ToTimestamp(timeline[i].latest);
    if (!request_.with_points) continue;
    for (size_t m = 0; m < planned.vms.size(); ++m) {
      step->add_recovery_point_ids(
          inventory.point_id(planned.vms[m], timeline.position(i, m)));
    }
  }
}

void UnitTimelines::WritePercentiles(const Timeline& timeline,
                                     v1::TimelineFigures* figures) const {
  const std::vector<core::Nanos> ages =
      core::AgePercentiles(timeline, shares_per_million_);
  for (size_t i = 0; i < ages.size(); ++i) {
    v1::AgePercentile* percentile = figures->add_age_percentiles();
    percentile->set_percent(request_.percents[i]);
    *percentile->mutable_age() = ToDuration(ages[i]);
  }
}

void UnitTimelines::WriteWorstGap(const PlannedUnit& planned,
                                  const Timeline& timeline,
                                  const TimelineFigures& figures,
                                  v1::TimelineGap* gap) const {
  std::optional<size_t> without;
  if (figures.longest_without_choice.length >= figures.worst_age) {
    without = core::LongestWithoutChoice(timeline);
  }
  const size_t step = without ? *without : *core::OldestStep(timeline);
  size_t first = step;
  while (without && first > 0 && !timeline.selected(first - 1)) --first;
  *gap->mutable_start_time() = ToTimestamp(timeline[first].begin);
  *gap->mutable_end_time() = ToTimestamp(timeline.end(step));
  gap->set_outcome(OutcomeInRow(timeline[step].outcome));
  if (!without) {
    *gap->mutable_age() = ToDuration(
        core::SaturatingSubtract(timeline.end(step), timeline[step].earliest));
  }
  if (planned.group < 0) return;
  WriteBlocking(
      plan_.inventory(), planned,
      core::CauseOf(planned.unit, policy_.core, timeline, step).blocking,
      timeline.selected(step), gap->mutable_blocking_vms());
}

void UnitTimelines::WriteForecast(const PlannedUnit& planned,
                                  const Timeline& timeline,
                                  v1::UnitForecast* forecast) const {
  if (timeline.size() == 0) return;
  forecast->set_outcome(OutcomeInRow(timeline[0].outcome));
  if (!timeline.selected(0)) {
    size_t i = 1;
    while (i < timeline.size() && !timeline.selected(i)) ++i;
    if (i < timeline.size()) {
      *forecast->mutable_choice_from() = ToTimestamp(timeline[i].begin);
    }
    return;
  }
  for (size_t i = 1; i < timeline.size() && !forecast->has_none_from(); ++i) {
    if (!timeline.selected(i)) {
      *forecast->mutable_none_from() = ToTimestamp(timeline[i].begin);
    } else if (timeline[i].rule > timeline[0].rule &&
               !forecast->has_weaker_from()) {
      *forecast->mutable_weaker_from() = ToTimestamp(timeline[i].begin);
    }
  }
  std::multimap<Instant, size_t> expiring;  // to the member
  for (size_t m = 0; m < planned.vms.size(); ++m) {
    const core::RecoveryPoint point =
        planned.unit.members[m].points->point(timeline.position(0, m));
    if (point.expire_time != core::kForever) {
      expiring.emplace(point.expire_time, m);
    }
  }
  for (const auto& [expires, member] : expiring) {
    v1::ExpiringPoint* point = forecast->add_points_to_keep();
    const int vm = planned.vms[member];
    point->set_vm_id(std::string(plan_.inventory().vm(vm).id));
    point->set_recovery_point_id(
        plan_.inventory().point_id(vm, timeline.position(0, member)));
    *point->mutable_expire_time() = ToTimestamp(expires);
  }
}

void WriteFigures(const TimelineFigures& figures, const EffectivePolicy& policy,
                  v1::TimelineFigures* message) {
  const int64_t units = figures.unit_count;
  *message->mutable_with_choice() = MeanOf(figures.with_choice(), units);
  *message->mutable_without_choice() = MeanOf(figures.without_choice(), units);
  for (size_t i = 0; i < TimelineFigures::kOutcomes; ++i) {
    const auto outcome = static_cast<UnitOutcome>(i);
    if (outcome == UnitOutcome::kSelected || figures.by_outcome[i] == 0) {
      continue;
    }
    v1::OutcomeTime* time = message->add_without_choice_by_outcome();
    time->set_outcome(OutcomeInRow(outcome));
    *time->mutable_length() = MeanOf(figures.by_outcome[i], units);
  }
  for (const core::NanosSum& rule : figures.by_rule) {
    *message->add_by_rule() = MeanOf(rule, units);
  }
  if (figures.with_choice() > 0) {
    *message->mutable_worst_age() = ToDuration(figures.worst_age);
    *message->mutable_worst_age_until() = ToTimestamp(figures.worst_until);
    *message->mutable_mean_age() = ToDuration(figures.MeanAge().value_or(0));
    if (policy.rpo_objective) {
      *message->mutable_above_objective() =
          MeanOf(figures.above_objective, units);
    }
  }
  if (figures.longest_without_newer.length > 0) {
    WriteStretch(figures.longest_without_newer,
                 message->mutable_longest_without_newer());
  }
  if (figures.longest_without_choice.length > 0) {
    WriteStretch(figures.longest_without_choice,
                 message->mutable_longest_without_choice());
  }
}

}  // namespace recoveryline
