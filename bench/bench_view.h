// BenchView: a BenchWorld as an inventory that plans are evaluated over.
//
//   const BenchView view(BenchWorld::Of(Profile::kFiveMinute72h));
//   EvaluateBatch(view, input, options, sink);
//
// Machines are called "0", "1", ...; groups of BenchWorld::kGroupSize have
// multi-VM consistency.
//
// Thread-safety: immutable; the world must outlive it.

#ifndef RECOVERYLINE_BENCH_BENCH_VIEW_H_
#define RECOVERYLINE_BENCH_BENCH_VIEW_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "bench/bench_world.h"
#include "engine/inventory_view.h"

namespace recoveryline::bench {

class BenchView final : public InventoryView {
 public:
  explicit BenchView(const BenchWorld& world) : world_(world) {
    for (int v = 0; v < vm_count(); ++v) ids_.push_back(std::to_string(v));
    groups_.resize(static_cast<size_t>(world.group_count()));
    for (int v = 0; v < vm_count(); ++v) {
      GroupFacts& group =
          groups_[static_cast<size_t>(v / BenchWorld::kGroupSize)];
      group.multi_vm_consistency = true;
      group.vms.push_back(v);
    }
    for (size_t g = 0; g < groups_.size(); ++g) groups_[g].id = ids_[g];
  }

  std::optional<core::Instant> as_of_time() const override {
    return std::nullopt;
  }
  int vm_count() const override {
    return static_cast<int>(world_.series().size());
  }
  std::optional<int> FindVm(absl::string_view id) const override {
    return Numbered(id, vm_count());
  }
  VmFacts vm(int vm) const override {
    return {.id = ids_[static_cast<size_t>(vm)],
            .display_name = {},
            .group = vm / BenchWorld::kGroupSize,
            .replicating = true};
  }
  int group_count() const override { return world_.group_count(); }
  std::optional<int> FindGroup(absl::string_view id) const override {
    return Numbered(id, group_count());
  }
  const GroupFacts& group(int group) const override {
    return groups_[static_cast<size_t>(group)];
  }
  const core::PointSeries& points(int vm) const override {
    return world_.series()[static_cast<size_t>(vm)];
  }
  std::string point_id(int, core::Position position) const override {
    return std::to_string(position);
  }
  std::vector<int> RowIndexes(int) const override { return {}; }
  std::optional<core::Position> FindPoint(int vm,
                                          absl::string_view id) const override {
    return Numbered(id, points(vm).size());
  }
  absl::string_view marker_id(int, core::Marker marker) const override {
    return ids_[static_cast<size_t>(marker)];
  }
  std::optional<core::Marker> FindMarker(int,
                                         absl::string_view id) const override {
    return Numbered(id, vm_count());
  }

 private:
  static std::optional<int> Numbered(absl::string_view id, int count) {
    int number = 0;
    if (!absl::SimpleAtoi(id, &number) || number < 0 || number >= count) {
      return std::nullopt;
    }
    return number;
  }

  const BenchWorld& world_;
  std::vector<std::string> ids_;
  std::vector<GroupFacts> groups_;
};

}  // namespace recoveryline::bench

#endif  // RECOVERYLINE_BENCH_BENCH_VIEW_H_
