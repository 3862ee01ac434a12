// The points of a machine as series that are used where they lie in an archive.
//
//   absl::StatusOr<core::PointSeries> newest = ReadNewest(archive, machine);
//   absl::StatusOr<core::PointSeries> all = ReadSeries(archive, machine);
//
// Cost: O(bytes of the series), to verify them; no copy.
// Errors: DataLoss, with the machine's id.
// Thread-safety: pure functions. The archive must outlive the series.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVED_SERIES_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVED_SERIES_H_

#include "absl/status/statusor.h"
#include "engine/archive/archive.h"
#include "engine/archive/archive_unit.h"
#include "engine/core/point_series.h"
#include "engine/core/series_source.h"

namespace recoveryline {

// All points.
absl::StatusOr<core::PointSeries> ReadSeries(const Archive& archive,
                                             const MachineFacts& machine);

// The last of them, without their markers. REQUIRES: there are any.
absl::StatusOr<core::PointSeries> ReadNewest(const Archive& archive,
                                             const MachineFacts& machine);
absl::StatusOr<core::SeriesCarriers> ReadCarriers(const Archive& archive,
                                                  const MachineFacts& machine);

// All points by way of `source`, which has read what is at hand.
absl::StatusOr<core::PointSeries> FromSource(const MachineFacts& machine,
                                             const core::SeriesSource& source);

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVED_SERIES_H_
