#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/verify_case.h"

namespace recoveryline {
namespace {

using core::Instant;
using v1::Warning;

struct RightWarning {
  Warning::Reason reason = Warning::REASON_UNSPECIFIED;
  absl::string_view subject;
};

class WarningList {
 public:
  WarningList(const VerifyCase& c, const std::vector<UnitProof>& proofs)
      : case_(c), proofs_(proofs) {}

  std::vector<RightWarning> Make() &&;

 private:
  void AddOfExclusions();
  void AddOfGroup(int u);
  void AddOfVm(const PlanRow& row);
  void Add(Warning::Reason reason, absl::string_view subject) {
    list_.push_back({.reason = reason, .subject = subject});
  }
  bool Selected(int u) const {
    return proofs_[static_cast<size_t>(u)].choice.outcome ==
           core::UnitOutcome::kSelected;
  }

  const VerifyCase& case_;
  const std::vector<UnitProof>& proofs_;
  std::vector<RightWarning> list_;
};

void WarningList::AddOfExclusions() {
  absl::flat_hash_set<absl::string_view> seen;
  for (const v1::Exclusion& exclusion : case_.plan.policy().exclusions()) {
    for (const absl::string_view id : exclusion.vm_ids()) {
      if (case_.inventory.FindVm(id).has_value()) continue;
      if (seen.insert(id).second) Add(Warning::EXCLUSION_UNKNOWN_VM, id);
    }
  }
}

void WarningList::AddOfGroup(int u) {
  const UnitReading& read = case_.unit(u);
  const GroupFacts& facts = case_.inventory.group(read.group);
  absl::flat_hash_set<absl::string_view> seen;
  for (const absl::string_view id : facts.expected_vm_ids) {
    const std::optional<int> vm = case_.inventory.FindVm(id);
    if (vm.has_value() && case_.inventory.vm(*vm).group != read.group &&
        seen.insert(id).second) {
      Add(Warning::EXPECTED_VM_ELSEWHERE, id);
    }
  }
  if (read.goes_on_incomplete) Add(Warning::GROUP_INCOMPLETE, facts.id);
  if (!Selected(u) || read.vms.size() < 2) return;
  const auto rule =
      static_cast<size_t>(proofs_[static_cast<size_t>(u)].choice.rule);
  if (case_.reading.policy.rules[rule].scope == core::Scope::kIndependent) {
    Add(Warning::GROUP_INDEPENDENT, facts.id);
  }
}

void WarningList::AddOfVm(const PlanRow& row) {
  const UnitReading& read = case_.unit(row.unit);
  const auto member = static_cast<size_t>(row.member);
  const core::PointSeries& points = case_.inventory.points(row.vm);
  const core::Policy& policy = case_.reading.policy;
  if (!policy.replication_required && !read.unit.members[member].replicating) {
    Add(Warning::NOT_REPLICATING, row.id);
  }
  const Instant known_until =
      std::min(policy.decision_time,
               case_.inventory.as_of_time().value_or(core::kMaxInstant));
  if (points.size() > 0 &&
      points.point(points.size() - 1).capture_time > known_until) {
    Add(Warning::CAPTURE_IN_FUTURE, row.id);
  }
  if (case_.reading.option != v1::Policy::LATEST || !Selected(row.unit)) {
    return;
  }
  const core::Position chosen =
      proofs_[static_cast<size_t>(row.unit)].choice.positions[member];
  if (!case_.MayProcessPendingData(row.unit, row.member,
                                   points.point(chosen).capture_time)) {
    Add(Warning::PENDING_DATA_IGNORED, row.id);
  }
}

std::vector<RightWarning> WarningList::Make() && {
  if (case_.reading.rows.empty()) Add(Warning::PLAN_EMPTY, case_.plan.id());
  if (case_.reading.option_defaulted) {
    Add(Warning::OPTION_DEFAULTED, case_.plan.id());
  }
  AddOfExclusions();
  for (int u = 0; u < case_.unit_count(); ++u) {
    if (case_.unit(u).group >= 0) AddOfGroup(u);
  }
  for (const PlanRow& row : case_.reading.rows) {
    if (row.vm >= 0) AddOfVm(row);
  }
  return std::move(list_);
}

std::string TextOf(Warning::Reason reason, absl::string_view subject) {
  return absl::StrCat(Refutations::EnumText(reason), " of ", Quoted(subject));
}

}  // namespace

void CheckWarnings(const VerifyCase& c, const std::vector<UnitProof>& proofs,
                   Refutations* refuted) {
  const std::vector<RightWarning> right = WarningList(c, proofs).Make();
  const auto& stated = c.decision.warnings();
  const FieldPath root;
  const int right_count = static_cast<int>(right.size());
  refuted->ExpectCount({root, "warnings"}, stated.size(), right.size());
  for (int k = 0; k < std::min(stated.size(), right_count); ++k) {
    const FieldPath entry(root, "warnings", k);
    if (stated[k].message().empty()) {
      refuted->Add({entry, "message"}, "a warning must say what it is about");
    }
    const RightWarning& r = right[static_cast<size_t>(k)];
    if (stated[k].reason() == r.reason && stated[k].subject() == r.subject) {
      continue;
    }
    const bool reason_differs = stated[k].reason() != r.reason;
    refuted->Add(
        {entry, reason_differs ? "reason" : "subject"},
        absl::StrCat("states ", TextOf(stated[k].reason(), stated[k].subject()),
                     "; ", TextOf(r.reason, r.subject), " is right"));
    // One that is missing or superfluous moves all that follow.
    if (stated.size() != right_count) break;
  }
}

}  // namespace recoveryline
