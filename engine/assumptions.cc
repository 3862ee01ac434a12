#include "engine/assumptions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "engine/core/instant.h"
#include "engine/retention.h"
#include "engine/row_inventory.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Nanos;
using google::protobuf::RepeatedPtrField;
using Ids = absl::flat_hash_set<std::string>;

absl::Status Bad(absl::string_view field, absl::string_view id,
                 absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(field, " \"", id, "\": ", why));
}

template <typename Row, typename Predicate>
void EraseIf(RepeatedPtrField<Row>* rows, Predicate is_gone) {
  rows->erase(std::remove_if(rows->begin(), rows->end(), is_gone), rows->end());
}

class Assuming {
 public:
  Assuming(v1::Inventory* inventory, v1::RecoveryPlan* plan)
      : inventory_(*inventory), plan_(*plan) {
    for (v1::Vm& vm : *inventory->mutable_vms()) vms_[vm.id()] = &vm;
    for (const auto& group : inventory->replication_groups()) {
      groups_.insert(group.id());
    }
  }

  absl::Status TakeAway(const v1::Assumptions& assumptions) {
    Ids gone;
    for (const std::string& id : assumptions.without_vm_ids()) {
      if (!vms_.contains(id)) {
        return Bad("withoutVmIds", id, "the inventory has no such VM");
      }
      gone.insert(id);
    }
    for (const std::string& id : assumptions.without_replication_group_ids()) {
      if (!groups_.contains(id)) {
        return Bad("withoutReplicationGroupIds", id,
                   "the inventory has no such replication group");
      }
      for (const v1::Vm& vm : inventory_.vms()) {
        if (vm.replication_group_id() == id) gone.insert(vm.id());
      }
    }
    for (const std::string& id : assumptions.without_boot_group_ids()) {
      const auto group = std::find_if(
          plan_.boot_groups().begin(), plan_.boot_groups().end(),
          [&id](const v1::BootGroup& boot) { return boot.id() == id; });
      if (group == plan_.boot_groups().end()) {
        return Bad("withoutBootGroupIds", id,
                   "the plan has no such boot group");
      }
      gone.insert(group->vm_ids().begin(), group->vm_ids().end());
    }
    if (!gone.empty()) Erase(gone);
    return absl::OkStatus();
  }

  absl::Status TakeDisks(const RepeatedPtrField<std::string>& vm_ids) {
    for (const std::string& id : vm_ids) {
      v1::Vm* vm = Find(id);
      if (vm == nullptr) {
        return Bad("withoutDiskOfVmIds", id, "the inventory has no such VM");
      }
      if (vm->disk_count() < 2) {
        return Bad("withoutDiskOfVmIds", id, "no disk of it would be left");
      }
      vm->set_disk_count(vm->disk_count() - 1);
    }
    return absl::OkStatus();
  }

  absl::Status ChangePolicy(const v1::Assumptions& assumptions) {
    v1::Policy& policy = *plan_.mutable_policy();
    const bool has_option =
        assumptions.option() != v1::Policy::OPTION_UNSPECIFIED;
    if (has_option && !assumptions.rules().empty()) {
      return absl::InvalidArgumentError("option and rules exclude each other");
    }
    if (has_option || !assumptions.rules().empty()) {
      policy.set_option(assumptions.option());
      *policy.mutable_rules() = assumptions.rules();
    }
    policy.mutable_exclusions()->MergeFrom(assumptions.exclusions());
    return absl::OkStatus();
  }

  absl::Status ThinMarkers(const google::protobuf::Duration& every) {
    const Nanos apart = ToNanos(every).value_or(0);
    if (apart <= 0) {
      return absl::InvalidArgumentError("appConsistentEvery: not above 0");
    }
    absl::flat_hash_set<std::string> as_one;  // groups
    for (const auto& group : inventory_.replication_groups()) {
      if (group.multi_vm_consistency()) as_one.insert(group.id());
    }
    absl::flat_hash_map<std::string, std::vector<v1::Vm*>> units;
    for (v1::Vm& vm : *inventory_.mutable_vms()) {
      const bool grouped = as_one.contains(vm.replication_group_id());
      units[grouped ? absl::StrCat("g", vm.replication_group_id())
                    : absl::StrCat("v", vm.id())]
          .push_back(&vm);
    }
    for (auto& [name, vms] : units) ThinUnit(vms, apart);
    return absl::OkStatus();
  }

  absl::Status Skew(const RepeatedPtrField<v1::ClockSkew>& skews) {
    for (const v1::ClockSkew& skew : skews) {
      v1::Vm* vm = Find(skew.vm_id());
      if (vm == nullptr) {
        return Bad("clockSkews", skew.vm_id(), "the inventory has no such VM");
      }
      const auto nanos = ToNanos(skew.skew());
      if (!nanos) {
        return Bad("clockSkews", skew.vm_id(), "the skew is too long");
      }
      for (v1::RecoveryPoint& point : *vm->mutable_recovery_points()) {
        Move(*nanos, &point);
      }
      // What is lost before it is there was never there.
      EraseIf(vm->mutable_recovery_points(), [](const auto& row) {
        const core::RecoveryPoint point = PointOf(row, 0);
        return row.has_expire_time() &&
               point.expire_time <= point.available_from;
      });
    }
    return absl::OkStatus();
  }

