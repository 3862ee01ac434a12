// The POSTs of a fake vault, and the operations that they begin.

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/fake_arm/action_input.h"
#include "tests/fake_arm/arm_bodies.h"
#include "tests/fake_arm/fake_vault.h"
#include "tests/fake_arm/item_machine.h"
#include "tests/fake_arm/json_text.h"
#include "tests/fake_arm/vault_answers.h"

namespace recoveryline::fake {
namespace {

using absl::string_view;

// What a plan can be told to do.
bool IsOfPlans(Action action) {
  return IsFailover(action) || action == Action::kTestFailover ||
         action == Action::kTestFailoverCleanup ||
         action == Action::kFailoverCommit || action == Action::kFailoverCancel;
}

// The actions of the plan's items; refused ones are left out.
struct PlanCalls {
  std::vector<std::pair<ItemCall, ActionInput>> begun;
  // The first refusal of one that was left out.
  std::optional<Refusal> left_out;
  // Of the body.
  std::optional<Refusal> wrong;
};

PlanCalls CallsOf(Action action, const FakePlan& plan, string_view body,
                  absl::Time now, const FakeState& state) {
  PlanCalls calls;
  for (const std::vector<int>& group : plan.boot_groups) {
    for (const int index : group) {
      const ItemCall call = {.action = action, .item = index, .by_plan = true};
      if (auto refusal = RefusalOf(call, now, state)) {
        if (!calls.left_out) calls.left_out = std::move(refusal);
        continue;
      }
      const FakeItem& item = state.items[static_cast<size_t>(index)];
      ActionInput input = ReadPlanInput(
          action, item, state.groups[static_cast<size_t>(item.group)].named,
          body);
      if (input.refusal) {
        calls.wrong = std::move(input.refusal);
        return calls;
      }
      calls.begun.emplace_back(call, std::move(input));
    }
  }
  return calls;
}

}  // namespace

HttpResponse FakeVault::AnswerPost(const HttpRequest& request,
                                   const ArmRoute& route, const ArmUrl& url,
                                   absl::Time now) {
  const std::vector<std::string>& names = route.names;
  const std::optional<Action> action = ActionOf(names.back());
  if (!action) return NotFound(names.back());
  if (route.resource == Resource::kPlanAction) {
    const int plan = state_.FindPlan(names[0]);
    if (plan < 0) return NotFound(names[0]);
    return PostToPlan(*action, plan, request.body, url, now);
  }
  const bool switches = *action == Action::kSwitchProtection;
  if (switches != (route.resource == Resource::kContainerAction)) {
    return NotFound(names.back());
  }
  std::string name = names[2];
  if (switches) {
    const ActionInput input = ReadSwitchInput(request.body);
    if (input.refusal) return Refused(*input.refusal);
    name = input.item_name;
  }
  const int item = state_.FindItem(names[0], names[1], name);
  if (item < 0) return NotFound(name);
  return PostToItem(*action, item, request.body, url, now);
}

HttpResponse FakeVault::PostToItem(Action action, int item, string_view body,
                                   const ArmUrl& url, absl::Time now) {
  const FakeItem& found = state_.items[static_cast<size_t>(item)];
  const ActionInput input = ReadItemInput(
      action, found, state_.groups[static_cast<size_t>(found.group)].named,
      body);
  if (input.refusal) return Refused(*input.refusal);
  const ItemCall call = {.action = action, .item = item};
  if (const auto refusal = RefusalOf(call, now, state_)) {
    return Refused(*refusal);
  }
  return Accepted(BeginAtItem(call, input, now, &chaos_, &state_), url);
}

HttpResponse FakeVault::PostToPlan(Action action, int plan, string_view body,
                                   const ArmUrl& url, absl::Time now) {
  if (action == Action::kReProtect) {
    return Refused({400, "OperationNotSupported",
                    "This api is for deprecated scenarios and no longer "
                    "works."});
  }
  if (!IsOfPlans(action)) return NotFound(Name(action));
  PlanCalls calls = CallsOf(action, state_.plans[static_cast<size_t>(plan)],
                            body, now, state_);
  if (calls.wrong) return Refused(*calls.wrong);
  if (calls.begun.empty()) {
    return Refused(calls.left_out.value_or(
        Refusal{400, "OperationNotAllowed", "The plan has no items."}));
  }
  const int parent = BeginAtPlan(action, plan, now, &chaos_, &state_);
  for (auto& [call, input] : calls.begun) {
    call.parent = parent;
    BeginAtItem(call, input, now, &chaos_, &state_);
  }
  return Accepted(parent, url);
}

HttpResponse FakeVault::Accepted(int index, const ArmUrl& url) const {
  const FakeOperation& operation =
      state_.operations[static_cast<size_t>(index)];
  const std::string& version = *url.Query("api-version");
  const auto address = [&](const std::string& path) {
    return Signed(absl::StrCat(url.origin, path), version, operation);
  };
  std::string target;
  if (operation.plan >= 0) {
    target = PlanId(state_.plans[static_cast<size_t>(operation.plan)], state_);
  } else {
    const FakeItem& item = state_.items[static_cast<size_t>(operation.item)];
    target = operation.action == Action::kSwitchProtection
                 ? ContainerId(item.container, state_)
                 : ItemId(item, state_);
  }
  HttpResponse response;
  response.status = 202;
  response.headers["location"] =
      address(absl::StrCat(target, "/operationresults/", operation.id.Text()));
  switch (state_.options.poll_style) {
    case PollStyle::kOperationStatus:
      response.headers["azure-asyncoperation"] = address(absl::StrCat(
          state_.root, "/replicationOperationStatus/", operation.id.Text()));
      break;
    case PollStyle::kJob:
      response.headers["azure-asyncoperation"] =
          address(JobId(operation.job, state_));
      break;
    case PollStyle::kLocationOnly:
      break;
  }
  AddRetryAfter(state_.options.times.retry_after, &response);
  return response;
}

int FakeVault::PolledOperation(const ArmRoute& route, const ArmUrl& url) const {
  const std::optional<FakeId> id = FakeId::Parse(route.names.back());
  const auto found = state_.operation_of.find(id.value_or(FakeId()));
  if (found == state_.operation_of.end() ||
      !IsSigned(url, state_.operations[static_cast<size_t>(found->second)])) {
    return -1;
  }
  return found->second;
}

OperationState FakeVault::Told(FakeOperation* operation) {
  const ChaosRates& rates = chaos_.rates();
  const bool is_stale = chaos_.Strikes(rates.stale_poll);
  const bool regresses = chaos_.Strikes(rates.regressed_poll);
  if (operation->state == OperationState::kRunning) {
    operation->told_running = true;
    return operation->state;
  }
  if (is_stale && operation->told_running && !operation->told_success) {
    return OperationState::kRunning;
  }
  if (regresses && operation->told_success && !operation->regressed) {
    operation->regressed = true;
    return OperationState::kRunning;
  }
  operation->told_success |= operation->state == OperationState::kSucceeded;
  return operation->state;
}

HttpResponse FakeVault::ResultOf(const FakeOperation& operation,
                                 absl::Time now) const {
  JsonText json;
  if (operation.plan >= 0) {
    AppendPlan(state_.plans[static_cast<size_t>(operation.plan)], now, state_,
               &json);
    return Ok(json.Take());
  }
  const FakeItem& item = state_.items[static_cast<size_t>(operation.item)];
  if (operation.action == Action::kSwitchProtection) {
    AppendContainer(item.container, state_, &json);
  } else {
    AppendItem(item, now, state_, &json);
  }
  return Ok(json.Take());
}

HttpResponse FakeVault::AnswerPoll(const ArmRoute& route, const ArmUrl& url,
                                   absl::Time now) {
  const int index = PolledOperation(route, url);
  if (index < 0) return NotFound(route.names.back());
  FakeOperation& operation = state_.operations[static_cast<size_t>(index)];
  const OperationState told = Told(&operation);
  if (route.resource == Resource::kOperationStatus) {
    JsonText json;
    AppendOperation(operation, told, &json);
    return Ok(json.Take());
  }
  switch (told) {
    case OperationState::kRunning:
      return Accepted(index, url);
    case OperationState::kSucceeded:
      return ResultOf(operation, now);
    case OperationState::kFailed:
      return Refused({400, operation.error_code, operation.error_message});
    case OperationState::kCancelled:
      break;
  }
  return Refused({409, "OperationCancelled", "The operation was cancelled."});
}

}  // namespace recoveryline::fake
