// AsrJobs: what was done to a protected machine, by the site's own jobs?
//
//   std::vector<AsrJob> jobs = ReadAsrJobs(pages);
//   for (const AsrJob& job : jobs) {
//     if (MatchOf(job, item) == AsrMatch::kYes && IsOf(job, action, purpose))
//       ...
//   }
//
// A job names its machine by an id whose kind depends on the provider, and by
// its friendly name, which several machines may have: a match by name alone is
// certain only where nobody else has the name.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_SITES_ASR_JOBS_H_
#define RECOVERYLINE_TOOLS_SITES_ASR_JOBS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/core/instant.h"
#include "recoveryline/v1/plan.pb.h"
#include "recoveryline/v1/site.pb.h"
#include "tools/sites/arm_operation.h"
#include "tools/sites/asr_items.h"

namespace recoveryline {

// What a failover job says of one of its machines.
struct AsrJobVm {
  std::string name;
  std::string friendly_name;
  // The last segment of the point's id; empty where it is not said.
  std::string point;
  std::optional<core::Instant> point_time;
};

struct AsrJob {
  // Lower-case.
  std::string name;
  std::string scenario;
  ArmOperation::State state = ArmOperation::State::kRunning;
  std::string state_description;
  ArmError error;
  std::optional<core::Instant> start_time;
  std::string target_id;
  std::string target_name;
  bool is_of_plan = false;
  std::vector<AsrJobVm> vms;
  // Whether the source was shut down, where its tasks say so.
  std::optional<bool> source_off;
};

// Those of a list's pages; what is no job is left out.
std::vector<AsrJob> ReadAsrJobs(const std::vector<std::string>& pages);
// Nothing where the body is no job.
std::optional<AsrJob> ReadAsrJob(const Json& body);

enum class AsrMatch { kNo, kByName, kYes };
// Whether the job is of this machine alone.
AsrMatch MatchOf(const AsrJob& job, const AsrItem& item);
// Whether the job is of this plan. `plan_id` is Azure's.
bool IsOfPlan(const AsrJob& job, absl::string_view plan_id);
// What the job says of this machine; null where it does not.
const AsrJobVm* VmOf(const AsrJob& job, const AsrItem& item);

// Whether a scenario is what becomes of an action.
bool IsOf(absl::string_view scenario, v1::SiteCall::Action action,
          v1::RecoveryPlan::Purpose purpose);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_JOBS_H_
