#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "engine/field_checks.h"
#include "engine/timestamps.h"
#include "engine/validate.h"

namespace recoveryline {
namespace {

using core::Instant;
using v1::RecoveryPoint;
using v1::ReplicationGroup;
using v1::Violation;
using v1::Vm;

using IdSet = absl::flat_hash_set<absl::string_view>;

// available_from and expire_time of a point captured at `capture`, if that is
// known.
void CheckAvailability(const RecoveryPoint& point,
                       std::optional<Instant> capture, const FieldPath& path,
                       Violations* found) {
  std::optional<Instant> available = capture;
  if (point.has_available_from()) {
    const FieldPath field(path, "availableFrom");
    available = CheckInstant(point.available_from(), field, found);
    if (available.has_value() && capture.has_value() && *available < *capture) {
      Report(Violation::AVAILABLE_BEFORE_CAPTURE, field,
             absl::StrCat(FormatInstant(*available), " is before the capture, ",
                          FormatInstant(*capture)),
             found);
    }
  }
  if (!point.has_expire_time()) return;
  const FieldPath field(path, "expireTime");
  const std::optional<Instant> expiry =
      CheckExpiry(point.expire_time(), field, found);
  if (!expiry.has_value() || !available.has_value()) return;
  if (*expiry > *available || *expiry == core::kForever) return;
  Report(Violation::EXPIRES_BEFORE_AVAILABLE, field,
         absl::StrCat(FormatInstant(*expiry),
                      " is not after the time the point is available from, ",
                      FormatInstant(*available)),
         found);
}

// All of a point but its id.
void CheckPoint(const RecoveryPoint& point, const FieldPath& path,
                Violations* found) {
  std::optional<Instant> capture;
  if (point.has_capture_time()) {
    capture = CheckInstant(point.capture_time(), {path, "captureTime"}, found);
  } else {
    Report(Violation::NO_CAPTURE_TIME, {path, "captureTime"},
           "a point without a capture time", found);
  }
  CheckEnum(RecoveryPoint::Consistency_IsValid(point.consistency()),
            point.consistency(), {path, "consistency"}, found);
  CheckOptionalId(point.consistency_marker(), {path, "consistencyMarker"},
                  found);
  CheckAvailability(point, capture, path, found);
  CheckEnum(RecoveryPoint::Cleanliness_IsValid(point.cleanliness()),
            point.cleanliness(), {path, "cleanliness"}, found);
  CheckCount(point.covered_disk_count(), {path, "coveredDiskCount"}, found);
}

// All of a VM but its id. `point_ids` is empty before and after; it is handed
// in so that its memory serves one VM after the other.
void CheckVm(const Vm& vm, const IdSet& group_ids, const FieldPath& path,
             FirstIndex* point_ids, Violations* found) {
  const FieldPath group(path, "replicationGroupId");
  if (CheckOptionalId(vm.replication_group_id(), group, found) &&
      !vm.replication_group_id().empty() &&
      !group_ids.contains(vm.replication_group_id())) {
    Report(Violation::UNKNOWN_GROUP, group,
           absl::StrCat("the inventory has no replication group ",
                        Quoted(vm.replication_group_id())),
           found);
  }
  CheckEnum(Vm::ProtectionState_IsValid(vm.protection_state()),
            vm.protection_state(), {path, "protectionState"}, found);
  CheckCount(vm.disk_count(), {path, "diskCount"}, found);
  if (vm.has_latest_replicated_time()) {
    CheckInstant(vm.latest_replicated_time(), {path, "latestReplicatedTime"},
                 found);
  }
  point_ids->reserve(static_cast<size_t>(vm.recovery_points_size()));
  for (int i = 0; i < vm.recovery_points_size(); ++i) {
    const RecoveryPoint& point = vm.recovery_points(i);
    CheckUniqueId(point.id(), path, "recoveryPoints", i, point_ids, found);
    CheckPoint(point, {path, "recoveryPoints", i}, found);
  }
  point_ids->clear();
}

// All of a group but its id.
void CheckGroup(const ReplicationGroup& group, const FieldPath& path,
                Violations* found) {
  for (int i = 0; i < group.expected_vm_ids_size(); ++i) {
    CheckId(group.expected_vm_ids(i), {path, "expectedVmIds", i}, found);
  }
}

}  // namespace

void ValidatePoint(const RecoveryPoint& point, Violations* found) {
  const FieldPath path;
  CheckId(point.id(), {path, "id"}, found);
  CheckPoint(point, path, found);
}

void ValidateInventory(const v1::Inventory& inventory, Violations* found) {
  const FieldPath path;
  if (inventory.has_as_of_time()) {
    CheckInstant(inventory.as_of_time(), {path, "asOfTime"}, found);
  }
  if (inventory.has_observed_from()) {
    CheckInstant(inventory.observed_from(), {path, "observedFrom"}, found);
  }
  IdSet group_ids;
  for (const ReplicationGroup& group : inventory.replication_groups()) {
    group_ids.insert(group.id());
  }
  FirstIndex first_vm;
  FirstIndex point_ids;
  for (int i = 0; i < inventory.vms_size(); ++i) {
    const Vm& vm = inventory.vms(i);
    CheckUniqueId(vm.id(), path, "vms", i, &first_vm, found);
    CheckVm(vm, group_ids, {path, "vms", i}, &point_ids, found);
  }
  FirstIndex first_group;
  for (int i = 0; i < inventory.replication_groups_size(); ++i) {
    const ReplicationGroup& group = inventory.replication_groups(i);
    CheckUniqueId(group.id(), path, "replicationGroups", i, &first_group,
                  found);
    CheckGroup(group, {path, "replicationGroups", i}, found);
  }
}

}  // namespace recoveryline
