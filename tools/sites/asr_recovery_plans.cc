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

const AsrRecoveryPlan* PlanOfExactly(const std::vector<AsrRecoveryPlan>& plans,
                                     const std::set<std::string>& items) {
  for (const AsrRecoveryPlan& plan : plans) {
    const bool is_same =
        std::equal(plan.items.begin(), plan.items.end(), items.begin(),
                   items.end(), [](const auto& item, const std::string& id) {
                     return item.first == id;
                   });
    if (is_same && !plan.runs_actions) return &plan;
  }
  return nullptr;
}

}  // namespace recoveryline
