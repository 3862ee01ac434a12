#include "engine/archive/unit_writer.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/archive/archive_format.h"
#include "engine/archive/point_columns.h"
#include "engine/archive/points_writer.h"
#include "engine/row_inventory.h"
#include "recoveryline/v1/archive.pb.h"

namespace recoveryline {
namespace {

using core::Position;
using v1::ArchiveRecord;
using v1::ArchiveUnit;

// The unit as an inventory of its own. The machines are lent to it, not copied,
// and nothing changes them.
class UnitInventory {
 public:
  explicit UnitInventory(const ArchivedUnit& unit) {
    if (unit.group != nullptr) {
      *inventory_.add_replication_groups() = *unit.group;
    }
    for (const ArchivedUnit::Member& m : unit.vms) {
      inventory_.mutable_vms()->UnsafeArenaAddAllocated(
          const_cast<v1::Vm*>(m.vm));
    }
  }
  ~UnitInventory() {
    while (inventory_.vms_size() > 0) {
      inventory_.mutable_vms()->UnsafeArenaReleaseLast();
    }
  }
  UnitInventory(const UnitInventory&) = delete;
  UnitInventory& operator=(const UnitInventory&) = delete;

  const v1::Inventory& inventory() const { return inventory_; }

 private:
  v1::Inventory inventory_;
};

// All of the machine but its points.
v1::Vm WithoutPoints(const v1::Vm& vm) {
  v1::Vm row;
  row.set_id(vm.id());
  row.set_display_name(vm.display_name());
  row.set_replication_group_id(vm.replication_group_id());
  row.set_protection_state(vm.protection_state());
  row.set_disk_count(vm.disk_count());
  if (vm.has_latest_replicated_time()) {
    *row.mutable_latest_replicated_time() = vm.latest_replicated_time();
  }
  return row;
}

// What stands in columns for all machines of a unit.
struct UnitColumns {
  std::vector<uint64_t> machines;
  std::vector<Position> carriers;
  std::vector<core::Marker> carried;
  std::vector<core::SeriesLine> newest;
};

void AddMachine(int index, const core::PointSeries& points,
                const ColumnPlace& content, UnitColumns* columns) {
  const core::SeriesImage image = points.image();
  const Position newest = std::min<Position>(kNewestPoints, image.size);
  const size_t first_line = columns->newest.size();
  const size_t first_carrier = columns->carriers.size();
  if (newest > 0) {
    const core::PointSeries last = points.Newest(newest);
    const auto lines = last.image().lines;
    columns->newest.insert(columns->newest.end(), lines.begin(), lines.end());
  }
  columns->carriers.insert(columns->carriers.end(), image.carriers.begin(),
                           image.carriers.end());
  columns->carried.insert(columns->carried.end(), image.carried.begin(),
                          image.carried.end());
  const uint64_t held =
      image.bucket_shift | uint64_t{image.unit_nanos} << kUnitNanosBit |
      uint64_t{image.wide} << kWideBit | uint64_t{image.timed} << kTimedBit;
  const auto share = [](size_t first, size_t end) {
    return Halves(static_cast<uint32_t>(end - first),
                  static_cast<uint32_t>(first));
  };
  const std::array<uint64_t, kMachineWords> words = {
      Halves(static_cast<uint32_t>(image.size), static_cast<uint32_t>(index)),
      static_cast<uint64_t>(image.base),
      held | uint64_t{image.bucket_count} << 32,
      content.place,
      content.size,
      share(first_line, columns->newest.size()),
      share(first_carrier, columns->carriers.size()),
      static_cast<uint64_t>(newest)};
  columns->machines.insert(columns->machines.end(), words.begin(), words.end());
}

void WriteMarkers(const RowInventory& rows, RecordBytes* bytes) {
  std::vector<uint32_t> ends;
  std::string text;
  for (const absl::string_view marker : rows.markers(0)) {
    absl::StrAppend(&text, marker);
    ends.push_back(static_cast<uint32_t>(text.size()));
  }
  if (ends.empty()) return;
  bytes->Column<uint32_t>(ArchiveUnit::kMarkerEndsFieldNumber, ends, 4);
  bytes->Field(ArchiveUnit::kMarkerTextFieldNumber, text);
}

absl::Status TooLarge(absl::string_view what, absl::string_view id) {
  return absl::ResourceExhaustedError(absl::StrCat(
      what, id, " takes 2 GiB or more; an archive cannot hold it"));
}

// The record of a machine's points; gives back where its content is.
ColumnPlace WriteMachine(const RowInventory& rows, int vm, const v1::Vm& row,
                         RecordBytes* bytes) {
  const size_t record = bytes->OpenRecord();
  const size_t content = bytes->Open(ArchiveRecord::kPointsFieldNumber);
  const uint64_t place = bytes->place();
  WritePoints(rows, vm, row, bytes);
  bytes->PadTo(sizeof(core::SeriesLine));
  bytes->Close(content);
  bytes->Close(record);
  return {place, bytes->place() - place};
}

}  // namespace

absl::StatusOr<WrittenUnit> WriteUnit(const ArchivedUnit& unit,
                                      RecordBytes* units, RecordBytes* points) {
  const UnitInventory part(unit);
  const RowInventory rows(part.inventory());
  UnitColumns columns;
  for (size_t m = 0; m < unit.vms.size(); ++m) {
    const auto& [index, row] = unit.vms[m];
    const int vm = static_cast<int>(m);
    const ColumnPlace content = WriteMachine(rows, vm, *row, points);
    if (content.size >= kMostRecordBytes - kRecordHeadBytes) {
      return TooLarge("machine ", row->id());
    }
    AddMachine(index, rows.points(vm), content, &columns);
  }

  WrittenUnit written;
  written.group = static_cast<uint32_t>(unit.group_index + 1);
  written.machine_count = static_cast<uint32_t>(unit.vms.size());
  const size_t record = units->OpenRecord();
  const size_t content = units->Open(ArchiveRecord::kUnitFieldNumber);
  written.place = units->place();
  if (unit.group != nullptr) {
    units->Field(ArchiveUnit::kGroupFieldNumber, *unit.group);
  }
  for (const ArchivedUnit::Member& member : unit.vms) {
    units->Field(ArchiveUnit::kVmsFieldNumber, WithoutPoints(*member.vm));
  }
  units->Column<uint64_t>(ArchiveUnit::kMachinesFieldNumber, columns.machines,
                          sizeof(uint64_t));
  written.machines_place =
      units->place() - columns.machines.size() * sizeof(uint64_t);
  units->Column<Position>(ArchiveUnit::kCarriersFieldNumber, columns.carriers,
                          4);
  units->Column<core::Marker>(ArchiveUnit::kCarriedFieldNumber, columns.carried,
                              4);
  units->Column<core::SeriesLine>(ArchiveUnit::kNewestFieldNumber,
                                  columns.newest, sizeof(core::SeriesLine));
  if (!unit.vms.empty()) WriteMarkers(rows, units);
  units->PadTo(sizeof(core::SeriesLine));
  units->Close(content);
  units->Close(record);
  written.bytes = units->place() - written.place;
  if (written.bytes >= kMostRecordBytes - kRecordHeadBytes) {
    return TooLarge("replication group ",
                    unit.group == nullptr ? "" : unit.group->id());
  }
  return written;
}

}  // namespace recoveryline
