#include "tools/sites/asr_recovery_plans.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "tools/importers/asr_fields.h"
#include "tools/sites/arm_json.h"
#include "tools/sites/asr_items.h"

namespace recoveryline {
namespace {

AsrRecoveryPlan ReadPlan(const Json& body) {
  AsrRecoveryPlan plan;
  plan.id = TextAt(body, {"id"});
  for (const Json& group : ListAt(body, {"properties", "groups"})) {
    for (const Json& item : ListAt(group, {"replicationProtectedItems"})) {
      const std::string id = TextAt(item, {"id"});
      plan.items[absl::AsciiStrToLower(id)] = id;
    }
    plan.runs_actions |= !ListAt(group, {"startGroupActions"}).empty() ||
                         !ListAt(group, {"endGroupActions"}).empty();
  }
  return plan;
}

bool HoldsOnly(const AsrRecoveryPlan& plan, const AsrItemSet& items) {
  return std::all_of(
      plan.items.begin(), plan.items.end(),
      [&items](const auto& item) { return items.count(item.first) == 1; });
}

bool HoldsAll(const AsrRecoveryPlan& plan, const AsrItemSet& items) {
  return std::all_of(items.begin(), items.end(), [&plan](const auto& item) {
    return plan.items.count(item) == 1;
  });
}

// Whether none of its VMs goes through another one.
bool IsFree(const AsrRecoveryPlan& plan, const AsrPlanChoice& choice) {
  return std::all_of(plan.items.begin(), plan.items.end(),
                     [&](const auto& item) {
                       const auto chosen = choice.find(item.first);
                       return chosen == choice.end() || chosen->second == &plan;
                     });
}

}  // namespace

std::vector<AsrRecoveryPlan> ReadRecoveryPlans(
    const std::vector<std::string>& pages) {
  std::vector<AsrRecoveryPlan> plans;
  for (const std::string& page : pages) {
    const std::optional<Json> parsed = ParseJson(page);
    if (!parsed) continue;
    for (const Json& entry : ListAt(*parsed, {"value"})) {
      const asr::ParsedId id = asr::ParseId(TextAt(entry, {"id"}));
      if (id.kind == asr::ResourceKind::kPlan) plans.push_back(ReadPlan(entry));
    }
  }
  std::sort(plans.begin(), plans.end(),
            [](const AsrRecoveryPlan& a, const AsrRecoveryPlan& b) {
              return a.id < b.id;
            });
  return plans;
}

const AsrRecoveryPlan* PlanNamed(const std::vector<AsrRecoveryPlan>& plans,
                                 absl::string_view name) {
  for (const AsrRecoveryPlan& plan : plans) {
    if (absl::EqualsIgnoreCase(LastSegment(plan.id), name)) return &plan;
  }
  return nullptr;
}

const AsrRecoveryPlan* PlanWithId(const std::vector<AsrRecoveryPlan>& plans,
                                  absl::string_view id) {
  for (const AsrRecoveryPlan& plan : plans) {
    if (absl::EqualsIgnoreCase(plan.id, id)) return &plan;
  }
  return nullptr;
}

AsrPlanChoice ChoosePlans(const std::vector<AsrRecoveryPlan>& plans,
                          const std::vector<AsrItemSet>& groups,
                          const AsrItemSet& run) {
  std::vector<const AsrRecoveryPlan*> usable;
  for (const AsrRecoveryPlan& plan : plans) {
    if (!plan.runs_actions && HoldsOnly(plan, run)) usable.push_back(&plan);
  }
  // Those with fewer VMs first; `plans` is by id.
  std::stable_sort(usable.begin(), usable.end(),
                   [](const auto* a, const auto* b) {
                     return a->items.size() < b->items.size();
                   });
  AsrPlanChoice choice;
  for (const AsrItemSet& group : groups) {
    for (const AsrRecoveryPlan* plan : usable) {
      if (!HoldsAll(*plan, group) || !IsFree(*plan, choice)) continue;
      for (const auto& [key, id] : plan->items) choice[key] = plan;
      break;
    }
  }
  return choice;
}

}  // namespace recoveryline
