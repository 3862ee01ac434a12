// Asr shared points: which points did machines of one group capture together?
//
//   MarkSharedPoints(SharedPointBy::kTime, &made, &notes);
//   // consistency_marker: "time:2024-01-19T08:55:51.1764251Z"
//
// Azure flags points as multi-VM points but does not say which machines share
// one, so for ordinary groups this is inferred; see SharedPointBy. The points
// of a cluster list their nodes and have their markers already.
//
// Only points of the listing are marked, in groups that it mentions a machine
// of. A point of an earlier inventory that the listing lacks takes part under
// the marker that it has: a machine whose list was not read still shares.
//
// Invariant: a marker given here stands on points of two machines at least.
//
// Cost: O(points log points) a group.
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_SHARED_POINTS_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_SHARED_POINTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/importers/asr_import.h"
#include "tools/importers/asr_inventory.h"

namespace recoveryline::asr {

// Groups are those of `made->inventory`, so an earlier one is merged before.
void MarkSharedPoints(SharedPointBy by, AsrInventory* made,
                      std::vector<std::string>* notes);

// Whether `marker` was inferred by SharedPointBy::kTime.
bool IsTimeMarker(absl::string_view marker);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_SHARED_POINTS_H_
