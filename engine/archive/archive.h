// Archive: a file that holds an inventory, opened but not read.
//
//   absl::StatusOr<std::unique_ptr<Archive>> archive = Archive::Open(mapped);
//   archive->VisitVms("web-1", [](uint32_t vm) { ... });
//   UnitPlace place = *archive->PlaceOfVm(vm);
//   UnitFacts unit = *archive->ReadUnit(place.unit);
//   PointColumns columns = *archive->FindColumns(unit.machines[place.member]);
//
// Opening reads the trailer, the checksums of the checksums and the heads of
// the directory's columns; everything else is verified and read when it is
// asked for. The format is proto/recoveryline/v1/archive.proto.
//
// Checksums tell damage, not lies: an archive that somebody forged reads as
// whatever it says, though never outside of its bytes. ProveArchive() tells.
//
// Errors: DataLoss for damage, FailedPrecondition for a version that is not
// known. They name the place in the file; who asks adds the name of the unit.
// Thread-safety: concurrent calls are safe. The bytes must outlive it.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/archive/archive_format.h"
#include "engine/archive/archive_unit.h"
#include "engine/archive/point_columns.h"
#include "engine/archive/verified_bytes.h"
#include "recoveryline/v1/archive.pb.h"
#include "recoveryline/v1/inventory.pb.h"

namespace recoveryline {

// Whether a file that begins like this is an archive.
bool IsArchive(absl::string_view head);

// Where a machine is: the unit's number, and its place in UnitFacts.machines.
struct UnitPlace {
  uint32_t unit = 0;
  uint32_t member = 0;
};

class Archive {
 public:
  // REQUIRES: `bytes` begin at a multiple of 64.
  static absl::StatusOr<std::unique_ptr<Archive>> Open(absl::string_view bytes);

  uint32_t vm_count() const { return vm_places_.count; }
  uint32_t group_count() const { return group_places_.count; }
  uint32_t unit_count() const { return units_.count / kUnitWords; }
  // as_of_time, source and observed_from alone.
  const v1::Inventory& head() const { return head_; }
  // "sha256:..." of `covered`, as it was written.
  const std::string& content_digest() const {
    return trailer_.content_digest();
  }
  // The bytes that the digest and the checksums are of.
  absl::string_view covered() const { return all_.substr(0, bytes_.size()); }
  absl::string_view all() const { return all_; }

  // By the inventory's order. REQUIRES: below the count.
  absl::StatusOr<UnitPlace> PlaceOfVm(uint32_t vm) const;
  absl::StatusOr<uint32_t> UnitOfGroup(uint32_t group) const;

  // Calls `visit` with the number of each machine or group whose id may be
  // `id`, until it returns true.
  absl::Status VisitVms(absl::string_view id,
                        const std::function<bool(uint32_t)>& visit) const;
  absl::Status VisitGroups(absl::string_view id,
                           const std::function<bool(uint32_t)>& visit) const;

  // All of a unit but its points. REQUIRES: below unit_count().
  absl::StatusOr<UnitFacts> ReadUnit(uint32_t unit) const;
  absl::StatusOr<MarkerList> ReadMarkers(const UnitFacts& unit) const;
  // REQUIRES: the unit has a group.
  absl::StatusOr<v1::ReplicationGroup> ReadGroup(const UnitFacts& unit) const;
  // The machine without its points.
  absl::StatusOr<v1::Vm> ReadRow(const MachineFacts& machine) const;

  // Where the columns of a machine are, those that a search reads or all; none
  // of them is verified yet.
  enum Columns { kSearched, kAll };
  absl::StatusOr<PointColumns> FindColumns(const MachineFacts& machine,
                                           Columns wanted) const;

  // The verified bytes of a column.
  absl::StatusOr<absl::string_view> ReadBytes(const ColumnPlace& column) const;

  const VerifiedBytes& bytes() const { return bytes_; }

 private:
  // Whether the directory has the unit's group and machines where they are.
  absl::Status CheckDirectory(uint32_t unit, const UnitFacts& facts) const;
  // A packed field of numbers of one size.
  struct Column {
    uint64_t place = 0;
    uint32_t count = 0;
  };

  Archive(absl::string_view all, const v1::ArchiveTrailer& trailer);

  absl::Status ReadDirectory();
  absl::StatusOr<uint64_t> Word(const Column& column, uint64_t index) const;
  absl::Status Visit(const Column& ids, uint32_t count, absl::string_view id,
                     const std::function<bool(uint32_t)>& visit) const;

  absl::string_view all_;
  v1::ArchiveTrailer trailer_;
  VerifiedBytes bytes_;
  v1::Inventory head_;
  Column units_;
  Column vm_places_;
  Column group_places_;
  Column vm_ids_;
  Column group_ids_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_H_
