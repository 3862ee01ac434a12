#include "engine/row_inventory.h"

#include <algorithm>
#include <utility>

#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::Instant;
using core::Marker;
using core::Position;

template <typename Id>
std::optional<int> Find(const absl::flat_hash_map<absl::string_view, int>& map,
                        Id id) {
  const auto found = map.find(id);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

// One point on its way into the total order.
struct Draft {
  core::RecoveryPoint point;
  absl::string_view id;
  int row = 0;
};

// Worst first: a bytewise smaller id is better.
bool IsWorse(const Draft& a, const Draft& b) {
  if (a.point.capture_time != b.point.capture_time) {
    return a.point.capture_time < b.point.capture_time;
  }
  if (a.point.consistency != b.point.consistency) {
    return a.point.consistency < b.point.consistency;
  }
  return b.id < a.id;
}

core::Consistency ToCore(v1::RecoveryPoint::Consistency consistency) {
  return static_cast<core::Consistency>(consistency);
}

core::Cleanliness ToCore(v1::RecoveryPoint::Cleanliness cleanliness) {
  return cleanliness == v1::RecoveryPoint::CLEANLINESS_UNSPECIFIED
             ? core::Cleanliness::kUnknown
             : static_cast<core::Cleanliness>(cleanliness -
                                              v1::RecoveryPoint::INFECTED);
}

}  // namespace

core::RecoveryPoint PointOf(const v1::RecoveryPoint& row, int disk_count) {
  core::RecoveryPoint p;
  p.capture_time = ToInstant(row.capture_time()).value_or(0);
  p.available_from = p.capture_time;
  if (row.has_available_from()) {
    p.available_from = ToInstant(row.available_from()).value_or(0);
  }
  if (row.has_expire_time()) {  // beyond the range: never
    p.expire_time = ToInstant(row.expire_time()).value_or(core::kForever);
  }
  p.consistency = ToCore(row.consistency());
  p.cleanliness = ToCore(row.cleanliness());
  p.partial =
      row.has_covered_disk_count() && row.covered_disk_count() < disk_count;
  return p;
}

RowInventory::RowInventory(const v1::Inventory& inventory)
    : inventory_(&inventory) {
  groups_.resize(static_cast<size_t>(inventory.replication_groups_size()));
  for (int g = 0; g < group_count(); ++g) {
    const v1::ReplicationGroup& row = inventory.replication_groups(g);
    GroupFacts& facts = groups_[static_cast<size_t>(g)];
    facts.id = row.id();
    facts.multi_vm_consistency = row.multi_vm_consistency();
    facts.expected_vm_ids.assign(row.expected_vm_ids().begin(),
                                 row.expected_vm_ids().end());
    group_of_id_.emplace(facts.id, g);
  }
  vm_of_id_.reserve(static_cast<size_t>(vm_count()));
  for (int v = 0; v < vm_count(); ++v) {
    const v1::Vm& row = inventory.vms(v);
    vm_of_id_.emplace(row.id(), v);
    const int g = FindGroup(row.replication_group_id()).value_or(-1);
    group_of_vm_.push_back(g);
    if (g >= 0) groups_[static_cast<size_t>(g)].vms.push_back(v);
  }
  RankMarkers();
  SortPoints();
}

size_t RowInventory::MarkerSpace(int vm) const {
  const int group = group_of_vm_[static_cast<size_t>(vm)];
  return static_cast<size_t>(group >= 0 ? group : group_count() + vm);
}

void RowInventory::RankMarkers() {
  markers_.resize(static_cast<size_t>(group_count() + vm_count()));
  for (int v = 0; v < vm_count(); ++v) {
    std::vector<absl::string_view>& markers = markers_[MarkerSpace(v)];
    for (const v1::RecoveryPoint& p : inventory_->vms(v).recovery_points()) {
      if (!p.consistency_marker().empty()) {
        markers.push_back(p.consistency_marker());
      }
    }
  }
  for (std::vector<absl::string_view>& markers : markers_) {
    std::sort(markers.begin(), markers.end());
    markers.erase(std::unique(markers.begin(), markers.end()), markers.end());
    markers.shrink_to_fit();
  }
}

