#include "tools/sites/arm_client.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace recoveryline {
namespace {

// What is shorter stands in any text, and is no token of Azure's.
constexpr size_t kMinSecretBytes = 8;

// A server has seen the request and lost its way, so that what it did is open.
bool IsServerTrouble(int http) { return http == 408 || http >= 500; }

bool IsSuccess(int http) { return http >= 200 && http < 300; }

// What a message calls a request: without its query.
std::string NameOf(absl::string_view method, absl::string_view target) {
  constexpr size_t kMaxPathBytes = 400;
  return absl::StrCat(
      method, " ",
      Printable(target.substr(0, target.find('?')), kMaxPathBytes));
}

const std::string* HeaderOf(const HttpResponse& response, const char* name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? nullptr : &found->second;
}

// A server that repeats what it was sent must not make us tell it.
void TakeOut(const std::string& token, HttpResponse* response) {
  if (token.size() < kMinSecretBytes) return;
  const auto clean = [&token](std::string* text) {
    absl::StrReplaceAll({{token, "[token]"}}, text);
  };
  clean(&response->body);
  for (auto& [name, value] : response->headers) clean(&value);
}

// Whether it may be sent again, and had no effect so far.
bool MayRepeat(const absl::StatusOr<HttpResponse>& got, bool has_effect) {
  if (!got.ok()) {
    return absl::IsUnavailable(got.status()) ||
           (!has_effect && absl::IsUnknown(got.status()));
  }
  if (got->status == 429) return true;
  if (has_effect) return false;
  return IsServerTrouble(got->status) ||
         (IsSuccess(got->status) && !got->body.empty() && !IsJson(got->body));
}

absl::Status NotJson(const std::string& what) {
  return absl::UnavailableError(absl::StrCat(what, ": the answer is no JSON"));
}

}  // namespace

ArmClient::ArmClient(HttpsEndpoint endpoint, HttpTransport& transport,
                     TokenSource& tokens, Clock& clock, Options options)
    : endpoint_(std::move(endpoint)),
      transport_(transport),
      tokens_(tokens),
      clock_(clock),
      options_(options),
      chance_(options.seed) {}

absl::Duration ArmClient::RetryAfterOf(const HttpResponse& response) const {
  const std::string* text = HeaderOf(response, "retry-after");
  if (text == nullptr) return absl::ZeroDuration();
  return std::min(ParseRetryAfter(*text, clock_.Now()),
                  options_.retry.longest_asked_wait);
}

absl::StatusOr<HttpResponse> ArmClient::SendOnce(const HttpRequest& request,
                                                 const std::string& token) {
  HttpRequest with_token = request;
  with_token.headers["authorization"] = absl::StrCat("Bearer ", token);
  absl::StatusOr<HttpResponse> got = transport_.Send(with_token);
  if (got.ok()) {
    TakeOut(token, &*got);
    if (const std::string* date = HeaderOf(*got, "date")) {
      const std::optional<absl::Time> time = ParseHttpDate(*date);
      if (time) server_time_ = time;
    }
    return got;
  }
  return got.status();
}

ArmClient::Answer ArmClient::Ask(const HttpRequest& request, Effect effect) {
  RetryBudget budget(options_.retry, clock_, chance_);
  bool is_refreshed = false;
  while (true) {
    const absl::StatusOr<std::string> token = tokens_.Token();
    if (!token.ok()) return {token.status(), {}};
    absl::StatusOr<HttpResponse> got = SendOnce(request, *token);
    if (got.ok() && got->status == 401 && !is_refreshed) {
      is_refreshed = true;
      tokens_.Forget();
      const absl::StatusOr<std::string> renewed = tokens_.Token();
      if (!renewed.ok()) return {renewed.status(), {}};
      // The same one again would be refused again.
      if (*renewed != *token) continue;
    }
    if (MayRepeat(got, effect == Effect::kMayHave) &&
        budget.Wait(got.ok() ? RetryAfterOf(*got) : absl::ZeroDuration())) {
      continue;
    }
    if (!got.ok()) return {got.status(), {}};
    return {absl::OkStatus(), *std::move(got)};
  }
}

absl::StatusOr<HttpResponse> ArmClient::Read(absl::string_view target) {
  if (!IsTarget(target)) {
    return absl::InvalidArgumentError("the path of a request is none");
  }
  const std::string what = NameOf("GET", target);
  Answer answer = Ask({.method = "GET",
                       .url = endpoint_.UrlOf(target),
                       .headers = {{"accept", "application/json"}}},
                      Effect::kNone);
  if (!answer.status.ok()) {
    // That the answer was lost is nothing to one who changes nothing.
    const absl::StatusCode code = absl::IsUnknown(answer.status)
                                      ? absl::StatusCode::kUnavailable
                                      : answer.status.code();
    return absl::Status(code,
                        absl::StrCat(what, ": ", answer.status.message()));
  }
  const HttpResponse& response = answer.response;
  if (!IsSuccess(response.status)) {
    return StatusOf(response.status, ReadArmErrorText(response.body), what);
  }
  if (!response.body.empty() && !IsJson(response.body)) return NotJson(what);
  return std::move(answer.response);
}

