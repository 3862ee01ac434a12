// ArchiveInventory: an InventoryView over an archive that reads what it is
// asked for.
//
//   ArchiveInventory view(archive);
//   v1::Decision decision = Select(view, plan, request);
//   if (!view.status().ok()) ...             // the decision is worth nothing
//
// A view has no way to say that a unit is damaged, so that one which cannot be
// read answers as if it were empty, and status() says so from then on.
//
// Cost: a unit is read once, O(its machines); the points of a machine are
// verified once, O(their bytes), with kNewest those of its newest points until
// a question goes beyond them.
// Memory: a pointer a unit of the archive, and what was read.
// Thread-safety: concurrent reads are safe. The archive must outlive it.

#ifndef RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_INVENTORY_H_
#define RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_INVENTORY_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/archive/archive.h"
#include "engine/inventory_view.h"

namespace recoveryline {

class ArchiveInventory final : public InventoryView {
 public:
  // How much of a machine's points is looked at when they are first asked for:
  //   kNewest     the checksums of the newest; of all once they are needed:
  //               for one question about many machines
  //   kChecksums  the checksums of all: for many questions
  //   kRebuild    all are also made again from themselves and compared: then
  //               not even a forged archive can make a search go wrong; about
  //               20 ns a point
  enum Proof { kNewest, kChecksums, kRebuild };

  ArchiveInventory(const Archive& archive, Proof proof);
  ~ArchiveInventory() override;

  // The first damage that was met.
  absl::Status status() const override;

  // Rows of the machines and groups of all units read so far, in the order of
  // the inventory; kWithPoints those of the points that were read, too.
  enum Rows { kWithoutPoints, kWithPoints };
  v1::Inventory RowsRead(Rows rows) const;

  std::optional<core::Instant> as_of_time() const override;
  std::optional<core::Instant> observed_from() const override;
  int vm_count() const override;
  std::optional<int> FindVm(absl::string_view id) const override;
  VmFacts vm(int vm) const override;
  int group_count() const override;
  std::optional<int> FindGroup(absl::string_view id) const override;
  const GroupFacts& group(int group) const override;
  const core::PointSeries& points(int vm) const override;
  std::string point_id(int vm, core::Position position) const override;
  std::vector<int> RowIndexes(int vm) const override;
  std::optional<core::Position> FindPoint(int vm,
                                          absl::string_view id) const override;
  absl::string_view marker_id(int vm, core::Marker marker) const override;
  std::optional<core::Marker> FindMarker(int vm,
                                         absl::string_view id) const override;

 private:
  struct Unit;
  struct Member;

  void Note(const absl::Status& status) const;
  absl::Status Restore(const Member& member, v1::Vm* row) const;
  // Null where it cannot be read.
  const Unit* UnitAt(uint32_t unit) const;
  const Member* MemberOf(int vm) const;

  const Archive& archive_;
  const Proof proof_;
  const std::unique_ptr<std::atomic<const Unit*>[]> units_;
  mutable std::mutex mutex_;  // of the two below
  mutable std::vector<std::unique_ptr<const Unit>> read_;
  mutable absl::Status status_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_ARCHIVE_ARCHIVE_INVENTORY_H_
