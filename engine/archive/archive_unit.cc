// Reading a unit, field by field: parsing it as a message would copy every
// text, of which a choice needs few.

#include "engine/archive/archive_unit.h"

#include <array>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "engine/archive/archive.h"
#include "engine/archive/archive_format.h"
#include "engine/archive/field_walk.h"
#include "google/protobuf/stubs/logging.h"

namespace recoveryline {
namespace {

using v1::ArchiveUnit;

constexpr uint64_t kLineBytes = sizeof(core::SeriesLine);
constexpr uint64_t kLeastRecordBytes = 8;  // of a point
// From here on no room is made for machines before they are seen.
constexpr uint32_t kManyMachines = 1'000;

absl::Status Inconsistent(absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the archive contradicts itself: ", what));
}

// The fields of a unit that all of its machines share.
struct UnitColumns {
  ColumnPlace group;
  bool has_group = false;
  ColumnPlace machines;
  ColumnPlace carriers;
  ColumnPlace carried;
  ColumnPlace newest;
};

absl::Status Walk(const VerifiedBytes& bytes, const ColumnPlace& unit,
                  UnitColumns* columns, UnitFacts* facts) {
  FieldWalk walk(bytes, unit.place, unit.size);
  while (walk.Next()) {
    const ColumnPlace here{walk.place(), walk.size()};
    switch (walk.number()) {
      case ArchiveUnit::kGroupFieldNumber:
        columns->group = here;
        columns->has_group = true;
        break;
      case ArchiveUnit::kVmsFieldNumber:
        facts->machines.emplace_back().row = here;
        break;
      case ArchiveUnit::kMachinesFieldNumber:
        columns->machines = here;
        break;
      case ArchiveUnit::kCarriersFieldNumber:
        columns->carriers = here;
        break;
      case ArchiveUnit::kCarriedFieldNumber:
        columns->carried = here;
        break;
      case ArchiveUnit::kNewestFieldNumber:
        columns->newest = here;
        break;
      case ArchiveUnit::kMarkerEndsFieldNumber:
        facts->marker_ends = here;
        break;
      case ArchiveUnit::kMarkerTextFieldNumber:
        facts->marker_text = here;
        break;
      default:
        break;
    }
  }
  return walk.status();
}

bool IsAligned(const ColumnPlace& column, uint64_t alignment) {
  return column.size % alignment == 0 &&
         (column.size == 0 || column.place % alignment == 0);
}

// The share of a column that begins at item `word`'s low half and has as many
// items as its high half says.
bool TakeShare(uint64_t word, uint64_t bytes_each, const ColumnPlace& column,
               ColumnPlace* share) {
  const uint64_t first = LowHalf(word) * bytes_each;
  share->size = HighHalf(word) * bytes_each;
  share->place = column.place + first;
  return first <= column.size && share->size <= column.size - first;
}

// What the machine's row says of it, if it is one.
absl::Status WalkRow(const VerifiedBytes& bytes, MachineFacts* machine) {
  FieldWalk walk(bytes, machine->row.place, machine->row.size);
  while (walk.Next()) {
    const absl::string_view text = bytes.At(walk.place(), walk.size());
    switch (walk.number()) {
      case v1::Vm::kIdFieldNumber:
        machine->id = text;
        break;
      case v1::Vm::kDisplayNameFieldNumber:
        machine->display_name = text;
        break;
      case v1::Vm::kProtectionStateFieldNumber:
        machine->replicating = walk.varint() == v1::Vm::REPLICATING;
        break;
      default:
        break;
    }
  }
  return walk.status();
}

// What the group's row says of it, if it is one.
absl::Status WalkGroup(const VerifiedBytes& bytes, ArchivedGroup* group) {
  FieldWalk walk(bytes, group->row.place, group->row.size);
  while (walk.Next()) {
    const absl::string_view text = bytes.At(walk.place(), walk.size());
    switch (walk.number()) {
      case v1::ReplicationGroup::kIdFieldNumber:
        group->id = text;
        break;
      case v1::ReplicationGroup::kMultiVmConsistencyFieldNumber:
        group->multi_vm_consistency = walk.varint() != 0;
        break;
      case v1::ReplicationGroup::kExpectedVmIdsFieldNumber:
        group->expected_vm_ids.push_back(text);
        break;
      default:
        break;
    }
  }
  return walk.status();
}

// What the machine's words say, but for what lies in no column.
bool ReadWords(absl::string_view text, const UnitColumns& columns,
               MachineFacts* machine) {
  std::array<uint64_t, kMachineWords> words;
  std::memcpy(words.data(), text.data(), sizeof(words));
  constexpr uint32_t kMost = std::numeric_limits<core::Position>::max();
  machine->index = LowHalf(words[0]);
  machine->point_count = static_cast<core::Position>(HighHalf(words[0]));
  machine->base = static_cast<core::Instant>(words[1]);
  machine->bucket_shift = static_cast<uint8_t>(words[2]);
  machine->unit_nanos = static_cast<uint8_t>(words[2] >> kUnitNanosBit);
  machine->wide = (words[2] >> kWideBit & 1) != 0;
  machine->timed = (words[2] >> kTimedBit & 1) != 0;
  machine->bucket_count = HighHalf(words[2]);
  machine->points = {words[3], words[4]};
  machine->newest_count = static_cast<core::Position>(LowHalf(words[7]));
  // What has no room for its records is not so many points.
  return HighHalf(words[0]) <= kMost &&
         HighHalf(words[0]) <= words[4] / kLeastRecordBytes &&
         LowHalf(words[7]) <= HighHalf(words[0]) &&
         TakeShare(words[5], kLineBytes, columns.newest, &machine->newest) &&
         TakeShare(words[6], 4, columns.carriers, &machine->carriers) &&
         TakeShare(words[6], 4, columns.carried, &machine->carried);
}

}  // namespace

absl::StatusOr<UnitFacts> Archive::ReadUnit(uint32_t unit) const {
  std::array<uint64_t, kUnitWords> words;
  for (size_t i = 0; i < words.size(); ++i) {
    const auto word = Word(units_, uint64_t{unit} * kUnitWords + i);
    if (!word.ok()) return word.status();
    words[i] = *word;
  }
  UnitFacts facts;
  UnitColumns columns;
  facts.machines.reserve(HighHalf(words[1]) < kManyMachines ? HighHalf(words[1])
                                                            : 0);
  absl::Status read =
      Walk(bytes_, {words[0], LowHalf(words[1])}, &columns, &facts);
  if (!read.ok()) return read;
  if (words[2] > 0) facts.group_index = static_cast<uint32_t>(words[2] - 1);
  const size_t count = facts.machines.size();
  if (HighHalf(words[1]) != count || words[2] > group_count() ||
      columns.has_group != (words[2] > 0) ||
      (!columns.has_group && count != 1) ||
      columns.machines.size != count * kMachineWords * sizeof(uint64_t) ||
      columns.carriers.size != columns.carried.size ||
      !IsAligned(columns.carriers, 4) || !IsAligned(columns.carried, 4) ||
      !IsAligned(columns.newest, kLineBytes)) {
    return Inconsistent(absl::StrCat("there is no unit at byte ", words[0]));
  }
  const auto machine_words = ReadBytes(columns.machines);
  if (!machine_words.ok()) return machine_words.status();
  facts.group.row = columns.group;
  read = bytes_.Verify(columns.group.place, columns.group.size);
  if (read.ok()) read = WalkGroup(bytes_, &facts.group);
  if (!read.ok()) return read;
  uint64_t points_bytes = 0;
  for (size_t m = 0; m < count; ++m) {
    MachineFacts& machine = facts.machines[m];
    read = bytes_.Verify(machine.row.place, machine.row.size);
    if (read.ok()) read = WalkRow(bytes_, &machine);
    if (!read.ok()) return read;
    constexpr size_t kEach = kMachineWords * sizeof(uint64_t);
    if (!ReadWords(machine_words->substr(m * kEach, kEach), columns,
                   &machine) ||
        machine.index >= vm_count() || machine.points.size > bytes_.size()) {
      return Inconsistent(absl::StrCat("machine ", machine.id,
                                       " cannot be what it is said to be"));
    }
    // So that what hostile units say of each other's points is not much.
    points_bytes += machine.points.size;
    if (points_bytes > bytes_.size()) {
      return Inconsistent("machines share their points");
    }
  }
  read = CheckDirectory(unit, facts);
  if (!read.ok()) return read;
  return facts;
}

absl::Status Archive::CheckDirectory(uint32_t unit,
                                     const UnitFacts& facts) const {
  if (facts.group_index.has_value()) {
    const auto place = UnitOfGroup(*facts.group_index);
    if (!place.ok()) return place.status();
    if (*place != unit) {
      return Inconsistent(absl::StrCat("group number ", *facts.group_index,
                                       " is another unit's"));
    }
  }
  for (uint32_t m = 0; m < facts.machines.size(); ++m) {
    const auto place = PlaceOfVm(facts.machines[m].index);
    if (!place.ok()) return place.status();
    if (place->unit != unit || place->member != m) {
      return Inconsistent(absl::StrCat(
          "machine number ", facts.machines[m].index, " is another unit's"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<MarkerList> Archive::ReadMarkers(const UnitFacts& unit) const {
  const auto ends = ReadBytes(unit.marker_ends);
  const auto text = ReadBytes(unit.marker_text);
  if (!ends.ok()) return ends.status();
  if (!text.ok()) return text.status();
  return MarkerList(*ends, *text);
}

absl::StatusOr<v1::ReplicationGroup> Archive::ReadGroup(
    const UnitFacts& unit) const {
  const auto text = ReadBytes(unit.group.row);
  if (!text.ok()) return text.status();
  const google::protobuf::LogSilencer silencer;  // of what was forged
  v1::ReplicationGroup group;
  if (!group.ParseFromArray(text->data(), static_cast<int>(text->size()))) {
    return Inconsistent(
        absl::StrCat("there is no group at byte ", unit.group.row.place));
  }
  return group;
}

absl::StatusOr<v1::Vm> Archive::ReadRow(const MachineFacts& machine) const {
  const auto text = ReadBytes(machine.row);
  if (!text.ok()) return text.status();
  const google::protobuf::LogSilencer silencer;  // of what was forged
  v1::Vm row;
  if (!row.ParseFromArray(text->data(), static_cast<int>(text->size())) ||
      row.recovery_points_size() > 0) {
    return Inconsistent(absl::StrCat("machine ", machine.id, " has no row"));
  }
  return row;
}

}  // namespace recoveryline
