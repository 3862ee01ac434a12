#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/verify_case.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Nanos;
using core::SaturatingSubtract;
using v1::GroupSelection;
using v1::VmSelection;

v1::RecoveryPoint::Consistency ConsistencyOf(core::Consistency consistency) {
  switch (consistency) {
    case core::Consistency::kUnset:
      return v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED;
    case core::Consistency::kCrash:
      return v1::RecoveryPoint::CRASH_CONSISTENT;
    case core::Consistency::kFileSystem:
      return v1::RecoveryPoint::FILE_SYSTEM_CONSISTENT;
    case core::Consistency::kApplication:
      return v1::RecoveryPoint::APPLICATION_CONSISTENT;
  }
  return v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED;
}

GroupSelection::Guarantee GuaranteeOf(core::Guarantee guarantee) {
  switch (guarantee) {
    case core::Guarantee::kNone:
      return GroupSelection::GUARANTEE_UNSPECIFIED;
    case core::Guarantee::kMarker:
      return GroupSelection::MARKER;
    case core::Guarantee::kSkewBounded:
      return GroupSelection::SKEW_BOUNDED;
    case core::Guarantee::kIndependent:
      return GroupSelection::INDEPENDENT;
  }
  return GroupSelection::GUARANTEE_UNSPECIFIED;
}

// A message field, or null where the row lacks it.
template <typename Message>
const Message* IfPresent(bool present, const Message& field) {
  return present ? &field : nullptr;
}

template <typename Row>
std::optional<int> RuleIndexOf(const Row& row) {
  if (!row.has_rule_index()) return std::nullopt;
  return row.rule_index();
}

// A row of rejections as it must be.
struct Refused {
  v1::Rejection::Reason reason = v1::Rejection::REASON_UNSPECIFIED;
  int64_t count = 0;
  std::string point_id;
  absl::string_view vm_id;
};

class RowChecker {
 public:
  RowChecker(const VerifyCase& c, const std::vector<UnitProof>& proofs,
             Refutations* refuted)
      : case_(c), proofs_(proofs), refuted_(refuted) {}

  void Check();

 private:
  using Path = FieldPath;
  template <typename Rejections>
  void CheckRejections(const Path& path, const Rejections& stated,
                       const std::vector<Refused>& right);

  void CheckVmRow(int row, const VmSelection& stated);
  void CheckVmFigures(const Path& path, const PlanRow& row,
                      const VmSelection& stated);
  void CheckNoVmFigures(const Path& path, const VmSelection& stated);
  std::vector<Refused> RefusedOf(const PlanRow& row) const;

  void CheckGroupRow(int u, const GroupSelection& stated);
  void CheckGroupFigures(const Path& path, int u, const GroupSelection& stated);
  void CheckBlocking(const Path& path, int u, const GroupSelection& stated);
  std::vector<core::Blocking> BlockingInOrder(int u) const;
  std::vector<Refused> RefusedOfGroup(int u) const;

  void CheckPlanOutcome();

  const UnitProof& proof(int u) const {
    return proofs_[static_cast<size_t>(u)];
  }
  const PlanReading& reading() const { return case_.reading; }
  absl::string_view vm_id(int u, int member) const {
    return case_.inventory.vm(case_.unit(u).vms[static_cast<size_t>(member)])
        .id;
  }
  Nanos LossSince(Instant captured) const {
    return std::max<Nanos>(0,
                           SaturatingSubtract(reading().loss_from, captured));
  }
  bool ExceedsObjective(int u) const {
    return reading().rpo_objective.has_value() &&
           LossSince(proof(u).choice.earliest) > *reading().rpo_objective;
  }

  const VerifyCase& case_;
  const std::vector<UnitProof>& proofs_;
  Refutations* refuted_;
  const Path root_;
};

