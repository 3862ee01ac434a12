// PlanChoice: what each unit of a plan goes back to, and all of them together.
//
//   const PlanChoice chosen = ChooseForPlan(units, policy);
//   chosen.choices[i];                       // of units.units()[i]
//   core::Explain(unit, policy.core, chosen.choices[i], chosen.own(i));
//
// Units are chosen for one by one; where the policy wants one line for the
// whole plan, those that have a choice are then aligned.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_ENGINE_PLAN_CHOICE_H_
#define RECOVERYLINE_ENGINE_PLAN_CHOICE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/core/explanation.h"
#include "engine/core/plan_alignment.h"
#include "engine/core/unit.h"
#include "engine/effective_policy.h"
#include "engine/plan_units.h"

namespace recoveryline {

struct PlanChoice {
  std::vector<core::UnitChoice> choices;  // one a unit
  // With EffectivePolicy::plan_max_skew alone, both.
  std::optional<core::Alignment> alignment;
  std::vector<core::OwnChoice> own_choices;  // one a unit

  // What the unit would take by itself; null where nothing was aligned.
  const core::OwnChoice* own(size_t unit) const {
    return alignment ? &own_choices[unit] : nullptr;
  }
};

PlanChoice ChooseForPlan(const PlanUnits& units, const EffectivePolicy& policy);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_PLAN_CHOICE_H_
