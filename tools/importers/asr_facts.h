// Asr facts: what the resources of a listing say, one struct a resource.
//
//   Listing listing;
//   ReadAsrText("points.json", text, &listing);   // asr_reader.h
//   for (const PointFact& point : listing.points) ...
//
// Facts are as read: duplicates, several states of one item and references to
// nothing are all here. `where` is the file and the place within it.
//
// Thread-safety: plain data.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_FACTS_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_FACTS_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/core/instant.h"
#include "recoveryline/v1/inventory.pb.h"
#include "tools/importers/asr_fields.h"

namespace recoveryline::asr {

// A replication protected item: one machine.
struct ItemFact {
  std::string where;
  ResourceRef ref;
  std::string friendly_name;
  // As spelled; empty where the item does not say.
  std::string protection_state;
  std::string group_id;
  std::string group_name;
  // "UserSpecified", "AutoCreated" or empty.
  std::string group_create_option;
  // The cluster that the item is a node of.
  std::optional<ResourceRef> cluster;
  int disk_count = 0;
  std::optional<core::Instant> latest_replicated;
  bool resync_required = false;
};

// A recovery point of an item, or of a cluster and then of each of its nodes.
struct PointFact {
  std::string where;
  bool of_cluster = false;
  // The item; of a cluster point, the cluster.
  ResourceRef owner;
  std::string name;
  core::Instant capture_time = 0;
  v1::RecoveryPoint::Consistency consistency =
      v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED;
  // Azure's flag; it does not prove who shares the point.
  bool multi_vm_flag = false;
  // How many disks the point lists; 0 where it lists none.
  int disk_count = 0;
  // Of a cluster point: the items that it covers.
  std::vector<ResourceRef> nodes;
};

// A point that a list names, but without what an inventory needs of it.
struct UnreadPointFact {
  bool of_cluster = false;
  ResourceRef owner;
  std::string name;
};

// A protection cluster and the items that it lists.
struct ClusterFact {
  std::string where;
  ResourceRef ref;
  std::vector<ResourceRef> items;
};

struct PlanGroupFact {
  std::string where;
  // "Shutdown", "Failover" or "Boot", as spelled.
  std::string type;
  std::vector<ResourceRef> items;
  // See asr_actions.h.
  std::vector<std::string> start_actions;
  std::vector<std::string> end_actions;
};

struct PlanFact {
  std::string where;
  ResourceRef ref;
  std::string friendly_name;
  std::vector<PlanGroupFact> groups;
};

// A list that the service answers with.
struct ListRef {
  // Of its resources; kOther where the list has none.
  ResourceKind kind = ResourceKind::kOther;
  // Of a list of points: the item or cluster. Of any other: a resource in it,
  // of which the vault alone counts.
  ResourceRef owner;

  bool IsOfPoints() const {
    return kind == ResourceKind::kPoint || kind == ResourceKind::kClusterPoint;
  }
};

// One page of a list, or of several that someone joined.
struct PageFact {
  std::string where;
  std::vector<ListRef> lists;
  // Empty on the last page.
  std::string next_link;
  // Something in it does not say what it is of.
  bool has_strays = false;
};

struct Listing {
  std::vector<ItemFact> items;
  std::vector<PointFact> points;
  std::vector<UnreadPointFact> unread_points;
  std::vector<ClusterFact> clusters;
  std::vector<PlanFact> plans;
  std::vector<PageFact> pages;
  // The addresses of a recorded session's requests.
  std::vector<std::string> addresses;
  // The newest instant at which something in the listing was seen to be true,
  // and where it stands.
  std::optional<core::Instant> newest;
  std::string newest_where;
  std::vector<std::string> notes;
};

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_FACTS_H_
