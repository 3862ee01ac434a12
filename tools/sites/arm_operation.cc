#include "tools/sites/arm_operation.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "tools/sites/https_url.h"

namespace recoveryline {
namespace {

constexpr size_t kMaxDescriptionBytes = 200;

// What the body says of the state; empty where it says nothing.
std::string StateWord(const Json& body) {
  const std::string status = TextAt(body, {"status"});
  if (!status.empty()) return status;
  return IsJob(body) ? TextAt(body, {"properties", "state"}) : "";
}

}  // namespace

ArmOperation::State OperationStateOf(absl::string_view word) {
  using State = ArmOperation::State;
  if (absl::EqualsIgnoreCase(word, "Succeeded")) return State::kSucceeded;
  if (absl::EqualsIgnoreCase(word, "Failed")) return State::kFailed;
  if (absl::EqualsIgnoreCase(word, "Canceled") ||
      absl::EqualsIgnoreCase(word, "Cancelled")) {
    return State::kCanceled;
  }
  return State::kRunning;
}

bool IsJob(const Json& body) {
  return absl::StrContains(absl::AsciiStrToLower(TextAt(body, {"id"})),
                           "/replicationjobs/");
}

ArmOperation ReadArmOperation(const HttpResponse& response) {
  ArmOperation operation;
  operation.body = response.body;
  const std::optional<Json> body = ParseJson(response.body);
  const std::string word = body ? StateWord(*body) : "";
  if (!word.empty()) {
    operation.state = OperationStateOf(word);
  } else if (response.status != 202) {
    operation.state = ArmOperation::State::kSucceeded;
  }
  if (!body) return operation;
  // A resource that is done may have fields of these names: only what has a
  // state has an error.
  if (word.empty()) return operation;
  operation.error = ReadArmError(*body);
  operation.description = Printable(
      TextAt(*body, {"properties", "stateDescription"}), kMaxDescriptionBytes);
  return operation;
}

}  // namespace recoveryline
