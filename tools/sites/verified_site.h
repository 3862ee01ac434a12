// VerifiedSite: a site, and a program of the user's that looks at each VM too.
//
//   VerifiedSite site(&other, "./smoke-test", "run-7", absl::Minutes(10));
//
// Once the other site says that a VM is up, the program is run with a
// CommandCall as JSON; anything but exit code 0 leaves the VM unverified, with
// what the program wrote as the message. It looks: after a crash it is run
// again. Nor has it said anything where it has not ended by `latest`: the site
// does not answer then (Unavailable).
//
// Thread-safety: as the site.

#ifndef RECOVERYLINE_TOOLS_SITES_VERIFIED_SITE_H_
#define RECOVERYLINE_TOOLS_SITES_VERIFIED_SITE_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/failover/recovery_site.h"

namespace recoveryline {

class VerifiedSite final : public RecoverySite {
 public:
  VerifiedSite(RecoverySite* site, std::string program, std::string run_id,
               absl::Duration timeout,
               absl::Time latest = absl::InfiniteFuture())
      : site_(*site),
        program_(std::move(program)),
        run_id_(std::move(run_id)),
        timeout_(timeout),
        latest_(latest) {}

  absl::StatusOr<std::vector<v1::SiteVm>> Describe(
      absl::Span<const std::string> vm_ids) override {
    return site_.Describe(vm_ids);
  }
  absl::StatusOr<std::string> Mark(const v1::SiteCall& call) override {
    return site_.Mark(call);
  }
  absl::Status Begin(const v1::SiteCall& call) override {
    return site_.Begin(call);
  }
  absl::StatusOr<v1::CallReport> Read(const v1::SiteCall& call) override;

 private:
  RecoverySite& site_;
  const std::string program_;
  const std::string run_id_;
  const absl::Duration timeout_;
  const absl::Time latest_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_VERIFIED_SITE_H_
