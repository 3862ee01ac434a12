#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/sites/asr_site.h"

// How the VMs are now.

namespace recoveryline {
namespace {

// The items in the pages of a list, by their ids in lower case.
std::map<std::string, Json> EntriesOf(const AsrVault::Pages& pages) {
  std::map<std::string, Json> entries;
  for (const std::string& page : pages) {
    const std::optional<Json> parsed = ParseJson(page);
    if (!parsed) continue;
    for (const Json& entry : ListAt(*parsed, {"value"})) {
      entries[absl::AsciiStrToLower(TextAt(entry, {"id"}))] = entry;
    }
  }
  return entries;
}

AsrImportOptions OptionsOf(SharedPointBy by) {
  AsrImportOptions options;
  options.shared_point_by = by;
  return options;
}

}  // namespace

absl::StatusOr<std::vector<v1::SiteVm>> AsrSite::Describe(
    absl::Span<const std::string> vm_ids) {
  const absl::StatusOr<AsrVault::Pages> items = vault_.Items();
  if (absl::Status kept = KeepItems(items); !kept.ok()) return kept;
  if (options_.vm_ids.empty()) options_.vm_ids = {vm_ids.begin(), vm_ids.end()};
  std::vector<AsrBody> bodies;
  AddBodies("replicationProtectedItems", *items, &bodies);
  for (const std::string& vm_id : vm_ids) {
    const std::string id = KnownItemId(vm_id);
    if (id.empty()) continue;
    const absl::StatusOr<AsrVault::Pages> points = vault_.Points(id);
    if (!points.ok()) return points.status();
    AddBodies(absl::StrCat(vm_id, "/recoveryPoints"), *points, &bodies);
  }
  absl::StatusOr<AsrImport> import =
      ImportAsrBodies(bodies, OptionsOf(options_.shared_point_by));
  if (!import.ok()) return import.status();

  const absl::StatusOr<AsrVault::Pages> plan_pages = vault_.Plans();
  if (!plan_pages.ok()) return plan_pages.status();
  const std::vector<AsrRecoveryPlan> plans = ReadRecoveryPlans(*plan_pages);
  const absl::StatusOr<AsrPlanChoice> by_plan = ChosenFrom(plans, {});
  if (!by_plan.ok()) return by_plan.status();
  if (!rights_) {
    absl::StatusOr<AsrRights> rights = AsrRights::Read(vault_);
    if (!rights.ok()) return rights.status();
    rights_ = *std::move(rights);
  }
  const std::map<std::string, Json> entries = EntriesOf(*items);
  std::map<std::string, const v1::Vm*> by_item;
  for (const v1::Vm& vm : import->inventory.vms()) {
    by_item[absl::AsciiStrToLower(import->item_ids[vm.id()])] = &vm;
  }
  std::vector<v1::SiteVm> vms;
  for (const std::string& vm_id : vm_ids) {
    v1::SiteVm& vm = vms.emplace_back();
    const std::string id = absl::AsciiStrToLower(KnownItemId(vm_id));
    const auto entry = entries.find(id);
    const auto imported = by_item.find(id);
    if (entry != entries.end() && imported != by_item.end()) {
      absl::StatusOr<AsrItem> item = ReadAsrItem(entry->second.dump());
      if (!item.ok()) return item.status();
      const auto plan = by_plan->find(id);
      if (plan != by_plan->end()) item->is_grouped = true;
      *vm.mutable_vm() = *imported->second;
      WriteSiteVm(*item, entry->second, &vm);
      WriteMissingRights(*rights_, *item,
                         plan == by_plan->end() ? "" : plan->second->id,
                         options_.requests, &vm);
    }
    vm.mutable_vm()->set_id(vm_id);
  }
  return vms;
}

}  // namespace recoveryline