template <typename Rejections>
void RowChecker::CheckRejections(const Path& path, const Rejections& stated,
                                 const std::vector<Refused>& right) {
  if (!refuted_->ExpectCount({path, "rejections"}, stated.size(),
                             right.size())) {
    return;
  }
  for (int k = 0; k < stated.size(); ++k) {
    const Refused& r = right[static_cast<size_t>(k)];
    const Path entry(path, "rejections", k);
    refuted_->ExpectEnum({entry, "reason"}, stated[k].reason(), r.reason);
    refuted_->ExpectNumber({entry, "count"}, stated[k].count(), r.count);
    refuted_->ExpectText({entry, "examplePointId"},
                         stated[k].example_point_id(), r.point_id);
    refuted_->ExpectText({entry, "exampleVmId"}, stated[k].example_vm_id(),
                         r.vm_id);
  }
}

std::vector<Refused> RowChecker::RefusedOf(const PlanRow& row) const {
  std::vector<Refused> right;
  const core::UnitExplanation& why = proof(row.unit).why;
  for (const core::RefusedPoints& refused :
       why.members[static_cast<size_t>(row.member)].refused) {
    right.push_back(
        {.reason = ReasonOf(refused.fate),
         .count = refused.count,
         .point_id = case_.inventory.point_id(row.vm, refused.example),
         .vm_id = {}});
  }
  return right;
}

void RowChecker::CheckNoVmFigures(const Path& path, const VmSelection& stated) {
  refuted_->ExpectIndex({path, "ruleIndex"}, RuleIndexOf(stated), std::nullopt);
  refuted_->ExpectText({path, "recoveryPointId"}, stated.recovery_point_id(),
                       "");
  refuted_->ExpectInstant(
      {path, "captureTime"},
      IfPresent(stated.has_capture_time(), stated.capture_time()),
      std::nullopt);
  refuted_->ExpectEnum({path, "consistency"}, stated.consistency(),
                       v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED);
  refuted_->ExpectNanos(
      {path, "age"}, IfPresent(stated.has_age(), stated.age()), std::nullopt);
  refuted_->ExpectNanos({path, "dataLoss"},
                        IfPresent(stated.has_data_loss(), stated.data_loss()),
                        std::nullopt);
  refuted_->ExpectNanos(
      {path, "consistencyCost"},
      IfPresent(stated.has_consistency_cost(), stated.consistency_cost()),
      std::nullopt);
  refuted_->ExpectFlag({path, "processPendingData"},
                       stated.process_pending_data(), false);
  refuted_->ExpectFlag({path, "rpoExceeded"}, stated.rpo_exceeded(), false);
}

void RowChecker::CheckVmFigures(const Path& path, const PlanRow& row,
                                const VmSelection& stated) {
  const UnitProof& of_unit = proof(row.unit);
  const auto member = static_cast<size_t>(row.member);
  const core::Position position = of_unit.choice.positions[member];
  const core::RecoveryPoint point =
      case_.inventory.points(row.vm).point(position);
  refuted_->ExpectIndex({path, "ruleIndex"}, RuleIndexOf(stated),
                        of_unit.choice.rule);
  refuted_->ExpectText({path, "recoveryPointId"}, stated.recovery_point_id(),
                       case_.inventory.point_id(row.vm, position));
  refuted_->ExpectInstant(
      {path, "captureTime"},
      IfPresent(stated.has_capture_time(), stated.capture_time()),
      point.capture_time);
  refuted_->ExpectEnum({path, "consistency"}, stated.consistency(),
                       ConsistencyOf(point.consistency));
  refuted_->ExpectNanos(
      {path, "age"}, IfPresent(stated.has_age(), stated.age()),
      SaturatingSubtract(reading().policy.decision_time, point.capture_time));
  refuted_->ExpectNanos({path, "dataLoss"},
                        IfPresent(stated.has_data_loss(), stated.data_loss()),
                        LossSince(point.capture_time));
  refuted_->ExpectNanos(
      {path, "consistencyCost"},
      IfPresent(stated.has_consistency_cost(), stated.consistency_cost()),
      of_unit.why.members[member].consistency_cost);
  refuted_->ExpectFlag(
      {path, "processPendingData"}, stated.process_pending_data(),
      case_.MayProcessPendingData(row.unit, row.member, point.capture_time));
  refuted_->ExpectFlag({path, "rpoExceeded"}, stated.rpo_exceeded(),
                       ExceedsObjective(row.unit));
}

