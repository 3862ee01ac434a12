#include "tools/importers/asr_groups.h"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/importers/asr_ids.h"

namespace recoveryline::asr {
namespace {

using absl::EqualsIgnoreCase;

// A group before it has an id.
struct Draft {
  std::vector<std::string> ladder;
  std::string display_name;
  // Empty for a multi-VM group.
  std::string cluster_key;
  // The cluster's own body lists its items.
  bool has_body = false;
  std::set<int> machines;
};

struct ClusterDraft {
  Draft draft;
  std::vector<const PointFact*> points;
};

class Former {
 public:
  Former(const Machines& machines, const std::vector<const ItemFact*>& items,
         const std::vector<bool>& exists, std::vector<std::string>* notes)
      : machines_(machines),
        items_(items),
        exists_(exists),
        notes_(notes),
        taken_(machines.size(), false) {}

  void AddClusters(const Listing& listing) {
    std::map<std::string, ClusterDraft> clusters;
    for (const ClusterFact& fact : listing.clusters) {
      ClusterDraft& cluster = ClusterOf(fact.ref, &clusters);
      // The last body stands.
      cluster.draft.machines.clear();
      cluster.draft.has_body = true;
      for (const ResourceRef& ref : fact.items) Join(ref, &cluster.draft);
    }
    for (const ItemFact* item : items_) {
      if (item == nullptr || !item->cluster) continue;
      Join(item->ref, &ClusterOf(*item->cluster, &clusters).draft);
    }
    for (const PointFact& point : listing.points) {
      if (!point.of_cluster) continue;
      ClusterDraft& cluster = ClusterOf(point.owner, &clusters);
      cluster.points.push_back(&point);
      if (cluster.draft.has_body) continue;
      for (const ResourceRef& node : point.nodes) Join(node, &cluster.draft);
    }
    for (auto& [key, cluster] : clusters) {
      NoteMissingNodes(cluster);
      Take(std::move(cluster.draft));
    }
  }

  void AddNamedGroups() {
    std::map<std::string, Draft> groups;
    for (int vm = 0; vm < machines_.size(); ++vm) {
      const ItemFact* item = items_[vm];
      if (item == nullptr || !IsGrouped(*item)) continue;
      NoteOddGroup(*item);
      if (taken_[vm]) {
        notes_->push_back(absl::StrCat(
            "\"", machines_.id(vm), "\" is in a cluster; its multi-VM group \"",
            item->group_name, "\" is ignored."));
        continue;
      }
      const std::string& id =
          item->group_id.empty() ? item->group_name : item->group_id;
      Draft& draft = groups[absl::StrCat(item->ref.vault, "\n",
                                         absl::AsciiStrToLower(id))];
      draft.ladder = {id, absl::StrCat(VaultName(item->ref), "/", id)};
      if (draft.display_name.empty()) draft.display_name = item->group_name;
      draft.machines.insert(vm);
    }
    for (auto& [key, draft] : groups) {
      if (draft.machines.size() == 1) {
        notes_->push_back(
            absl::StrCat("Multi-VM group \"", draft.ladder.front(),
                         "\" has one machine in the listing, \"",
                         machines_.id(*draft.machines.begin()),
                         "\"; others that it may have are not known."));
      }
      Take(std::move(draft));
    }
  }

  Groups Finish() && {
    std::vector<std::vector<std::string>> ladders;
    for (const Draft& draft : drafts_) ladders.push_back(draft.ladder);
    const std::vector<std::string> ids = UniqueIds(ladders, "group", notes_);
    Groups groups;
    groups.of_machine.assign(machines_.size(), -1);
    for (size_t i = 0; i < drafts_.size(); ++i) {
      Group& group = groups.list.emplace_back();
      group.cluster_key = drafts_[i].cluster_key;
      group.is_cluster = !group.cluster_key.empty();
      group.has_body = drafts_[i].has_body;
      group.message.set_id(ids[i]);
      group.message.set_display_name(drafts_[i].display_name);
      group.message.set_multi_vm_consistency(true);
      std::set<std::string> expected;
      for (int vm : drafts_[i].machines) {
        expected.insert(machines_.id(vm));
        if (!exists_[vm]) continue;
        group.machines.push_back(vm);
        groups.of_machine[vm] = static_cast<int>(i);
      }
      // Items name their group, so only a cluster's list can tell of more.
      if (!group.is_cluster) continue;
      for (const std::string& id : expected) {
        group.message.add_expected_vm_ids(id);
      }
    }
    return groups;
  }

