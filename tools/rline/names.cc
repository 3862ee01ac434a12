#include "tools/rline/names.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

constexpr size_t kMostNear = 3;

// How many letters must be added, dropped, changed or swapped with their
// neighbour to make one of the other (optimal string alignment).
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> previous(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(previous.begin(), previous.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] =
          std::min({previous[j] + 1, row[j - 1] + 1, previous[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(previous);
    previous.swap(row);
  }
  return previous[b.size()];
}

}  // namespace

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
  const std::string wanted = absl::AsciiStrToLower(text.substr(0, 100));
  const size_t furthest = std::max<size_t>(1, wanted.size() / 3);
  std::vector<std::pair<size_t, std::string>> near;
  const auto consider = [&](absl::string_view candidate) {
    const size_t longer = std::max(candidate.size(), wanted.size());
    const size_t shorter = std::min(candidate.size(), wanted.size());
    if (longer - shorter > furthest) return;
    const size_t distance = Distance(wanted, absl::AsciiStrToLower(candidate));
    if (distance <= furthest) near.emplace_back(distance, candidate);
  };
  for (const auto& [id, name] : directory.name_of_id) consider(id);
  for (const auto& [name, uses] : directory.uses_of_name) consider(name);
  std::sort(near.begin(), near.end());
  std::vector<std::string> names;
  for (const auto& [distance, name] : near) {
    if (names.size() == kMostNear) break;
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

}  // namespace recoveryline
