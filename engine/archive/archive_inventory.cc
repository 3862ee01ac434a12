#include "engine/archive/archive_inventory.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/archive/archived_points.h"
#include "engine/field_checks.h"
#include "engine/timestamps.h"

namespace recoveryline {

using core::Marker;
using core::Position;

struct ArchiveInventory::Member {
  const v1::ArchiveVm* facts = nullptr;
  mutable std::once_flag once;  // of loading the points
  mutable std::atomic<bool> loaded = false;
  mutable ArchivedPoints points;
};

struct ArchiveInventory::Unit {
  v1::ArchiveUnit facts;
  GroupFacts group;
  int group_index = -1;
  std::unique_ptr<Member[]> members;
};

ArchiveInventory::ArchiveInventory(const Archive& archive, Proof proof)
    : archive_(archive),
      proof_(proof),
      units_(
          std::make_unique<std::atomic<const Unit*>[]>(archive.unit_count())) {}

ArchiveInventory::~ArchiveInventory() = default;

absl::Status ArchiveInventory::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void ArchiveInventory::Note(const absl::Status& status) const {
  const std::lock_guard lock(mutex_);
  if (status_.ok()) status_ = status;
}

const ArchiveInventory::Unit* ArchiveInventory::UnitAt(uint32_t unit) const {
  std::atomic<const Unit*>& place = units_[unit];
  if (const Unit* known = place.load(std::memory_order_acquire)) return known;
  absl::StatusOr<v1::ArchiveUnit> facts = archive_.ReadUnit(unit);
  if (!facts.ok()) {
    Note(absl::Status(
        facts.status().code(),
        absl::StrCat("unit ", unit, ": ", facts.status().message())));
    return nullptr;
  }
  auto read = std::make_unique<Unit>();
  read->facts = *std::move(facts);
  const v1::ArchiveUnit& rows = read->facts;
  read->members =
      std::make_unique<Member[]>(static_cast<size_t>(rows.vms_size()));
  for (int m = 0; m < rows.vms_size(); ++m) {
    read->members[static_cast<size_t>(m)].facts = &rows.vms(m);
    read->group.vms.push_back(static_cast<int>(rows.vms(m).index()));
  }
  if (rows.has_group()) {
    read->group_index = static_cast<int>(rows.group_index());
    read->group.id = rows.group().id();
    read->group.multi_vm_consistency = rows.group().multi_vm_consistency();
    read->group.expected_vm_ids.assign(rows.group().expected_vm_ids().begin(),
                                       rows.group().expected_vm_ids().end());
  }
  const std::lock_guard lock(mutex_);
  if (const Unit* known = place.load(std::memory_order_relaxed)) return known;
  read_.push_back(std::move(read));
  place.store(read_.back().get(), std::memory_order_release);
  return read_.back().get();
}

const ArchiveInventory::Unit* ArchiveInventory::UnitOf(int vm) const {
  const absl::StatusOr<UnitPlace> place =
      archive_.PlaceOfVm(static_cast<uint32_t>(vm));
  if (!place.ok()) Note(place.status());
  return place.ok() ? UnitAt(place->unit) : nullptr;
}

const ArchiveInventory::Member* ArchiveInventory::MemberOf(int vm) const {
  const absl::StatusOr<UnitPlace> place =
      archive_.PlaceOfVm(static_cast<uint32_t>(vm));
  if (!place.ok()) {
    Note(place.status());
    return nullptr;
  }
  const Unit* unit = UnitAt(place->unit);
  if (unit == nullptr) return nullptr;
  if (static_cast<int64_t>(place->member) >= unit->facts.vms_size() ||
      unit->members[place->member].facts->index() !=
          static_cast<uint32_t>(vm)) {
    Note(absl::DataLossError(
        absl::StrCat("unit ", place->unit, ": machine number ", vm,
                     " is not where the directory has it")));
    return nullptr;
  }
  return &unit->members[place->member];
}

const ArchiveInventory::Member* ArchiveInventory::LoadedMember(int vm) const {
  const Member* member = MemberOf(vm);
  if (member == nullptr) return nullptr;
  std::call_once(member->once, [&] {
    absl::StatusOr<ArchivedPoints> points =
        ArchivedPoints::Load(archive_, *member->facts);
    if (points.ok() && proof_ == kRebuild && !points->series().IsNormal()) {
      points = absl::DataLossError(
          absl::StrCat("machine ", Quoted(member->facts->vm().id()),
                       ": its points are not sorted and summarised as an "
                       "archive has them"));
    }
    if (!points.ok()) {
      Note(points.status());
      return;
    }
    member->points = *std::move(points);
    member->loaded.store(true, std::memory_order_release);
  });
  return member->loaded.load(std::memory_order_acquire) ? member : nullptr;
}

std::optional<core::Instant> ArchiveInventory::as_of_time() const {
  if (!archive_.head().has_as_of_time()) return std::nullopt;
  return ToInstant(archive_.head().as_of_time());
}

int ArchiveInventory::vm_count() const {
  return static_cast<int>(archive_.vm_count());
}

std::optional<int> ArchiveInventory::FindVm(absl::string_view id) const {
  std::optional<int> found;
  const absl::Status visited = archive_.VisitVms(id, [&](uint32_t vm) {
    const Member* member = MemberOf(static_cast<int>(vm));
    if (member == nullptr || member->facts->vm().id() != id) return false;
    found = static_cast<int>(vm);
    return true;
  });
  if (!visited.ok()) Note(visited);
  return found;
}

VmFacts ArchiveInventory::vm(int vm) const {
  const Unit* unit = UnitOf(vm);
  const Member* member = MemberOf(vm);
  if (unit == nullptr || member == nullptr) return {};
  const v1::Vm& row = member->facts->vm();
  return {.id = row.id(),
          .display_name = row.display_name(),
          .group = unit->group_index,
          .replicating = row.protection_state() == v1::Vm::REPLICATING};
}

int ArchiveInventory::group_count() const {
  return static_cast<int>(archive_.group_count());
}

std::optional<int> ArchiveInventory::FindGroup(absl::string_view id) const {
  std::optional<int> found;
  const absl::Status visited = archive_.VisitGroups(id, [&](uint32_t index) {
    if (group(static_cast<int>(index)).id != id) return false;
    found = static_cast<int>(index);
    return true;
  });
  if (!visited.ok()) Note(visited);
  return found;
}

const GroupFacts& ArchiveInventory::group(int group) const {
  static const GroupFacts* const kNone = new GroupFacts;
  const absl::StatusOr<uint32_t> place =
      archive_.UnitOfGroup(static_cast<uint32_t>(group));
  if (!place.ok()) {
    Note(place.status());
    return *kNone;
  }
  const Unit* unit = UnitAt(*place);
  if (unit == nullptr) return *kNone;
  if (unit->group_index != group) {
    Note(absl::DataLossError(
        absl::StrCat("unit ", *place, ": group number ", group,
                     " is not where the directory has it")));
    return *kNone;
  }
  return unit->group;
}

const core::PointSeries& ArchiveInventory::points(int vm) const {
  static const core::PointSeries* const kNone = new core::PointSeries;
  const Member* member = LoadedMember(vm);
  return member == nullptr ? *kNone : member->points.series();
}

std::string ArchiveInventory::point_id(int vm, Position position) const {
  const Member* member = LoadedMember(vm);
  if (member == nullptr) return "";
  absl::StatusOr<std::string> id = member->points.Id(position);
  if (!id.ok()) Note(id.status());
  return id.ok() ? *std::move(id) : "";
}

std::vector<int> ArchiveInventory::RowIndexes(int vm) const {
  const Member* member = LoadedMember(vm);
  if (member == nullptr) return {};
  absl::StatusOr<std::vector<int>> rows = member->points.RowIndexes();
  if (!rows.ok()) Note(rows.status());
  return rows.ok() ? *std::move(rows) : std::vector<int>();
}

std::optional<Position> ArchiveInventory::FindPoint(
    int vm, absl::string_view id) const {
  const Member* member = LoadedMember(vm);
  if (member == nullptr) return std::nullopt;
  const absl::StatusOr<std::optional<Position>> found = member->points.Find(id);
  if (!found.ok()) Note(found.status());
  return found.ok() ? *found : std::nullopt;
}

absl::string_view ArchiveInventory::marker_id(int vm, Marker marker) const {
  const Unit* unit = UnitOf(vm);
  if (unit == nullptr) return "";
  if (marker < 0 || marker >= unit->facts.markers_size()) {
    Note(absl::DataLossError(absl::StrCat(
        "machine number ", vm, ": a point has a marker that is not there")));
    return "";
  }
  return unit->facts.markers(marker);
}

std::optional<Marker> ArchiveInventory::FindMarker(int vm,
                                                   absl::string_view id) const {
  const Unit* unit = UnitOf(vm);
  if (unit == nullptr) return std::nullopt;
  const auto& markers = unit->facts.markers();
  const auto found = std::lower_bound(markers.begin(), markers.end(), id);
  if (found == markers.end() || *found != id) return std::nullopt;
  return static_cast<Marker>(found - markers.begin());
}

v1::Inventory ArchiveInventory::RowsRead(Rows wanted) const {
  std::vector<const Member*> members;
  std::vector<const Unit*> groups;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& unit : read_) {
      for (int m = 0; m < unit->facts.vms_size(); ++m) {
        members.push_back(&unit->members[static_cast<size_t>(m)]);
      }
      if (unit->facts.has_group()) groups.push_back(unit.get());
    }
  }
  std::sort(members.begin(), members.end(),
            [](const Member* a, const Member* b) {
              return a->facts->index() < b->facts->index();
            });
  std::sort(groups.begin(), groups.end(), [](const Unit* a, const Unit* b) {
    return a->group_index < b->group_index;
  });
  v1::Inventory rows = archive_.head();
  for (const Unit* unit : groups) {
    *rows.add_replication_groups() = unit->facts.group();
  }
  for (const Member* member : members) {
    v1::Vm* row = rows.add_vms();
    *row = member->facts->vm();
    if (wanted == kWithoutPoints ||
        !member->loaded.load(std::memory_order_acquire)) {
      continue;
    }
    const Unit* unit = UnitOf(static_cast<int>(member->facts->index()));
    const absl::Status restored =
        member->points.Restore(unit->facts.markers(), row);
    if (!restored.ok()) Note(restored);
  }
  return rows;
}

}  // namespace recoveryline
