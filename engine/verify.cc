#include "engine/verify.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/refutations.h"
#include "engine/row_inventory.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/verify_case.h"

namespace recoveryline {
namespace {

using core::Instant;
using google::protobuf::Timestamp;
using v1::Decision;
using v1::RecoveryPlan;

const Timestamp* IfPresent(bool present, const Timestamp& t) {
  return present ? &t : nullptr;
}

// The Decision's own time; where it has none, a violation if none is known.
void CheckTimeIsKnown(const Decision& decision, const SelectRequest& request,
                      bool has_as_of_time, Violations* found) {
  if (request.decision_time.has_value()) {
    if (!ToInstant(*request.decision_time).has_value()) {
      found->Add(v1::Violation::TIME_OUT_OF_RANGE, "decisionTime", "");
    }
  } else if (!has_as_of_time && !decision.has_decision_time()) {
    found->Add(v1::Violation::NO_DECISION_TIME, "asOfTime", "");
  }
}

void CheckProvenance(const Decision& decision, const SelectRequest& request,
                     Refutations* refuted) {
  const FieldPath root;
  const FieldPath path(root, "provenance");
  const v1::Provenance& stated = decision.provenance();
  const v1::Provenance& right = request.provenance;
  if (!right.inventory_digest().empty()) {
    refuted->ExpectText({path, "inventoryDigest"}, stated.inventory_digest(),
                        right.inventory_digest());
  }
  if (!right.plan_digest().empty()) {
    refuted->ExpectText({path, "planDigest"}, stated.plan_digest(),
                        right.plan_digest());
  }
  if (right.schema_version() != 0) {
    refuted->ExpectNumber({path, "schemaVersion"}, stated.schema_version(),
                          right.schema_version());
  }
}

using ReasonAndPath = std::pair<v1::Violation::Reason, absl::string_view>;

template <typename List>
std::vector<ReasonAndPath> InOrder(const List& violations) {
  std::vector<ReasonAndPath> pairs;
  for (const v1::Violation& v : violations) {
    pairs.emplace_back(v.reason(), v.field_path());
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

// The violations, in whatever order, and not one more.
void CheckViolations(const Decision& decision, const Violations& right,
                     Refutations* refuted) {
  const FieldPath root;
  if (!refuted->ExpectCount({root, "violations"}, decision.violations_size(),
                            right.list().size())) {
    return;
  }
  const std::vector<ReasonAndPath> expected = InOrder(right.list());
  const std::vector<ReasonAndPath> stated = InOrder(decision.violations());
  for (size_t k = 0; k < expected.size(); ++k) {
    if (stated[k] == expected[k]) continue;
    refuted->Add(
        {root, "violations"},
        absl::StrCat("lacks ", Refutations::EnumText(expected[k].first), " at ",
                     expected[k].second, " or states what is not so"));
    return;
  }
  for (int k = 0; k < decision.violations_size(); ++k) {
    if (!decision.violations(k).message().empty()) continue;
    const FieldPath entry(root, "violations", k);
    refuted->Add({entry, "message"}, "a violation must say what is wrong");
  }
}

// A Decision on input that breaks rules carries these and nothing else.
void CheckInvalid(const RecoveryPlan& plan, const Decision& decision,
                  const SelectRequest& request, const Violations& found,
                  Refutations* refuted) {
  const FieldPath root;
  refuted->ExpectEnum({root, "outcome"}, decision.outcome(), Decision::INVALID);
  refuted->ExpectText({root, "planId"}, decision.plan_id(), plan.id());
  CheckViolations(decision, found, refuted);
  CheckProvenance(decision, request, refuted);
  const auto expect_none = [&](absl::string_view field, bool stated) {
    if (!stated) return;
    refuted->Add({root, field}, "a Decision on invalid input states nothing");
  };
  expect_none("purpose",
              decision.purpose() != RecoveryPlan::PURPOSE_UNSPECIFIED);
  expect_none("decisionTime", decision.has_decision_time());
  expect_none("targetTime", decision.has_target_time());
  expect_none("option", decision.option() != v1::Policy::OPTION_UNSPECIFIED);
  expect_none("effectiveRules", decision.effective_rules_size() > 0);
  expect_none("vmSelections", decision.vm_selections_size() > 0);
  expect_none("groupSelections", decision.group_selections_size() > 0);
  expect_none("warnings", decision.warnings_size() > 0);
  expect_none("alignment", decision.has_alignment());
  expect_none("actBefore", decision.has_act_before());
}

void CheckRules(const VerifyCase& c, Refutations* refuted) {
  const FieldPath root;
  const std::vector<v1::Rule>& right = c.reading.rules;
  if (!refuted->ExpectCount({root, "effectiveRules"},
                            c.decision.effective_rules_size(), right.size())) {
    return;
  }
  for (int k = 0; k < c.decision.effective_rules_size(); ++k) {
    const FieldPath path(root, "effectiveRules", k);
    const v1::Rule& stated = c.decision.effective_rules(k);
    const v1::Rule& rule = right[static_cast<size_t>(k)];
    refuted->ExpectEnum({path, "consistency"}, stated.consistency(),
                        rule.consistency());
    refuted->ExpectEnum({path, "match"}, stated.match(), rule.match());
    refuted->ExpectEnum({path, "groupScope"}, stated.group_scope(),
                        rule.group_scope());
    refuted->ExpectEnum({path, "commonMatch"}, stated.common_match(),
                        rule.common_match());
    refuted->ExpectNanos(
        {path, "maxSkew"}, stated.has_max_skew() ? &stated.max_skew() : nullptr,
        rule.has_max_skew() ? ToNanos(rule.max_skew()) : std::nullopt);
  }
}

// What stands above the rows.
void CheckHead(const VerifyCase& c, const SelectRequest& request,
               Refutations* refuted) {
  const FieldPath root;
  const Decision& stated = c.decision;
  refuted->ExpectText({root, "planId"}, stated.plan_id(), c.plan.id());
  refuted->ExpectEnum({root, "purpose"}, stated.purpose(), c.reading.purpose);
  if (request.decision_time.has_value()) {
    refuted->ExpectInstant({root, "decisionTime"}, &stated.decision_time(),
                           ToInstant(*request.decision_time));
  }
  refuted->ExpectInstant(
      {root, "targetTime"},
      IfPresent(stated.has_target_time(), stated.target_time()),
      c.reading.policy.target_time);
  refuted->ExpectEnum({root, "option"}, stated.option(), c.reading.option);
  CheckRules(c, refuted);
  refuted->ExpectCount({root, "violations"}, stated.violations_size(), 0);
  CheckProvenance(stated, request, refuted);
}

// When the first of the chosen points is lost. REQUIRES: all units are proven.
void CheckActBefore(const VerifyCase& c, const std::vector<UnitProof>& proofs,
                    Refutations* refuted) {
  std::optional<Instant> right;
  for (const PlanRow& row : c.reading.rows) {
    if (row.vm < 0) continue;
    const core::UnitChoice& choice =
        proofs[static_cast<size_t>(row.unit)].choice;
    if (choice.outcome != core::UnitOutcome::kSelected) continue;
    const Instant lost =
        c.inventory.points(row.vm)
            .point(choice.positions[static_cast<size_t>(row.member)])
            .expire_time;
    if (lost != core::kForever && (!right || lost < *right)) right = lost;
  }
  const FieldPath root;
  refuted->ExpectInstant(
      {root, "actBefore"},
      IfPresent(c.decision.has_act_before(), c.decision.act_before()), right);
}

void CheckChoices(const VerifyCase& c, Refutations* refuted) {
  const AlignmentProof alignment = ProveAlignment(c, refuted);
  std::vector<UnitProof> proofs;
  proofs.reserve(static_cast<size_t>(c.unit_count()));
  bool all_proven = true;
  for (int u = 0; u < c.unit_count(); ++u) {
    const core::OwnChoice* own = alignment.own.empty()
                                     ? nullptr
                                     : &alignment.own[static_cast<size_t>(u)];
    proofs.push_back(ProveUnit(c, u, own, refuted));
    all_proven &= proofs.back().proven;
    if (refuted->full()) return;
  }
  CheckRows(c, proofs, refuted);
  if (!all_proven) return;
  CheckActBefore(c, proofs, refuted);
  CheckAlignment(c, alignment, proofs, refuted);
  CheckWarnings(c, proofs, refuted);
}

}  // namespace

std::vector<Refutation> Verify(const InventoryView& inventory,
                               const RecoveryPlan& plan,
                               const Decision& decision,
                               const SelectRequest& request) {
  Violations found;
  CheckTimeIsKnown(decision, request, inventory.as_of_time().has_value(),
                   &found);
  ValidatePlan(plan, &found);
  ValidatePlanAgainst(plan, inventory, &found);
  if (!found.empty()) return VerifyInvalid(found, plan, decision, request);
  Refutations refuted;
  const FieldPath root;
  if (decision.outcome() == Decision::INVALID) {
    refuted.Add({root, "outcome"}, "states INVALID; the input breaks no rule");
    return std::move(refuted).Take();
  }
  const std::optional<Instant> decision_time =
      decision.has_decision_time() ? ToInstant(decision.decision_time())
                                   : std::nullopt;
  if (!decision_time.has_value()) {
    refuted.Add({root, "decisionTime"}, "is absent or out of range");
    return std::move(refuted).Take();
  }
  const VerifyCase c(inventory, plan, decision, *decision_time);
  // What cannot be read may contradict itself, and so may what is forged.
  if (!inventory.status().ok()) return {};
  for (const PlanRow& row : c.reading.rows) {
    if (row.vm < 0 || row.unit >= 0) continue;
    refuted.Add({root, "vmSelections"},
                "two machines of the inventory have one id");
    return std::move(refuted).Take();
  }
  CheckHead(c, request, &refuted);
  CheckChoices(c, &refuted);
  return std::move(refuted).Take();
}

std::vector<Refutation> Verify(const v1::Inventory& inventory,
                               const RecoveryPlan& plan,
                               const Decision& decision,
                               const SelectRequest& request) {
  Violations found;
  ValidateInventory(inventory, &found);
  if (found.empty()) {
    return Verify(RowInventory(inventory), plan, decision, request);
  }
  ValidatePlan(plan, &found);
  CheckTimeIsKnown(decision, request, inventory.has_as_of_time(), &found);
  return VerifyInvalid(found, plan, decision, request);
}

std::vector<Refutation> VerifyInvalid(const Violations& found,
                                      const RecoveryPlan& plan,
                                      const Decision& decision,
                                      const SelectRequest& request) {
  Refutations refuted;
  CheckInvalid(plan, decision, request, found, &refuted);
  return std::move(refuted).Take();
}

}  // namespace recoveryline
