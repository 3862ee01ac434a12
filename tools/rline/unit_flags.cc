#include "tools/rline/unit_flags.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/rline/near_words.h"
#include "tools/rline/shared_flags.h"

namespace recoveryline {
namespace {

// Those of `ids`, or `text` itself, that are `known`, into `*named`; whether
// there are any.
bool Take(const std::string& text, std::vector<std::string> ids,
          const IdSet& known, IdSet* named) {
  ids.push_back(text);
  bool found = false;
  for (std::string& id : ids) {
    if (!known.contains(id)) continue;
    named->insert(std::move(id));
    found = true;
  }
  return found;
}

}  // namespace

void AddUnitFlags(CLI::App* command, const std::string& verb,
                  UnitFlags* flags) {
  MayRepeat(command->add_option(
                "--vm", flags->vms,
                absl::StrCat(verb, " this VM, by id or name; may be repeated")))
      ->type_name("ID");
  MayRepeat(
      command->add_option("--group", flags->groups,
                          absl::StrCat(verb,
                                       " this replication group, by id or "
                                       "name; may be repeated")))
      ->type_name("ID");
}

absl::Status NotInPlan(absl::string_view flag, absl::string_view text,
                       const std::vector<std::string>& near) {
  return absl::InvalidArgumentError(absl::StrCat(
      flag, " \"", text, "\" is not in the plan", DidYouMean(near)));
}

absl::Status FindNamed(const UnitFlags& flags, const Names& names, IdSet* vms,
                       IdSet* groups) {
  IdSet named_vms;
  IdSet named_groups;
  for (const std::string& text : flags.groups) {
    if (!Take(text, names.FindGroup(text), *groups, &named_groups)) {
      return NotInPlan("--group", text, names.NearGroups(text));
    }
  }
  for (const std::string& text : flags.vms) {
    if (!Take(text, names.FindVm(text), *vms, &named_vms)) {
      return NotInPlan("--vm", text, names.NearVms(text));
    }
  }
  *vms = std::move(named_vms);
  *groups = std::move(named_groups);
  return absl::OkStatus();
}

}  // namespace recoveryline