void RowInventory::SortPoints() {
  series_.reserve(static_cast<size_t>(vm_count()));
  row_of_position_.resize(static_cast<size_t>(vm_count()));
  std::vector<Draft> drafts;
  std::vector<core::RecoveryPoint> ordered;
  for (int v = 0; v < vm_count(); ++v) {
    const v1::Vm& vm = inventory_->vms(v);
    drafts.clear();
    for (const v1::RecoveryPoint& row : vm.recovery_points()) {
      Draft& draft = drafts.emplace_back();
      draft.point = PointOf(row, vm.disk_count());
      draft.point.marker =
          FindMarker(v, row.consistency_marker()).value_or(core::kNoMarker);
      draft.id = row.id();
      draft.row = static_cast<int>(drafts.size()) - 1;
    }
    std::sort(drafts.begin(), drafts.end(), IsWorse);
    ordered.clear();
    std::vector<int>& rows = row_of_position_[static_cast<size_t>(v)];
    rows.reserve(drafts.size());
    for (const Draft& draft : drafts) {
      ordered.push_back(draft.point);
      rows.push_back(draft.row);
    }
    series_.push_back(core::PointSeries::FromOrdered(ordered));
  }
}

std::optional<Instant> RowInventory::as_of_time() const {
  if (!inventory_->has_as_of_time()) return std::nullopt;
  return ToInstant(inventory_->as_of_time());
}

std::optional<Instant> RowInventory::observed_from() const {
  if (!inventory_->has_observed_from()) return std::nullopt;
  return ToInstant(inventory_->observed_from());
}

int RowInventory::vm_count() const { return inventory_->vms_size(); }

std::optional<int> RowInventory::FindVm(absl::string_view id) const {
  return Find(vm_of_id_, id);
}

VmFacts RowInventory::vm(int vm) const {
  const v1::Vm& row = inventory_->vms(vm);
  return {.id = row.id(),
          .display_name = row.display_name(),
          .group = group_of_vm_[static_cast<size_t>(vm)],
          .replicating = row.protection_state() == v1::Vm::REPLICATING};
}

int RowInventory::group_count() const {
  return static_cast<int>(groups_.size());
}

std::optional<int> RowInventory::FindGroup(absl::string_view id) const {
  return Find(group_of_id_, id);
}

const GroupFacts& RowInventory::group(int group) const {
  return groups_[static_cast<size_t>(group)];
}

const core::PointSeries& RowInventory::points(int vm) const {
  return series_[static_cast<size_t>(vm)];
}

int RowInventory::row_index(int vm, Position position) const {
  return row_of_position_[static_cast<size_t>(vm)]
                         [static_cast<size_t>(position)];
}

std::string RowInventory::point_id(int vm, Position position) const {
  return inventory_->vms(vm).recovery_points(row_index(vm, position)).id();
}

std::vector<int> RowInventory::RowIndexes(int vm) const {
  const std::vector<int>& rows = row_of_position_[static_cast<size_t>(vm)];
  if (std::is_sorted(rows.begin(), rows.end())) return {};
  return rows;
}

std::optional<Position> RowInventory::FindPoint(int vm,
                                                absl::string_view id) const {
  for (Position p = points(vm).size() - 1; p >= 0; --p) {
    if (point_id(vm, p) == id) return p;
  }
  return std::nullopt;
}

absl::string_view RowInventory::marker_id(int vm, Marker marker) const {
  return markers_[MarkerSpace(vm)][static_cast<size_t>(marker)];
}

std::optional<Marker> RowInventory::FindMarker(int vm,
                                               absl::string_view id) const {
  const std::vector<absl::string_view>& markers = markers_[MarkerSpace(vm)];
  const auto found = std::lower_bound(markers.begin(), markers.end(), id);
  if (found == markers.end() || *found != id) return std::nullopt;
  return static_cast<Marker>(found - markers.begin());
}

}  // namespace recoveryline