 private:
  static ClusterDraft& ClusterOf(
      const ResourceRef& ref, std::map<std::string, ClusterDraft>* clusters) {
    ClusterDraft& cluster = (*clusters)[ref.Key()];
    if (cluster.draft.ladder.empty()) {
      cluster.draft.ladder = NameLadder(ref);
      cluster.draft.display_name = ref.name;
      cluster.draft.cluster_key = ref.Key();
    }
    return cluster;
  }

  void Join(const ResourceRef& ref, Draft* draft) const {
    const std::optional<int> machine = machines_.Find(ref);
    if (machine) draft->machines.insert(*machine);
  }

  // What is odd about the group of an item that is in one.
  void NoteOddGroup(const ItemFact& item) const {
    const std::string subject =
        absl::StrCat(item.where, ": \"", item.ref.name, "\" has ");
    if (item.group_name.empty()) {
      notes_->push_back(absl::StrCat(
          subject,
          "a multi-VM group that the user asked for, without a name; its id is "
          "taken for one"));
    } else if (EqualsIgnoreCase(item.group_create_option, "AutoCreated")) {
      notes_->push_back(absl::StrCat(
          subject, "the multi-VM group \"", item.group_name,
          "\", which was created automatically but is named; it is taken for "
          "a group"));
    }
  }

  bool ListsAll(const PointFact& point, const std::set<int>& machines) const {
    std::set<int> missing = machines;
    for (const ResourceRef& node : point.nodes) {
      if (const auto machine = machines_.Find(node)) missing.erase(*machine);
    }
    return missing.empty();
  }

  // The flag of these points says that they are shared; their nodes tell how
  // far.
  void NoteMissingNodes(const ClusterDraft& cluster) const {
    size_t partial = 0;
    for (const PointFact* point : cluster.points) {
      if (!ListsAll(*point, cluster.draft.machines)) ++partial;
    }
    if (partial == 0) return;
    notes_->push_back(absl::StrCat(
        "Cluster \"", cluster.draft.display_name, "\": ", partial, " of ",
        cluster.points.size(), " points do not list all of its ",
        cluster.draft.machines.size(),
        " nodes; a point is given to the nodes that it lists, whatever its "
        "flag says."));
  }

  // Keeps the machines that no group before has taken.
  void Take(Draft draft) {
    for (auto vm = draft.machines.begin(); vm != draft.machines.end();) {
      if (!taken_[*vm]) {
        taken_[*vm++] = true;
        continue;
      }
      notes_->push_back(
          absl::StrCat("\"", machines_.id(*vm),
                       "\" is in another cluster already; cluster \"",
                       draft.display_name, "\" goes without it."));
      vm = draft.machines.erase(vm);
    }
    if (!draft.machines.empty()) drafts_.push_back(std::move(draft));
  }

  const Machines& machines_;
  const std::vector<const ItemFact*>& items_;
  const std::vector<bool>& exists_;
  std::vector<std::string>* notes_;
  std::vector<bool> taken_;
  std::vector<Draft> drafts_;
};

}  // namespace

bool IsGrouped(const ItemFact& item) {
  if (item.group_name.empty()) {
    return EqualsIgnoreCase(item.group_create_option, "UserSpecified") &&
           !item.group_id.empty();
  }
  return !EqualsIgnoreCase(item.group_name, item.group_id);
}

Groups FormGroups(const Listing& listing, const Machines& machines,
                  const std::vector<const ItemFact*>& items,
                  const std::vector<bool>& exists,
                  std::vector<std::string>* notes) {
  Former former(machines, items, exists, notes);
  former.AddClusters(listing);
  former.AddNamedGroups();
  return std::move(former).Finish();
}

}  // namespace recoveryline::asr
