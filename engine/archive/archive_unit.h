// UnitFacts: what an archive says of a unit and of its machines before any of
// their points is read.
//
//   absl::StatusOr<UnitFacts> unit = archive.ReadUnit(place.unit);
//   const MachineFacts& machine = unit->machines[place.member];
//   absl::StatusOr<MarkerList> markers = archive.ReadMarkers(*unit);
//
// Texts lie in the archive, which must outlive them.
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_UNIT_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_UNIT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/archive/point_columns.h"
#include "engine/core/series_image.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

struct MachineFacts {
  uint32_t index = 0;  // in the inventory
  absl::string_view id;
  absl::string_view display_name;
  bool replicating = false;
  ColumnPlace row;     // a Vm
  ColumnPlace points;  // an ArchivePoints
  // Of its points, all lines and markers apart.
  core::Instant base = 0;
  core::Position point_count = 0;
  uint32_t bucket_count = 0;
  uint8_t bucket_shift = 0;
  uint8_t unit_nanos = 1;
  bool wide = false;
  bool timed = false;
  // Its shares of the unit's columns.
  core::Position newest_count = 0;
  ColumnPlace newest;
  ColumnPlace carriers;
  ColumnPlace carried;
};

struct ArchivedGroup {
  absl::string_view id;
  bool multi_vm_consistency = false;
  std::vector<absl::string_view> expected_vm_ids;
  ColumnPlace row;  // a ReplicationGroup
};

struct UnitFacts {
  std::optional<uint32_t> group_index;  // none: a machine without a group
  ArchivedGroup group;
  std::vector<MachineFacts> machines;
  ColumnPlace marker_ends;
  ColumnPlace marker_text;
};

// The markers of a unit by their numbers.
class MarkerList {
 public:
  MarkerList(absl::string_view ends, absl::string_view text)
      : ends_(ends), text_(text) {}

  int size() const { return static_cast<int>(ends_.size() / 4); }
  // Empty where its ends contradict each other. REQUIRES: 0 <= i < size().
  absl::string_view operator[](int i) const {
    const auto at = static_cast<uint64_t>(i);
    const uint32_t begin = i == 0 ? 0 : NumberAt(ends_, at - 1);
    const uint32_t end = NumberAt(ends_, at);
    if (begin > end || end > text_.size()) return "";
    return text_.substr(begin, end - begin);
  }

 private:
  absl::string_view ends_;
  absl::string_view text_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_UNIT_H_
