#include "tests/fake_arm/action_input.h"

#include <initializer_list>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"

namespace recoveryline::fake {
namespace {

using absl::string_view;
using nlohmann::json;

// As the service says it of what a provider cannot read.
constexpr string_view kInvalidParameter = "506";

// Reads fields and keeps what is wrong first.
class Fields {
 public:
  explicit Fields(const json& from) : from_(&from) {}

  // An object; an empty one where there is none.
  Fields Object(string_view key, std::optional<Refusal>* wrong) const {
    static const json& nothing = *new json(json::object());
    const json* value = Find(key);
    if (value == nullptr) return Fields(nothing);
    if (!value->is_object()) Complain(key, "is not an object", wrong);
    return value->is_object() ? Fields(*value) : Fields(nothing);
  }

  // Empty where there is none.
  std::string Text(string_view key, std::optional<Refusal>* wrong) const {
    const json* value = Find(key);
    if (value == nullptr) return "";
    if (!value->is_string()) {
      Complain(key, "is not text", wrong);
      return "";
    }
    return value->get<std::string>();
  }

  std::string Required(string_view key, std::optional<Refusal>* wrong) const {
    std::string text = Text(key, wrong);
    if (text.empty()) Complain(key, "is missing", wrong);
    return text;
  }

  std::string OneOf(string_view key, std::initializer_list<string_view> words,
                    std::optional<Refusal>* wrong) const {
    std::string text = Text(key, wrong);
    if (text.empty()) return text;
    for (const string_view word : words) {
      if (text == word) return text;
    }
    Complain(key, absl::StrCat("cannot be \"", text, "\""), wrong);
    return text;
  }

  const json* Find(string_view key) const {
    const auto found = from_->find(std::string(key));
    return found == from_->end() || found->is_null() ? nullptr : &*found;
  }

  static void Complain(string_view key, string_view what,
                       std::optional<Refusal>* wrong) {
    if (wrong->has_value()) return;
    *wrong = Refusal{400, std::string(kInvalidParameter),
                     absl::StrCat("The parameter ", key, " ", what, ".")};
  }

