#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/core/selection_checker.h"
#include "engine/timestamps.h"
#include "engine/verify_case.h"

namespace recoveryline {
namespace {

using core::Fault;
using core::UnitOutcome;
using v1::VmSelection;

// Nothing for NOT_FOUND, which no unit has, and for what is no outcome.
std::optional<UnitOutcome> UnitOutcomeOf(VmSelection::Outcome outcome) {
  switch (outcome) {
    case VmSelection::GROUP_INCOMPLETE:
      return UnitOutcome::kGroupIncomplete;
    case VmSelection::NOT_REPLICATING:
      return UnitOutcome::kNotReplicating;
    case VmSelection::NO_RECOVERY_POINTS:
      return UnitOutcome::kNoRecoveryPoints;
    case VmSelection::NOT_PINNED:
      return UnitOutcome::kNotPinned;
    case VmSelection::PIN_NOT_ELIGIBLE:
      return UnitOutcome::kPinNotEligible;
    case VmSelection::SELECTED:
      return UnitOutcome::kSelected;
    case VmSelection::NO_COMMON_POINT:
      return UnitOutcome::kNoCommonPoint;
    case VmSelection::NO_ELIGIBLE_POINT:
      return UnitOutcome::kNoEligiblePoint;
    case VmSelection::NOT_ALIGNED:
      return UnitOutcome::kNotAligned;
    default:
      return std::nullopt;
  }
}

class UnitProver {
 public:
  UnitProver(const VerifyCase& c, int u, const core::OwnChoice* own,
             Refutations* refuted)
      : case_(c),
        unit_index_(u),
        read_(c.unit(u)),
        own_(own),
        refuted_(refuted) {}

  UnitProof Prove();

 private:
  void ReadStated();
  void ReadStatedLine();
  void DeriveFigures();
  std::optional<Fault> CheckChoice() const;
  std::optional<Fault> CheckAligned() const;
  void Refute(const Fault& fault);
  void RefutePoint(const Fault& fault);
  void RefuteBetter(const Fault& fault);
  std::string PointText(int member, core::Position position) const;
  // Adds a refutation of the row that speaks for the unit, or of a member's.
  void AddOfUnit(absl::string_view field, std::string message);
  void AddOfMember(int member, absl::string_view field, std::string message);

  // The row that speaks for the unit: the group's where there is one.
  const v1::GroupSelection* group_row() const {
    return case_.GroupRow(unit_index_);
  }
  // Of the first member that the plan names.
  int first_row() const {
    return *std::find_if(read_.rows.begin(), read_.rows.end(),
                         [](int row) { return row >= 0; });
  }

