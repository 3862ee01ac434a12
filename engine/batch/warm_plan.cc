#include "engine/batch/warm_plan.h"

#include "engine/batch/workers.h"

namespace recoveryline {

namespace {

PlanUnits::Filter FilterOf(const Shard& shard) {
  if (shard.IsWhole()) return nullptr;
  return [shard](absl::string_view key) { return shard.Holds(key); };
}

}  // namespace

WarmPlan::WarmPlan(const InventoryView& inventory, const v1::RecoveryPlan& plan,
                   Lists lists, const Shard& shard, int threads)
    : inventory_(inventory),
      plan_(plan),
      units_(inventory, plan, FilterOf(shard)) {
  if (lists == kWithLists) ListCommonPoints(threads);
}

void WarmPlan::ListCommonPoints(int threads) {
  const core::Policy policy = PolicyAt({}).core;
  lists_.resize(units().size());
  ForEachOnThreads(units().size(), threads,
                   [&](size_t u) { ListOfUnit(u, policy); });
}

void WarmPlan::ListOfUnit(size_t u, const core::Policy& policy) {
  const core::Unit& unit = units()[u].unit;
  if (!core::MayUseLists(unit)) return;
  std::vector<const core::PointSeries*> members;
  for (const core::Member& m : unit.members) members.push_back(m.points);
  for (const core::Rule& rule : policy.rules) {
    lists_[u].push_back(core::ListFor(members, policy, rule));
  }
}

EffectivePolicy WarmPlan::PolicyAt(const Scenario& scenario) const {
  EffectivePolicy policy = EffectivePolicyOf(plan_, scenario.decision_time);
  if (scenario.target_time) policy.core.target_time = *scenario.target_time;
  return policy;
}

}  // namespace recoveryline