void RowChecker::CheckVmRow(int row_index, const VmSelection& stated) {
  const Path path(root_, "vmSelections", row_index);
  const PlanRow& row = reading().rows[static_cast<size_t>(row_index)];
  VmFacts facts;
  absl::string_view group_id;
  if (row.vm >= 0) facts = case_.inventory.vm(row.vm);
  if (facts.group >= 0) group_id = case_.inventory.group(facts.group).id;
  refuted_->ExpectText({path, "vmId"}, stated.vm_id(), row.id);
  refuted_->ExpectText({path, "displayName"}, stated.display_name(),
                       facts.display_name);
  refuted_->ExpectText({path, "bootGroupId"}, stated.boot_group_id(),
                       row.boot_group_id);
  refuted_->ExpectText({path, "replicationGroupId"},
                       stated.replication_group_id(), group_id);
  if (row.vm < 0) {
    refuted_->ExpectEnum({path, "outcome"}, stated.outcome(),
                         VmSelection::NOT_FOUND);
    CheckNoVmFigures(path, stated);
    CheckRejections(path, stated.rejections(), {});
    return;
  }
  const UnitProof& of_unit = proof(row.unit);
  if (!of_unit.proven) return;
  refuted_->ExpectEnum({path, "outcome"}, stated.outcome(),
                       OutcomeOf(of_unit.choice.outcome));
  if (of_unit.choice.outcome == core::UnitOutcome::kSelected) {
    CheckVmFigures(path, row, stated);
  } else {
    CheckNoVmFigures(path, stated);
  }
  CheckRejections(path, stated.rejections(), RefusedOf(row));
}

// The sums over the VMs of the plan, the examples from the first of them.
std::vector<Refused> RowChecker::RefusedOfGroup(int u) const {
  const UnitReading& read = case_.unit(u);
  std::vector<std::pair<int, size_t>> row_and_member;
  for (size_t i = 0; i < read.rows.size(); ++i) {
    if (read.rows[i] >= 0) row_and_member.emplace_back(read.rows[i], i);
  }
  std::sort(row_and_member.begin(), row_and_member.end());
  std::array<Refused, core::kFateCount> sums;
  for (const auto& [row, i] : row_and_member) {
    for (const core::RefusedPoints& refused : proof(u).why.members[i].refused) {
      Refused& sum = sums[static_cast<size_t>(refused.fate)];
      if (sum.count == 0) {
        sum.reason = ReasonOf(refused.fate);
        sum.point_id = case_.inventory.point_id(read.vms[i], refused.example);
        sum.vm_id = case_.inventory.vm(read.vms[i]).id;
      }
      sum.count += refused.count;
    }
  }
  std::vector<Refused> right;
  for (const Refused& sum : sums) {
    if (sum.count > 0) right.push_back(sum);
  }
  return right;
}

// Greatest gain first, then bytewise smaller id.
std::vector<core::Blocking> RowChecker::BlockingInOrder(int u) const {
  std::vector<core::Blocking> blocking = proof(u).why.blocking;
  std::sort(blocking.begin(), blocking.end(),
            [&](const core::Blocking& a, const core::Blocking& b) {
              if (a.gain != b.gain) return a.gain > b.gain;
              return vm_id(u, a.member) < vm_id(u, b.member);
            });
  return blocking;
}

void RowChecker::CheckBlocking(const Path& path, int u,
                               const GroupSelection& stated) {
  const std::vector<core::Blocking> right = BlockingInOrder(u);
  if (!refuted_->ExpectCount({path, "blockingVms"}, stated.blocking_vms_size(),
                             right.size())) {
    return;
  }
  const bool selected =
      stated.outcome() == VmSelection::SELECTED ||
      stated.outcome() == VmSelection::NOT_ALIGNED;  // of the group by itself
  for (int k = 0; k < stated.blocking_vms_size(); ++k) {
    const core::Blocking& r = right[static_cast<size_t>(k)];
    const v1::BlockingVm& s = stated.blocking_vms(k);
    const Path entry(path, "blockingVms", k);
    refuted_->ExpectText({entry, "vmId"}, s.vm_id(), vm_id(u, r.member));
    refuted_->ExpectNanos(
        {entry, "gain"}, IfPresent(s.has_gain(), s.gain()),
        selected ? std::optional<Nanos>(r.gain) : std::nullopt);
  }
}

