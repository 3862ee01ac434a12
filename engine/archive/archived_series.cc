#include "engine/archive/archived_series.h"

#include <optional>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/field_checks.h"

namespace recoveryline {
namespace {

using core::Position;

// REQUIRES: `bytes` begin where a T may begin.
template <typename T>
std::span<const T> As(absl::string_view bytes) {
  return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

absl::Status Broken(const MachineFacts& machine, const absl::Status& status) {
  return absl::Status(
      status.code(),
      absl::StrCat("machine ", Quoted(machine.id), ": ", status.message()));
}

absl::Status NoSeries(const MachineFacts& machine) {
  return Broken(machine, absl::DataLossError(
                             "the archive contradicts itself: its points are "
                             "no sorted series"));
}

// Reads columns until one cannot be read.
class Reader {
 public:
  explicit Reader(const Archive& archive) : archive_(archive) {}

  template <typename T>
  std::span<const T> Read(const ColumnPlace& column) {
    if (!status_.ok()) return {};
    const auto bytes = archive_.ReadBytes(column);
    if (!bytes.ok()) status_ = bytes.status();
    return bytes.ok() ? As<T>(*bytes) : std::span<const T>();
  }
  const absl::Status& status() const { return status_; }

 private:
  const Archive& archive_;
  absl::Status status_;
};

core::SeriesImage ImageOf(const MachineFacts& machine) {
  return {.base = machine.base,
          .size = machine.point_count,
          .bucket_count = machine.bucket_count,
          .bucket_shift = machine.bucket_shift,
          .unit_nanos = machine.unit_nanos,
          .wide = machine.wide,
          .timed = machine.timed,
          .lines = {},
          .markers = {},
          .carriers = {},
          .carried = {}};
}

absl::StatusOr<core::PointSeries> FromImage(const MachineFacts& machine,
                                            const Reader& reader,
                                            const core::SeriesImage& image) {
  if (!reader.status().ok()) return Broken(machine, reader.status());
  std::optional<core::PointSeries> series = core::PointSeries::FromImage(image);
  if (!series.has_value()) return NoSeries(machine);
  return *std::move(series);
}

}  // namespace

absl::StatusOr<core::PointSeries> ReadSeries(const Archive& archive,
                                             const MachineFacts& machine) {
  const auto columns = archive.FindColumns(machine, Archive::kSearched);
  if (!columns.ok()) return Broken(machine, columns.status());
  Reader reader(archive);
  core::SeriesImage image = ImageOf(machine);
  image.lines = reader.Read<core::SeriesLine>(columns->lines);
  image.markers = reader.Read<core::Marker>(columns->marker_indexes);
  image.carriers = reader.Read<Position>(machine.carriers);
  image.carried = reader.Read<core::Marker>(machine.carried);
  return FromImage(machine, reader, image);
}

absl::StatusOr<core::PointSeries> ReadNewest(const Archive& archive,
                                             const MachineFacts& machine) {
  Reader reader(archive);
  core::SeriesImage image = ImageOf(machine);
  image.size = machine.newest_count;
  image.bucket_count = core::kNewestBucketCount;
  image.bucket_shift = core::kNewestBucketShift;
  image.lines = reader.Read<core::SeriesLine>(machine.newest);
  return FromImage(machine, reader, image);
}

absl::StatusOr<core::SeriesCarriers> ReadCarriers(const Archive& archive,
                                                  const MachineFacts& machine) {
  Reader reader(archive);
  const core::SeriesCarriers carriers{
      reader.Read<Position>(machine.carriers),
      reader.Read<core::Marker>(machine.carried)};
  if (!reader.status().ok()) return Broken(machine, reader.status());
  return carriers;
}

absl::StatusOr<core::PointSeries> FromSource(const MachineFacts& machine,
                                             const core::SeriesSource& source) {
  std::optional<core::PointSeries> series =
      core::PointSeries::FromSource(source, machine.point_count);
  if (!series.has_value()) return NoSeries(machine);
  return *std::move(series);
}

}  // namespace recoveryline
