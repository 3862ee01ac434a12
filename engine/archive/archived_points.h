// ArchivedPoints: the points of one machine, used where they lie in an archive.
//
//   absl::StatusOr<ArchivedPoints> points = ArchivedPoints::Load(archive, vm);
//   points->series().Best(ask, points->series().size());
//   absl::StatusOr<std::string> id = points->Id(position);
//
// Load() verifies what a search reads; ids are verified when they are asked
// for.
//
// Cost: Load O(bytes of the series), no copy; Find O(points).
// Errors: DataLoss, with the machine's id.
// Thread-safety: immutable; concurrent reads are safe. The archive must outlive
// it.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVED_POINTS_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVED_POINTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/archive/archive.h"
#include "engine/archive/point_columns.h"
#include "engine/core/point_series.h"
#include "recoveryline/v1/archive.pb.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

class ArchivedPoints {
 public:
  // No points.
  ArchivedPoints() = default;

  static absl::StatusOr<ArchivedPoints> Load(const Archive& archive,
                                             const v1::ArchiveVm& vm);

  const core::PointSeries& series() const { return series_; }

  // REQUIRES: a position of series().
  absl::StatusOr<std::string> Id(core::Position position) const;
  // As InventoryView::RowIndexes().
  absl::StatusOr<std::vector<int>> RowIndexes() const;
  absl::StatusOr<std::optional<core::Position>> Find(
      absl::string_view id) const;

  // Adds the rows that the points were made of, in their order. `markers` are
  // those of the unit.
  absl::Status Restore(
      const google::protobuf::RepeatedPtrField<std::string>& markers,
      v1::Vm* row) const;

 private:
  absl::StatusOr<absl::string_view> Read(const ColumnPlace& column) const;
  absl::Status Broken(const absl::Status& status) const;
  absl::StatusOr<v1::RecoveryPoint> Row(
      core::Position position,
      const google::protobuf::RepeatedPtrField<std::string>& markers,
      int* far_times_used) const;

  const Archive* archive_ = nullptr;
  std::string vm_id_;
  PointColumns columns_;
  core::PointSeries series_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVED_POINTS_H_
