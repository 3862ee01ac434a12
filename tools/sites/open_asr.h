// OpenAsr: the site "asr" of a command line.
//
//   auto site = OpenAsr({.kind = "asr", .options = {{"vault", "/subscrip..."},
//                                                   {"token-env", "TOKEN"}}});
//
// Options: vault, endpoint, api-version, ca-file, proxy, token-env, token-file
// and token-command (see asr_connection.h); settle, recovery-plan and
// test-network (see asr_site.h, asr_requests.h); shared-point-by (id, time or
// none, as it was imported); and reprotect, the name of a JSON file of what
// reprotections are told, by provider and for single VMs:
//   {"InMageRcm": {"datastoreName": "d"}, "vms": {"web": {...}}}
//
// Thread-safety: none. Errors: InvalidArgument.

#ifndef RECOVERYLINE_TOOLS_SITES_OPEN_ASR_H_
#define RECOVERYLINE_TOOLS_SITES_OPEN_ASR_H_

#include <memory>

#include "absl/status/statusor.h"
#include "tools/sites/open_site.h"

namespace recoveryline {

absl::StatusOr<std::unique_ptr<OpenedSite>> OpenAsr(const SiteRequest& request);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_OPEN_ASR_H_
