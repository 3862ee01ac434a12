// RecoverySite: where VMs are failed over; all that a run knows of the outside.
//
//   v1::SiteCall call;                   // key, VM, action, point
//   call.set_mark(*site.Mark(call));     // kept in the log
//   absl::Status begun = site.Begin(call);
//   absl::StatusOr<v1::CallReport> report = site.Read(call);
//
// Contract:
//   (1) Begin() with a key that the site has seen begins nothing a second time,
//       where the site knows keys; a run begins only what surely has not begun.
//   (2) Begin() gives Unavailable where it is not known whether it has begun
//       (a lost answer), and FailedPrecondition where it has not because the
//       site is not ready for it (no agent has registered yet); any other error
//       means that it has not, and will not.
//   (3) Describe(), Mark() and Read() have no effect. Read() says NOT_BEGUN
//   only
//       where it is sure, and UNKNOWN where the site cannot tell. It needs
//       nothing but the call, also in another process than the one that began
//       it.
//   (4) VERIFY is never begun: it is read.
//   (5) What it says, in reports and in errors, is UTF-8: it is kept in a log.
//
// Errors of Describe(), Mark() and Read(): Unavailable where the site cannot be
// reached now; PermissionDenied where it does not let us.
// Thread-safety: none; a run calls it from one thread.

#ifndef RECOVERYLINE_ENGINE_FAILOVER_RECOVERY_SITE_H_
#define RECOVERYLINE_ENGINE_FAILOVER_RECOVERY_SITE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "recoveryline/v1/site.pb.h"

namespace recoveryline {

class RecoverySite {
 public:
  virtual ~RecoverySite() = default;

  // What the site says of these VMs now, in this order.
  virtual absl::StatusOr<std::vector<v1::SiteVm>> Describe(
      absl::Span<const std::string> vm_ids) = 0;
  // What Read() needs to tell whether this call has begun, or an earlier one:
  // the site's own word, read before the call can have begun. May be empty.
  virtual absl::StatusOr<std::string> Mark(const v1::SiteCall& call) = 0;
  virtual absl::Status Begin(const v1::SiteCall& call) = 0;
  virtual absl::StatusOr<v1::CallReport> Read(const v1::SiteCall& call) = 0;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_ENGINE_FAILOVER_RECOVERY_SITE_H_