 private:
  v1::Vm* Find(const std::string& id) const {
    const auto found = vms_.find(id);
    return found == vms_.end() ? nullptr : found->second;
  }

  void Erase(const Ids& gone) {
    const auto is_gone = [&gone](const auto& id) { return gone.contains(id); };
    EraseIf(inventory_.mutable_vms(),
            [&](const v1::Vm& vm) { return is_gone(vm.id()); });
    for (auto& group : *inventory_.mutable_replication_groups()) {
      EraseIf(group.mutable_expected_vm_ids(), is_gone);
    }
    for (v1::BootGroup& group : *plan_.mutable_boot_groups()) {
      EraseIf(group.mutable_vm_ids(), is_gone);
    }
    vms_.clear();
    Ids groups;  // that are not empty
    for (v1::Vm& vm : *inventory_.mutable_vms()) {
      vms_[vm.id()] = &vm;
      groups.insert(vm.replication_group_id());
    }
    EraseIf(plan_.mutable_pins(), [&](const v1::Pin& pin) {
      return is_gone(pin.vm_id()) ||
             (groups_.contains(pin.replication_group_id()) &&
              !groups.contains(pin.replication_group_id()));
    });
  }

  // When application-consistent points of a unit were made: those of one marker
  // together, and in each machine those without one.
  using Moment = std::pair<Instant, std::vector<v1::RecoveryPoint*>>;

  static void ThinUnit(const std::vector<v1::Vm*>& vms, Nanos apart) {
    std::map<std::string, Moment> by_marker;
    for (v1::Vm* vm : vms) {
      std::vector<Moment> unmarked;
      for (v1::RecoveryPoint& point : *vm->mutable_recovery_points()) {
        if (point.consistency() != v1::RecoveryPoint::APPLICATION_CONSISTENT) {
          continue;
        }
        const Instant at = *ToInstant(point.capture_time());
        if (point.consistency_marker().empty()) {
          unmarked.push_back({at, {&point}});
          continue;
        }
        Moment& moment =
            by_marker.try_emplace(point.consistency_marker(), Moment(at, {}))
                .first->second;
        moment.first = std::min(moment.first, at);
        moment.second.push_back(&point);
      }
      Thin(std::move(unmarked), apart);
    }
    std::vector<Moment> marked;
    for (auto& [marker, moment] : by_marker) marked.push_back(moment);
    Thin(std::move(marked), apart);
  }

  // Leaves moments that are so far apart; the others are crash-consistent.
  static void Thin(std::vector<Moment> moments, Nanos apart) {
    std::stable_sort(
        moments.begin(), moments.end(),
        [](const auto& a, const auto& b) { return a.first < b.first; });
    std::optional<Instant> kept;
    for (const auto& [at, points] : moments) {
      if (!kept || core::SaturatingSubtract(at, *kept) >= apart) {
        kept = at;
        continue;
      }
      for (v1::RecoveryPoint* point : points) {
        point->set_consistency(v1::RecoveryPoint::CRASH_CONSISTENT);
        point->clear_consistency_marker();
      }
    }
  }

  static void Move(Nanos skew, v1::RecoveryPoint* row) {
    const core::RecoveryPoint was = PointOf(*row, 0);
    const Instant moved = core::SaturatingAdd(was.capture_time, skew);
    // When it came to be there did not change.
    *row->mutable_capture_time() = ToTimestamp(moved);
    *row->mutable_available_from() =
        ToTimestamp(std::max(was.available_from, moved));
  }

  v1::Inventory& inventory_;
  v1::RecoveryPlan& plan_;
  absl::flat_hash_map<std::string, v1::Vm*> vms_;
  Ids groups_;
};

}  // namespace

absl::Status Assume(const v1::Assumptions& assumptions,
                    v1::Inventory* inventory, v1::RecoveryPlan* plan) {
  Assuming assuming(inventory, plan);
  absl::Status done = assuming.TakeAway(assumptions);
  if (done.ok()) {
    done = assuming.TakeDisks(assumptions.without_disk_of_vm_ids());
  }
  if (done.ok()) done = assuming.ChangePolicy(assumptions);
  // What is made more seldom is pruned as what it is then.
  if (done.ok() && assumptions.has_app_consistent_every()) {
    done = assuming.ThinMarkers(assumptions.app_consistent_every());
  }
  if (done.ok() && assumptions.has_retention()) {
    done = CheckRetention(assumptions.retention());
    if (!done.ok()) return done;
    for (v1::Vm& vm : *inventory->mutable_vms()) {
      ApplyRetention(assumptions.retention(), &vm);
    }
  }
  if (done.ok()) done = assuming.Skew(assumptions.clock_skews());
  return done;
}

}  // namespace recoveryline
