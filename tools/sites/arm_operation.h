// ArmOperation: has what was accepted ended, and how?
//
//   ArmOperation operation = ReadArmOperation(response);
//   if (operation.state == ArmOperation::State::kSucceeded) ...
//
// Services say so in several ways, and the body goes before the status code:
//   "status" of an operation: Succeeded, Failed, Canceled, else it runs (newer
//       api-versions, Azure-AsyncOperation);
//   "properties.state" of a replication job (older ones put the job there);
//   neither: 202 means that it runs, 200, 201 and 204 that it is done
//       (Location).
// An error beside Succeeded is a warning, one beside InProgress too: Azure does
// send these (ASR.md 3.3).
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_SITES_ARM_OPERATION_H_
#define RECOVERYLINE_TOOLS_SITES_ARM_OPERATION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tools/sites/arm_error.h"
#include "tools/sites/arm_json.h"
#include "tools/sites/http.h"

namespace recoveryline {

struct ArmOperation {
  enum class State { kRunning, kSucceeded, kFailed, kCanceled };

  State state = State::kRunning;
  // Why it failed; else a warning, or empty.
  ArmError error;
  // What the service says of it beyond its state, such as
  // "PartiallySucceeded"; may be empty.
  std::string description;
  // How long to wait before asking again; 0 where the service does not say.
  absl::Duration retry_after = absl::ZeroDuration();
  std::string body;
};

// REQUIRES: the response's status code is 2xx; its body may be anything.
ArmOperation ReadArmOperation(const HttpResponse& response);

// The state that a job's or an operation's word means.
ArmOperation::State OperationStateOf(absl::string_view word);

// Whether an answer is a replication job.
bool IsJob(const Json& body);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ARM_OPERATION_H_
