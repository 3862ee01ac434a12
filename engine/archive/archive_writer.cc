#include "engine/archive/archive_writer.h"

#include <algorithm>
#include <span>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/archive/archive_format.h"
#include "engine/archive/crc32c.h"
#include "engine/archive/points_writer.h"
#include "engine/archive/record_bytes.h"
#include "engine/row_inventory.h"

namespace recoveryline {
namespace {

using v1::ArchiveChecksums;
using v1::ArchiveDirectory;
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

// What stands before the points. Where they are is not known yet, but takes the
// same room.
ArchiveUnit FactsOf(const ArchivedUnit& unit, const RowInventory& rows,
                    const v1::Inventory& part) {
  ArchiveUnit facts;
  if (unit.group != nullptr) {
    *facts.mutable_group() = *unit.group;
    facts.set_group_index(static_cast<uint32_t>(unit.group_index));
  }
  for (int v = 0; v < part.vms_size(); ++v) {
    const core::SeriesImage image = rows.points(v).image();
    v1::ArchiveVm* vm = facts.add_vms();
    vm->set_index(
        static_cast<uint32_t>(unit.vms[static_cast<size_t>(v)].index));
    *vm->mutable_vm() = WithoutPoints(part.vms(v));
    vm->set_points_place(0);
    vm->set_points_bytes(0);
    vm->set_point_count(static_cast<uint32_t>(image.size));
    vm->set_base_nanos(image.base);
    vm->set_unit_nanos(image.unit_nanos);
    vm->set_wide(image.wide);
    vm->set_timed(image.timed);
    vm->set_bucket_count(image.bucket_count);
    vm->set_bucket_shift(image.bucket_shift);
  }
  if (part.vms_size() > 0) {
    for (const absl::string_view marker : rows.markers(0)) {
      facts.add_markers(std::string(marker));
    }
  }
  return facts;
}

template <typename T>
void SetAt(std::vector<T>* list, size_t index, T value) {
  if (list->size() <= index) list->resize(index + 1);
  (*list)[index] = value;
}

uint64_t IdEntry(const std::string& id, int index) {
  return Halves(Crc32c(id), static_cast<uint32_t>(index));
}

}  // namespace

absl::Status ArchiveWriter::Write(absl::string_view bytes) {
  place_ += bytes.size();
  sums_.Append(bytes);
  return append_(bytes);
}

absl::Status ArchiveWriter::WriteHeader() {
  if (place_ > 0) return absl::OkStatus();
  return Write(absl::string_view(kArchiveBegin, kArchiveBeginBytes));
}

absl::Status ArchiveWriter::Add(const ArchivedUnit& unit) {
  absl::Status written = WriteHeader();
  if (!written.ok()) return written;
  const UnitInventory part(unit);
  const RowInventory rows(part.inventory());
  ArchiveUnit facts = FactsOf(unit, rows, part.inventory());

  RecordBytes bytes(place_);
  const size_t record = bytes.OpenRecord();
  const size_t content = bytes.Open(ArchiveRecord::kUnitFieldNumber);
  const uint64_t unit_place = bytes.place();
  bytes.Append(facts.SerializeAsString());
  const uint64_t facts_bytes = bytes.place() - unit_place;
  for (int v = 0; v < facts.vms_size(); ++v) {
    const size_t points = bytes.Open(ArchiveUnit::kPointsFieldNumber);
    v1::ArchiveVm* vm = facts.mutable_vms(v);
    vm->set_points_place(bytes.place());
    WritePoints(rows, v, part.inventory().vms(v), &bytes);
    vm->set_points_bytes(
        static_cast<uint32_t>(bytes.place() - vm->points_place()));
    bytes.Close(points);
    if (bytes.bytes().size() > kMostRecordBytes) {
      return absl::ResourceExhaustedError(absl::StrCat(
          unit.group == nullptr ? "machine " : "replication group ",
          unit.group == nullptr ? part.inventory().vms(v).id()
                                : unit.group->id(),
          " takes 2 GiB or more; an archive cannot hold it"));
    }
  }
  bytes.Close(content);
  bytes.Close(record);
  bytes.Replace(unit_place, facts.SerializeAsString());

  const auto number = static_cast<uint32_t>(units_.size() / 2);
  units_.push_back(unit_place);
  units_.push_back(Halves(static_cast<uint32_t>(facts.vms_size()),
                          static_cast<uint32_t>(facts_bytes)));
  for (int v = 0; v < facts.vms_size(); ++v) {
    SetAt(&vm_places_, facts.vms(v).index(),
          Halves(number, static_cast<uint32_t>(v)));
    vm_ids_.push_back(IdEntry(facts.vms(v).vm().id(),
                              static_cast<int>(facts.vms(v).index())));
  }
  if (unit.group != nullptr) {
    SetAt(&group_places_, facts.group_index(), number);
    group_ids_.push_back(IdEntry(unit.group->id(), unit.group_index));
  }
  return Write(bytes.bytes());
}

absl::Status ArchiveWriter::WriteDirectory(const v1::Inventory& head) {
  std::sort(vm_ids_.begin(), vm_ids_.end());
  std::sort(group_ids_.begin(), group_ids_.end());
  RecordBytes bytes(place_);
  const size_t record = bytes.OpenRecord();
  const size_t content = bytes.Open(ArchiveRecord::kDirectoryFieldNumber);
  trailer_.set_directory_place(bytes.place());
  v1::Inventory facts;
  if (head.has_as_of_time()) *facts.mutable_as_of_time() = head.as_of_time();
  facts.set_source(head.source());
  bytes.Field(ArchiveDirectory::kInventoryFieldNumber, facts);
  const auto column = [&](int field, const auto& values) {
    using Value = typename std::decay_t<decltype(values)>::value_type;
    bytes.Column<Value>(field, values, sizeof(Value));
  };
  column(ArchiveDirectory::kUnitsFieldNumber, units_);
  column(ArchiveDirectory::kVmPlacesFieldNumber, vm_places_);
  column(ArchiveDirectory::kGroupPlacesFieldNumber, group_places_);
  column(ArchiveDirectory::kVmIdsFieldNumber, vm_ids_);
  column(ArchiveDirectory::kGroupIdsFieldNumber, group_ids_);
  trailer_.set_directory_bytes(bytes.place() - trailer_.directory_place());
  bytes.Close(content);
  bytes.Close(record);
  return Write(bytes.bytes());
}

absl::Status ArchiveWriter::WriteChecksums() {
  trailer_.set_covered_bytes(place_);
  const std::vector<uint32_t> blocks = sums_.Finish();
  const absl::string_view block_bytes(
      reinterpret_cast<const char*>(blocks.data()),
      blocks.size() * sizeof(uint32_t));
  BlockSums of_blocks;
  of_blocks.Append(block_bytes);
  const std::vector<uint32_t> lists = of_blocks.Finish();
  const absl::string_view list_bytes(
      reinterpret_cast<const char*>(lists.data()),
      lists.size() * sizeof(uint32_t));
  trailer_.set_block_lists_checksum(Crc32c(list_bytes));

  RecordBytes bytes(place_);
  const size_t record = bytes.OpenRecord();
  const size_t content = bytes.Open(ArchiveRecord::kChecksumsFieldNumber);
  bytes.Column<uint32_t>(ArchiveChecksums::kBlocksFieldNumber, blocks,
                         sizeof(uint32_t));
  trailer_.set_blocks_place(bytes.place() - block_bytes.size());
  bytes.Column<uint32_t>(ArchiveChecksums::kBlockListsFieldNumber, lists,
                         sizeof(uint32_t));
  trailer_.set_block_lists_place(bytes.place() - list_bytes.size());
  bytes.Close(content);
  bytes.Close(record);
  place_ += bytes.bytes().size();
  return append_(bytes.bytes());
}

absl::Status ArchiveWriter::Finish(const v1::Inventory& head,
                                   const std::function<std::string()>& digest) {
  absl::Status written = WriteHeader();
  if (written.ok()) written = WriteDirectory(head);
  if (!written.ok()) return written;
  trailer_.set_content_digest(digest());
  if (trailer_.content_digest().size() != kDigestBytes) {
    return absl::InternalError("there is no digest of the archive's content");
  }
  written = WriteChecksums();
  if (!written.ok()) return written;
  trailer_.set_magic(kArchiveMagic);
  trailer_.set_file_bytes(place_ + kTrailerBytes);
  trailer_.set_trailer_checksum(Crc32c(trailer_.SerializeAsString()));
  RecordBytes bytes(place_);
  const size_t record = bytes.OpenRecord();
  bytes.Field(ArchiveRecord::kTrailerFieldNumber, trailer_);
  bytes.Close(record);
  return append_(bytes.bytes());
}

absl::Status WriteArchive(const v1::Inventory& inventory,
                          const ArchiveWriter::Append& append,
                          const std::function<std::string()>& digest) {
  absl::flat_hash_map<absl::string_view, size_t> unit_of_group;
  std::vector<ArchivedUnit> units;
  absl::flat_hash_map<absl::string_view, int> group_of_id;
  for (int g = 0; g < inventory.replication_groups_size(); ++g) {
    group_of_id.emplace(inventory.replication_groups(g).id(), g);
  }
  const auto add_group = [&](int g) {
    units.push_back({.group = &inventory.replication_groups(g),
                     .group_index = g,
                     .vms = {}});
  };
  for (int v = 0; v < inventory.vms_size(); ++v) {
    const v1::Vm* vm = &inventory.vms(v);
    const std::string& group = vm->replication_group_id();
    if (group.empty()) {
      units.push_back({.group = nullptr, .group_index = -1, .vms = {{v, vm}}});
      continue;
    }
    const auto [unit, is_new] = unit_of_group.emplace(group, units.size());
    if (is_new) add_group(group_of_id.at(group));
    units[unit->second].vms.push_back({v, vm});
  }
  for (int g = 0; g < inventory.replication_groups_size(); ++g) {
    if (!unit_of_group.contains(inventory.replication_groups(g).id())) {
      add_group(g);
    }
  }
  ArchiveWriter writer(append);
  for (const ArchivedUnit& unit : units) {
    const absl::Status added = writer.Add(unit);
    if (!added.ok()) return added;
  }
  return writer.Finish(inventory, digest);
}

}  // namespace recoveryline
