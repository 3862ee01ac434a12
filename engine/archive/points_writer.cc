#include "engine/archive/points_writer.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/archive/archive_format.h"
#include "engine/archive/uuid_bytes.h"
#include "engine/timestamps.h"
#include "recoveryline/v1/archive.pb.h"

namespace recoveryline {
namespace {

using core::Position;
using v1::ArchivePoints;

// The rows of a machine in the order of their positions.
class OrderedRows {
 public:
  OrderedRows(const RowInventory& rows, int vm, const v1::Vm& row)
      : rows_(rows), vm_(vm), row_(row) {}

  Position size() const { return rows_.points(vm_).size(); }
  int index(Position p) const { return rows_.row_index(vm_, p); }
  const v1::RecoveryPoint& operator[](Position p) const {
    return row_.recovery_points(index(p));
  }

 private:
  const RowInventory& rows_;
  const int vm_;
  const v1::Vm& row_;
};

void WriteIds(const OrderedRows& rows, RecordBytes* bytes) {
  std::string uuids(static_cast<size_t>(rows.size()) * kUuidBytes, '\0');
  std::string text;
  std::vector<uint32_t> ends;
  bool all_uuids = true;
  for (Position p = 0; p < rows.size(); ++p) {
    const std::string& id = rows[p].id();
    all_uuids =
        all_uuids && PackUuid(id, &uuids[static_cast<size_t>(p) * kUuidBytes]);
    if (all_uuids) continue;
    // From here on as text; those before are still to be had from their rows.
    if (ends.empty()) {
      for (Position before = 0; before < p; ++before) {
        text += rows[before].id();
        ends.push_back(static_cast<uint32_t>(text.size()));
      }
    }
    text += id;
    ends.push_back(static_cast<uint32_t>(text.size()));
  }
  if (all_uuids) {
    bytes->Field(ArchivePoints::kUuidsFieldNumber, uuids);
    return;
  }
  bytes->Column<uint32_t>(ArchivePoints::kIdEndsFieldNumber, ends, 4);
  bytes->Field(ArchivePoints::kIdTextFieldNumber, text);
}

void WriteOrder(const OrderedRows& rows, RecordBytes* bytes) {
  std::vector<uint32_t> indexes;
  bool as_it_is = true;
  for (Position p = 0; p < rows.size(); ++p) {
    indexes.push_back(static_cast<uint32_t>(rows.index(p)));
    as_it_is = as_it_is && rows.index(p) == p;
  }
  if (as_it_is) return;
  bytes->Column<uint32_t>(ArchivePoints::kRowIndexesFieldNumber, indexes, 4);
}

uint8_t FormOf(const v1::RecoveryPoint& row) {
  uint8_t form = 0;
  if (row.has_available_from() &&
      ToInstant(row.available_from()) == ToInstant(row.capture_time())) {
    form |= kAvailableStated;
  }
  if (row.cleanliness() == v1::RecoveryPoint::UNKNOWN) form |= kUnknownStated;
  if (row.has_expire_time() &&
      ToInstant(row.expire_time()).value_or(core::kForever) == core::kForever) {
    form |= kFarExpiryStated;
  }
  return form;
}

// What the rows say beside what they mean.
void WriteForms(const OrderedRows& rows, RecordBytes* bytes) {
  std::string forms;
  std::vector<uint32_t> covered;
  ArchivePoints far;
  for (Position p = 0; p < rows.size(); ++p) {
    const v1::RecoveryPoint& row = rows[p];
    const uint8_t form = FormOf(row);
    forms.push_back(static_cast<char>(form));
    covered.push_back(row.has_covered_disk_count()
                          ? static_cast<uint32_t>(row.covered_disk_count()) + 1
                          : 0);
    if ((form & kFarExpiryStated) != 0) {
      *far.add_far_expire_times() = row.expire_time();
    }
  }
  if (forms.find_first_not_of('\0') != std::string::npos) {
    bytes->Field(ArchivePoints::kFormsFieldNumber, forms);
  }
  if (std::any_of(covered.begin(), covered.end(),
                  [](uint32_t count) { return count != 0; })) {
    bytes->Column<uint32_t>(ArchivePoints::kCoveredDiskCountsFieldNumber,
                            covered, 4);
  }
  bytes->Append(far.SerializeAsString());
}

}  // namespace

void WritePoints(const RowInventory& rows, int vm, const v1::Vm& row,
                 RecordBytes* bytes) {
  const core::SeriesImage image = rows.points(vm).image();
  if (image.size == 0) return;
  bytes->Column(ArchivePoints::kLinesFieldNumber, image.lines,
                sizeof(core::SeriesLine));
  bytes->Column(ArchivePoints::kMarkerIndexesFieldNumber, image.markers, 4);
  const OrderedRows ordered(rows, vm, row);
  WriteIds(ordered, bytes);
  WriteOrder(ordered, bytes);
  WriteForms(ordered, bytes);
}

}  // namespace recoveryline
