#include "engine/plan_alternatives.h"

#include <string>
#include <vector>

#include "engine/core/alternatives.h"
#include "engine/core/blocking.h"
#include "engine/core/selector.h"
#include "engine/decision_rows.h"
#include "engine/effective_policy.h"
#include "engine/plan_units.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"

namespace recoveryline {
namespace {

using core::Nanos;
using core::UnitChoice;
using core::UnitOutcome;

Nanos SkewOf(const UnitChoice& choice) {
  return core::SaturatingSubtract(choice.latest, choice.earliest);
}

v1::Rule RuleOf(const core::Alternative& alternative) {
  v1::Rule rule;
  rule.set_consistency(
      static_cast<v1::RecoveryPoint::Consistency>(alternative.consistency));
  rule.set_match(v1::Rule::AT_LEAST);
  rule.set_group_scope(alternative.rule.scope == core::Scope::kIndependent
                           ? v1::Rule::INDEPENDENT
                           : v1::Rule::COMMON);
  rule.set_common_match(v1::Rule::MARKER);
  if (alternative.rule.scope == core::Scope::kCommonCaptureTime) {
    rule.set_common_match(v1::Rule::CAPTURE_TIME);
    *rule.mutable_max_skew() = ToDuration(alternative.rule.max_skew);
  }
  return rule;
}

class UnitWriter {
 public:
  UnitWriter(const InventoryView& inventory, const EffectivePolicy& policy,
             const PlannedUnit& planned, v1::UnitAlternatives* row)
      : inventory_(inventory),
        policy_(policy),
        planned_(planned),
        unit_(planned.unit),
        row_(row),
        choice_(core::ChooseForUnit(planned.unit, policy.core)) {}

  void Write() {
    if (planned_.group >= 0) {
      row_->set_replication_group_id(
          std::string(inventory_.group(planned_.group).id));
    }
    for (const int vm : planned_.vms) {
      row_->add_vm_ids(std::string(inventory_.vm(vm).id));
    }
    row_->set_outcome(OutcomeInRow(choice_.outcome));
    if (HasChoice()) {
      WriteLine(policy_.rules[static_cast<size_t>(choice_.rule)], choice_,
                core::WeakestOf(unit_, choice_), row_->mutable_choice());
    }
    for (const core::Alternative& alternative :
         core::UndominatedLines(unit_, policy_.core)) {
      if (!IsAsGoodAsTheChoice(alternative)) {
        Add(RuleOf(alternative), alternative.choice, alternative.consistency);
      }
    }
    WriteRests();
  }

 private:
  bool HasChoice() const { return choice_.outcome == UnitOutcome::kSelected; }

  // An undominated line is better in something, or as good in all.
  bool IsAsGoodAsTheChoice(const core::Alternative& alternative) const {
    if (!HasChoice() || alternative.choice.earliest != choice_.earliest ||
        alternative.consistency != core::WeakestOf(unit_, choice_)) {
      return false;
    }
    if (unit_.members.size() == 1) return true;
    const bool has_marker =
        alternative.choice.guarantee == core::Guarantee::kMarker;
    return has_marker == (choice_.guarantee == core::Guarantee::kMarker) &&
           (has_marker || SkewOf(alternative.choice) == SkewOf(choice_));
  }

  // Without each of those that hold the choice back.
  void WriteRests() {
    std::vector<core::Blocking> blocking =
        core::BlockingMembers(unit_, policy_.core, choice_);
    SortBlocking(inventory_, planned_, &blocking);
    for (const core::Blocking& b : blocking) {
      const core::Unit rest = core::WithoutMember(unit_, b.member);
      const UnitChoice line = core::ChooseForUnit(rest, policy_.core);
      const int vm = planned_.vms[static_cast<size_t>(b.member)];
      Add(policy_.rules[static_cast<size_t>(line.rule)], line,
          core::WeakestOf(rest, line))
          ->set_without_vm_id(std::string(inventory_.vm(vm).id));
    }
  }

  v1::Alternative* Add(const v1::Rule& rule, const UnitChoice& line,
                       core::Consistency weakest) {
    v1::Alternative* alternative = row_->add_alternatives();
    WriteLine(rule, line, weakest, alternative->mutable_line());
    if (HasChoice()) {
      *alternative->mutable_gain() =
          ToDuration(core::SaturatingSubtract(line.earliest, choice_.earliest));
    }
    return alternative;
  }

  void WriteLine(const v1::Rule& rule, const UnitChoice& line,
                 core::Consistency weakest, v1::UnitLine* message) const {
    *message->mutable_rule() = rule;
    *message->mutable_earliest_capture_time() = ToTimestamp(line.earliest);
    message->set_consistency(
        static_cast<v1::RecoveryPoint::Consistency>(weakest));
    if (planned_.group < 0) return;
    *message->mutable_latest_capture_time() = ToTimestamp(line.latest);
    *message->mutable_skew() = ToDuration(SkewOf(line));
    message->set_guarantee(GuaranteeInRow(line.guarantee));
    if (line.marker != core::kNoMarker) {
      message->set_consistency_marker(
          std::string(inventory_.marker_id(planned_.vms.front(), line.marker)));
    }
  }

  const InventoryView& inventory_;
  const EffectivePolicy& policy_;
  const PlannedUnit& planned_;
  const core::Unit& unit_;
  v1::UnitAlternatives* row_;
  const UnitChoice choice_;
};

}  // namespace

v1::PlanAlternatives MakeAlternatives(const InventoryView& inventory,
                                      const v1::RecoveryPlan& plan,
                                      const SelectRequest& request) {
  v1::PlanAlternatives message;
  message.set_plan_id(plan.id());
  *message.mutable_provenance() = request.provenance;
  Violations found;
  const core::Instant decision_time =
      DecisionTimeOf(request, inventory.as_of_time(), &found);
  ValidatePlan(plan, &found);
  ValidatePlanAgainst(plan, inventory, &found);
  for (const v1::Violation& violation : found.list()) {
    *message.add_violations() = violation;
  }
  if (!found.empty()) return message;
  *message.mutable_decision_time() = ToTimestamp(decision_time);
  const EffectivePolicy policy = EffectivePolicyOf(plan, decision_time);
  const PlanUnits units(inventory, plan);
  for (const PlannedUnit& planned : units.units()) {
    UnitWriter(inventory, policy, planned, message.add_units()).Write();
  }
  for (const PlannedVm& row : units.rows()) {
    if (row.vm < 0) message.add_missing_vm_ids(std::string(row.id));
  }
  return message;
}

}  // namespace recoveryline
