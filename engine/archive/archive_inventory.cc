#include "engine/archive/archive_inventory.h"

#include <algorithm>
#include <utility>

#include "absl/base/call_once.h"
#include "absl/strings/str_cat.h"
#include "engine/archive/archived_points.h"
#include "engine/archive/archived_series.h"
#include "engine/field_checks.h"
#include "engine/timestamps.h"

namespace recoveryline {

using core::Marker;
using core::PointSeries;
using core::Position;

// A machine. Its points are read when they are asked for; those that cannot be
// are none.
struct ArchiveInventory::Member final : core::SeriesSource {
  const PointSeries& Newest() const override { return newest; }
  core::SeriesCarriers Carriers() const override { return carriers; }
  const PointSeries& Whole() const override {
    absl::call_once(whole_once, [this] {
      auto read = std::make_unique<PointSeries>();
      absl::StatusOr<PointSeries> series = ReadSeries(view->archive_, *facts);
      if (series.ok() && view->proof_ == kRebuild && !series->IsNormal()) {
        series = absl::DataLossError(
            absl::StrCat("machine ", Quoted(facts->id),
                         ": its points are not sorted and summarised as an "
                         "archive has them"));
      }
      if (series.ok()) {
        *read = *std::move(series);
      } else {
        view->Note(series.status());
      }
      whole = std::move(read);
    });
    return *whole;
  }

  // The newest points first.
  const PointSeries& Sourced() const {
    absl::call_once(newest_once, [this] {
      if (facts->point_count == 0) return;
      absl::StatusOr<PointSeries> read = ReadNewest(view->archive_, *facts);
      const auto of_markers = ReadCarriers(view->archive_, *facts);
      if (!of_markers.ok()) read = of_markers.status();
      if (read.ok()) {
        newest = *std::move(read);
        carriers = *of_markers;
        read = FromSource(*facts, *this);
      }
      if (read.ok()) {
        sourced = *std::move(read);
      } else {
        view->Note(read.status());
      }
    });
    return sourced;
  }

  // Null where they cannot be read.
  const ArchivedPoints* Rows() const {
    absl::call_once(rows_once, [this] {
      absl::StatusOr<ArchivedPoints> read =
          ArchivedPoints::Open(view->archive_, *facts);
      if (read.ok()) {
        rows = std::make_unique<ArchivedPoints>(*std::move(read));
      } else {
        view->Note(read.status());
      }
    });
    return rows.get();
  }

  const ArchiveInventory* view = nullptr;
  const Unit* unit = nullptr;
  const MachineFacts* facts = nullptr;
  mutable absl::once_flag newest_once;
  mutable absl::once_flag whole_once;
  mutable absl::once_flag rows_once;
  mutable std::atomic<bool> asked = false;  // for its points
  mutable PointSeries newest;
  mutable PointSeries sourced;
  mutable core::SeriesCarriers carriers;
  mutable std::unique_ptr<const PointSeries> whole;
  mutable std::unique_ptr<const ArchivedPoints> rows;
};

struct ArchiveInventory::Unit {
  UnitFacts facts;
  GroupFacts group;
  int group_index = -1;
  std::unique_ptr<Member[]> members;
};

namespace {

absl::Status Broken(int vm, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("machine number ", vm, ": ",
                                                  status.message()));
}

}  // namespace

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
  absl::StatusOr<UnitFacts> facts = archive_.ReadUnit(unit);
  if (!facts.ok()) {
    Note(absl::Status(
        facts.status().code(),
        absl::StrCat("unit ", unit, ": ", facts.status().message())));
    return nullptr;
  }
  auto read = std::make_unique<Unit>();
  read->facts = *std::move(facts);
  const std::vector<MachineFacts>& machines = read->facts.machines;
  read->members = std::make_unique<Member[]>(machines.size());
  read->group.vms.reserve(machines.size());
  for (size_t m = 0; m < machines.size(); ++m) {
    read->members[m].view = this;
    read->members[m].unit = read.get();
    read->members[m].facts = &machines[m];
    read->group.vms.push_back(static_cast<int>(machines[m].index));
  }
  if (read->facts.group_index.has_value()) {
    ArchivedGroup& row = read->facts.group;
    read->group_index = static_cast<int>(*read->facts.group_index);
    read->group.id = row.id;
    read->group.multi_vm_consistency = row.multi_vm_consistency;
    read->group.expected_vm_ids = std::move(row.expected_vm_ids);
  }
  const std::lock_guard lock(mutex_);
  if (const Unit* known = place.load(std::memory_order_relaxed)) return known;
  read_.push_back(std::move(read));
  place.store(read_.back().get(), std::memory_order_release);
  return read_.back().get();
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
  if (place->member >= unit->facts.machines.size() ||
      unit->facts.machines[place->member].index != static_cast<uint32_t>(vm)) {
    Note(absl::DataLossError(
        absl::StrCat("unit ", place->unit, ": machine number ", vm,
                     " is not where the directory has it")));
    return nullptr;
  }
  return &unit->members[place->member];
}

std::optional<core::Instant> ArchiveInventory::as_of_time() const {
  if (!archive_.head().has_as_of_time()) return std::nullopt;
  return ToInstant(archive_.head().as_of_time());
}

std::optional<core::Instant> ArchiveInventory::observed_from() const {
  if (!archive_.head().has_observed_from()) return std::nullopt;
  return ToInstant(archive_.head().observed_from());
}

int ArchiveInventory::vm_count() const {
  return static_cast<int>(archive_.vm_count());
}

