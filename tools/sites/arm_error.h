// ArmError: what is wrong, by the answer of Azure Resource Manager?
//
//   ArmError error = ReadArmError(body);       // {"error":{"code":...}}
//   absl::Status status = StatusOf(409, error, "POST /subscriptions/...");
//   ArmErrorCode(status);                      // "OperationNotAllowed"
//
// Azure's code stays with the Status: nobody has to parse its message. A 403's
// message names the action and the scope that are missing; it is kept as it is.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_SITES_ARM_ERROR_H_
#define RECOVERYLINE_TOOLS_SITES_ARM_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tools/sites/arm_json.h"

namespace recoveryline {

// Both empty: no error. Texts are printable and bounded.
struct ArmError {
  std::string code;
  // With the details, and what to do where the service says so.
  std::string message;

  bool empty() const { return code.empty() && message.empty(); }
  // "code: message".
  std::string Text() const;
};

// The error in a body: {"error": {"code", "message", "details": [...]}}, the
// same without "error" around it, or a job's "errors".
ArmError ReadArmError(const Json& body);
// The same of a body that may be no JSON at all: its first words then.
ArmError ReadArmErrorText(absl::string_view body);

// What an answer with the status code `http` means. `what` was asked for.
absl::Status StatusOf(int http, const ArmError& error, absl::string_view what);

// Azure's code of a Status of ours; empty where it has none.
std::string ArmErrorCode(const absl::Status& status);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ARM_ERROR_H_
