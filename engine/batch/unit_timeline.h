// UnitTimelines: the timelines of a plan's units as messages.
//
//   const UnitTimelines units(warm, request, from, to, as_of);
//   core::TimelineFigures figures;
//   v1::UnitTimeline row = units.Row(unit, &figures);
//   WriteFigures(figures, units.policy(), message.mutable_figures());
//
// Thread-safety: immutable; Row() may be called by several threads. The plan
// must outlive it.

#ifndef RECOVERYLINE_ENGINE_BATCH_UNIT_TIMELINE_H_
#define RECOVERYLINE_ENGINE_BATCH_UNIT_TIMELINE_H_

#include <cstddef>
#include <vector>

#include "engine/batch/plan_timeline.h"
#include "engine/batch/warm_plan.h"
#include "engine/core/timeline.h"
#include "engine/core/timeline_figures.h"
#include "engine/effective_policy.h"
#include "recoveryline/v1/timeline.pb.h"

namespace recoveryline {

class UnitTimelines {
 public:
  // REQUIRES: `from` <= `to`.
  UnitTimelines(const WarmPlan& plan, const TimelineRequest& request,
                core::Instant from, core::Instant to, core::Instant as_of);

  const EffectivePolicy& policy() const { return policy_; }

  // The unit's own figures are `*figures`, too.
  v1::UnitTimeline Row(size_t unit, core::TimelineFigures* figures) const;

 private:
  void WriteSteps(const PlannedUnit& planned, const core::Timeline& timeline,
                  v1::UnitTimeline* row) const;
  void WritePercentiles(const core::Timeline& timeline,
                        v1::TimelineFigures* figures) const;
  void WriteWorstGap(const PlannedUnit& planned, const core::Timeline& timeline,
                     const core::TimelineFigures& figures,
                     v1::TimelineGap* gap) const;
  void WriteForecast(const PlannedUnit& planned, const core::Timeline& timeline,
                     v1::UnitForecast* forecast) const;

  const WarmPlan& plan_;
  const TimelineRequest& request_;
  const EffectivePolicy policy_;
  core::TimelineSpan past_;
  core::TimelineSpan future_;
  std::vector<int> shares_per_million_;
};

// Lengths of time are divided by how many units there are.
void WriteFigures(const core::TimelineFigures& figures,
                  const EffectivePolicy& policy, v1::TimelineFigures* message);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_UNIT_TIMELINE_H_
