// BenchView: the series of a world as an inventory that plans are evaluated
// over.
//
//   const BenchWorld& world = BenchWorld::Of(Profile::kFiveMinute72h);
//   const BenchView view(world.series(), BenchWorld::kGroupSize);
//   EvaluateBatch(view, input, options, sink);
//
// Machines are called "0", "1", ..., and so are a machine's points, by their
// positions, and markers. Groups of `group_size` have multi-VM consistency.
//
// Thread-safety: immutable; the series must outlive it.

#ifndef RECOVERYLINE_BENCH_BENCH_VIEW_H_
#define RECOVERYLINE_BENCH_BENCH_VIEW_H_

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "engine/inventory_view.h"

namespace recoveryline::bench {

class BenchView final : public InventoryView {
 public:
  // REQUIRES: each group is full, and markers are below `marker_count` or the
  // number of machines.
  BenchView(std::span<const core::PointSeries> series, int group_size,
            int marker_count = 0)
      : series_(series), group_size_(group_size) {
    const int id_count = std::max(vm_count(), marker_count);
    for (int i = 0; i < id_count; ++i) ids_.push_back(std::to_string(i));
    groups_.resize(series.size() / static_cast<size_t>(group_size));
    for (int v = 0; v < vm_count(); ++v) {
      GroupFacts& group = groups_[static_cast<size_t>(v / group_size)];
      group.multi_vm_consistency = true;
      group.vms.push_back(v);
    }
    for (size_t g = 0; g < groups_.size(); ++g) groups_[g].id = ids_[g];
  }

  std::optional<core::Instant> as_of_time() const override {
    return std::nullopt;
  }
  std::optional<core::Instant> observed_from() const override {
    return std::nullopt;
  }
  int vm_count() const override { return static_cast<int>(series_.size()); }
  std::optional<int> FindVm(absl::string_view id) const override {
    return Numbered(id, vm_count());
  }
  VmFacts vm(int vm) const override {
    return {.id = ids_[static_cast<size_t>(vm)],
            .display_name = {},
            .group = vm / group_size_,
            .replicating = true};
  }
  int group_count() const override { return static_cast<int>(groups_.size()); }
  std::optional<int> FindGroup(absl::string_view id) const override {
    return Numbered(id, group_count());
  }
  const GroupFacts& group(int group) const override {
    return groups_[static_cast<size_t>(group)];
  }
  const core::PointSeries& points(int vm) const override {
    return series_[static_cast<size_t>(vm)];
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
    return Numbered(id, static_cast<int>(ids_.size()));
  }

 private:
  static std::optional<int> Numbered(absl::string_view id, int count) {
    int number = 0;
    if (!absl::SimpleAtoi(id, &number) || number < 0 || number >= count) {
      return std::nullopt;
    }
    return number;
  }

  const std::span<const core::PointSeries> series_;
  const int group_size_;
  std::vector<std::string> ids_;
  std::vector<GroupFacts> groups_;
};

}  // namespace recoveryline::bench

#endif  // RECOVERYLINE_BENCH_BENCH_VIEW_H_
