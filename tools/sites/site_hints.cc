#include "tools/sites/site_hints.h"

#include <array>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "tools/sites/asr_provider.h"
#include "tools/sites/open_site.h"

namespace recoveryline {
namespace {

constexpr std::array kProviders = {
    AsrProvider::kA2A,       AsrProvider::kHyperVReplicaAzure,
    AsrProvider::kInMage,    AsrProvider::kInMageAzureV2,
    AsrProvider::kInMageRcm, AsrProvider::kInMageRcmFailback};

std::string WithProvider(AsrProvider provider) {
  return absl::StrCat("asr:", NameOf(provider));
}

// VMs of which the same is to be said.
struct Some {
  int count = 0;
  std::string first;
};

std::string Said(AsrProvider provider, v1::SiteVm::PointChoice choice,
                 const Some& vms) {
  const std::string which = absl::StrCat(NameOf(provider), ": ", vms.count,
                                         vms.count == 1 ? " VM" : " VMs",
                                         ", the first \"", vms.first, "\", ");
  switch (choice) {
    case v1::SiteVm::BY_TYPE:
      return absl::StrCat(
          which, vms.count == 1 ? "goes" : "go",
          " to the newest point of the chosen one's consistency, whichever "
          "that is by then; failover start wants --allow-type-only");
    case v1::SiteVm::AFTER_FAILOVER:
      return absl::StrCat(which,
                          "of groups, reach the chosen point by a change of "
                          "points after the failover of a recovery plan");
    default:
      return absl::StrCat(which, "cannot be sent to a chosen point");
  }
}

void AddHints(AsrProvider provider, const v1::Decision& decision,
              std::vector<std::string>* hints) {
  std::set<std::string> groups;
  for (const v1::GroupSelection& group : decision.group_selections()) {
    groups.insert(group.replication_group_id());
  }
  const bool back = decision.purpose() == v1::RecoveryPlan::FAILBACK;
  std::map<v1::SiteVm::PointChoice, Some> by_choice;
  for (const v1::VmSelection& row : decision.vm_selections()) {
    if (row.outcome() != v1::VmSelection::SELECTED) continue;
    const bool grouped = groups.count(row.replication_group_id()) == 1;
    Some& some = by_choice[PointChoiceOf(provider, back, grouped)];
    if (some.count++ == 0) some.first = row.vm_id();
  }
  by_choice.erase(v1::SiteVm::BY_ID);
  for (const auto& [choice, vms] : by_choice) {
    hints->push_back(Said(provider, choice, vms));
  }
}

}  // namespace

std::vector<std::string> SitesWithHints() {
  std::vector<std::string> sites = SiteKinds();
  for (const AsrProvider provider : kProviders) {
    sites.push_back(WithProvider(provider));
  }
  return sites;
}

std::vector<std::string> SiteHints(const std::string& site,
                                   const v1::Decision& decision) {
  std::vector<std::string> hints;
  for (const AsrProvider provider : kProviders) {
    if (site == "asr" || site == WithProvider(provider)) {
      AddHints(provider, decision, &hints);
    }
  }
  return hints;
}

}  // namespace recoveryline
