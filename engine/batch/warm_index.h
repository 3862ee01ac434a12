// WarmIndex: an inventory made ready for many questions: the points of every
// machine and the common lines of every replication group, in the memory where
// they are found fastest.
//
//   core::Policy policy;                      // or EffectivePolicyOf(plan, d)
//   policy.rules = {{.scope = core::Scope::kCommonMarker}};
//   WarmIndex index(view, policy, /*threads=*/2);
//
//   std::vector<core::Position> best(vms.size());
//   index.BestOfEach(0, vms, {.decision_time = d, .target_time = t}, best);
//   std::vector<std::optional<WarmIndex::Line>> lines(groups.size());
//   index.LineOfEach(0, groups, {.decision_time = d, .target_time = t}, lines);
//
// Rule r is policy.rules[r]. Machines and groups are the inventory's. Whether a
// machine replicates or is pinned is not looked at: that is a plan's (see
// warm_plan.h).
//
// Cost: to build, O(points), and O(points log points) for lists; 22 bytes a
// point, 36 and 4 a machine for each line of a list. Asked in batches, a
// machine or a group takes about as long as two fetches from memory.
// Thread-safety: immutable; concurrent reads are safe. The view must outlive
// it.

#ifndef RECOVERYLINE_ENGINE_BATCH_WARM_INDEX_H_
#define RECOVERYLINE_ENGINE_BATCH_WARM_INDEX_H_

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "engine/batch/series_block.h"
#include "engine/core/common_points.h"
#include "engine/core/policy.h"
#include "engine/inventory_view.h"

namespace recoveryline {

class WarmIndex {
 public:
  using Line = core::CommonPoints::Line;
  struct Question {
    core::Instant decision_time = 0;
    core::Instant target_time = 0;
    // Of all machines; null: none.
    const core::IntervalSet* exclusions = nullptr;
  };

  // Nothing that could be asked.
  WarmIndex() = default;
  // Of `policy`, times are each question's own. An index that is asked no more
  // leaves its memory to the new one.
  WarmIndex(const InventoryView& inventory, const core::Policy& policy,
            int threads = 1, WarmIndex spare = {});

  // The best point of each machine under the rule, kNoPosition for none; a
  // position in points(vm). REQUIRES in both: out is no shorter than what is
  // asked for.
  void BestOfEach(size_t rule, std::span<const int> vms, const Question& ask,
                  std::span<core::Position> out) const;
  // The newest common line of each group. REQUIRES: the rule asks for one.
  void LineOfEach(size_t rule, std::span<const int> groups, const Question& ask,
                  std::span<std::optional<Line>> out) const;
  // That of one group, with a position for each of its machines.
  std::optional<Line> LineOf(size_t rule, int group, const Question& ask,
                             std::span<core::Position> positions) const;

  const core::PointSeries& points(int vm) const {
    return block_.series()[static_cast<size_t>(vm)];
  }

 private:
  core::CommonPoints::Query QueryOf(const Question& ask) const;

  core::Policy policy_;
  SeriesBlock block_;  // a series a machine
  // By rule, then by group; empty where the rule asks for no common line.
  std::vector<std::vector<core::CommonPoints>> lists_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_BATCH_WARM_INDEX_H_