  const VerifyCase& case_;
  const int unit_index_;
  const UnitReading& read_;
  const core::OwnChoice* const own_;  // null: nothing is aligned
  Refutations* refuted_;
  // As the Decision gives it; it may be no outcome of a unit.
  VmSelection::Outcome stated_outcome_ = VmSelection::OUTCOME_UNSPECIFIED;
  core::UnitChoice choice_;
};

void UnitProver::AddOfUnit(absl::string_view field, std::string message) {
  const FieldPath root;
  if (read_.group < 0) {
    AddOfMember(0, field, std::move(message));
  } else {
    const FieldPath row(root, "groupSelections",
                        case_.group_row[static_cast<size_t>(unit_index_)]);
    refuted_->Add({row, field}, std::move(message));
  }
}

void UnitProver::AddOfMember(int member, absl::string_view field,
                             std::string message) {
  const FieldPath root;
  const FieldPath row(root, "vmSelections",
                      read_.rows[static_cast<size_t>(member)]);
  refuted_->Add({row, field}, std::move(message));
}

std::string UnitProver::PointText(int member, core::Position position) const {
  const int vm = read_.vms[static_cast<size_t>(member)];
  return absl::StrCat(
      "point ", Quoted(case_.inventory.point_id(vm, position)), " of ",
      Quoted(case_.inventory.vm(vm).id), ", captured ",
      FormatInstant(case_.inventory.points(vm).point(position).capture_time));
}

void UnitProver::ReadStatedLine() {
  const v1::GroupSelection* group = group_row();
  const VmSelection* first = case_.VmRow(first_row());
  if (group != nullptr && group->has_rule_index()) {
    choice_.rule = group->rule_index();
  } else if (group == nullptr && first != nullptr && first->has_rule_index()) {
    choice_.rule = first->rule_index();
  }
  for (size_t i = 0; i < read_.vms.size(); ++i) {
    const VmSelection* row = case_.VmRow(read_.rows[i]);
    core::Position& position = choice_.positions.emplace_back();
    position = core::kNoPosition;
    if (row == nullptr) continue;
    position = case_.inventory.FindPoint(read_.vms[i], row->recovery_point_id())
                   .value_or(core::kNoPosition);
  }
  DeriveFigures();
}

// What the rows state of a line beside its points is compared later, with what
// the points give; the checker is told the latter.
void UnitProver::DeriveFigures() {
  const auto& rules = case_.reading.policy.rules;
  const auto absent = std::find(choice_.positions.begin(),
                                choice_.positions.end(), core::kNoPosition);
  if (choice_.rule < 0 || choice_.rule >= static_cast<int>(rules.size()) ||
      absent != choice_.positions.end()) {
    return;
  }
  choice_.earliest = core::kMaxInstant;
  choice_.latest = core::kMinInstant;
  for (size_t i = 0; i < choice_.positions.size(); ++i) {
    const core::RecoveryPoint point =
        read_.unit.members[i].points->point(choice_.positions[i]);
    choice_.earliest = std::min(choice_.earliest, point.capture_time);
    choice_.latest = std::max(choice_.latest, point.capture_time);
    if (i == 0) choice_.marker = point.marker;
  }
  const core::Scope scope = rules[static_cast<size_t>(choice_.rule)].scope;
  choice_.guarantee = scope == core::Scope::kCommonMarker
                          ? core::Guarantee::kMarker
                          : core::Guarantee::kSkewBounded;
  if (choice_.positions.size() == 1 || scope == core::Scope::kIndependent) {
    choice_.guarantee = core::Guarantee::kIndependent;
  }
  if (choice_.guarantee != core::Guarantee::kMarker) {
    choice_.marker = core::kNoMarker;
  }
}

void UnitProver::ReadStated() {
  if (const v1::GroupSelection* group = group_row()) {
    stated_outcome_ = group->outcome();
  } else if (const VmSelection* first = case_.VmRow(first_row())) {
    stated_outcome_ = first->outcome();
  }
  choice_.outcome =
      UnitOutcomeOf(stated_outcome_).value_or(UnitOutcome::kNoEligiblePoint);
  if (choice_.outcome == UnitOutcome::kSelected) ReadStatedLine();
}

std::optional<Fault> UnitProver::CheckChoice() const {
  if (own_ != nullptr && own_->choice.outcome == UnitOutcome::kSelected) {
    return CheckAligned();
  }
  return core::CheckChoice(read_.unit, case_.reading.policy, choice_);
}

// The unit keeps the rule that serves it alone, and of its points those in the
// window; without a window it has no choice.
std::optional<Fault> UnitProver::CheckAligned() const {
  const UnitOutcome right = own_->window.has_value() ? UnitOutcome::kSelected
                                                     : UnitOutcome::kNotAligned;
  if (choice_.outcome != right) {
    return Fault{.kind = Fault::Kind::kOutcome, .outcome = right};
  }
  if (right == UnitOutcome::kNotAligned) return std::nullopt;
  if (choice_.rule > own_->choice.rule) {
    return Fault{.kind = Fault::Kind::kRule, .rule = own_->choice.rule};
  }
  core::Policy inside = case_.reading.policy;
  inside.not_before = std::max(inside.not_before, own_->window->from);
  inside.target_time = std::min(inside.target_time, own_->window->until);
  std::optional<Fault> fault = core::CheckChoice(read_.unit, inside, choice_);
  if (!fault.has_value() || fault->kind != Fault::Kind::kNotEligible) {
    return fault;
  }
  const core::RecoveryPoint point =
      read_.unit.members[static_cast<size_t>(fault->member)].points->point(
          fault->position);
  const bool is_inside = own_->window->from <= point.capture_time &&
                         point.capture_time <= own_->window->until;
  if (!is_inside) fault->fate = core::Fate::kNotAligned;
  return fault;
}

void UnitProver::RefutePoint(const Fault& fault) {
  if (fault.kind == Fault::Kind::kNotEligible) {
    AddOfMember(fault.member, "recoveryPointId",
                absl::StrCat(PointText(fault.member, fault.position),
                             ", cannot be chosen: ",
                             Refutations::EnumText(ReasonOf(fault.fate))));
  } else if (fault.kind == Fault::Kind::kNotCommon) {
    AddOfMember(fault.member, "recoveryPointId",
                absl::StrCat(PointText(fault.member, fault.position),
                             ", is not common with the others of its group"));
  } else if (fault.member < 0) {
    AddOfUnit("ruleIndex", "states no rule that the choice may be made by");
  } else {
    const VmSelection* row =
        case_.VmRow(read_.rows[static_cast<size_t>(fault.member)]);
    AddOfMember(
        fault.member, "recoveryPointId",
        absl::StrCat("states ",
                     Quoted(row == nullptr ? "" : row->recovery_point_id()),
                     "; the VM has no such point"));
  }
}

void UnitProver::RefuteBetter(const Fault& fault) {
  if (fault.member >= 0) {
    AddOfMember(
        fault.member, "recoveryPointId",
        absl::StrCat(PointText(fault.member, fault.position), ", is better"));
  } else if (fault.marker != core::kNoMarker) {
    AddOfUnit("consistencyMarker",
              absl::StrCat("marker ",
                           Quoted(case_.inventory.marker_id(read_.vms.front(),
                                                            fault.marker)),
                           " gives a better line"));
  } else {
    AddOfUnit("earliestCaptureTime", "there is a newer line");
  }
}

void UnitProver::Refute(const Fault& fault) {
  switch (fault.kind) {
    case Fault::Kind::kOutcome:
      AddOfUnit(
          "outcome",
          absl::StrCat("states ", Refutations::EnumText(stated_outcome_), "; ",
                       Refutations::EnumText(OutcomeOf(fault.outcome)),
                       " is right"));
      break;
    case Fault::Kind::kRule:
      AddOfUnit("ruleIndex", absl::StrCat("states ", choice_.rule, "; rule ",
                                          fault.rule, " serves before it"));
      break;
    case Fault::Kind::kShape:
    case Fault::Kind::kNotEligible:
    case Fault::Kind::kNotCommon:
      RefutePoint(fault);
      break;
    case Fault::Kind::kBetterExists:
      RefuteBetter(fault);
      break;
    case Fault::Kind::kFigures:
    case Fault::Kind::kRefusals:
    case Fault::Kind::kConsistencyCost:
    case Fault::Kind::kBlocking:
      AddOfUnit("ruleIndex", "the line is not of the rule's kind");
      break;
  }
}

UnitProof UnitProver::Prove() {
  ReadStated();
  std::optional<Fault> fault = CheckChoice();
  if (!fault.has_value() && OutcomeOf(choice_.outcome) != stated_outcome_) {
    fault = Fault{.kind = Fault::Kind::kOutcome, .outcome = choice_.outcome};
  }
  UnitProof proof;
  if (fault.has_value()) {
    Refute(*fault);
    if (fault->kind == Fault::Kind::kOutcome) {
      choice_.outcome = fault->outcome;
    }
  } else {
    proof.proven = true;
    proof.why = core::Recount(read_.unit, case_.reading.policy, choice_, own_);
  }
  proof.choice = std::move(choice_);
  return proof;
}

}  // namespace

UnitProof ProveUnit(const VerifyCase& c, int u, const core::OwnChoice* own,
                    Refutations* refuted) {
  return UnitProver(c, u, own, refuted).Prove();
}

}  // namespace recoveryline
