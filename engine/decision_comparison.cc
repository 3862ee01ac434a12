#include "engine/decision_comparison.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::Nanos;
using v1::VmDifference;
using v1::VmSelection;

bool IsSame(const VmSelection& a, const VmSelection& b) {
  return a.outcome() == b.outcome() &&
         a.recovery_point_id() == b.recovery_point_id();
}

void NameBy(const VmSelection& row, VmDifference* difference) {
  difference->set_vm_id(row.vm_id());
  difference->set_display_name(row.display_name());
  difference->set_replication_group_id(row.replication_group_id());
}

void WriteBefore(const VmSelection& row, VmDifference* difference) {
  difference->set_outcome_before(row.outcome());
  difference->set_recovery_point_id_before(row.recovery_point_id());
  difference->set_consistency_before(row.consistency());
  if (row.has_capture_time()) {
    *difference->mutable_capture_time_before() = row.capture_time();
  }
}

void WriteAfter(const VmSelection& row, VmDifference* difference) {
  difference->set_outcome_after(row.outcome());
  difference->set_recovery_point_id_after(row.recovery_point_id());
  difference->set_consistency_after(row.consistency());
  if (row.has_capture_time()) {
    *difference->mutable_capture_time_after() = row.capture_time();
  }
}

void WriteLoss(VmDifference* difference) {
  if (!difference->has_capture_time_before() ||
      !difference->has_capture_time_after()) {
    return;
  }
  const auto before = ToInstant(difference->capture_time_before());
  const auto after = ToInstant(difference->capture_time_after());
  if (before && after) {
    *difference->mutable_loss() =
        ToDuration(core::SaturatingSubtract(*before, *after));
  }
}

// Greatest first: who loses his point, who loses time, who gains.
Nanos Loss(const VmDifference& difference) {
  if (difference.has_loss()) return ToNanos(difference.loss()).value_or(0);
  const bool had = difference.has_capture_time_before();
  const bool has = difference.has_capture_time_after();
  const bool is_gone =
      difference.outcome_after() == VmSelection::OUTCOME_UNSPECIFIED;
  if (had == has || is_gone) return 0;
  return had ? std::numeric_limits<Nanos>::max()
             : std::numeric_limits<Nanos>::min();
}

}  // namespace

v1::DecisionComparison Compare(const v1::Decision& before,
                               const v1::Decision& after) {
  v1::DecisionComparison comparison;
  absl::flat_hash_map<absl::string_view, const VmSelection*> rows;
  for (const VmSelection& row : after.vm_selections()) {
    rows[row.vm_id()] = &row;
  }
  std::vector<VmDifference> differences;
  int64_t same = 0;
  for (const VmSelection& row : before.vm_selections()) {
    const auto found = rows.find(row.vm_id());
    const VmSelection* other = found == rows.end() ? nullptr : found->second;
    if (other != nullptr) rows.erase(found);
    if (other != nullptr && IsSame(row, *other)) {
      ++same;
      continue;
    }
    VmDifference& difference = differences.emplace_back();
    NameBy(row, &difference);
    WriteBefore(row, &difference);
    if (other != nullptr) WriteAfter(*other, &difference);
    WriteLoss(&difference);
  }
  for (const VmSelection& row : after.vm_selections()) {
    if (!rows.contains(row.vm_id())) continue;
    VmDifference& difference = differences.emplace_back();
    NameBy(row, &difference);
    WriteAfter(row, &difference);
  }
  std::stable_sort(differences.begin(), differences.end(),
                   [](const VmDifference& a, const VmDifference& b) {
                     return Loss(a) > Loss(b);
                   });
  comparison.mutable_vms()->Assign(differences.begin(), differences.end());
  comparison.set_same_vm_count(same);
  comparison.set_outcome_before(before.outcome());
  comparison.set_outcome_after(after.outcome());
  comparison.set_same(differences.empty() &&
                      before.outcome() == after.outcome());
  if (ToInstant(before.decision_time()) != ToInstant(after.decision_time())) {
    *comparison.mutable_decision_time_before() = before.decision_time();
    *comparison.mutable_decision_time_after() = after.decision_time();
  }
  return comparison;
}

}  // namespace recoveryline
