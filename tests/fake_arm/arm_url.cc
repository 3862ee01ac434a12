#include "tests/fake_arm/arm_url.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace recoveryline::fake {
namespace {

using absl::string_view;

// -1: not a hexadecimal digit.
int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string Decoded(string_view text, bool plus_is_space) {
  std::string plain;
  plain.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && DigitOf(text[i + 1]) >= 0 &&
        DigitOf(text[i + 2]) >= 0) {
      plain.push_back(
          static_cast<char>(DigitOf(text[i + 1]) * 16 + DigitOf(text[i + 2])));
      i += 2;
    } else {
      plain.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return plain;
}

#define RECOVERYLINE_CONTAINER \
  "replicationFabrics/*/replicationProtectionContainers/*"
#define RECOVERYLINE_ITEM RECOVERYLINE_CONTAINER "/replicationProtectedItems/*"

struct Pattern {
  Resource resource;
  string_view method;
  string_view path;
};

// Of those that match, the first counts.
constexpr Pattern kPatterns[] = {
    {Resource::kOperationStatus, "GET", "replicationOperationStatus/*"},
    {Resource::kItem, "GET", RECOVERYLINE_ITEM},
    {Resource::kItems, "GET", "replicationProtectedItems"},
    {Resource::kPoints, "GET", RECOVERYLINE_ITEM "/recoveryPoints"},
    {Resource::kJobs, "GET", "replicationJobs"},
    {Resource::kJob, "GET", "replicationJobs/*"},
    {Resource::kOperationResult, "GET",
     RECOVERYLINE_ITEM "/operationresults/*"},
    {Resource::kItemAction, "POST", RECOVERYLINE_ITEM "/*"},
    {Resource::kPoint, "GET", RECOVERYLINE_ITEM "/recoveryPoints/*"},
    {Resource::kPlan, "GET", "replicationRecoveryPlans/*"},
    {Resource::kPlans, "GET", "replicationRecoveryPlans"},
    {Resource::kOperationResult, "GET",
     "replicationRecoveryPlans/*/operationresults/*"},
    {Resource::kPlanAction, "POST", "replicationRecoveryPlans/*/*"},
    {Resource::kContainerAction, "POST", RECOVERYLINE_CONTAINER "/*"},
    {Resource::kOperationResult, "GET",
     RECOVERYLINE_CONTAINER "/operationresults/*"},
    {Resource::kItemsOfContainer, "GET",
     RECOVERYLINE_CONTAINER "/replicationProtectedItems"},
    {Resource::kContainer, "GET", RECOVERYLINE_CONTAINER},
    {Resource::kContainersOfFabric, "GET",
     "replicationFabrics/*/replicationProtectionContainers"},
    {Resource::kContainers, "GET", "replicationProtectionContainers"},
    {Resource::kFabric, "GET", "replicationFabrics/*"},
    {Resource::kFabrics, "GET", "replicationFabrics"},
    {Resource::kPermissions, "GET",
     "providers/Microsoft.Authorization/permissions"},
};

#undef RECOVERYLINE_ITEM
#undef RECOVERYLINE_CONTAINER

struct SplitPattern {
  Resource resource;
  string_view method;
  std::vector<string_view> parts;
};

const std::vector<SplitPattern>& SplitPatterns() {
  static const auto& patterns = *[] {
    auto* split = new std::vector<SplitPattern>();
    for (const Pattern& pattern : kPatterns) {
      split->push_back({pattern.resource, pattern.method,
                        absl::StrSplit(pattern.path, '/')});
    }
    return split;
  }();
  return patterns;
}

// Where the parts of the address after the vault begin.
constexpr size_t kVaultSegments = 8;

bool Matches(const SplitPattern& pattern, const ArmUrl& url) {
  if (pattern.parts.size() + kVaultSegments != url.segments.size()) {
    return false;
  }
  for (size_t i = 0; i < pattern.parts.size(); ++i) {
    const string_view part = pattern.parts[i];
    const std::string& segment = url.segments[kVaultSegments + i];
    if (part == "*" ? segment.empty()
                    : !absl::EqualsIgnoreCase(part, segment)) {
      return false;
    }
  }
  return true;
}

bool IsInVault(const ArmUrl& url) {
  const std::vector<std::string>& s = url.segments;
  return s.size() > kVaultSegments &&
         absl::EqualsIgnoreCase(s[0], "subscriptions") &&
         absl::EqualsIgnoreCase(s[2], "resourceGroups") &&
         absl::EqualsIgnoreCase(s[4], "providers") &&
         absl::EqualsIgnoreCase(s[5], "Microsoft.RecoveryServices") &&
         absl::EqualsIgnoreCase(s[6], "vaults");
}

}  // namespace

std::optional<ArmUrl> ArmUrl::Parse(string_view url) {
  string_view rest = url;
  if (!absl::ConsumePrefix(&rest, "https://")) return std::nullopt;
  const size_t slash = rest.find('/');
  if (slash == 0 || slash == string_view::npos) return std::nullopt;
  ArmUrl parsed;
  parsed.origin = absl::StrCat("https://", rest.substr(0, slash));
  rest.remove_prefix(slash + 1);
  const size_t mark = rest.find('?');
  for (const string_view segment : absl::StrSplit(rest.substr(0, mark), '/')) {
    parsed.segments.push_back(Decoded(segment, false));
  }
  if (mark == string_view::npos) return parsed;
  for (const string_view part :
       absl::StrSplit(rest.substr(mark + 1), '&', absl::SkipEmpty())) {
    const std::pair<string_view, string_view> field =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    parsed.query.emplace_back(Decoded(field.first, true),
                              Decoded(field.second, true));
  }
  return parsed;
}

const std::string* ArmUrl::Query(string_view name) const {
  for (const auto& [key, value] : query) {
    if (absl::EqualsIgnoreCase(key, name)) return &value;
  }
  return nullptr;
}

ArmRoute RouteOf(string_view method, const ArmUrl& url) {
  ArmRoute route;
  if (!IsInVault(url)) return route;
  route.subscription = url.segments[1];
  route.resource_group = url.segments[3];
  route.vault = url.segments[7];
  for (const SplitPattern& pattern : SplitPatterns()) {
    if (pattern.method != method || !Matches(pattern, url)) continue;
    route.resource = pattern.resource;
    for (size_t i = 0; i < pattern.parts.size(); ++i) {
      if (pattern.parts[i] == "*") {
        route.names.push_back(url.segments[kVaultSegments + i]);
      }
    }
    break;
  }
  return route;
}

}  // namespace recoveryline::fake
