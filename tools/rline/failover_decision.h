// FailoverDecision: the Decision that a failover was pointed at, and its plan.
//
//   FailoverDecision read;
//   if (auto refusal = ReadFailoverDecision(flags, reporter, &read)) ...
//   auto plan = read.Plan(flags);
//   if (auto refusal = CheckFresh(flags, read.decision, clock.Now())) ...
//
// Thread-safety: plain values.

#ifndef RECOVERYLINE_TOOLS_RLINE_FAILOVER_DECISION_H_
#define RECOVERYLINE_TOOLS_RLINE_FAILOVER_DECISION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "engine/failover/failover_plan.h"
#include "google/protobuf/message.h"
#include "recoveryline/v1/decision.pb.h"
#include "recoveryline/v1/failover.pb.h"
#include "recoveryline/v1/inventory.pb.h"
#include "recoveryline/v1/plan.pb.h"
#include "tools/rline/exit_code.h"
#include "tools/rline/failover_flags.h"
#include "tools/rline/reporter.h"

namespace recoveryline {

// Why a command does not go on.
struct Refusal {
  ExitCode code = ExitCode::kFailure;
  std::string message;
};

struct FailoverDecision {
  v1::Decision decision;
  std::string digest;  // "sha256:" and 64 digits
  std::optional<v1::RecoveryPlan> plan;
};

// A message from a file whose paths begin with `prefix`, and its digest.
std::optional<Refusal> ReadFile(const std::string& path,
                                absl::string_view prefix,
                                google::protobuf::Message* message,
                                std::string* digest);

// The files; that they are of each other (exit 4 where not).
std::optional<Refusal> ReadFailoverDecision(const FailoverFlags& flags,
                                            FailoverDecision* read);

// What is carried out.
std::optional<Refusal> MakePlan(const FailoverFlags& flags,
                                const FailoverDecision& read,
                                v1::FailoverPlan* plan);

// Exit 4 where the Decision is too old at `now`.
std::optional<Refusal> CheckFresh(const FailoverFlags& flags,
                                  const v1::Decision& decision, absl::Time now);

// VMs as the inventory has them, with all of their points and groups: what a
// simulated site is made of.
std::optional<Refusal> ReadSimulated(const FailoverFlags& flags,
                                     const std::vector<std::string>& ids,
                                     const Reporter& reporter,
                                     v1::Inventory* inventory);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_RLINE_FAILOVER_DECISION_H_
