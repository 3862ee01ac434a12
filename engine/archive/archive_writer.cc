#include "engine/archive/archive_writer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "engine/archive/archive_format.h"
#include "engine/archive/crc32c.h"
#include "engine/archive/record_bytes.h"
#include "engine/archive/unit_writer.h"

namespace recoveryline {
namespace {

using v1::ArchiveChecksums;
using v1::ArchiveDirectory;
using v1::ArchiveRecord;

// When this much of units and points has come together, it is written: what
// lies together in the file, and most of the memory that writing takes.
constexpr size_t kChunkBytes = size_t{16} << 20;

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
  const absl::StatusOr<WrittenUnit> written =
      WriteUnit(unit, &chunk_units_, &chunk_points_);
  if (!written.ok()) return written.status();
  chunk_.push_back(*written);

  const auto number =
      static_cast<uint32_t>(units_.size() / kUnitWords + chunk_.size() - 1);
  for (size_t m = 0; m < unit.vms.size(); ++m) {
    const auto [index, vm] = unit.vms[m];
    SetAt(&vm_places_, static_cast<size_t>(index),
          Halves(number, static_cast<uint32_t>(m)));
    vm_ids_.push_back(IdEntry(vm->id(), index));
  }
  if (unit.group != nullptr) {
    SetAt(&group_places_, static_cast<size_t>(unit.group_index), number);
    group_ids_.push_back(IdEntry(unit.group->id(), unit.group_index));
  }
  return chunk_units_.bytes().size() + chunk_points_.bytes().size() <
                 kChunkBytes
             ? absl::OkStatus()
             : WriteChunk();
}

absl::Status ArchiveWriter::WriteChunk() {
  absl::Status written = WriteHeader();
  if (!written.ok()) return written;
  const uint64_t points_begin = place_ + chunk_units_.bytes().size();
  for (const WrittenUnit& unit : chunk_) {
    for (size_t m = 0; m < unit.machine_count; ++m) {
      const uint64_t at =
          unit.machines_place +
          (m * kMachineWords + kPointsPlaceWord) * sizeof(uint64_t);
      uint64_t place = 0;
      std::memcpy(&place, chunk_units_.bytes().data() + at, sizeof(place));
      place += points_begin;
      chunk_units_.Replace(
          at, {reinterpret_cast<const char*>(&place), sizeof(place)});
    }
    units_.push_back(place_ + unit.place);
    units_.push_back(
        Halves(unit.machine_count, static_cast<uint32_t>(unit.bytes)));
    units_.push_back(unit.group);
  }
  written = Write(chunk_units_.bytes());
  if (written.ok()) written = Write(chunk_points_.bytes());
  chunk_.clear();
  chunk_units_ = RecordBytes(0);
  chunk_points_ = RecordBytes(0);
  return written;
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
  if (head.has_observed_from()) {
    *facts.mutable_observed_from() = head.observed_from();
  }
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
  absl::Status written = WriteChunk();
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
