// ReportScope: a report of some of a plan's units.
//
//   KeepUnits(vm_ids, group_ids, &timeline);
//
// Thread-safety: pure function.

#ifndef RECOVERYLINE_TOOLS_REPORT_REPORT_SCOPE_H_
#define RECOVERYLINE_TOOLS_REPORT_REPORT_SCOPE_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "recoveryline/v1/timeline.pb.h"

namespace recoveryline {

// Leaves the units that have one of the machines or are one of the groups, and
// of the missing machines those that are named.
void KeepUnits(const absl::flat_hash_set<std::string>& vm_ids,
               const absl::flat_hash_set<std::string>& group_ids,
               v1::Timeline* timeline);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_REPORT_REPORT_SCOPE_H_
