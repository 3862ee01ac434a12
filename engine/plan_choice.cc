#include "engine/plan_choice.h"

#include "engine/core/selector.h"

namespace recoveryline {

PlanChoice ChooseForPlan(const PlanUnits& units,
                         const EffectivePolicy& policy) {
  PlanChoice chosen;
  chosen.choices.reserve(units.units().size());
  for (const PlannedUnit& planned : units.units()) {
    chosen.choices.push_back(core::ChooseForUnit(planned.unit, policy.core));
  }
  if (!policy.plan_max_skew) return chosen;
  std::vector<const core::Unit*> aligned;
  for (const PlannedUnit& planned : units.units()) {
    aligned.push_back(&planned.unit);
  }
  for (const core::UnitChoice& own : chosen.choices) {
    chosen.own_choices.push_back({.choice = own, .window = std::nullopt});
  }
  chosen.alignment = core::AlignUnits(aligned, policy.core,
                                      *policy.plan_max_skew, &chosen.choices);
  for (core::OwnChoice& own : chosen.own_choices) {
    own.window = chosen.alignment->window;
  }
  return chosen;
}

}  // namespace recoveryline
