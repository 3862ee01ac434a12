// RecoverySite: where VMs are failed over; all that a run knows of the outside.
//
//   SiteCall call{.key = "run-7/web-1/failOver/1", .vm_id = "web-1",
//                 .action = VmAction::kFailOver, .recovery_point_id = "p9"};
//   absl::Status begun = site.Begin(call);
//   absl::StatusOr<CallReport> report = site.Read(call);
//
// Contract:
//   (1) Begin() with a key that the site has seen begins nothing a second time.
//   (2) Begin() gives Unavailable where it is not known whether it has begun
//       (a lost answer), and FailedPrecondition where it has not because the
//       site is not ready for it (no agent has registered yet); any other error
//       means that it has not, and will not.
//   (3) Read() has no effect. It says kNotBegun only where it is sure, and
//       kUnknown where the site cannot tell.
//
// Errors: of Read(), Unavailable where the site cannot be reached now.
// Thread-safety: none; a run calls it from one thread.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_RECOVERY_SITE_H_
#define RECOVERYLINE_ENGINE_FAILOVER_RECOVERY_SITE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/failover/failover_machine.h"

namespace recoveryline {

struct SiteCall {
  std::string key;
  std::string vm_id;
  VmAction action = VmAction::kNone;
  std::string recovery_point_id = {};  // the chosen one
};

enum class CallState : uint8_t {
  kNotBegun,
  kRunning,
  kDone,
  kFailed,
  kUnknown
};

struct CallReport {
  CallState state = CallState::kUnknown;
  std::string message = {};
  // That the site used or, with kVerify, that the VM runs from; empty where it
  // does not say.
  std::string recovery_point_id = {};
};

class RecoverySite {
 public:
  virtual ~RecoverySite() = default;

  // Whether these VMs may be failed over, without any effect:
  // FailedPrecondition says what stands against it.
  virtual absl::Status Preflight(absl::Span<const SiteCall> calls) = 0;
  virtual absl::Status Begin(const SiteCall& call) = 0;
  virtual absl::StatusOr<CallReport> Read(const SiteCall& call) = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_RECOVERY_SITE_H_
