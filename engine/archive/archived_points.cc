#include "engine/archive/archived_points.h"

#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/archive/archive_format.h"
#include "engine/archive/uuid_bytes.h"
#include "engine/field_checks.h"
#include "engine/timestamps.h"

namespace recoveryline {
namespace {

using core::Position;

absl::Status Contradiction(absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the archive contradicts itself: ", what));
}

v1::RecoveryPoint::Cleanliness ToRow(core::Cleanliness cleanliness) {
  return static_cast<v1::RecoveryPoint::Cleanliness>(
      static_cast<int>(cleanliness) + v1::RecoveryPoint::INFECTED);
}

}  // namespace

absl::Status ArchivedPoints::Broken(const absl::Status& status) const {
  return absl::Status(
      status.code(),
      absl::StrCat("machine ", Quoted(machine_->id), ": ", status.message()));
}

absl::StatusOr<absl::string_view> ArchivedPoints::Read(
    const ColumnPlace& column) const {
  absl::StatusOr<absl::string_view> bytes = archive_->ReadBytes(column);
  return bytes.ok() ? bytes : Broken(bytes.status());
}

absl::StatusOr<ArchivedPoints> ArchivedPoints::Open(
    const Archive& archive, const MachineFacts& machine) {
  ArchivedPoints points(archive, machine);
  absl::StatusOr<PointColumns> columns =
      archive.FindColumns(machine, Archive::kAll);
  if (!columns.ok()) return points.Broken(columns.status());
  points.columns_ = *std::move(columns);
  return points;
}

absl::StatusOr<std::string> ArchivedPoints::Id(Position position) const {
  const auto at = static_cast<uint64_t>(position);
  if (columns_.uuids.size > 0) {
    const absl::StatusOr<absl::string_view> uuid =
        Read({columns_.uuids.place + at * kUuidBytes, kUuidBytes});
    if (!uuid.ok()) return uuid.status();
    return UnpackUuid(uuid->data());
  }
  const absl::StatusOr<absl::string_view> end =
      Read({columns_.id_ends.place + at * 4, 4});
  if (!end.ok()) return end.status();
  const uint64_t stop = NumberAt(*end, 0);
  uint64_t start = 0;
  if (position > 0) {
    const absl::StatusOr<absl::string_view> before =
        Read({columns_.id_ends.place + (at - 1) * 4, 4});
    if (!before.ok()) return before.status();
    start = NumberAt(*before, 0);
  }
  if (start > stop || stop > columns_.id_text.size) {
    return Broken(Contradiction("an id ends before it begins"));
  }
  const absl::StatusOr<absl::string_view> text =
      Read({columns_.id_text.place + start, stop - start});
  if (!text.ok()) return text.status();
  return std::string(*text);
}

absl::StatusOr<std::vector<int>> ArchivedPoints::RowIndexes() const {
  if (columns_.row_indexes.size == 0) return std::vector<int>();
  const absl::StatusOr<absl::string_view> column = Read(columns_.row_indexes);
  if (!column.ok()) return column.status();
  std::vector<int> rows(column->size() / sizeof(int));
  std::memcpy(rows.data(), column->data(), rows.size() * sizeof(int));
  return rows;
}

absl::StatusOr<std::optional<Position>> ArchivedPoints::Find(
    absl::string_view id) const {
  std::array<char, kUuidBytes> wanted;
  const bool as_uuids = columns_.uuids.size > 0;
  if (as_uuids && !PackUuid(id, wanted.data())) return std::nullopt;
  for (Position p = machine_->point_count - 1; p >= 0; --p) {
    if (as_uuids) {
      const absl::StatusOr<absl::string_view> uuid =
          Read({columns_.uuids.place + static_cast<uint64_t>(p) * kUuidBytes,
                kUuidBytes});
      if (!uuid.ok()) return uuid.status();
      if (*uuid == absl::string_view(wanted.data(), wanted.size())) return p;
    } else {
      const absl::StatusOr<std::string> text = Id(p);
      if (!text.ok()) return text.status();
      if (*text == id) return p;
    }
  }
  return std::nullopt;
}

absl::StatusOr<v1::RecoveryPoint> ArchivedPoints::Row(
    Position position, const core::RecoveryPoint& point,
    const MarkerList& markers, int* far_times_used) const {
  const auto at = static_cast<uint64_t>(position);
  uint8_t form = 0;
  if (columns_.forms.size > 0) {
    const auto byte = Read({columns_.forms.place + at, 1});
    if (!byte.ok()) return byte.status();
    form = static_cast<uint8_t>((*byte)[0]);
  }
  v1::RecoveryPoint row;
  absl::StatusOr<std::string> id = Id(position);
  if (!id.ok()) return id.status();
  row.set_id(*std::move(id));
  *row.mutable_capture_time() = ToTimestamp(point.capture_time);
  row.set_consistency(
      static_cast<v1::RecoveryPoint::Consistency>(point.consistency));
  if (point.marker != core::kNoMarker) {
    if (point.marker < 0 || point.marker >= markers.size()) {
      return Broken(Contradiction("a point has a marker that is not there"));
    }
    row.set_consistency_marker(std::string(markers[point.marker]));
  }
  if (point.available_from != point.capture_time ||
      (form & kAvailableStated) != 0) {
    *row.mutable_available_from() = ToTimestamp(point.available_from);
  }
  if (point.expire_time != core::kForever) {
    *row.mutable_expire_time() = ToTimestamp(point.expire_time);
  } else if ((form & kFarExpiryStated) != 0) {
    const auto number = static_cast<size_t>((*far_times_used)++);
    if (number >= columns_.far_expire_times.size()) {
      return Broken(Contradiction("a point lacks the time it expires at"));
    }
    const auto time = Read(columns_.far_expire_times[number]);
    if (!time.ok()) return time.status();
    if (!row.mutable_expire_time()->ParseFromArray(
            time->data(), static_cast<int>(time->size()))) {
      return Broken(Contradiction("a time that is no message"));
    }
  }
  if (point.cleanliness != core::Cleanliness::kUnknown ||
      (form & kUnknownStated) != 0) {
    row.set_cleanliness(ToRow(point.cleanliness));
  }
  if (columns_.covered_disk_counts.size > 0) {
    const auto count = Read({columns_.covered_disk_counts.place + at * 4, 4});
    if (!count.ok()) return count.status();
    if (const uint32_t covered = NumberAt(*count, 0); covered > 0) {
      row.set_covered_disk_count(static_cast<int32_t>(covered - 1));
    }
  }
  return row;
}

absl::Status ArchivedPoints::Restore(const core::PointSeries& series,
                                     const MarkerList& markers,
                                     v1::Vm* row) const {
  const Position size = series.size();
  absl::string_view indexes;
  if (columns_.row_indexes.size > 0) {
    const auto read = Read(columns_.row_indexes);
    if (!read.ok()) return read.status();
    indexes = *read;
  }
  for (Position p = 0; p < size; ++p) row->add_recovery_points();
  std::vector<bool> filled(static_cast<size_t>(size));
  int far_times_used = 0;
  for (Position p = 0; p < size; ++p) {
    const uint32_t index = indexes.empty()
                               ? static_cast<uint32_t>(p)
                               : NumberAt(indexes, static_cast<uint64_t>(p));
    if (index >= filled.size() || filled[index]) {
      return Broken(Contradiction("two points stand in one row"));
    }
    filled[index] = true;
    absl::StatusOr<v1::RecoveryPoint> point =
        Row(p, series.point(p), markers, &far_times_used);
    if (!point.ok()) return point.status();
    *row->mutable_recovery_points(static_cast<int>(index)) = *std::move(point);
  }
  return absl::OkStatus();
}

}  // namespace recoveryline
