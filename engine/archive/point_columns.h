// PointColumns: where the parts of an ArchivePoints lie in the file.
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_POINT_COLUMNS_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_POINT_COLUMNS_H_

#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/strings/string_view.h"

namespace recoveryline {

// Empty where the field is left out.
struct ColumnPlace {
  uint64_t place = 0;
  uint64_t size = 0;  // in bytes
};

struct PointColumns {
  ColumnPlace lines;
  ColumnPlace marker_indexes;
  ColumnPlace uuids;
  ColumnPlace id_ends;
  ColumnPlace id_text;
  ColumnPlace row_indexes;
  ColumnPlace forms;
  ColumnPlace covered_disk_counts;
  std::vector<ColumnPlace> far_expire_times;
};

// The number at `index` of a packed column of them.
inline uint32_t NumberAt(absl::string_view column, uint64_t index) {
  uint32_t number = 0;
  std::memcpy(&number, column.data() + index * sizeof(number), sizeof(number));
  return number;
}

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_POINT_COLUMNS_H_
