#include "engine/wire/wire_inventory.h"

#include <utility>

namespace recoveryline {

using core::Marker;
using core::Position;

WireInventory::WireInventory(v1::Inventory rows)
    : rows_(std::make_unique<const v1::Inventory>(std::move(rows))),
      heads_(*rows_),
      series_(static_cast<size_t>(vm_count())),
      ids_(static_cast<size_t>(vm_count())),
      row_indexes_(static_cast<size_t>(vm_count())),
      markers_(static_cast<size_t>(group_count() + vm_count())) {}

size_t WireInventory::MarkerSpace(int vm) const {
  const int group = heads_.vm(vm).group;
  return static_cast<size_t>(group >= 0 ? group : group_count() + vm);
}

std::optional<core::Instant> WireInventory::as_of_time() const {
  return heads_.as_of_time();
}

std::optional<core::Instant> WireInventory::observed_from() const {
  return heads_.observed_from();
}

int WireInventory::vm_count() const { return heads_.vm_count(); }

std::optional<int> WireInventory::FindVm(absl::string_view id) const {
  return heads_.FindVm(id);
}

VmFacts WireInventory::vm(int vm) const { return heads_.vm(vm); }

int WireInventory::group_count() const { return heads_.group_count(); }

std::optional<int> WireInventory::FindGroup(absl::string_view id) const {
  return heads_.FindGroup(id);
}

const GroupFacts& WireInventory::group(int group) const {
  return heads_.group(group);
}

const core::PointSeries& WireInventory::points(int vm) const {
  return series_[static_cast<size_t>(vm)];
}

std::string WireInventory::point_id(int vm, Position position) const {
  return ids_[static_cast<size_t>(vm)].At(position);
}

std::vector<int> WireInventory::RowIndexes(int vm) const {
  return row_indexes_[static_cast<size_t>(vm)];
}

std::optional<Position> WireInventory::FindPoint(int vm,
                                                 absl::string_view id) const {
  return ids_[static_cast<size_t>(vm)].Find(id);
}

absl::string_view WireInventory::marker_id(int vm, Marker marker) const {
  return markers_[MarkerSpace(vm)].At(static_cast<size_t>(marker));
}

std::optional<Marker> WireInventory::FindMarker(int vm,
                                                absl::string_view id) const {
  const TextList& markers = markers_[MarkerSpace(vm)];
  size_t low = 0;
  size_t high = markers.size();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (markers.At(middle) < id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == markers.size() || markers.At(low) != id) return std::nullopt;
  return static_cast<Marker>(low);
}

}  // namespace recoveryline
