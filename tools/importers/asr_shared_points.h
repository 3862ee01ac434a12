// Asr shared points: which points did machines of one group capture together?
//
//   MarkSharedPoints(SharedPointBy::kTime, groups, &points, &notes);
//   points[machine][0].marker;     // "time:2024-01-19T08:55:51.1764251Z"
//
// Azure flags points as multi-VM points but does not say which machines share
// one, so for ordinary groups this is inferred; see SharedPointBy. The points
// of a cluster list their nodes and have their markers already.
//
// Invariant: a marker given here stands on points of two machines at least.
//
// Cost: O(points log points) a group.
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_IMPORTERS_ASR_SHARED_POINTS_H_
#define RECOVERYLINE_TOOLS_IMPORTERS_ASR_SHARED_POINTS_H_

#include <string>
#include <vector>

#include "tools/importers/asr_groups.h"
#include "tools/importers/asr_import.h"
#include "tools/importers/asr_points.h"

namespace recoveryline::asr {

void MarkSharedPoints(SharedPointBy by, const Groups& groups,
                      PointTable* points, std::vector<std::string>* notes);

}  // namespace recoveryline::asr

#endif  // RECOVERYLINE_TOOLS_IMPORTERS_ASR_SHARED_POINTS_H_
