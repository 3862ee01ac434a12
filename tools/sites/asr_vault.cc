#include "tools/sites/asr_vault.h"

#include <iterator>
#include <map>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "engine/timestamps.h"
#include "tools/importers/asr_fields.h"
#include "tools/sites/arm_json.h"
#include "tools/sites/asr_items.h"

namespace recoveryline {
namespace {

// `text` as it may stand in a path or query: what would end or change it is
// escaped, what a server has escaped already stays.
std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_isgraph(byte) || absl::StrContains("?#&\\'\"", c)) {
      absl::StrAppendFormat(&escaped, "%%%02X", byte);
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

bool IsVaultId(absl::string_view id) {
  const std::vector<absl::string_view> parts = absl::StrSplit(id, '/');
  constexpr absl::string_view kFixed[] = {"",
                                          "subscriptions",
                                          "",
                                          "resourceGroups",
                                          "",
                                          "providers",
                                          "Microsoft.RecoveryServices",
                                          "vaults",
                                          ""};
  if (parts.size() != std::size(kFixed)) return false;
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool is_name = i == 2 || i == 4 || i == 8;
    if (is_name ? parts[i].empty()
                : !absl::EqualsIgnoreCase(parts[i], kFixed[i])) {
      return false;
    }
  }
  return true;
}

// The ids of the items in these pages, and of the clusters they are in.
void CollectIds(const AsrVault::Pages& pages, std::vector<std::string>* items,
                std::map<std::string, std::string>* clusters) {
  for (const std::string& page : pages) {
    const std::optional<Json> parsed = ParseJson(page);
    if (!parsed) continue;
    for (const Json& entry : ListAt(*parsed, {"value"})) {
      const std::string id = TextAt(entry, {"id"});
      if (asr::ParseId(id).kind != asr::ResourceKind::kItem) continue;
      items->push_back(id);
      const std::string cluster = TextAt(
          entry,
          {"properties", "providerSpecificDetails", "protectionClusterId"});
      if (asr::ParseId(cluster).kind == asr::ResourceKind::kCluster) {
        clusters->emplace(absl::AsciiStrToLower(cluster), cluster);
      }
    }
  }
}

}  // namespace

absl::StatusOr<AsrVault> AsrVault::Make(ArmClient& arm, absl::string_view id,
                                        absl::string_view api_version) {
  while (absl::EndsWith(id, "/")) id.remove_suffix(1);
  if (!IsVaultId(id) || !IsTarget(id) || absl::StrContains(id, "?")) {
    return absl::InvalidArgumentError(
        "the id of a vault is /subscriptions/S/resourceGroups/G/providers/"
        "Microsoft.RecoveryServices/vaults/V");
  }
  return AsrVault(arm, id, api_version);
}

std::string AsrVault::TargetOf(absl::string_view id) const {
  return absl::StrCat(Escaped(id), "?api-version=", Escaped(api_version_));
}

std::string AsrVault::JobId(absl::string_view name) const {
  return absl::StrCat(id_, "/replicationJobs/", name);
}

absl::StatusOr<AsrVault::Pages> AsrVault::Items() const {
  return arm_->List(TargetOf(absl::StrCat(id_, "/replicationProtectedItems")));
}

absl::StatusOr<AsrVault::Pages> AsrVault::Plans() const {
  return arm_->List(TargetOf(absl::StrCat(id_, "/replicationRecoveryPlans")));
}

absl::StatusOr<AsrVault::Pages> AsrVault::Permissions() const {
  return arm_->List(absl::StrCat(
      Escaped(id_), "/providers/Microsoft.Authorization/permissions?",
      "api-version=2022-04-01"));
}

absl::StatusOr<AsrVault::Pages> AsrVault::Jobs(absl::string_view since) const {
  std::string target = TargetOf(absl::StrCat(id_, "/replicationJobs"));
  if (!since.empty()) {
    absl::StrAppend(&target, "&$filter=",
                    Escaped(absl::StrCat("StartTime eq '", since, "'")));
  }
  return arm_->List(target);
}

absl::StatusOr<AsrVault::Pages> AsrVault::Points(
    absl::string_view owner_id) const {
  return arm_->List(TargetOf(absl::StrCat(owner_id, "/recoveryPoints")));
}

absl::StatusOr<std::string> AsrVault::Resource(absl::string_view id) const {
  return arm_->Get(TargetOf(id));
}

void AddBodies(absl::string_view name, const AsrVault::Pages& pages,
               std::vector<AsrBody>* bodies) {
  for (size_t i = 0; i < pages.size(); ++i) {
    bodies->push_back({pages.size() == 1
                           ? std::string(name)
                           : absl::StrCat(name, " (page ", i + 1, ")"),
                       pages[i]});
  }
}

absl::StatusOr<AsrImport> ImportAsrVault(const AsrVault& vault,
                                         const AsrImportOptions& options) {
  const absl::StatusOr<AsrVault::Pages> items = vault.Items();
  if (!items.ok()) return items.status();
  // What comes after that may be missing from the lists.
  std::optional<google::protobuf::Timestamp> listed;
  if (const auto now = vault.arm().server_time()) {
    listed = ToTimestamp(*now);
  }
  const absl::StatusOr<AsrVault::Pages> plans = vault.Plans();
  if (!plans.ok()) return plans.status();
  std::vector<AsrBody> bodies;
  AddBodies("replicationProtectedItems", *items, &bodies);
  AddBodies("replicationRecoveryPlans", *plans, &bodies);

  std::vector<std::string> item_ids;
  std::map<std::string, std::string> clusters;
  CollectIds(*items, &item_ids, &clusters);
  for (const auto& [key, id] : clusters) {
    absl::StatusOr<std::string> body = vault.Resource(id);
    if (!body.ok()) return body.status();
    bodies.push_back({LastSegment(id), *std::move(body)});
    item_ids.push_back(id);
  }
  for (const std::string& id : item_ids) {
    const absl::StatusOr<AsrVault::Pages> points = vault.Points(id);
    if (!points.ok()) return points.status();
    AddBodies(absl::StrCat(LastSegment(id), "/recoveryPoints"), *points,
              &bodies);
  }
  AsrImportOptions at = options;
  if (!at.as_of && listed) at.as_of = *listed;
  return ImportAsrBodies(bodies, at);
}

}  // namespace recoveryline
