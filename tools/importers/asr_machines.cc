#include "tools/importers/asr_machines.h"

#include <array>
#include <cstddef>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/importers/asr_ids.h"

namespace recoveryline::asr {
namespace {

// Who states where an item stands, the strongest first.
enum Witness { kItems, kClusters, kPlans, kPoints, kWitnessCount };

// The places stated for one name, by witness and scope.
using Statements =
    std::array<std::map<std::string, ResourceRef>, kWitnessCount>;

std::string NameKey(const ResourceRef& ref) {
  return absl::StrCat(ref.vault, "\n", absl::AsciiStrToLower(ref.name));
}

class Census {
 public:
  void Hear(Witness witness, const ResourceRef& ref) {
    statements_[NameKey(ref)][witness].emplace(ref.scope, ref);
  }
  void Hear(Witness witness, const std::vector<ResourceRef>& refs) {
    for (const ResourceRef& ref : refs) Hear(witness, ref);
  }
  const std::map<std::string, Statements>& statements() const {
    return statements_;
  }

 private:
  std::map<std::string, Statements> statements_;
};

Census CensusOf(const Listing& listing) {
  Census census;
  for (const ItemFact& item : listing.items) census.Hear(kItems, item.ref);
  for (const ClusterFact& cluster : listing.clusters) {
    census.Hear(kClusters, cluster.items);
  }
  for (const PointFact& point : listing.points) {
    census.Hear(kClusters, point.nodes);
    if (!point.of_cluster) census.Hear(kPoints, point.owner);
  }
  for (const PlanFact& plan : listing.plans) {
    for (const PlanGroupFact& group : plan.groups) {
      census.Hear(kPlans, group.items);
    }
  }
  return census;
}

}  // namespace

Machines::Machines(const Listing& listing, std::vector<std::string>* notes) {
  const Census census = CensusOf(listing);
  std::vector<ResourceRef> refs;
  for (const auto& [name, statements] : census.statements()) {
    size_t witness = 0;
    while (statements[witness].empty()) ++witness;
    for (const auto& [scope, ref] : statements[witness]) {
      by_name_[name].emplace(scope, static_cast<int>(refs.size()));
      refs.push_back(ref);
    }
  }
  std::vector<std::vector<std::string>> ladders;
  for (const ResourceRef& ref : refs) ladders.push_back(NameLadder(ref));
  ids_ = UniqueIds(ladders, "machine", notes);
  NotePointsElsewhere(listing, refs, notes);
}

std::optional<int> Machines::Find(const ResourceRef& ref) const {
  const auto places = by_name_.find(NameKey(ref));
  if (places == by_name_.end()) return std::nullopt;
  if (places->second.size() == 1) return places->second.begin()->second;
  const auto place = places->second.find(ref.scope);
  if (place == places->second.end()) return std::nullopt;
  return place->second;
}

void Machines::NotePointsElsewhere(const Listing& listing,
                                   const std::vector<ResourceRef>& refs,
                                   std::vector<std::string>* notes) const {
  std::map<int, std::set<std::string>> elsewhere;
  for (const PointFact& point : listing.points) {
    if (point.of_cluster) continue;
    const std::optional<int> machine = Find(point.owner);
    if (machine && refs[*machine].scope != point.owner.scope) {
      elsewhere[*machine].insert(point.owner.scope);
    }
  }
  if (!elsewhere.empty()) {
    notes->push_back(absl::StrCat(
        "Machines whose points name another container than their item does: ",
        elsewhere.size(), ", the first \"", ids_[elsewhere.begin()->first],
        "\"; the points were matched by the item's name."));
  }
  for (const auto& [machine, scopes] : elsewhere) {
    if (scopes.size() < 2) continue;
    notes->push_back(absl::StrCat(
        "The points of \"", ids_[machine], "\" name ", scopes.size(),
        " other containers; they were taken for points of one machine."));
  }
}

}  // namespace recoveryline::asr