absl::StatusOr<std::string> ArmClient::Get(absl::string_view target) {
  absl::StatusOr<HttpResponse> response = Read(target);
  if (!response.ok()) return response.status();
  if (response->body.empty() && response->status != 204) {
    return NotJson(NameOf("GET", target));
  }
  return std::move(response->body);
}

absl::StatusOr<std::vector<std::string>> ArmClient::List(
    absl::string_view target) {
  const std::string what = NameOf("GET", target);
  const auto stop = [&what](absl::string_view why) {
    return absl::DataLossError(absl::StrCat(what, ": the list ", why));
  };
  std::vector<std::string> pages;
  std::set<std::string> seen;
  size_t bytes = 0;
  std::string next(target);
  while (true) {
    if (!seen.insert(next).second) return stop("leads back to a page it had");
    if (pages.size() == static_cast<size_t>(options_.max_pages)) {
      return stop(absl::StrCat("has more than ", pages.size(), " pages"));
    }
    absl::StatusOr<std::string> page = Get(next);
    if (!page.ok()) return page.status();
    bytes += page->size();
    if (bytes > options_.max_list_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(what, ": the list is too large"));
    }
    const ListPage read = ReadListPage(*page);
    if (!read.is_list) return stop("is none");
    pages.push_back(*std::move(page));
    if (read.link.empty()) return pages;
    absl::StatusOr<std::string> following = endpoint_.TargetOf(read.link);
    if (!following.ok()) {
      return absl::PermissionDeniedError(absl::StrCat(
          what,
          ": a nextLink is not followed: ", following.status().message()));
    }
    next = *std::move(following);
  }
}

ArmOutcome ArmClient::Post(absl::string_view target, absl::string_view body) {
  using State = ArmOutcome::State;
  if (!IsTarget(target)) {
    return {
        .state = State::kRefused,
        .status = absl::InvalidArgumentError("the path of a request is none")};
  }
  HttpRequest request = {.method = "POST",
                         .url = endpoint_.UrlOf(target),
                         .headers = {{"accept", "application/json"}},
                         .body = std::string(body)};
  if (!body.empty()) request.headers["content-type"] = "application/json";
  const Answer answer = Ask(request, Effect::kMayHave);
  return OutcomeOf(answer, NameOf("POST", target));
}

ArmOutcome ArmClient::OutcomeOf(const Answer& answer, const std::string& what) {
  using State = ArmOutcome::State;
  if (!answer.status.ok()) {
    const absl::Status status(
        answer.status.code(),
        absl::StrCat(what, ": ", answer.status.message()));
    switch (answer.status.code()) {
      case absl::StatusCode::kUnavailable:
        return {.state = State::kNotAccepted, .status = status};
      case absl::StatusCode::kPermissionDenied:
      case absl::StatusCode::kUnauthenticated:
      case absl::StatusCode::kInvalidArgument:
        return {.state = State::kRefused, .status = status};
      default:
        return {.state = State::kUnknown,
                .status = absl::UnavailableError(status.message())};
    }
  }
  const int http = answer.response.status;
  switch (http) {
    case 200:
    case 201:
    case 202:
    case 204:
      return Accepted(answer.response);
    default:
      break;
  }
  const absl::Status status =
      StatusOf(http, ReadArmErrorText(answer.response.body), what);
  if (http == 429) return {.state = State::kNotAccepted, .status = status};
  if (http >= 400 && !IsServerTrouble(http)) {
    return {.state = State::kRefused, .status = status};
  }
  return {.state = State::kUnknown, .status = status};
}

ArmOutcome ArmClient::Accepted(const HttpResponse& response) const {
  ArmOutcome outcome;
  outcome.state = ArmOutcome::State::kRunning;
  outcome.retry_after = RetryAfterOf(response);
  const std::string* url = HeaderOf(response, "azure-asyncoperation");
  if (url == nullptr && response.status == 202) {
    url = HeaderOf(response, "location");
  }
  if (url == nullptr && response.status != 202) {
    outcome.state = ArmOutcome::State::kDone;
    outcome.body = response.body;
    return outcome;
  }
  // Accepted it is, wherever its operation may be.
  if (url != nullptr && endpoint_.TargetOf(*url).ok()) outcome.operation = *url;
  return outcome;
}

absl::StatusOr<ArmOperation> ArmClient::Poll(absl::string_view operation) {
  const absl::StatusOr<std::string> target = endpoint_.TargetOf(operation);
  if (!target.ok()) {
    return absl::PermissionDeniedError(absl::StrCat(
        "an operation is not asked about: ", target.status().message()));
  }
  const absl::StatusOr<HttpResponse> response = Read(*target);
  if (!response.ok()) return response.status();
  ArmOperation read = ReadArmOperation(*response);
  read.retry_after = RetryAfterOf(*response);
  return read;
}

}  // namespace recoveryline