void RowChecker::CheckGroupFigures(const Path& path, int u,
                                   const GroupSelection& stated) {
  const core::UnitChoice& choice = proof(u).choice;
  const bool selected = choice.outcome == core::UnitOutcome::kSelected;
  const auto if_selected = [selected](int64_t value) {
    return selected ? std::optional<int64_t>(value) : std::nullopt;
  };
  absl::string_view marker;
  if (choice.marker != core::kNoMarker) {
    marker =
        case_.inventory.marker_id(case_.unit(u).vms.front(), choice.marker);
  }
  refuted_->ExpectIndex(
      {path, "ruleIndex"}, RuleIndexOf(stated),
      selected ? std::optional<int>(choice.rule) : std::nullopt);
  refuted_->ExpectEnum({path, "guarantee"}, stated.guarantee(),
                       GuaranteeOf(choice.guarantee));
  refuted_->ExpectText({path, "consistencyMarker"}, stated.consistency_marker(),
                       marker);
  refuted_->ExpectInstant({path, "earliestCaptureTime"},
                          IfPresent(stated.has_earliest_capture_time(),
                                    stated.earliest_capture_time()),
                          if_selected(choice.earliest));
  refuted_->ExpectInstant(
      {path, "latestCaptureTime"},
      IfPresent(stated.has_latest_capture_time(), stated.latest_capture_time()),
      if_selected(choice.latest));
  refuted_->ExpectNanos(
      {path, "skew"}, IfPresent(stated.has_skew(), stated.skew()),
      if_selected(SaturatingSubtract(choice.latest, choice.earliest)));
  refuted_->ExpectNanos({path, "dataLoss"},
                        IfPresent(stated.has_data_loss(), stated.data_loss()),
                        if_selected(LossSince(choice.earliest)));
  refuted_->ExpectFlag({path, "rpoExceeded"}, stated.rpo_exceeded(),
                       selected && ExceedsObjective(u));
}

void RowChecker::CheckGroupRow(int u, const GroupSelection& stated) {
  const Path path(root_, "groupSelections",
                  case_.group_row[static_cast<size_t>(u)]);
  refuted_->ExpectText({path, "replicationGroupId"},
                       stated.replication_group_id(),
                       case_.inventory.group(case_.unit(u).group).id);
  if (!proof(u).proven) return;
  CheckGroupFigures(path, u, stated);
  CheckBlocking(path, u, stated);
  CheckRejections(path, stated.rejections(), RefusedOfGroup(u));
}

void RowChecker::CheckPlanOutcome() {
  size_t selected_count = 0;
  for (const PlanRow& row : reading().rows) {
    if (row.vm >= 0 &&
        proof(row.unit).choice.outcome == core::UnitOutcome::kSelected) {
      ++selected_count;
    }
  }
  v1::Decision::Outcome right = v1::Decision::PARTIAL;
  if (selected_count == reading().rows.size()) right = v1::Decision::COMPLETE;
  if (selected_count == 0) right = v1::Decision::NONE;
  refuted_->ExpectEnum({root_, "outcome"}, case_.decision.outcome(), right);
}

void RowChecker::Check() {
  CheckPlanOutcome();
  refuted_->ExpectCount({root_, "vmSelections"},
                        case_.decision.vm_selections_size(),
                        reading().rows.size());
  refuted_->ExpectCount({root_, "groupSelections"},
                        case_.decision.group_selections_size(),
                        static_cast<size_t>(case_.group_row_count));
  const int row_count = static_cast<int>(reading().rows.size());
  for (int row = 0; row < row_count && !refuted_->full(); ++row) {
    const VmSelection* stated = case_.VmRow(row);
    if (stated != nullptr) CheckVmRow(row, *stated);
  }
  for (int u = 0; u < case_.unit_count() && !refuted_->full(); ++u) {
    const GroupSelection* stated = case_.GroupRow(u);
    if (stated != nullptr) CheckGroupRow(u, *stated);
  }
}

}  // namespace

void CheckRows(const VerifyCase& c, const std::vector<UnitProof>& proofs,
               Refutations* refuted) {
  RowChecker(c, proofs, refuted).Check();
}

}  // namespace recoveryline
