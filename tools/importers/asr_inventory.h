// Asr inventory: the machines, groups and points of a listing as one inventory.
//
//   AsrInventory made = MakeInventory(listing, machines, &notes);
//   made.inventory.vms(0).recovery_points(0).consistency_marker();
//
// A machine is written where the listing has its item or a point of it. Of an
// item that was read more than once the last reading counts. Points of
// clusters have their markers; which others are shared depends on who is in a
// group, which an earlier inventory may know better: see asr_shared_points.h.
// as_of_time is not set here.
//
// Invariants: those of AsrImport.
//
// Cost: O(points log points).
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_INVENTORY_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_INVENTORY_H_

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "recoveryline/v1/inventory.pb.h"
#include "tools/importers/asr_lists.h"
#include "tools/importers/asr_machines.h"

namespace recoveryline::asr {

// What the listing says of a machine and an inventory cannot.
struct VmReading {
  // Whether the listing has its item; else its state was assumed and its
  // group is not known.
  bool has_item = false;
  PointList own_list;
  // Azure's multi-VM flag of each point listed, by id.
  absl::flat_hash_map<std::string, bool> multi_vm_flags;
};

// What the listing says of a group and an inventory cannot.
struct GroupReading {
  bool is_cluster = false;
  // expected_vm_ids are all of its machines, and no others are.
  bool states_members = false;
  // Of a cluster: the list of its points.
  PointList cluster_list;
};

struct AsrInventory {
  v1::Inventory inventory;
  // Which machines the inventory holds.
  std::vector<bool> exists;
  // Of each machine and group that the listing mentions, by id.
  std::map<std::string, VmReading> vms;
  std::map<std::string, GroupReading> groups;
};

AsrInventory MakeInventory(const Listing& listing, const Machines& machines,
                           std::vector<std::string>* notes);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_INVENTORY_H_
