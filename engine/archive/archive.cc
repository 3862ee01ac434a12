#include "engine/archive/archive.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/archive/archive_format.h"
#include "engine/archive/crc32c.h"
#include "engine/archive/field_walk.h"
#include "engine/core/point_series.h"
#include "google/protobuf/stubs/logging.h"

namespace recoveryline {
namespace {

using v1::ArchiveDirectory;
using v1::ArchivePoints;

absl::string_view HeaderBytes() {
  return absl::string_view(kArchiveBegin, kArchiveBeginBytes);
}

// What a header has whatever the version.
constexpr size_t kAnyVersionBytes = 12;

absl::Status Torn(absl::string_view why) {
  return absl::DataLossError(
      absl::StrCat("the archive is torn or damaged: ", why));
}

// The trailer's content, if that is what the last bytes are.
absl::StatusOr<v1::ArchiveTrailer> ReadTrailer(absl::string_view all) {
  if (all.size() < kArchiveBeginBytes + kTrailerBytes) {
    return Torn("it is too short to have a trailer");
  }
  const absl::string_view content =
      all.substr(all.size() - kTrailerBytes + kTrailerHeadBytes);
  // The checksum itself stands behind its tag, at the very end.
  uint32_t sum = 0;
  std::memcpy(&sum, all.data() + all.size() - sizeof(sum), sizeof(sum));
  v1::ArchiveTrailer trailer;
  if (Crc32c(content.substr(0, content.size() - kTrailerSumBytes)) != sum ||
      !trailer.ParseFromArray(content.data(),
                              static_cast<int>(content.size())) ||
      trailer.magic() != kArchiveMagic) {
    return Torn("it does not end with a trailer");
  }
  if (trailer.file_bytes() != all.size()) {
    return Torn(absl::StrCat("it has ", all.size(), " bytes instead of ",
                             trailer.file_bytes()));
  }
  return trailer;
}

// How many bytes the checksums of `size` bytes take.
uint64_t SumBytes(uint64_t size) {
  return (size + kBlockBytes - 1) / kBlockBytes * sizeof(uint32_t);
}

bool Holds(absl::string_view all, uint64_t place, uint64_t size) {
  return place <= all.size() && size <= all.size() - place;
}

// REQUIRES: CheckPlaces() was OK with them.
absl::string_view Blocks(absl::string_view all,
                         const v1::ArchiveTrailer& trailer) {
  return all.substr(trailer.blocks_place(), SumBytes(trailer.covered_bytes()));
}
absl::string_view BlockLists(absl::string_view all,
                             const v1::ArchiveTrailer& trailer) {
  return all.substr(trailer.block_lists_place(),
                    SumBytes(SumBytes(trailer.covered_bytes())));
}

absl::Status CheckPlaces(absl::string_view all,
                         const v1::ArchiveTrailer& trailer) {
  const uint64_t covered = trailer.covered_bytes();
  if (covered > all.size() ||
      !Holds(all, trailer.blocks_place(), SumBytes(covered)) ||
      !Holds(all, trailer.block_lists_place(), SumBytes(SumBytes(covered))) ||
      trailer.directory_place() > covered ||
      trailer.directory_bytes() > covered - trailer.directory_place()) {
    return Torn("its trailer points outside of it");
  }
  if (Crc32c(BlockLists(all, trailer)) != trailer.block_lists_checksum()) {
    return Torn("the checksums do not have their checksum");
  }
  return absl::OkStatus();
}

absl::Status Inconsistent(absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the archive contradicts itself: ", what));
}

}  // namespace

bool IsArchive(absl::string_view head) {
  return absl::StartsWith(head, HeaderBytes().substr(0, kAnyVersionBytes));
}

Archive::Archive(absl::string_view all, const v1::ArchiveTrailer& trailer)
    : all_(all),
      trailer_(trailer),
      bytes_(all.substr(0, trailer.covered_bytes()), Blocks(all, trailer),
             BlockLists(all, trailer)) {}

absl::StatusOr<std::unique_ptr<Archive>> Archive::Open(
    absl::string_view bytes) {
  if (!IsArchive(bytes)) return Torn("it does not begin like one");
  if (!absl::StartsWith(HeaderBytes(), bytes.substr(0, kArchiveBeginBytes))) {
    return absl::FailedPreconditionError(
        "the archive is of a version that this program does not know");
  }
  const absl::StatusOr<v1::ArchiveTrailer> trailer = ReadTrailer(bytes);
  if (!trailer.ok()) return trailer.status();
  const absl::Status placed = CheckPlaces(bytes, *trailer);
  if (!placed.ok()) return placed;
  std::unique_ptr<Archive> archive(new Archive(bytes, *trailer));
  const absl::Status read = archive->ReadDirectory();
  if (!read.ok()) return read;
  return archive;
}

absl::Status Archive::ReadDirectory() {
  FieldWalk walk(bytes_, trailer_.directory_place(),
                 trailer_.directory_bytes());
  while (walk.Next()) {
    const auto take = [&](Column* column, size_t bytes_each) {
      column->place = walk.place();
      column->count = static_cast<uint32_t>(walk.size() / bytes_each);
    };
    switch (walk.number()) {
      case ArchiveDirectory::kInventoryFieldNumber: {
        const absl::Status sound = bytes_.Verify(walk.place(), walk.size());
        if (!sound.ok()) return sound;
        const absl::string_view text = bytes_.At(walk.place(), walk.size());
        const google::protobuf::LogSilencer silencer;  // of what was forged
        if (!head_.ParseFromArray(text.data(), static_cast<int>(text.size()))) {
          return Inconsistent("its head is no message");
        }
        break;
      }
      case ArchiveDirectory::kUnitsFieldNumber:
        take(&units_, sizeof(uint64_t));
        break;
      case ArchiveDirectory::kVmPlacesFieldNumber:
        take(&vm_places_, sizeof(uint64_t));
        break;
      case ArchiveDirectory::kGroupPlacesFieldNumber:
        take(&group_places_, sizeof(uint32_t));
        break;
      case ArchiveDirectory::kVmIdsFieldNumber:
        take(&vm_ids_, sizeof(uint64_t));
        break;
      case ArchiveDirectory::kGroupIdsFieldNumber:
        take(&group_ids_, sizeof(uint64_t));
        break;
      default:
        break;
    }
  }
  if (!walk.status().ok()) return walk.status();
  constexpr uint32_t kMost = std::numeric_limits<int32_t>::max();
  if (vm_places_.count > kMost || group_places_.count > kMost ||
      vm_ids_.count != vm_places_.count ||
      group_ids_.count != group_places_.count) {
    return Inconsistent("its directory has columns of different lengths");
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> Archive::Word(const Column& column,
                                       uint64_t index) const {
  const uint64_t place = column.place + index * sizeof(uint64_t);
  const absl::Status sound = bytes_.Verify(place, sizeof(uint64_t));
  if (!sound.ok()) return sound;
  uint64_t word = 0;
  std::memcpy(&word, bytes_.At(place, sizeof(word)).data(), sizeof(word));
  return word;
}

absl::StatusOr<UnitPlace> Archive::PlaceOfVm(uint32_t vm) const {
  const absl::StatusOr<uint64_t> word = Word(vm_places_, vm);
  if (!word.ok()) return word.status();
  const UnitPlace place{.unit = HighHalf(*word), .member = LowHalf(*word)};
  if (place.unit >= unit_count()) {
    return Inconsistent(absl::StrCat("machine number ", vm, " is in no unit"));
  }
  return place;
}

absl::StatusOr<uint32_t> Archive::UnitOfGroup(uint32_t group) const {
  const uint64_t place = group_places_.place + uint64_t{group} * 4;
  const absl::Status sound = bytes_.Verify(place, sizeof(uint32_t));
  if (!sound.ok()) return sound;
  const uint32_t unit = NumberAt(bytes_.At(place, sizeof(uint32_t)), 0);
  if (unit >= unit_count()) {
    return Inconsistent(absl::StrCat("group number ", group, " is no unit"));
  }
  return unit;
}

absl::Status Archive::VisitVms(
    absl::string_view id, const std::function<bool(uint32_t)>& visit) const {
  return Visit(vm_ids_, vm_count(), id, visit);
}

absl::Status Archive::VisitGroups(
    absl::string_view id, const std::function<bool(uint32_t)>& visit) const {
  return Visit(group_ids_, group_count(), id, visit);
}

// Checksums of ids are spread evenly, so that an entry stands near where it
// would stand if they were spread exactly: from there the search widens.
absl::Status Archive::Visit(const Column& ids, uint32_t count,
                            absl::string_view id,
                            const std::function<bool(uint32_t)>& visit) const {
  if (count == 0) return absl::OkStatus();
  const uint32_t sum = Crc32c(id);
  const uint64_t guess = uint64_t{sum} * count >> 32;
  absl::Status broken;
  // Whether the entry at `index` stands before all of this sum.
  const auto is_before = [&](uint64_t index) {
    const absl::StatusOr<uint64_t> word = Word(ids, index);
    if (!word.ok()) broken = word.status();
    return word.ok() && HighHalf(*word) < sum;
  };
  uint64_t low = guess;   // all entries below are before
  uint64_t high = guess;  // no entry from here on is
  for (uint64_t step = 64; low > 0 && !is_before(low - 1); step *= 4) {
    high = low - 1;
    low -= std::min(low, step);
    if (!broken.ok()) return broken;
  }
  for (uint64_t step = 64; high < count && is_before(high); step *= 4) {
    low = high + 1;
    high = std::min<uint64_t>(count, high + step);
  }
  while (low < high && broken.ok()) {
    const uint64_t middle = low + (high - low) / 2;
    if (is_before(middle)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; broken.ok() && low < count; ++low) {
    const absl::StatusOr<uint64_t> word = Word(ids, low);
    if (!word.ok()) return word.status();
    if (HighHalf(*word) != sum) break;
    if (LowHalf(*word) >= count) {
      return Inconsistent("its directory names what it does not have");
    }
    if (visit(LowHalf(*word))) break;
  }
  return broken;
}

absl::StatusOr<absl::string_view> Archive::ReadBytes(
    const ColumnPlace& column) const {
  const absl::Status sound = bytes_.Verify(column.place, column.size);
  if (!sound.ok()) return sound;
  return bytes_.At(column.place, column.size);
}

absl::StatusOr<PointColumns> Archive::FindColumns(const MachineFacts& machine,
                                                  Columns wanted) const {
  PointColumns columns;
  FieldWalk walk(bytes_, machine.points.place, machine.points.size);
  while (walk.Next()) {
    // Fields stand in the order of their numbers, padding aside.
    if (wanted == kSearched &&
        walk.number() > ArchivePoints::kMarkerIndexesFieldNumber) {
      break;
    }
    const ColumnPlace here{walk.place(), walk.size()};
    switch (walk.number()) {
      case ArchivePoints::kLinesFieldNumber:
        columns.lines = here;
        break;
      case ArchivePoints::kMarkerIndexesFieldNumber:
        columns.marker_indexes = here;
        break;
      case ArchivePoints::kUuidsFieldNumber:
        columns.uuids = here;
        break;
      case ArchivePoints::kIdEndsFieldNumber:
        columns.id_ends = here;
        break;
      case ArchivePoints::kIdTextFieldNumber:
        columns.id_text = here;
        break;
      case ArchivePoints::kRowIndexesFieldNumber:
        columns.row_indexes = here;
        break;
      case ArchivePoints::kFormsFieldNumber:
        columns.forms = here;
        break;
      case ArchivePoints::kCoveredDiskCountsFieldNumber:
        columns.covered_disk_counts = here;
        break;
      case ArchivePoints::kFarExpireTimesFieldNumber:
        columns.far_expire_times.push_back(here);
        break;
      default:
        break;
    }
  }
  if (!walk.status().ok()) return walk.status();
  const auto count = static_cast<uint64_t>(machine.point_count);
  const auto fits = [&](const ColumnPlace& column, uint64_t bytes_each) {
    return column.size == 0 || column.size == count * bytes_each;
  };
  if (!fits(columns.marker_indexes, 4) || !fits(columns.uuids, kUuidBytes) ||
      !fits(columns.id_ends, 4) || !fits(columns.row_indexes, 4) ||
      !fits(columns.forms, 1) || !fits(columns.covered_disk_counts, 4) ||
      columns.lines.size % sizeof(core::SeriesLine) != 0 ||
      (wanted == kAll &&
       (columns.uuids.size == 0) == (columns.id_ends.size == 0 && count > 0))) {
    return Inconsistent(absl::StrCat("the columns of machine ", machine.id,
                                     " do not fit its ", count, " points"));
  }
  if ((columns.lines.size > 0 &&
       columns.lines.place % sizeof(core::SeriesLine) != 0) ||
      (columns.marker_indexes.size > 0 &&
       columns.marker_indexes.place % 4 != 0)) {
    return Inconsistent(absl::StrCat("the columns of machine ", machine.id,
                                     " are not where they should be"));
  }
  return columns;
}

}  // namespace recoveryline
