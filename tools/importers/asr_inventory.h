// Asr inventory: the machines, groups and points of a listing as one inventory.
//
//   AsrInventory made =
//       MakeInventory(listing, machines, SharedPointBy::kTime, &notes);
//   made.inventory.vms(0).recovery_points(0).consistency_marker();
//
// A machine is written where the listing has its item or a point of it. Of an
// item that was read more than once the last reading counts. as_of_time is
// not set here.
//
// Invariants: those of AsrImport.
//
// Cost: O(points log points).
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_INVENTORY_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_INVENTORY_H_

#include <string>
#include <vector>

#include "recoveryline/v1/inventory.pb.h"
#include "tools/importers/asr_import.h"
#include "tools/importers/asr_machines.h"

namespace recoveryline::asr {

struct AsrInventory {
  v1::Inventory inventory;
  std::vector<std::string> vm_ids_without_item;
  // Which machines the inventory holds.
  std::vector<bool> exists;
};

AsrInventory MakeInventory(const Listing& listing, const Machines& machines,
                           SharedPointBy shared_point_by,
                           std::vector<std::string>* notes);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_INVENTORY_H_
