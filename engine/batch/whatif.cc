#include "engine/batch/whatif.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "engine/assumptions.h"
#include "engine/decision_comparison.h"
#include "engine/row_inventory.h"
#include "engine/select.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "google/protobuf/util/message_differencer.h"

namespace recoveryline {
namespace {

using google::protobuf::util::MessageDifferencer;
using v1::TimelineFigures;
using v1::UnitDifference;
using v1::UnitTimeline;

// One world's answers.
struct Answers {
  v1::Decision decision;
  v1::Timeline timeline;
};

Answers Ask(const v1::Inventory& inventory, const v1::RecoveryPlan& plan,
            const TimelineRequest& request, int threads) {
  const RowInventory view(inventory);
  SelectRequest select;
  if (request.as_of) select.decision_time = ToTimestamp(*request.as_of);
  return {.decision = Select(view, plan, select),
          .timeline = MakeTimeline(view, plan, request, threads)};
}

// A unit's group, or its machine: what stays as it is when others go.
std::string KeyOf(const UnitTimeline& unit) {
  return unit.replication_group_id().empty()
             ? absl::StrCat("v", unit.vm_ids(0))
             : absl::StrCat("g", unit.replication_group_id());
}

core::Nanos LengthOf(const google::protobuf::Duration& length) {
  return ToNanos(length).value_or(0);
}

// By how much longer there is no choice, then by how much older it is.
std::tuple<core::Nanos, core::Nanos> LossOf(const UnitDifference& unit) {
  if (!unit.has_after()) return {core::kMinInstant, core::kMinInstant};
  const TimelineFigures& before = unit.before();
  const TimelineFigures& after = unit.after();
  return {core::SaturatingSubtract(LengthOf(after.without_choice()),
                                   LengthOf(before.without_choice())),
          core::SaturatingSubtract(LengthOf(after.mean_age()),
                                   LengthOf(before.mean_age()))};
}

// How long each rule served is not compared: there may be other rules.
bool HaveSameFigures(const UnitTimeline& a, const UnitTimeline& b) {
  v1::TimelineFigures of_a = a.figures();
  v1::TimelineFigures of_b = b.figures();
  of_a.clear_by_rule();
  of_b.clear_by_rule();
  return MessageDifferencer::Equals(of_a, of_b);
}

void WriteUnits(const v1::Timeline& before, const v1::Timeline& after,
                v1::WhatIf* answer) {
  std::map<std::string, const UnitTimeline*> would_be;
  for (const UnitTimeline& unit : after.units()) would_be[KeyOf(unit)] = &unit;
  std::vector<UnitDifference> units;
  for (const UnitTimeline& unit : before.units()) {
    const auto found = would_be.find(KeyOf(unit));
    if (found != would_be.end() && HaveSameFigures(unit, *found->second)) {
      continue;
    }
    UnitDifference& difference = units.emplace_back();
    difference.set_replication_group_id(unit.replication_group_id());
    *difference.mutable_vm_ids() = unit.vm_ids();
    *difference.mutable_before() = unit.figures();
    if (found == would_be.end()) continue;
    *difference.mutable_after() = found->second->figures();
  }
  std::stable_sort(units.begin(), units.end(),
                   [](const UnitDifference& a, const UnitDifference& b) {
                     return LossOf(a) > LossOf(b);
                   });
  answer->mutable_units()->Assign(units.begin(), units.end());
}

absl::Status StatusOf(
    const google::protobuf::RepeatedPtrField<v1::Violation>& violations) {
  return absl::InvalidArgumentError(absl::StrCat(
      "what is assumed breaks a rule: ", violations[0].field_path(), ": ",
      violations[0].message()));
}

}  // namespace

absl::StatusOr<v1::WhatIf> MakeWhatIf(const v1::Inventory& inventory,
                                      const v1::RecoveryPlan& plan,
                                      const v1::Assumptions& assumptions,
                                      const TimelineRequest& request,
                                      int threads) {
  v1::WhatIf answer;
  *answer.mutable_provenance() = request.provenance;
  Violations found;
  ValidateInventory(inventory, &found);
  Answers before;
  if (found.empty()) {
    before = Ask(inventory, plan, request, threads);
    *answer.mutable_violations() = before.timeline.violations();
  } else {
    answer.mutable_violations()->Add(found.list().begin(), found.list().end());
  }
  if (!answer.violations().empty()) return answer;

  v1::Inventory other = inventory;
  v1::RecoveryPlan other_plan = plan;
  if (absl::Status sound = Assume(assumptions, &other, &other_plan);
      !sound.ok()) {
    return sound;
  }
  ValidateInventory(other, &found);
  if (!found.empty())
    return StatusOf({found.list().begin(), found.list().end()});
  TimelineRequest same = request;
  same.from = ToInstant(before.timeline.start_time());
  same.to = ToInstant(before.timeline.end_time());
  same.as_of = ToInstant(before.timeline.as_of_time());
  const Answers after = Ask(other, other_plan, same, threads);
  if (!after.timeline.violations().empty()) {
    return StatusOf(after.timeline.violations());
  }
  *answer.mutable_assumptions() = assumptions;
  *answer.mutable_choice() = Compare(before.decision, after.decision);
  *answer.mutable_start_time() = before.timeline.start_time();
  *answer.mutable_end_time() = before.timeline.end_time();
  answer.set_basis(before.timeline.basis());
  *answer.mutable_figures_before() = before.timeline.figures();
  *answer.mutable_figures_after() = after.timeline.figures();
  WriteUnits(before.timeline, after.timeline, &answer);
  return answer;
}

}  // namespace recoveryline
