// PlanFiles: recovery plans as files of their own, safely named.
//
//   PlanFileNames(plans);                    // {"web.json", "web-2.json"}
//   absl::Status written = WritePlans(plans, "plans");
//
// A name keeps letters, digits, ".", "_" and "-" of the plan's display name,
// else of its id; anything else becomes "_". It never begins with a dot or a
// dash, and no two are equal, case aside: whatever a plan is called, its file
// lies in the directory.
//
// Thread-safety: pure functions but for the files.
// Errors: those of the directory or a file; plans before it are written then.

#ifndef RECOVERYLINE_TOOLS_RLINE_PLAN_FILES_H_
#define RECOVERYLINE_TOOLS_RLINE_PLAN_FILES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "recoveryline/v1/plan.pb.h"

namespace recoveryline {

// "<name>.json" for each plan.
std::vector<std::string> PlanFileNames(
    const std::vector<v1::RecoveryPlan>& plans);

// Makes `directory` where it does not exist.
absl::Status WritePlans(const std::vector<v1::RecoveryPlan>& plans,
                        const std::string& directory);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_PLAN_FILES_H_
