// AsrVault: what a Recovery Services vault holds, read through Azure Resource
// Manager; a reader's rights suffice.
//
//   auto vault = AsrVault::Make(arm, "/subscriptions/.../vaults/v",
//   "2023-06-01"); absl::StatusOr<AsrImport> import = ImportAsrVault(*vault,
//   options);
//
// Lists are read to their end, page by page.
//
// Thread-safety: as ArmClient.
// Errors: those of ArmClient, and InvalidArgument for an id that is none of a
// vault.

#ifndef RECOVERYLINE_TOOLS_SITES_ASR_VAULT_H_
#define RECOVERYLINE_TOOLS_SITES_ASR_VAULT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/importers/asr_import.h"
#include "tools/sites/arm_client.h"

namespace recoveryline {

class AsrVault {
 public:
  using Pages = std::vector<std::string>;

  static constexpr char kDefaultApiVersion[] = "2023-06-01";

  // `arm` must outlive the vault. `id` is
  // "/subscriptions/S/resourceGroups/G/providers/Microsoft.RecoveryServices/
  // vaults/V".
  static absl::StatusOr<AsrVault> Make(ArmClient& arm, absl::string_view id,
                                       absl::string_view api_version);

  absl::StatusOr<Pages> Items() const;
  absl::StatusOr<Pages> Plans() const;
  // Those that began at `since`, RFC 3339, or later; empty: all.
  // What the bearer of the token may do at the vault.
  absl::StatusOr<Pages> Permissions() const;
  absl::StatusOr<Pages> Jobs(absl::string_view since) const;
  // Of an item or a cluster.
  absl::StatusOr<Pages> Points(absl::string_view owner_id) const;
  // One resource by its id.
  absl::StatusOr<std::string> Resource(absl::string_view id) const;

  // The target of a resource's id, or of what lies below it.
  std::string TargetOf(absl::string_view id) const;
  std::string JobId(absl::string_view name) const;
  ArmClient& arm() const { return *arm_; }

 private:
  AsrVault(ArmClient& arm, absl::string_view id, absl::string_view api_version)
      : arm_(&arm), id_(id), api_version_(api_version) {}

  ArmClient* arm_;
  std::string id_;
  std::string api_version_;
};

// All that an inventory is made of: items, clusters, points and plans. Notes
// name the resource whose listing they are about. Left out, options.as_of is
// the server's time at the first list.
absl::StatusOr<AsrImport> ImportAsrVault(const AsrVault& vault,
                                         const AsrImportOptions& options);

// The bodies of a list's pages, named after what they are a list of.
void AddBodies(absl::string_view name, const AsrVault::Pages& pages,
               std::vector<AsrBody>* bodies);

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_VAULT_H_
