#include "engine/batch/warm_index.h"

#include <utility>

#include "engine/batch/workers.h"
#include "engine/core/point_series_batch.h"
#include "engine/core/selector.h"

namespace recoveryline {

using core::CommonPoints;
using core::PointSeries;

WarmIndex::WarmIndex(const InventoryView& inventory, const core::Policy& policy,
                     int threads, WarmIndex spare)
    : policy_(policy) {
  std::vector<const PointSeries*> machines;
  for (int v = 0; v < inventory.vm_count(); ++v) {
    machines.push_back(&inventory.points(v));
  }
  block_ = SeriesBlock(machines, threads, std::move(spare.block_));
  for (const core::Rule& rule : policy.rules) {
    std::vector<CommonPoints>& lists = lists_.emplace_back();
    if (rule.scope == core::Scope::kIndependent) continue;
    std::vector<std::optional<CommonPoints>> made(
        static_cast<size_t>(inventory.group_count()));
    ForEachOnThreads(made.size(), threads, [&](size_t g) {
      std::vector<const PointSeries*> members;
      for (const int vm : inventory.group(static_cast<int>(g)).vms) {
        members.push_back(&points(vm));
      }
      made[g] = core::ListFor(members, policy, rule);
    });
    lists.reserve(made.size());
    for (std::optional<CommonPoints>& list : made) {
      lists.push_back(*std::move(list));
    }
  }
}

void WarmIndex::BestOfEach(size_t rule, std::span<const int> vms,
                           const Question& ask,
                           std::span<core::Position> out) const {
  core::Eligibility asked = policy_.Ask(policy_.rules[rule].consistencies);
  asked.decision_time = ask.decision_time;
  asked.target_time = ask.target_time;
  asked.exclusions = ask.exclusions;
  core::BestOfEach(block_.series(), vms, asked, out);
}

CommonPoints::Query WarmIndex::QueryOf(const Question& ask) const {
  return {.decision_time = ask.decision_time,
          .target_time = ask.target_time,
          .not_before = policy_.not_before,
          .everywhere = ask.exclusions};
}

void WarmIndex::LineOfEach(size_t rule, std::span<const int> groups,
                           const Question& ask,
                           std::span<std::optional<Line>> out) const {
  CommonPoints::BestOfEach(lists_[rule], groups, QueryOf(ask), out);
}

std::optional<WarmIndex::Line> WarmIndex::LineOf(
    size_t rule, int group, const Question& ask,
    std::span<core::Position> positions) const {
  return lists_[rule][static_cast<size_t>(group)].Best(QueryOf(ask), positions);
}

}  // namespace recoveryline
