// ArchivedPoints: what rows say of the points of one machine beside what a
// search reads, where it lies in an archive.
//
//   absl::StatusOr<ArchivedPoints> points =
//       ArchivedPoints::Open(archive, machine);
//   absl::StatusOr<std::string> id = points->Id(position);
//
// Everything is verified when it is asked for.
//
// Cost: Open O(1), Id O(1), Find O(points).
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
#include "engine/archive/archive_unit.h"
#include "engine/archive/point_columns.h"
#include "engine/core/point_series.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

class ArchivedPoints {
 public:
  // REQUIRES: `machine` outlives the result.
  static absl::StatusOr<ArchivedPoints> Open(const Archive& archive,
                                             const MachineFacts& machine);

  // REQUIRES: below the number of points.
  absl::StatusOr<std::string> Id(core::Position position) const;
  // As InventoryView::RowIndexes().
  absl::StatusOr<std::vector<int>> RowIndexes() const;
  absl::StatusOr<std::optional<core::Position>> Find(
      absl::string_view id) const;

  // Adds the rows that the points were made of, in their order. `series` are
  // the points and `markers` those of the unit.
  absl::Status Restore(const core::PointSeries& series,
                       const MarkerList& markers, v1::Vm* row) const;

 private:
  absl::StatusOr<absl::string_view> Read(const ColumnPlace& column) const;
  absl::Status Broken(const absl::Status& status) const;
  absl::StatusOr<v1::RecoveryPoint> Row(core::Position position,
                                        const core::RecoveryPoint& point,
                                        const MarkerList& markers,
                                        int* far_times_used) const;

  ArchivedPoints(const Archive& archive, const MachineFacts& machine)
      : archive_(&archive), machine_(&machine) {}

  const Archive* archive_;
  const MachineFacts* machine_;
  PointColumns columns_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVED_POINTS_H_
