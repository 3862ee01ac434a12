#include "tests/fake_arm/fake_vault.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/fake_arm/action_input.h"
#include "tests/fake_arm/arm_bodies.h"
#include "tests/fake_arm/arm_lists.h"
#include "tests/fake_arm/item_machine.h"
#include "tests/fake_arm/json_text.h"
#include "tests/fake_arm/point_schedule.h"
#include "tests/fake_arm/vault_answers.h"
#include "tests/fake_arm/vault_shape.h"

namespace recoveryline::fake {
namespace {

using absl::string_view;

// What a POST acts on: the path but for the action.
std::string Scope(const HttpRequest& request) {
  string_view path = PathOf(request.url);
  path.remove_prefix(std::min(path.size(), sizeof("https://") - 1));
  const size_t start = std::min(path.find('/'), path.size());
  return std::string(path.substr(start, path.rfind('/') - start));
}

std::string OperationName(const ArmRoute& route) {
  const string_view kind =
      route.resource == Resource::kPlanAction ? "replicationRecoveryPlans"
      : route.resource == Resource::kContainerAction
          ? "replicationFabrics/replicationProtectionContainers"
          : "replicationFabrics/replicationProtectionContainers/"
            "replicationProtectedItems";
  return absl::StrCat("Microsoft.RecoveryServices/vaults/", kind, "/",
                      route.names.empty() ? "" : route.names.back(), "/action");
}

}  // namespace

FakeVault::FakeVault(const FakeOptions& options)
    : state_(MakeState(options)), chaos_(options.seed, options.chaos) {
  tokens_.Allow(kFakeToken, {});
}

void FakeVault::FailNext(string_view item, Action action, string_view code,
                         string_view message) {
  state_.failures.push_back(
      {state_.FindItem(item), action, std::string(code), std::string(message)});
}

FakeItem& FakeVault::ItemNamed(string_view name) {
  return state_.items[static_cast<size_t>(state_.FindItem(name))];
}

void FakeVault::Ungroup(string_view item) {
  const int index = state_.FindItem(item);
  FakeItem& found = state_.items[static_cast<size_t>(index)];
  FakeGroup& old = state_.groups[static_cast<size_t>(found.group)];
  FakeGroup own;
  own.id = FakeId::Of(old.id.high, {found.vm_id.low});
  own.offset = old.offset;
  own.points_until = old.points_until;
  own.items = {index};
  std::erase(old.items, index);
  found.group = static_cast<int>(state_.groups.size());
  state_.groups.push_back(std::move(own));
}

FakeAnswer FakeVault::Handle(const HttpRequest& request, absl::Time now) {
  AdvanceTo(now, &state_);
  const Fate fate = chaos_.FateOf(request.method, request.url);
  if (chaos_.Strikes(chaos_.rates().pruned_point)) PruneSomePoint(now);
  if (fate == Fate::kDroppedBefore) {
    return {FakeAnswer::kDroppedBeforeEffect, {}};
  }
  if (fate == Fate::kErrorBefore) {
    return {FakeAnswer::kResponse,
            Refused({500, "InternalServerError", "Something went wrong."})};
  }
  if (fate == Fate::kThrottled) {
    HttpResponse response =
        Refused({429, "TooManyRequests", "The request is being throttled."});
    AddRetryAfter(state_.options.times.retry_after, &response);
    return {FakeAnswer::kResponse, std::move(response)};
  }
  HttpResponse response = Answer(request, now);
  if (fate == Fate::kDroppedAfter) {
    return {FakeAnswer::kDroppedAfterEffect, std::move(response)};
  }
  if (fate == Fate::kErrorAfter) {
    response = Refused({500, "InternalServerError", "Something went wrong."});
  }
  response.headers["x-ms-request-id"] =
      FakeId::Of(state_.options.seed,
                 {static_cast<uint64_t>(absl::ToUnixNanos(now))})
          .Text();
  return {FakeAnswer::kResponse, std::move(response)};
}

HttpResponse FakeVault::Answer(const HttpRequest& request, absl::Time now) {
  const std::optional<ArmUrl> url = ArmUrl::Parse(request.url);
  if (!url) return NotFound(request.url);
  const ArmRoute route = RouteOf(request.method, *url);
  if (const auto refusal =
          tokens_.Judge(request, now, OperationName(route), Scope(request))) {
    return Refused(*refusal);
  }
  if (url->Query("api-version") == nullptr) {
    return Refused({400, "MissingApiVersionParameter",
                    "The api-version query parameter (?api-version=) is "
                    "required for all requests."});
  }
  const FakeOptions& options = state_.options;
  if (!absl::EqualsIgnoreCase(route.subscription, options.subscription)) {
    return Refused({404, "SubscriptionNotFound",
                    absl::StrCat("The subscription '", route.subscription,
                                 "' could not be found.")});
  }
  if (!absl::EqualsIgnoreCase(route.resource_group, options.resource_group) ||
      !absl::EqualsIgnoreCase(route.vault, options.vault) ||
      route.resource == Resource::kNone) {
    return NotFound(PathOf(request.url));
  }
  return request.method == "GET" ? AnswerGet(request, route, *url, now)
                                 : AnswerPost(request, route, *url, now);
}

HttpResponse FakeVault::AnswerGet(const HttpRequest& request,
                                  const ArmRoute& route, const ArmUrl& url,
                                  absl::Time now) {
  JsonText json;
  switch (route.resource) {
    case Resource::kPermissions:
      return Ok(tokens_.PermissionsBody(request));
    case Resource::kItem:
      return AnswerItem(route, now);
    case Resource::kPoint:
      return AnswerPoint(route, now);
    case Resource::kJob:
      return AnswerJob(route, url, now);
    case Resource::kOperationStatus:
    case Resource::kOperationResult:
      return AnswerPoll(route, url, now);
    case Resource::kPlan: {
      const int plan = state_.FindPlan(route.names[0]);
      if (plan < 0) return NotFound(route.names[0]);
      AppendPlan(state_.plans[static_cast<size_t>(plan)], now, state_, &json);
      return Ok(json.Take());
    }
    case Resource::kContainer: {
      const int found = state_.FindContainer(route.names[0], route.names[1]);
      if (found < 0) return NotFound(route.names[1]);
      AppendContainer(found, state_, &json);
      return Ok(json.Take());
    }
    case Resource::kFabric:
      for (const FakeContainer& container : state_.containers) {
        if (!absl::EqualsIgnoreCase(container.fabric, route.names[0])) continue;
        AppendFabric(container.fabric, state_, &json);
        return Ok(json.Take());
      }
      return NotFound(route.names[0]);
    default:
      return AnswerList(route, request, url, now);
  }
}

HttpResponse FakeVault::AnswerItem(const ArmRoute& route, absl::Time now) {
  const int item =
      state_.FindItem(route.names[0], route.names[1], route.names[2]);
  if (item < 0) return NotFound(route.names[2]);
  FakeItem& found = state_.items[static_cast<size_t>(item)];
  MakePointsUntil(now, found.group, &state_);
  JsonText json;
  AppendItem(found, now, state_, &json);
  return Ok(json.Take());
}

HttpResponse FakeVault::AnswerPoint(const ArmRoute& route, absl::Time now) {
  const int index =
      state_.FindItem(route.names[0], route.names[1], route.names[2]);
  if (index < 0) return NotFound(route.names[2]);
  const FakeItem& item = state_.items[static_cast<size_t>(index)];
  MakePointsUntil(now, item.group, &state_);
  const std::optional<FakeId> id = FakeId::Parse(route.names[3]);
  for (const FakePoint& point : item.points) {
    if (point.id != id) continue;
    JsonText json;
    AppendPoint(point, item, state_, &json);
    return Ok(json.Take());
  }
  return NotFound(route.names[3]);
}

HttpResponse FakeVault::AnswerJob(const ArmRoute& route, const ArmUrl& url,
                                  absl::Time now) {
  // As the operation of an older API version it may be asked for at once.
  const int polled = PolledOperation(route, url);
  int index = polled;
  if (polled < 0) {
    const std::optional<FakeId> id = FakeId::Parse(route.names[0]);
    const auto found = state_.operation_of.find(id.value_or(FakeId()));
    if (found == state_.operation_of.end()) return NotFound(route.names[0]);
    index = found->second;
  }
  FakeOperation& operation = state_.operations[static_cast<size_t>(index)];
  if (operation.job != FakeId::Parse(route.names[0])) {
    return NotFound(route.names[0]);
  }
  if (polled < 0 && operation.visible > now) return NotFound(route.names[0]);
  JsonText json;
  AppendJob(operation, polled < 0 ? operation.state : Told(&operation), state_,
            &json);
  return Ok(json.Take());
}

bool FakeVault::ExistsForList(const ArmRoute& route) const {
  const std::vector<std::string>& names = route.names;
  if (route.resource == Resource::kPoints) {
    return state_.FindItem(names[0], names[1], names[2]) >= 0;
  }
  if (route.resource == Resource::kItemsOfContainer) {
    return state_.FindContainer(names[0], names[1]) >= 0;
  }
  return true;
}

HttpResponse FakeVault::AnswerList(const ArmRoute& route,
                                   const HttpRequest& request,
                                   const ArmUrl& url, absl::Time now) {
  if (!ExistsForList(route)) return NotFound(PathOf(request.url));
  ListAnswer answer =
      ListPage(route, url, PathOf(request.url), now, &chaos_, &state_);
  return answer.refusal ? Refused(*answer.refusal) : Ok(std::move(answer.body));
}

void FakeVault::PruneSomePoint(absl::Time now) {
  FakeItem& item = state_.items[chaos_.Below(state_.items.size())];
  MakePointsUntil(now, item.group, &state_);
  const uint64_t which = chaos_.Next();
  if (item.points.empty()) return;
  FakePoint& point = item.points[which / 2 % item.points.size()];
  // It is gone, or it is listed still and of no use.
  if (which % 2 == 0) {
    point.broken = true;
  } else {
    item.points.erase(item.points.begin() + (&point - item.points.data()));
  }
}

}  // namespace recoveryline::fake
