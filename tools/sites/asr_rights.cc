#include "tools/sites/asr_rights.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "tools/sites/arm_json.h"

namespace recoveryline {
namespace {

using v1::SiteCall;

// Whether `text` is what `pattern` says; both in lower case.
bool Matches(absl::string_view pattern, absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(pattern, '*');
  if (parts.size() == 1) return pattern == text;
  if (!absl::ConsumePrefix(&text, parts.front())) return false;
  for (size_t i = 1; i + 1 < parts.size(); ++i) {
    const size_t found = text.find(parts[i]);
    if (found == absl::string_view::npos) return false;
    text.remove_prefix(found + parts[i].size());
  }
  return absl::EndsWith(text, parts.back());
}

std::vector<std::string> PatternsOf(const Json& role, const char* key) {
  std::vector<std::string> patterns;
  for (const Json& entry : ListAt(role, {key})) {
    if (!entry.is_string()) continue;
    patterns.push_back(
        absl::AsciiStrToLower(entry.get_ref<const std::string&>()));
  }
  return patterns;
}

struct Wanted {
  SiteCall::Action action;
  bool in_test;
};
// CLEAN_UP is CANCEL of a rehearsal.
constexpr Wanted kWanted[] = {
    {SiteCall::FAIL_OVER, false}, {SiteCall::CHANGE_POINT, false},
    {SiteCall::COMMIT, false},    {SiteCall::REPROTECT, false},
    {SiteCall::CANCEL, false},    {SiteCall::FAIL_OVER, true},
    {SiteCall::CANCEL, true}};

}  // namespace

AsrRights AsrRights::Of(const AsrVault::Pages& pages) {
  AsrRights rights;
  rights.says_nothing_ = false;
  for (const std::string& page : pages) {
    const Json parsed = ParseJson(page).value_or(Json());
    for (const Json& role : ListAt(parsed, {"value"})) {
      rights.roles_.push_back(
          {PatternsOf(role, "actions"), PatternsOf(role, "notActions")});
    }
  }
  return rights;
}

absl::StatusOr<AsrRights> AsrRights::Read(const AsrVault& vault) {
  const absl::StatusOr<AsrVault::Pages> pages = vault.Permissions();
  if (absl::IsUnavailable(pages.status()) ||
      absl::IsUnauthenticated(pages.status())) {
    return pages.status();
  }
  return pages.ok() ? Of(*pages) : AsrRights();
}

bool AsrRights::Allow(absl::string_view operation) const {
  if (says_nothing_) return true;
  const std::string wanted = absl::AsciiStrToLower(operation);
  const auto matches = [&wanted](const std::string& pattern) {
    return Matches(pattern, wanted);
  };
  return std::any_of(roles_.begin(), roles_.end(), [&](const Role& role) {
    return std::any_of(role.actions.begin(), role.actions.end(), matches) &&
           std::none_of(role.not_actions.begin(), role.not_actions.end(),
                        matches);
  });
}

std::string OperationOf(absl::string_view path) {
  constexpr absl::string_view kProviders = "/providers/";
  const size_t at = path.rfind(kProviders);
  if (at != absl::string_view::npos) {
    path.remove_prefix(at + kProviders.size());
  }
  // NAMESPACE/TYPE/NAME/TYPE/NAME/OPERATION.
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  std::string operation(parts[0]);
  for (size_t i = 1; i < parts.size(); i += 2) {
    absl::StrAppend(&operation, "/", parts[i]);
  }
  return absl::StrCat(operation, "/action");
}

void WriteMissingRights(const AsrRights& rights, const AsrItem& item,
                        const std::string& plan_id,
                        const AsrRequestOptions& options, v1::SiteVm* vm) {
  for (const Wanted& wanted : kWanted) {
    const bool by_plan =
        wanted.action == SiteCall::FAIL_OVER && !wanted.in_test;
    const absl::StatusOr<AsrRequest> request =
        AsrRequestFor({.action = wanted.action,
                       .purpose = wanted.in_test ? v1::RecoveryPlan::TEST
                                                 : v1::RecoveryPlan::FAILOVER,
                       .provider = item.provider,
                       .item_id = item.id(),
                       .plan_id = by_plan ? plan_id : "",
                       .point_id = "any",
                       .consistency = v1::RecoveryPoint::CRASH_CONSISTENT,
                       .runs_at_recovery = item.runs_at_recovery},
                      vm->vm().id(), options);
    // What it cannot be asked for, or not yet, is not said here.
    if (!request.ok()) continue;
    const std::string operation = OperationOf(request->path);
    if (rights.Allow(operation)) continue;
    v1::MissingRight* missing = vm->add_missing_rights();
    missing->set_action(wanted.action);
    missing->set_in_test(wanted.in_test);
    missing->set_right(operation);
  }
}

}  // namespace recoveryline