std::optional<int> ArchiveInventory::FindVm(absl::string_view id) const {
  std::optional<int> found;
  const absl::Status visited = archive_.VisitVms(id, [&](uint32_t vm) {
    const Member* member = MemberOf(static_cast<int>(vm));
    if (member == nullptr || member->facts->id != id) return false;
    found = static_cast<int>(vm);
    return true;
  });
  if (!visited.ok()) Note(visited);
  return found;
}

VmFacts ArchiveInventory::vm(int vm) const {
  const Member* member = MemberOf(vm);
  if (member == nullptr) return {};
  return {.id = member->facts->id,
          .display_name = member->facts->display_name,
          .group = member->unit->group_index,
          .replicating = member->facts->replicating};
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
  static const PointSeries* const kNone = new PointSeries;
  const Member* member = MemberOf(vm);
  if (member == nullptr) return *kNone;
  member->asked.store(true, std::memory_order_relaxed);
  return proof_ == kNewest ? member->Sourced() : member->Whole();
}

std::string ArchiveInventory::point_id(int vm, Position position) const {
  const Member* member = MemberOf(vm);
  const ArchivedPoints* rows = member == nullptr ? nullptr : member->Rows();
  if (rows == nullptr) return "";
  absl::StatusOr<std::string> id = rows->Id(position);
  if (!id.ok()) Note(id.status());
  return id.ok() ? *std::move(id) : "";
}

std::vector<int> ArchiveInventory::RowIndexes(int vm) const {
  const Member* member = MemberOf(vm);
  const ArchivedPoints* rows = member == nullptr ? nullptr : member->Rows();
  if (rows == nullptr) return {};
  absl::StatusOr<std::vector<int>> indexes = rows->RowIndexes();
  if (!indexes.ok()) Note(indexes.status());
  return indexes.ok() ? *std::move(indexes) : std::vector<int>();
}

std::optional<Position> ArchiveInventory::FindPoint(
    int vm, absl::string_view id) const {
  const Member* member = MemberOf(vm);
  const ArchivedPoints* rows = member == nullptr ? nullptr : member->Rows();
  if (rows == nullptr) return std::nullopt;
  const absl::StatusOr<std::optional<Position>> found = rows->Find(id);
  if (!found.ok()) Note(found.status());
  return found.ok() ? *found : std::nullopt;
}

absl::string_view ArchiveInventory::marker_id(int vm, Marker marker) const {
  const Member* member = MemberOf(vm);
  if (member == nullptr) return "";
  const absl::StatusOr<MarkerList> markers =
      archive_.ReadMarkers(member->unit->facts);
  if (!markers.ok()) {
    Note(Broken(vm, markers.status()));
    return "";
  }
  if (marker < 0 || marker >= markers->size()) {
    Note(Broken(vm, absl::DataLossError("a point has a marker that is not "
                                        "there")));
    return "";
  }
  return (*markers)[marker];
}

std::optional<Marker> ArchiveInventory::FindMarker(int vm,
                                                   absl::string_view id) const {
  const Member* member = MemberOf(vm);
  if (member == nullptr) return std::nullopt;
  const absl::StatusOr<MarkerList> markers =
      archive_.ReadMarkers(member->unit->facts);
  if (!markers.ok()) {
    Note(Broken(vm, markers.status()));
    return std::nullopt;
  }
  int low = 0;
  for (int high = markers->size(); low < high;) {
    const int middle = low + (high - low) / 2;
    if ((*markers)[middle] < id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == markers->size() || (*markers)[low] != id) return std::nullopt;
  return static_cast<Marker>(low);
}

v1::Inventory ArchiveInventory::RowsRead(Rows wanted) const {
  std::vector<const Member*> members;
  std::vector<const Unit*> groups;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& unit : read_) {
      for (size_t m = 0; m < unit->facts.machines.size(); ++m) {
        members.push_back(&unit->members[m]);
      }
      if (unit->group_index >= 0) groups.push_back(unit.get());
    }
  }
  std::sort(members.begin(), members.end(),
            [](const Member* a, const Member* b) {
              return a->facts->index < b->facts->index;
            });
  std::sort(groups.begin(), groups.end(), [](const Unit* a, const Unit* b) {
    return a->group_index < b->group_index;
  });
  v1::Inventory rows = archive_.head();
  for (const Unit* unit : groups) {
    absl::StatusOr<v1::ReplicationGroup> row = archive_.ReadGroup(unit->facts);
    if (row.ok()) {
      *rows.add_replication_groups() = *std::move(row);
    } else {
      Note(row.status());
    }
  }
  for (const Member* member : members) {
    absl::StatusOr<v1::Vm> row = archive_.ReadRow(*member->facts);
    if (row.ok() && wanted == kWithPoints &&
        member->asked.load(std::memory_order_relaxed)) {
      const absl::Status restored = Restore(*member, &*row);
      if (!restored.ok()) row = restored;
    }
    if (row.ok()) {
      *rows.add_vms() = *std::move(row);
    } else {
      Note(row.status());
    }
  }
  return rows;
}

absl::Status ArchiveInventory::Restore(const Member& member,
                                       v1::Vm* row) const {
  const ArchivedPoints* rows = member.Rows();
  const PointSeries& series = member.Whole();
  // What cannot be read was noted then.
  if (rows == nullptr || series.size() != member.facts->point_count) {
    return absl::OkStatus();
  }
  const absl::StatusOr<MarkerList> markers =
      archive_.ReadMarkers(member.unit->facts);
  return markers.ok() ? rows->Restore(series, *markers, row) : markers.status();
}

}  // namespace recoveryline
