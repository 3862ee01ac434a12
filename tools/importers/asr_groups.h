// Asr groups: which machines share consistency points?
//
//   Groups groups = FormGroups(listing, machines, items, exists, &notes);
//   for (int machine : groups.list[0].machines) ...
//
// A protection cluster is a group: of the items that it lists, or where its
// own body is not in the listing, of the items that name it and the nodes of
// its points. An item's multiVmGroupId alone makes no group: an ungrouped item
// has one too, with an empty name, or with a name that is the same id
// (ASR.md 3.3). A named group of which the listing holds one machine is a
// group all the same: the others are missing from the listing.
//
// Invariants:
//   (1) A machine is in at most one group; a cluster goes first.
//   (2) Every group holds a machine that exists, or expects one that does not.
//
// Cost: O((machines + points) log machines).
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_GROUPS_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_GROUPS_H_

#include <string>
#include <vector>

#include "tools/importers/asr_machines.h"

namespace recoveryline::asr {

struct Group {
  v1::ReplicationGroup message;
  bool is_cluster = false;
  // Of a cluster: its Key(), and whether its own body lists its machines.
  std::string cluster_key;
  bool has_body = false;
  // Those that exist, ascending.
  std::vector<int> machines;
};

struct Groups {
  std::vector<Group> list;
  // The position in `list` of each machine's group; -1: none.
  std::vector<int> of_machine;
};

// `items` has the item of each machine, null where the listing lacks it;
// `exists` says which machines the inventory will hold.
Groups FormGroups(const Listing& listing, const Machines& machines,
                  const std::vector<const ItemFact*>& items,
                  const std::vector<bool>& exists,
                  std::vector<std::string>* notes);

// Whether the item is in a multi-VM group, and not just given a group id.
bool IsGrouped(const ItemFact& item);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_GROUPS_H_
