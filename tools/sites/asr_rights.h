// AsrRights: may the bearer of our token do what a failover comes to?
//
//   absl::StatusOr<AsrRights> rights = AsrRights::Read(vault);
//   rights->Allow("Microsoft.RecoveryServices/vaults/.../reProtect/action");
//   WriteMissingRights(*rights, item, plan_id, options, &vm);
//
// A role allows what one of its actions matches and none of its notActions; any
// role will do. "*" stands for any text, and case is ignored. What grants or
// denies besides (conditions, deny assignments) is not listed; Azure refuses it
// when it is asked.
//
// Source: Microsoft.Authorization/permissions, "List For Resource", and how
// Azure reads role definitions.
// Thread-safety: immutable. Errors of Read(): Unavailable. A service that will
// not say, allows all as far as is known.

#ifndef RECOVERYLINE_TOOLS_SITES_ASR_RIGHTS_H_
#define RECOVERYLINE_TOOLS_SITES_ASR_RIGHTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "recoveryline/v1/site.pb.h"
#include "tools/sites/asr_items.h"
#include "tools/sites/asr_requests.h"
#include "tools/sites/asr_vault.h"

namespace recoveryline {

class AsrRights {
 public:
  static absl::StatusOr<AsrRights> Read(const AsrVault& vault);
  // Of the bodies of such a list.
  static AsrRights Of(const AsrVault::Pages& pages);

  bool Allow(absl::string_view operation) const;

 private:
  struct Role {
    std::vector<std::string> actions;
    std::vector<std::string> not_actions;
  };

  bool says_nothing_ = true;
  std::vector<Role> roles_;
};

// What Azure calls the right to POST to this path, as its 403 does.
std::string OperationOf(absl::string_view path);

// What `rights` lack for a failover of the item, as our own requests would ask
// for it. `plan_id`: of the recovery plan that it goes through; or empty.
void WriteMissingRights(const AsrRights& rights, const AsrItem& item,
                        const std::string& plan_id,
                        const AsrRequestOptions& options, v1::SiteVm* vm);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_RIGHTS_H_