 private:
  const json* from_;
};

using Wrong = std::optional<Refusal>;

// An id of a point of this item; the container in it is not looked at: the
// service's own ids name another one than the item's.
PointWish PointById(const std::string& id, const FakeItem& item, Wrong* wrong) {
  const std::vector<string_view> parts = absl::StrSplit(id, '/');
  const size_t n = parts.size();
  std::optional<FakeId> name;
  if (n >= 4 && absl::EqualsIgnoreCase(parts[n - 2], "recoveryPoints") &&
      absl::EqualsIgnoreCase(parts[n - 3], item.name)) {
    name = FakeId::Parse(parts[n - 1]);
  }
  if (!name) {
    Fields::Complain("recoveryPointId", "is not the id of a point of the item",
                     wrong);
    return {};
  }
  return {.kind = PointWish::kById, .id = *name};
}

// Nothing means the latest.
PointWish OptionalPoint(const Fields& details, const FakeItem& item,
                        Wrong* wrong) {
  const std::string id = details.Text("recoveryPointId", wrong);
  if (id.empty()) return {.kind = PointWish::kLatest};
  return PointById(id, item, wrong);
}

PointWish InMagePoint(const Fields& details, const FakeItem& item,
                      Wrong* wrong) {
  const std::string type = details.OneOf(
      "recoveryPointType", {"LatestTime", "LatestTag", "Custom"}, wrong);
  if (type == "Custom") {
    return PointById(details.Required("recoveryPointId", wrong), item, wrong);
  }
  if (type == "LatestTag") {
    return {.kind = PointWish::kLatestApplicationConsistent};
  }
  return {.kind = PointWish::kLatest};
}

// Crash-consistent: captured by the failover itself.
PointWish FailbackPoint(const Fields& details, bool multi_vm, Wrong* wrong) {
  details.Required("recoveryPointType", wrong);
  if (details.OneOf("recoveryPointType",
                    {"ApplicationConsistent", "CrashConsistent"},
                    wrong) == "ApplicationConsistent") {
    return {.kind = PointWish::kLatestApplicationConsistent,
            .multi_vm = multi_vm};
  }
  return {.kind = PointWish::kLatest};
}

void CheckReprotect(const Fields& details, InstanceType type, Wrong* wrong) {
  std::vector<string_view> keys;
  switch (type) {
    case InstanceType::kInMageRcm:
      keys = {"reprotectAgentId", "datastoreName", "logStorageAccountId"};
      break;
    case InstanceType::kInMageRcmFailback:
      keys = {"processServerId", "policyId"};
      break;
    case InstanceType::kInMage:
      keys = {"masterTargetId", "processServerId", "retentionDrive",
              "profileId"};
      break;
    case InstanceType::kA2A:
    case InstanceType::kInMageAzureV2:
    case InstanceType::kHyperVReplicaAzure:
      break;
  }
  for (const string_view key : keys) details.Required(key, wrong);
}

PointWish ChangedPoint(const Fields& properties, const Fields& details,
                       const FakeItem& item, Wrong* wrong) {
  // The modern provider wants the id in its own part too.
  const bool modern = item.type == InstanceType::kInMageRcm;
  const std::string id =
      (modern ? details : properties).Required("recoveryPointId", wrong);
  const PointWish wish = PointById(id, item, wrong);
  const std::string other = properties.Text("recoveryPointId", wrong);
  if (modern && !other.empty() && !absl::EqualsIgnoreCase(other, id)) {
    Fields::Complain("recoveryPointId", "is said twice, differently", wrong);
  }
  return wish;
}

std::string ExpectedInstance(Action action, const FakeItem& item) {
  const bool failback =
      action == Action::kPlannedFailover && item.MayFailBack();
  return absl::StrCat(Name(item.type), failback ? "Failback" : "");
}

void CheckInstance(Action action, const FakeItem& item, const Fields& details,
                   Wrong* wrong) {
  const std::string expected = ExpectedInstance(action, item);
  const std::string said = details.Required("instanceType", wrong);
  if (said != expected) {
    Fields::Complain("ReplicationProviderInput",
                     absl::StrCat("is for ", said, ", not for ", expected),
                     wrong);
  }
}

void CheckDirection(const Fields& properties, const FakeItem& item,
                    Wrong* wrong) {
  const std::string said = properties.OneOf(
      "failoverDirection", {"PrimaryToRecovery", "RecoveryToPrimary"}, wrong);
  const bool back = FactsOf(item.type).reversed || item.MayFailBack();
  if (!said.empty() &&
      said != (back ? "RecoveryToPrimary" : "PrimaryToRecovery")) {
    Fields::Complain("failoverDirection", "is not the item's", wrong);
  }
}

// Of a failover, by what the item's own part of the body says.
PointWish FailoverWish(Action action, const FakeItem& item, bool in_named_group,
                       const Fields& details, Wrong* wrong) {
  if (item.type == InstanceType::kInMageRcmFailback) {
    return FailbackPoint(details, in_named_group, wrong);
  }
  if (item.type == InstanceType::kInMage) {
    return InMagePoint(details, item, wrong);
  }
  if (action == Action::kPlannedFailover && item.MayFailBack()) return {};
  if (item.type == InstanceType::kInMageRcm &&
      action == Action::kUnplannedFailover) {
    details.Required("performShutdown", wrong);
    details.OneOf("performShutdown", {"true", "false"}, wrong);
  }
  return OptionalPoint(details, item, wrong);
}

// The kinds that a plan's call can ask for.
PointWish PlanWish(const FakeItem& item, bool in_named_group,
                   const Fields& details, Wrong* wrong) {
  if (item.type == InstanceType::kInMageRcmFailback) {
    const bool multi = details.OneOf("useMultiVmSyncPoint", {"true", "false"},
                                     wrong) != "false";
    return FailbackPoint(details, in_named_group && multi, wrong);
  }
  if (item.type == InstanceType::kInMage) {
    PointWish wish = InMagePoint(details, item, wrong);
    if (wish.kind != PointWish::kById) return wish;
    Fields::Complain("recoveryPointType", "cannot be Custom in a plan", wrong);
    return {};
  }
  const std::string type =
      details.OneOf("recoveryPointType",
                    {"Latest", "LatestProcessed", "LatestApplicationConsistent",
                     "LatestCrashConsistent"},
                    wrong);
  if (type.empty() && item.type != InstanceType::kHyperVReplicaAzure) {
    details.Required("recoveryPointType", wrong);
  }
  const bool multi = details.Text("useMultiVmSyncPoint", wrong) == "true" ||
                     details.Text("multiVmSyncPointOption", wrong) ==
                         "UseMultiVmSyncRecoveryPoint";
  PointWish wish = {.kind = PointWish::kLatest,
                    .multi_vm = multi && in_named_group};
  if (type == "LatestProcessed") wish.kind = PointWish::kLatestProcessed;
  if (type == "LatestApplicationConsistent") {
    wish.kind = PointWish::kLatestApplicationConsistent;
  }
  if (type == "LatestCrashConsistent") {
    wish.kind = PointWish::kLatestCrashConsistent;
  }
  return wish;
}

json Parsed(string_view body, Wrong* wrong) {
  json parsed = json::parse(body.begin(), body.end(), nullptr, false);
  if (parsed.is_object()) return parsed;
  *wrong = Refusal{400, "InvalidRequestContent",
                   "The request content is not a JSON object."};
  return json::object();
}

bool HasNoBody(Action action) {
  return action == Action::kFailoverCommit ||
         action == Action::kFailoverCancel ||
         action == Action::kRepairReplication;
}

}  // namespace

ActionInput ReadItemInput(Action action, const FakeItem& item,
                          bool in_named_group, string_view body) {
  ActionInput input;
  if (HasNoBody(action)) return input;
  Wrong* wrong = &input.refusal;
  const json parsed = Parsed(body, wrong);
  const Fields properties = Fields(parsed).Object("properties", wrong);
  if (Fields(parsed).Find("properties") == nullptr) {
    Fields::Complain("properties", "is missing", wrong);
  }
  if (action == Action::kTestFailoverCleanup) return input;
  const Fields details = properties.Object("providerSpecificDetails", wrong);
  CheckInstance(action, item, details, wrong);
  switch (action) {
    case Action::kPlannedFailover:
    case Action::kUnplannedFailover:
    case Action::kTestFailover:
      CheckDirection(properties, item, wrong);
      input.wish = FailoverWish(action, item, in_named_group, details, wrong);
      break;
    case Action::kApplyRecoveryPoint:
      input.wish = ChangedPoint(properties, details, item, wrong);
      break;
    case Action::kReProtect:
      CheckReprotect(details, item.type, wrong);
      break;
    case Action::kSwitchProtection:
      details.Required("recoveryContainerId", wrong);
      break;
    case Action::kTestFailoverCleanup:
    case Action::kFailoverCommit:
    case Action::kFailoverCancel:
    case Action::kRepairReplication:
      break;
  }
  return input;
}

ActionInput ReadPlanInput(Action action, const FakeItem& item,
                          bool in_named_group, string_view body) {
  ActionInput input;
  if (HasNoBody(action)) return input;
  Wrong* wrong = &input.refusal;
  const json parsed = Parsed(body, wrong);
  const Fields properties = Fields(parsed).Object("properties", wrong);
  if (action == Action::kTestFailoverCleanup) return input;
  properties.Required("failoverDirection", wrong);
  CheckDirection(properties, item, wrong);
  if (action == Action::kUnplannedFailover) {
    properties.Required("sourceSiteOperations", wrong);
  }
  const json* all = properties.Find("providerSpecificDetails");
  if (all == nullptr || !all->is_array()) {
    Fields::Complain("providerSpecificDetails", "is not an array", wrong);
    return input;
  }
  const std::string expected = ExpectedInstance(action, item);
  for (const json& entry : *all) {
    if (!entry.is_object() ||
        Fields(entry).Text("instanceType", wrong) != expected) {
      continue;
    }
    const bool failback =
        action == Action::kPlannedFailover && item.MayFailBack();
    if (failback) {
      Fields(entry).Required("dataSyncOption", wrong);
      Fields(entry).Required("recoveryVmCreationOption", wrong);
    } else {
      input.wish = PlanWish(item, in_named_group, Fields(entry), wrong);
    }
    return input;
  }
  Fields::Complain("ReplicationProviderInput",
                   absl::StrCat("is missing for ", expected), wrong);
  return input;
}

ActionInput ReadSwitchInput(string_view body) {
  ActionInput input;
  const json parsed = Parsed(body, &input.refusal);
  input.item_name =
      Fields(parsed)
          .Object("properties", &input.refusal)
          .Required("replicationProtectedItemName", &input.refusal);
  return input;
}

}  // namespace recoveryline::fake
