// ArmUrl: which resource of the Resource Manager does an address name?
//
//   std::optional<ArmUrl> url = ArmUrl::Parse(request.url);
//   ArmRoute route = RouteOf("GET", *url);   // kPoints, {"fabric", "box",
//   "vm"} url->Query("api-version");               // "2023-06-01"
//
// As the service, it does not mind the case of anything but names, which are
// compared later.
//
// Cost: O(length). Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_ARM_URL_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_ARM_URL_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace recoveryline::fake {

struct ArmUrl {
  // Scheme, host and port.
  std::string origin;
  // Of the path, decoded.
  std::vector<std::string> segments;
  // Decoded, in their order.
  std::vector<std::pair<std::string, std::string>> query;

  // Nothing where `url` is not https with a host.
  static std::optional<ArmUrl> Parse(absl::string_view url);
  // The first of that name, case aside; null: none.
  const std::string* Query(absl::string_view name) const;
};

enum class Resource {
  kNone,
  kPermissions,
  kFabrics,
  kFabric,
  kContainers,
  kContainersOfFabric,
  kContainer,
  kItems,
  kItemsOfContainer,
  kItem,
  kPoints,
  kPoint,
  kPlans,
  kPlan,
  kJobs,
  kJob,
  kOperationStatus,
  kOperationResult,
  kItemAction,
  kPlanAction,
  kContainerAction,
};

struct ArmRoute {
  Resource resource = Resource::kNone;
  std::string subscription;
  std::string resource_group;
  std::string vault;
  // What stands for the variable parts after the vault, from left to right: a
  // point has {fabric, container, item, point}, an item's action {fabric,
  // container, item, action}.
  std::vector<std::string> names;
};

ArmRoute RouteOf(absl::string_view method, const ArmUrl& url);

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_ARM_URL_H_
