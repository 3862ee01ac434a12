#include "tools/rline/input_check.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "engine/validate.h"

namespace recoveryline {
namespace {

// Whether the path ends at a value that no rule compares with another place:
// not an id, a list or a message.
bool EndsAtAPlainValue(absl::string_view path) {
  static const auto* const kPlain =
      new absl::flat_hash_set<absl::string_view>({"allowIncompleteGroups",
                                                  "allowNotReplicating",
                                                  "allowPartialDisks",
                                                  "cleanliness",
                                                  "commonMatch",
                                                  "consistency",
                                                  "coveredDiskCount",
                                                  "diskCount",
                                                  "displayName",
                                                  "groupScope",
                                                  "match",
                                                  "maxSkew",
                                                  "minimumCleanliness",
                                                  "multiVmConsistency",
                                                  "notBefore",
                                                  "protectionState",
                                                  "purpose",
                                                  "rpoObjective",
                                                  "source",
                                                  "trustUnjudgedPoints",
                                                  "availableFrom"});
  const size_t point = path.rfind('.');
  const absl::string_view last =
      point == absl::string_view::npos ? path : path.substr(point + 1);
  return kPlain->contains(last) || absl::EndsWith(last, "Time");
}

// Whether leaving this out moved nothing else.
bool IsOfALeaf(const v1::Violation& violation) {
  switch (violation.reason()) {
    case v1::Violation::UNKNOWN_FIELD:
    case v1::Violation::UNKNOWN_ENUM_VALUE:
      return true;
    case v1::Violation::WRONG_TYPE:
    case v1::Violation::TIME_OUT_OF_RANGE:
      return EndsAtAPlainValue(violation.field_path());
    default:
      return false;
  }
}

template <typename Validator>
void AddBroken(Validator validate, Violations* found) {
  if (found->full() ||
      !std::all_of(found->list().begin(), found->list().end(), IsOfALeaf)) {
    return;
  }
  absl::flat_hash_set<absl::string_view> named;
  const std::vector<v1::Violation> read = found->list();
  for (const v1::Violation& violation : read) {
    named.insert(violation.field_path());
  }
  Violations broken;
  validate(&broken);
  for (const v1::Violation& violation : broken.list()) {
    if (named.contains(violation.field_path())) continue;
    found->Add(violation.reason(), violation.field_path(), violation.message());
  }
}

}  // namespace

void CheckInventory(const v1::Inventory& inventory, Violations* found) {
  AddBroken([&](Violations* broken) { ValidateInventory(inventory, broken); },
            found);
}

void CheckPlan(const v1::RecoveryPlan& plan, Violations* found) {
  AddBroken([&](Violations* broken) { ValidatePlan(plan, broken); }, found);
}

Violations CheckUnreadable(const Inputs& inputs) {
  Violations found = inputs.found_in_inventory;
  CheckInventory(inputs.inventory, &found);
  Violations in_plan = inputs.found_in_plan;
  CheckPlan(inputs.plan, &in_plan);
  for (const v1::Violation& violation : in_plan.list()) {
    found.Add(violation.reason(), violation.field_path(), violation.message());
  }
  return found;
}

}  // namespace recoveryline
