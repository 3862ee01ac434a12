// AsrItem: what does Azure say of one protected machine now?
//
//   absl::StatusOr<AsrItem> item = ReadAsrItem(body);
//   item->provider;                       // kInMageRcm
//   WriteSiteVm(*item, &vm);              // beside the import's v1::Vm
//
// What an inventory keeps of an item is read by the importer (asr_facts.h):
// here is what a failover needs beyond that.
//
// Thread-safety: pure functions.
// Errors: InvalidArgument for a body that is no protected item.

#ifndef RECOVERYLINE_TOOLS_SITES_ASR_ITEMS_H_
#define RECOVERYLINE_TOOLS_SITES_ASR_ITEMS_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "recoveryline/v1/site.pb.h"
#include "tools/importers/asr_facts.h"
#include "tools/sites/arm_json.h"
#include "tools/sites/asr_provider.h"

namespace recoveryline {

struct AsrItem {
  asr::ItemFact fact;
  AsrProvider provider = AsrProvider::kUnknown;
  // It is in a multi-VM group or in a cluster.
  bool is_grouped = false;
  bool is_in_cluster = false;
  // activeLocation is "Recovery".
  bool runs_at_recovery = false;
  // "allowedOperations"; a list, or null.
  Json allowed_operations = {};
  // What identifies it in jobs, lower-case: names and ids of its own.
  std::set<std::string> keys = {};
  std::string test_failover_state = {};
  // The last segment of failoverRecoveryPointId; stale while it is protected.
  std::string failover_point = {};
  // As spelled; empty: never.
  std::string last_failover_time = {};
  std::string last_test_failover_time = {};
  // What goes on, and its job; both empty: nothing.
  std::string scenario = {};
  std::string scenario_job = {};
  // Whether the agent has registered after a failover, where that is said.
  std::optional<bool> agent_registered = {};
  bool resync_required = false;

  const std::string& id() const { return fact.ref.text; }
  // It runs where a failover took it.
  bool IsFailedOver() const;
  bool IsTested() const;
};

absl::StatusOr<AsrItem> ReadAsrItem(absl::string_view body);

// Everything of a SiteVm but its Vm. `body` is the item's.
void WriteSiteVm(const AsrItem& item, const Json& body, v1::SiteVm* vm);

// Azure's ids of points, by the name in them, lower-case, of the bodies of a
// list of points. Bodies that cannot be read have none.
std::map<std::string, std::string> PointIds(
    const std::vector<std::string>& pages);

// When the point of this name was captured, by such bodies.
std::optional<core::Instant> PointTime(const std::vector<std::string>& pages,
                                       absl::string_view name);

// What follows the last '/' of an id; all of it where it has none.
std::string LastSegment(absl::string_view id);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_ITEMS_H_
