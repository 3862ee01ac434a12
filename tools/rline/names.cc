#include "tools/rline/names.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tools/rline/near_words.h"

namespace recoveryline {
void Names::Directory::Add(absl::string_view id, absl::string_view name) {
  name_of_id.emplace(id, name);
  if (!name.empty()) ++uses_of_name[name];
}

Names::Names(const v1::Inventory& inventory) {
  for (const v1::Vm& vm : inventory.vms()) {
    vms_.Add(vm.id(), vm.display_name());
    rows_.emplace(vm.id(), &vm);
  }
  for (const v1::ReplicationGroup& group : inventory.replication_groups()) {
    groups_.Add(group.id(), group.display_name());
  }
}

const v1::Vm* Names::FindRow(absl::string_view vm_id) const {
  const auto it = rows_.find(vm_id);
  return it == rows_.end() ? nullptr : it->second;
}

const v1::RecoveryPoint* Names::FindPoint(absl::string_view vm_id,
                                          absl::string_view point_id) const {
  const v1::Vm* vm = FindRow(vm_id);
  if (vm == nullptr) return nullptr;
  for (const v1::RecoveryPoint& point : vm->recovery_points()) {
    if (point.id() == point_id) return &point;
  }
  return nullptr;
}

std::string Names::Show(const Directory& directory, absl::string_view id) {
  const auto it = directory.name_of_id.find(id);
  if (it == directory.name_of_id.end() || it->second.empty()) {
    return std::string(id);
  }
  if (directory.uses_of_name.at(it->second) == 1) {
    return std::string(it->second);
  }
  return absl::StrCat(it->second, " (", id, ")");
}

std::vector<std::string> Names::Find(const Directory& directory,
                                     absl::string_view text) {
  if (directory.name_of_id.contains(text)) return {std::string(text)};
  std::vector<std::string> ids;
  if (!directory.uses_of_name.contains(text)) return ids;
  for (const auto& [id, name] : directory.name_of_id) {
    if (name == text) ids.emplace_back(id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<std::string> Names::Near(const Directory& directory,
                                     absl::string_view text) {
  NearWords words(text);
  for (const auto& [id, name] : directory.name_of_id) words.Consider(id);
  for (const auto& [name, uses] : directory.uses_of_name) words.Consider(name);
  return words.Nearest();
}

}  // namespace recoveryline
