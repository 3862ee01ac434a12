#include "tools/importers/asr_plans.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tools/importers/asr_ids.h"

namespace recoveryline::asr {
namespace {

bool SameItems(const std::vector<ResourceRef>& a,
               const std::vector<ResourceRef>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ResourceRef& x, const ResourceRef& y) {
                      return x.Key() == y.Key();
                    });
}

bool SamePlan(const PlanFact& a, const PlanFact& b) {
  return a.friendly_name == b.friendly_name &&
         std::equal(a.groups.begin(), a.groups.end(), b.groups.begin(),
                    b.groups.end(),
                    [](const PlanGroupFact& x, const PlanGroupFact& y) {
                      return x.type == y.type && SameItems(x.items, y.items) &&
                             x.start_actions == y.start_actions &&
                             x.end_actions == y.end_actions;
                    });
}

// Each plan as last read.
std::vector<const PlanFact*> LatestPlans(const Listing& listing,
                                         std::vector<std::string>* notes) {
  std::map<std::string, const PlanFact*> latest;
  std::map<std::string, int> changes;
  for (const PlanFact& plan : listing.plans) {
    const auto [slot, is_new] = latest.emplace(plan.ref.Key(), &plan);
    if (!is_new && !SamePlan(*slot->second, plan)) ++changes[slot->first];
    slot->second = &plan;
  }
  std::vector<const PlanFact*> plans;
  for (const auto& [key, plan] : latest) {
    plans.push_back(plan);
    if (changes[key] == 0) continue;
    notes->push_back(
        absl::StrCat(plan->where, ": recovery plan \"", plan->ref.name,
                     "\" was read in several states; this last one is kept"));
  }
  return plans;
}

// Writes one plan.
class PlanWriter {
 public:
  PlanWriter(const PlanFact& fact, const Machines& machines,
             const std::vector<bool>& exists, std::vector<std::string>* notes)
      : fact_(fact), machines_(machines), exists_(exists), notes_(notes) {}

  v1::RecoveryPlan Write(const std::string& id) {
    v1::RecoveryPlan plan;
    plan.set_id(id);
    plan.set_display_name(fact_.friendly_name);
    for (const PlanGroupFact& group : fact_.groups) {
      if (absl::EqualsIgnoreCase(group.type, "Boot")) {
        AddBootGroup(group, &plan);
      } else {
        NoteOtherGroup(group);
      }
    }
    if (plan.boot_groups().empty()) {
      Note(fact_.where,
           "has no Boot group; it is given an empty one, since a plan without "
           "any would mean every machine");
      plan.add_boot_groups()->set_id("boot-1");
    }
    return plan;
  }

 private:
  void Note(const std::string& where, absl::string_view note) {
    notes_->push_back(
        absl::StrCat(where, ": recovery plan \"", fact_.ref.name, "\" ", note));
  }

  void AddBootGroup(const PlanGroupFact& group, v1::RecoveryPlan* plan) {
    v1::BootGroup* boot_group = plan->add_boot_groups();
    boot_group->set_id(absl::StrCat("boot-", plan->boot_groups_size()));
    for (const ResourceRef& item : group.items) {
      const std::optional<int> machine = machines_.Find(item);
      if (!machine) {
        Note(group.where,
             absl::StrCat("names \"", item.text,
                          "\", which could be one of several machines and is "
                          "left out"));
      } else if (!placed_.insert(*machine).second) {
        Note(group.where, absl::StrCat("names \"", machines_.id(*machine),
                                       "\" again; its first place counts"));
      } else {
        boot_group->add_vm_ids(machines_.id(*machine));
        if (exists_[*machine]) continue;
        Note(group.where, absl::StrCat("names \"", machines_.id(*machine),
                                       "\", which the listing lacks"));
      }
    }
    for (const std::string& action : group.start_actions) {
      boot_group->add_start_actions(action);
    }
    for (const std::string& action : group.end_actions) {
      boot_group->add_end_actions(action);
    }
  }

  void NoteOtherGroup(const PlanGroupFact& group) {
    for (const ResourceRef& item : group.items) {
      Note(group.where,
           absl::StrCat("names \"", item.name, "\" in a group of type \"",
                        group.type, "\", which is not kept"));
    }
    for (const auto* actions : {&group.start_actions, &group.end_actions}) {
      for (const std::string& action : *actions) {
        Note(group.where, absl::StrCat("has the action \"", action,
                                       "\" in a group of type \"", group.type,
                                       "\", which is not kept"));
      }
    }
  }

  const PlanFact& fact_;
  const Machines& machines_;
  const std::vector<bool>& exists_;
  std::vector<std::string>* notes_;
  std::set<int> placed_;
};

}  // namespace

std::vector<v1::RecoveryPlan> MakePlans(const Listing& listing,
                                        const Machines& machines,
                                        const std::vector<bool>& exists,
                                        std::vector<std::string>* notes) {
  const std::vector<const PlanFact*> facts = LatestPlans(listing, notes);
  std::vector<std::vector<std::string>> ladders;
  for (const PlanFact* fact : facts) ladders.push_back(NameLadder(fact->ref));
  const std::vector<std::string> ids = UniqueIds(ladders, "plan", notes);
  std::vector<v1::RecoveryPlan> plans;
  for (size_t i = 0; i < facts.size(); ++i) {
    plans.push_back(
        PlanWriter(*facts[i], machines, exists, notes).Write(ids[i]));
  }
  std::sort(plans.begin(), plans.end(),
            [](const v1::RecoveryPlan& a, const v1::RecoveryPlan& b) {
              return a.id() < b.id();
            });
  if (!plans.empty()) {
    notes->push_back(
        "Recovery plans do not say in which direction they fail over; their "
        "purpose is left unset, which means FAILBACK.");
  }
  return plans;
}

}  // namespace recoveryline::asr
