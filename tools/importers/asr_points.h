// Asr points: which recovery points does each machine have?
//
//   PointTable table = CollectPoints(listing, machines, &notes);
//   for (const PointRow& point : table[machine]) ...
//
// A cluster's point becomes one point of each node it lists, with the point's
// name as marker.
//
// Invariants:
//   (1) table has a row list for each machine, in the order of the listing.
//   (2) No two points of a machine share a name, even where case is ignored:
//       one that was read twice stands once; where two readings disagree the
//       later one stands, with a note.
//
// Cost: O(points).
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_POINTS_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_POINTS_H_

#include <string>
#include <vector>

#include "tools/importers/asr_machines.h"

namespace recoveryline::asr {

struct PointRow {
  std::string where;
  std::string name;
  core::Instant capture_time = 0;
  v1::RecoveryPoint::Consistency consistency =
      v1::RecoveryPoint::CONSISTENCY_UNSPECIFIED;
  bool multi_vm_flag = false;
  // 0: all disks.
  int disk_count = 0;
  std::string marker;
};

using PointTable = std::vector<std::vector<PointRow>>;

PointTable CollectPoints(const Listing& listing, const Machines& machines,
                         std::vector<std::string>* notes);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_POINTS_H_
