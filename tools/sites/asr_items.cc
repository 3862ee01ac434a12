#include "tools/sites/asr_items.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/importers/asr_fields.h"
#include "tools/importers/asr_groups.h"
#include "tools/importers/asr_reader.h"
#include "tools/sites/https_url.h"

namespace recoveryline {
namespace {

using v1::SiteCall;

constexpr size_t kMaxTextBytes = 1000;

bool IsNone(absl::string_view text) {
  return text.empty() || absl::EqualsIgnoreCase(text, "None");
}

// The names under which jobs may speak of the item. Which one a provider uses
// is not documented: Hyper-V was seen to use vmId (ASR.md 3).
std::set<std::string> KeysOf(const asr::ItemFact& fact, const Json& body) {
  std::set<std::string> keys;
  const auto add = [&keys](const std::string& key) {
    if (!IsNone(key)) keys.insert(absl::AsciiStrToLower(key));
  };
  add(fact.ref.text);
  add(fact.ref.name);
  add(LastSegment(TextAt(body, {"properties", "protectableItemId"})));
  for (const char* field :
       {"vmId", "internalIdentifier", "fabricObjectId", "machineId"}) {
    add(TextAt(body, {"properties", "providerSpecificDetails", field}));
  }
  return keys;
}

bool NeedsResync(const asr::ItemFact& fact, const Json& body) {
  return fact.resync_required ||
         !IsNone(TextAt(
             body, {"properties", "providerSpecificDetails", "resyncState"}));
}

std::string FirstText(const Json& from,
                      std::initializer_list<const char*> keys) {
  for (const char* key : keys) {
    const std::string text = TextAt(from, {key});
    if (!text.empty()) return Printable(text, kMaxTextBytes);
  }
  return "";
}

// A warning does not stand against a failover, nor does what ails tests.
bool IsCritical(const Json& error) {
  const std::string level = TextAt(error, {"errorLevel"});
  return (absl::EqualsIgnoreCase(level, "Error") ||
          absl::EqualsIgnoreCase(level, "Critical") ||
          absl::EqualsIgnoreCase(level, "Fatal")) &&
         !absl::EqualsIgnoreCase(TextAt(error, {"errorCategory"}),
                                 "TestFailover");
}

void AddHealthErrors(const Json& list, v1::SiteVm* vm) {
  for (const Json& entry : list) {
    if (!entry.is_object()) continue;
    v1::HealthError* error = vm->add_health_errors();
    error->set_code(FirstText(entry, {"errorCode"}));
    error->set_message(FirstText(entry, {"errorMessage", "summaryMessage",
                                         "recoveryProviderErrorMessage"}));
    error->set_remedy(FirstText(entry, {"recommendedAction"}));
    error->set_critical(IsCritical(entry));
  }
}

void AddAllowedActions(const AsrItem& item, v1::SiteVm* vm) {
  const auto allows = [&item](SiteCall::Action action,
                              v1::RecoveryPlan::Purpose purpose) {
    return AllowsAction(item.allowed_operations, item.provider, action,
                        purpose);
  };
  for (const SiteCall::Action action :
       {SiteCall::FAIL_OVER, SiteCall::CHANGE_POINT, SiteCall::COMMIT,
        SiteCall::REPROTECT, SiteCall::CANCEL}) {
    if (allows(action, v1::RecoveryPlan::FAILBACK) ||
        allows(action, v1::RecoveryPlan::TEST)) {
      vm->add_allowed_actions(action);
    }
  }
  vm->add_allowed_actions(SiteCall::VERIFY);
}

}  // namespace

bool AsrItem::IsFailedOver() const {
  return asr::ProtectionStateOf(fact.protection_state) == v1::Vm::FAILED_OVER;
}

bool AsrItem::IsTested() const {
  return !IsNone(test_failover_state) &&
         !absl::EqualsIgnoreCase(test_failover_state, "MarkedForDeletion");
}

absl::StatusOr<AsrItem> ReadAsrItem(absl::string_view body) {
  const std::optional<Json> json = ParseJson(body);
  asr::Listing listing;
  if (!json ||
      !asr::ReadAsrText("the item", std::string(body), &listing).ok() ||
      listing.items.size() != 1) {
    return absl::InvalidArgumentError("the answer is not a protected item");
  }
  const Json& properties = At(*json, {"properties"});
  const Json& details = At(properties, {"providerSpecificDetails"});
  AsrItem item;
  item.fact = std::move(listing.items[0]);
  item.provider = AsrProviderOf(TextAt(details, {"instanceType"}));
  item.is_in_cluster = item.fact.cluster.has_value();
  item.is_grouped = item.is_in_cluster || asr::IsGrouped(item.fact);
  item.runs_at_recovery = absl::EqualsIgnoreCase(
      TextAt(properties, {"activeLocation"}), "Recovery");
  item.allowed_operations = At(properties, {"allowedOperations"});
  item.keys = KeysOf(item.fact, *json);
  item.test_failover_state = TextAt(properties, {"testFailoverState"});
  item.failover_point =
      LastSegment(TextAt(properties, {"failoverRecoveryPointId"}));
  item.last_failover_time = TextAt(properties, {"lastSuccessfulFailoverTime"});
  item.last_test_failover_time =
      TextAt(properties, {"lastSuccessfulTestFailoverTime"});
  const std::string scenario =
      TextAt(properties, {"currentScenario", "scenarioName"});
  const std::string job =
      LastSegment(TextAt(properties, {"currentScenario", "jobId"}));
  if (!IsNone(scenario)) item.scenario = scenario;
  if (!IsNone(job)) item.scenario_job = job;
  item.agent_registered =
      FlagAt(details, {"isAgentRegistrationSuccessfulAfterFailover"});
  item.resync_required = NeedsResync(item.fact, *json);
  return item;
}

void WriteSiteVm(const AsrItem& item, const Json& body, v1::SiteVm* vm) {
  vm->set_found(true);
  AddHealthErrors(ListAt(body, {"properties", "healthErrors"}), vm);
  AddHealthErrors(ListAt(body, {"properties", "replicationHealthErrors"}), vm);
  AddAllowedActions(item, vm);
  vm->set_point_choice(item.is_in_cluster
                           ? v1::SiteVm::IMPOSSIBLE
                           : PointChoiceOf(item.provider, item.runs_at_recovery,
                                           item.is_grouped));
  vm->set_resynchronization_required(item.resync_required);
  if (item.agent_registered) vm->set_agent_registered(*item.agent_registered);
  vm->set_test_failover_uncleaned(item.IsTested());
}

std::map<std::string, std::string> PointIds(
    const std::vector<std::string>& pages) {
  std::map<std::string, std::string> ids;
  for (const std::string& page : pages) {
    const std::optional<Json> parsed = ParseJson(page);
    if (!parsed) continue;
    for (const Json& point : ListAt(*parsed, {"value"})) {
      const std::string id = TextAt(point, {"id"});
      const asr::ParsedId read = asr::ParseId(id);
      if (read.kind == asr::ResourceKind::kPoint) {
        ids.emplace(absl::AsciiStrToLower(read.point_name), id);
      }
    }
  }
  return ids;
}

std::optional<core::Instant> PointTime(const std::vector<std::string>& pages,
                                       absl::string_view name) {
  asr::Listing listing;
  for (const std::string& page : pages) {
    // One that cannot be read has no point of this name.
    asr::ReadAsrText("recoveryPoints", page, &listing).IgnoreError();
  }
  for (const asr::PointFact& point : listing.points) {
    if (absl::EqualsIgnoreCase(point.name, name)) return point.capture_time;
  }
  return std::nullopt;
}

std::string LastSegment(absl::string_view id) {
  const size_t slash = id.rfind('/');
  return std::string(slash == absl::string_view::npos ? id
                                                      : id.substr(slash + 1));
}

}  // namespace recoveryline
