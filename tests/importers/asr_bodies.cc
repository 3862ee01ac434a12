#include "tests/importers/asr_bodies.h"

#include <unistd.h>

#include <atomic>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/timestamps.h"
#include "engine/validate.h"
#include "engine/violations.h"
#include "gtest/gtest.h"

namespace recoveryline {
namespace {

using absl::StrCat;
using absl::string_view;

constexpr char kTypeRoot[] =
    "Microsoft.RecoveryServices/vaults/replicationFabrics/"
    "replicationProtectionContainers/";

std::string VaultId(string_view vault) {
  return StrCat(
      "/Subscriptions/0a1b/resourceGroups/docks/providers/"
      "Microsoft.RecoveryServices/vaults/",
      vault);
}

std::string ContainerId() {
  return StrCat(VaultId("harbour"),
                "/replicationFabrics/east/replicationProtectionContainers/"
                "quay");
}

std::string Resource(string_view id, string_view name, string_view type,
                     const Fields& properties) {
  return Object({{"name", JsonText(name)},
                 {"type", JsonText(type)},
                 {"id", JsonText(id)},
                 {"properties", Object(properties)}});
}

std::string AnyPoint(string_view owner_id, string_view collection,
                     string_view name, string_view time, string_view type,
                     const Fields& details) {
  Fields properties = {{"recoveryPointTime", JsonText(time)},
                       {"recoveryPointType", JsonText(type)}};
  if (!details.empty()) {
    properties.emplace_back("providerSpecificDetails", Object(details));
  }
  return Resource(StrCat(owner_id, "/recoveryPoints/", name), name,
                  StrCat(kTypeRoot, collection, "/recoveryPoints"), properties);
}

void ExpectNone(const Violations& found) {
  for (const v1::Violation& violation : found.list()) {
    ADD_FAILURE() << violation.ShortDebugString();
  }
}

}  // namespace

std::string JsonText(string_view text) { return StrCat("\"", text, "\""); }

std::string Object(const Fields& fields) {
  return StrCat("{",
                absl::StrJoin(fields, ",",
                              [](std::string* out, const auto& field) {
                                absl::StrAppend(out, JsonText(field.first), ":",
                                                field.second);
                              }),
                "}");
}

std::string Array(const std::vector<std::string>& elements) {
  return StrCat("[", absl::StrJoin(elements, ","), "]");
}

std::string ItemId(string_view name) {
  return StrCat(ContainerId(), "/replicationProtectedItems/", name);
}

std::string ClusterId(string_view name) {
  return StrCat(ContainerId(), "/replicationProtectionClusters/", name);
}

std::string PlanId(string_view name) {
  return StrCat(VaultId("harbour"), "/replicationRecoveryPlans/", name);
}

std::string IdIn(string_view vault, string_view fabric, string_view container,
                 string_view name) {
  return StrCat(VaultId(vault), "/replicationFabrics/", fabric,
                "/replicationProtectionContainers/", container,
                "/replicationProtectedItems/", name);
}

std::string Item(string_view name, const Fields& details,
                 const Fields& properties) {
  return ItemAt(ItemId(name), details, properties);
}

std::string ItemAt(string_view id, const Fields& details,
                   const Fields& properties) {
  const string_view name = id.substr(id.rfind('/') + 1);
  Fields all = properties;
  all.emplace_back("friendlyName", JsonText(StrCat("The ", name)));
  if (properties.empty()) all.emplace_back("protectionState", "\"Protected\"");
  all.emplace_back("providerSpecificDetails", Object(details));
  return Resource(id, name, StrCat(kTypeRoot, "replicationProtectedItems"),
                  all);
}

std::string Point(string_view owner, string_view name, string_view time,
                  const Fields& details, string_view type) {
  return PointAt(ItemId(owner), name, time, details, type);
}

std::string PointAt(string_view owner_id, string_view name, string_view time,
                    const Fields& details, string_view type) {
  return AnyPoint(owner_id, "replicationProtectedItems", name, time, type,
                  details);
}

std::string ClusterPoint(string_view cluster, string_view name,
                         string_view time,
                         const std::vector<std::string>& nodes) {
  std::vector<std::string> ids;
  for (const std::string& node : nodes) ids.push_back(JsonText(ItemId(node)));
  return AnyPoint(ClusterId(cluster), "replicationProtectionClusters", name,
                  time, "CrashConsistent",
                  {{"instanceType", "\"A2A\""},
                   {"recoveryPointSyncType", "\"MultiVmSyncRecoveryPoint\""},
                   {"nodes", Array(ids)}});
}

std::string Plan(string_view name, string_view groups) {
  return Resource(PlanId(name), name,
                  "Microsoft.RecoveryServices/vaults/replicationRecoveryPlans",
                  {{"friendlyName", JsonText(StrCat("The ", name))},
                   {"groups", std::string(groups)}});
}

std::string PlanGroup(string_view type, const std::vector<std::string>& items,
                      const std::vector<std::string>& start_actions,
                      const std::vector<std::string>& end_actions) {
  std::vector<std::string> entries;
  for (const std::string& item : items) {
    entries.push_back(Object({{"id", JsonText(ItemId(item))},
                              {"virtualMachineId", JsonText("0c0c")}}));
  }
  return Object({{"groupType", JsonText(type)},
                 {"replicationProtectedItems", Array(entries)},
                 {"startGroupActions", Array(start_actions)},
                 {"endGroupActions", Array(end_actions)}});
}

std::string List(const std::vector<std::string>& values,
                 string_view next_link) {
  return Object(
      {{"value", Array(values)},
       {"nextLink", next_link.empty() ? "null" : JsonText(next_link)}});
}

ScratchDirectory::ScratchDirectory() {
  static std::atomic<int> count{0};
  path_ = std::filesystem::path(testing::TempDir()) /
          StrCat("asr-", getpid(), "-", count++);
  std::filesystem::create_directories(path_);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ScratchDirectory::Write(string_view name, string_view text) const {
  const std::filesystem::path file = path_ / std::string(name);
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
  return file.string();
}

absl::StatusOr<AsrImport> TryImportBodies(
    const std::map<std::string, std::string>& bodies,
    const AsrImportOptions& options) {
  const ScratchDirectory directory;
  for (const auto& [name, body] : bodies) directory.Write(name, body);
  return ImportAsr({directory.path().string()}, options);
}

AsrImport ImportBodies(const std::map<std::string, std::string>& bodies,
                       const AsrImportOptions& options) {
  absl::StatusOr<AsrImport> import = TryImportBodies(bodies, options);
  if (!import.ok()) {
    ADD_FAILURE() << import.status();
    return {};
  }
  ExpectValid(*import);
  return *std::move(import);
}

void ExpectValid(const AsrImport& import) {
  ExpectValid(import.inventory);
  for (const v1::RecoveryPlan& plan : import.plans) {
    Violations found;
    ValidatePlan(plan, &found);
    ExpectNone(found);
  }
}

void ExpectValid(const v1::Inventory& inventory) {
  Violations found;
  ValidateInventory(inventory, &found);
  ExpectNone(found);
}

v1::Vm VmOf(const v1::Inventory& inventory, string_view id) {
  for (const v1::Vm& vm : inventory.vms()) {
    if (vm.id() == id) return vm;
  }
  ADD_FAILURE() << "no machine " << id;
  return {};
}

std::vector<std::string> PointsOf(const v1::Vm& vm) {
  std::vector<std::string> points;
  for (const v1::RecoveryPoint& point : vm.recovery_points()) {
    points.push_back(StrCat(point.id(), "@",
                            FormatTimestamp(point.capture_time()),
                            point.consistency_marker().empty() ? "" : "#",
                            point.consistency_marker()));
  }
  return points;
}

std::vector<std::string> VmIdsOf(const v1::Inventory& inventory) {
  std::vector<std::string> ids;
  for (const v1::Vm& vm : inventory.vms()) ids.push_back(vm.id());
  return ids;
}

}  // namespace recoveryline
