#include "tools/importers/asr_inventory.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/timestamps.h"
#include "tools/importers/asr_groups.h"
#include "tools/importers/asr_points.h"

namespace recoveryline::asr {
namespace {

bool SameState(const ItemFact& a, const ItemFact& b) {
  const auto cluster_key = [](const ItemFact& item) {
    return item.cluster ? item.cluster->Key() : std::string();
  };
  return std::tie(a.friendly_name, a.protection_state, a.group_id, a.group_name,
                  a.group_create_option, a.disk_count, a.latest_replicated,
                  a.resync_required) ==
             std::tie(b.friendly_name, b.protection_state, b.group_id,
                      b.group_name, b.group_create_option, b.disk_count,
                      b.latest_replicated, b.resync_required) &&
         cluster_key(a) == cluster_key(b);
}

// The item of each machine as last read, null where there is none.
std::vector<const ItemFact*> LatestItems(const Listing& listing,
                                         const Machines& machines,
                                         std::vector<std::string>* notes) {
  std::vector<const ItemFact*> latest(machines.size(), nullptr);
  std::vector<bool> changed(machines.size(), false);
  for (const ItemFact& item : listing.items) {
    const std::optional<int> machine = machines.Find(item.ref);
    if (!machine) continue;  // Never: items are machines' best witnesses.
    const ItemFact*& slot = latest[*machine];
    if (slot != nullptr && !SameState(*slot, item)) changed[*machine] = true;
    slot = &item;
  }
  for (int vm = 0; vm < machines.size(); ++vm) {
    if (!changed[vm]) continue;
    notes->push_back(
        absl::StrCat(latest[vm]->where, ": \"", machines.id(vm),
                     "\" was read in several states; this last one is kept (\"",
                     latest[vm]->protection_state, "\")"));
  }
  return latest;
}

void WritePoint(const PointRow& row, v1::RecoveryPoint* point) {
  point->set_id(row.name);
  *point->mutable_capture_time() = ToTimestamp(row.capture_time);
  point->set_consistency(row.consistency);
  point->set_consistency_marker(row.marker);
  if (row.disk_count > 0) point->set_covered_disk_count(row.disk_count);
}

void WriteState(const ItemFact& item, v1::Vm* vm,
                std::vector<std::string>* notes) {
  const auto state = ProtectionStateOf(item.protection_state);
  if (state) {
    vm->set_protection_state(*state);
  } else {
    notes->push_back(absl::StrCat(
        item.where, ": \"", vm->id(), "\" has the unknown protectionState \"",
        item.protection_state, "\"; it counts as not replicating"));
  }
  if (item.resync_required && state == v1::Vm::REPLICATING) {
    notes->push_back(absl::StrCat(
        item.where, ": \"", vm->id(),
        "\" is to be resynchronized, says Azure; it counts as replicating "
        "until that begins"));
  }
}

// `group_id` is empty for a machine of no group.
v1::Vm WriteVm(const std::string& id, const std::string& group_id,
               const ItemFact* item, std::vector<PointRow> points,
               std::vector<std::string>* notes) {
  v1::Vm vm;
  vm.set_id(id);
  vm.set_replication_group_id(group_id);
  if (item != nullptr) {
    vm.set_display_name(item->friendly_name);
    vm.set_disk_count(item->disk_count);
    if (item->latest_replicated) {
      *vm.mutable_latest_replicated_time() =
          ToTimestamp(*item->latest_replicated);
    }
    WriteState(*item, &vm, notes);
  } else {
    vm.set_protection_state(v1::Vm::REPLICATING);
    notes->push_back(absl::StrCat(
        points.front().where, ": \"", id,
        "\" is known from its recovery points alone; it is assumed to be "
        "replicating",
        group_id.empty() ? ", in no multi-VM group" : ""));
  }
  std::sort(points.begin(), points.end(),
            [](const PointRow& a, const PointRow& b) {
              return std::tie(a.capture_time, a.name) <
                     std::tie(b.capture_time, b.name);
            });
  for (const PointRow& row : points) WritePoint(row, vm.add_recovery_points());
  return vm;
}

absl::flat_hash_map<std::string, bool> FlagsOf(
    const std::vector<PointRow>& points) {
  absl::flat_hash_map<std::string, bool> flags;
  flags.reserve(points.size());
  for (const PointRow& row : points) flags.emplace(row.name, row.multi_vm_flag);
  return flags;
}

void NoteWithoutPoints(const v1::Inventory& inventory,
                       std::vector<std::string>* notes) {
  int count = 0;
  std::string first;
  for (const v1::Vm& vm : inventory.vms()) {
    if (vm.recovery_points_size() > 0) continue;
    if (count++ == 0) first = vm.id();
  }
  if (count == 0) return;
  notes->push_back(
      absl::StrCat("Machines without a recovery point in the listing: ", count,
                   ", the first \"", first, "\"."));
}

std::string SourceOf(const Listing& listing) {
  std::map<std::string, std::string> vaults;
  const auto add = [&vaults](const ResourceRef& ref) {
    const std::string name = VaultName(ref);
    if (!name.empty()) vaults.emplace(absl::AsciiStrToLower(name), name);
  };
  for (const ItemFact& item : listing.items) add(item.ref);
  for (const PointFact& point : listing.points) add(point.owner);
  for (const PlanFact& plan : listing.plans) add(plan.ref);
  return absl::StrCat(
      "Azure Site Recovery", vaults.empty() ? "" : ": ",
      absl::StrJoin(vaults, ", ", [](std::string* out, const auto& vault) {
        out->append(vault.second);
      }));
}

// The machines that the inventory will hold, bytewise by id.
std::vector<int> Existing(const Machines& machines,
                          const std::vector<bool>& exists) {
  std::vector<int> order;
  for (int vm = 0; vm < machines.size(); ++vm) {
    if (exists[vm]) order.push_back(vm);
  }
  std::sort(order.begin(), order.end(), [&machines](int a, int b) {
    return machines.id(a) < machines.id(b);
  });
  return order;
}

void WriteGroups(const Groups& groups, v1::Inventory* inventory) {
  std::vector<const v1::ReplicationGroup*> order;
  for (const Group& group : groups.list) order.push_back(&group.message);
  std::sort(order.begin(), order.end(),
            [](const auto* a, const auto* b) { return a->id() < b->id(); });
  for (const auto* group : order) {
    *inventory->add_replication_groups() = *group;
  }
}

}  // namespace

AsrInventory MakeInventory(const Listing& listing, const Machines& machines,
                           std::vector<std::string>* notes) {
  AsrInventory made;
  const auto items = LatestItems(listing, machines, notes);
  PointTable points = CollectPoints(listing, machines, notes);
  for (int vm = 0; vm < machines.size(); ++vm) {
    made.exists.push_back(items[vm] != nullptr || !points[vm].empty());
  }
  const Groups groups =
      FormGroups(listing, machines, items, made.exists, notes);
  PointLists lists = FindPointLists(listing, machines, notes);

  made.inventory.set_source(SourceOf(listing));
  for (int machine : Existing(machines, made.exists)) {
    const int group = groups.of_machine[machine];
    made.vms.emplace(machines.id(machine),
                     VmReading{items[machine] != nullptr,
                               std::move(lists.of_machine[machine]),
                               FlagsOf(points[machine])});
    *made.inventory.add_vms() = WriteVm(
        machines.id(machine), group < 0 ? "" : groups.list[group].message.id(),
        items[machine], std::move(points[machine]), notes);
  }
  WriteGroups(groups, &made.inventory);
  for (const Group& group : groups.list) {
    made.groups.emplace(group.message.id(),
                        GroupReading{group.is_cluster, group.has_body,
                                     lists.of_cluster[group.cluster_key]});
  }
  NoteWithoutPoints(made.inventory, notes);
  return made;
}

}  // namespace recoveryline::asr
