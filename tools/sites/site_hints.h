// SiteHints: what a site could not do with a Decision, said when it is made.
//
//   for (const std::string& hint : SiteHints("asr:InMageRcmFailback",
//   decision))
//     reporter.Note(hint);
//
// A site is "simulated", "exec", "asr" or "asr:" and a replication provider;
// without a provider, what each of them could not do is said. Simulated sites
// and programs of the user's say what they can do only when they are asked.
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TOOLS_SITES_SITE_HINTS_H_
#define RECOVERYLINE_TOOLS_SITES_SITE_HINTS_H_

#include <string>
#include <vector>

#include "recoveryline/v1/decision.pb.h"

namespace recoveryline {

// Those that SiteHints() takes.
std::vector<std::string> SitesWithHints();

// REQUIRES: `site` is one of them.
std::vector<std::string> SiteHints(const std::string& site,
                                   const v1::Decision& decision);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_SITE_HINTS_H_
