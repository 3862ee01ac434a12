// OpenSite: the site that a command line names, with its clock.
//
//   auto opened = OpenSite({.kind = "simulated", .options = {{"seed", "7"}},
//                           .file = "run-7.site"});
//   (*opened)->site().Describe(ids);
//
// Options are names and values, each refused where it is none of the site's or
// its value makes no sense:
//   simulated  agent-delay, call-duration, seed, separate-start, point-choice
//              (by-id, by-type, after-failover, impossible), can-cancel, file,
//              and faults, each one time in N: lost-request, lost-answer,
//              unreachable, slow, fails
//   exec       folder, query-timeout
//   asr        see open_asr.h
//
// Errors: InvalidArgument for options; others as of the site.
// Thread-safety: none.

#ifndef RECOVERYLINE_TOOLS_SITES_OPEN_SITE_H_
#define RECOVERYLINE_TOOLS_SITES_OPEN_SITE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/failover/recovery_site.h"
#include "recoveryline/v1/inventory.pb.h"
#include "tools/sites/clock.h"

namespace recoveryline {

class OpenedSite {
 public:
  virtual ~OpenedSite() = default;
  virtual RecoverySite& site() = 0;
  virtual Clock& clock() = 0;
};

struct SiteRequest {
  std::string kind = {};
  std::map<std::string, std::string> options = {};
  // Where a simulated site is kept unless an option says it; empty: in memory
  // alone.
  std::string file = {};
  // Whether a simulated site that has no file yet is given one; else it is made
  // in memory.
  bool keep = true;
  // The VMs of the run.
  std::vector<std::string> vm_ids = {};
  // After so long, a request that fails is not tried again, and a program that
  // is asked, not told to act, is not waited for.
  absl::Duration patience = absl::InfiniteDuration();
  // What a simulated site is made of where there is no such file.
  const v1::Inventory* inventory = nullptr;
};

std::vector<std::string> SiteKinds();

absl::StatusOr<std::unique_ptr<OpenedSite>> OpenSite(
    const SiteRequest& request);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_OPEN_SITE_H_
