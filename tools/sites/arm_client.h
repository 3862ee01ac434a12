// ArmClient: Azure Resource Manager, read as often as needed, changed at most
// once.
//
//   ArmClient arm(endpoint, transport, tokens, clock, {});
//   absl::StatusOr<std::string> item =
//   arm.Get("/subscriptions/...?api-version=1"); ArmOutcome outcome =
//   arm.Post("/subscriptions/.../failoverCommit?...", "");
//   absl::StatusOr<ArmOperation> now = arm.Poll(outcome.operation);
//
// What is sent again:
//                              Get, List, Poll         Post
//   surely not sent            yes                     yes
//   429                        yes                     yes
//   401                        once, with a new token  once, with a new token
//   408, 5xx, answer lost      yes                     no: kUnknown
//   the answer is no JSON      yes                     no
// with growing waits, Retry-After honoured, within a budget (retry_budget.h).
//
// Invariants:
//   (1) A request that has an effect is sent again only where the one before it
//       surely had none.
//   (2) Requests, and with them the token, go to the endpoint alone; a nextLink
//       or an operation that leads elsewhere is refused.
//   (3) The token is in no message; where an answer repeats it, it is taken out
//       before the answer is looked at.
//
// Thread-safety: none.
// Errors: Unavailable: not reachable within the budget; PermissionDenied: no
// right, a certificate not to be trusted, or an address elsewhere;
// Unauthenticated: no token, or it is refused; NotFound; Aborted: HTTP 409;
// InvalidArgument: any other refusal; DataLoss: a list that does not end, or is
// none; ResourceExhausted: an answer that is too large. arm_error.h knows
// Azure's own code of each.

#ifndef RECOVERYLINE_TOOLS_SITES_ARM_CLIENT_H_
#define RECOVERYLINE_TOOLS_SITES_ARM_CLIENT_H_

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/sites/arm_operation.h"
#include "tools/sites/clock.h"
#include "tools/sites/http.h"
#include "tools/sites/https_url.h"
#include "tools/sites/retry_budget.h"
#include "tools/sites/token_source.h"

namespace recoveryline {

// What became of a request for an effect.
struct ArmOutcome {
  enum class State {
    // It surely has had no effect and will have none: the site was not reached,
    // or had no time for it. May be asked again.
    kNotAccepted,
    // It was refused, and has no effect.
    kRefused,
    // It may have taken effect, or may do so yet.
    kUnknown,
    // It was accepted and goes on.
    kRunning,
    // It is done.
    kDone,
  };

  State state = State::kUnknown;
  // Why, for the first three; OK for the others.
  absl::Status status = {};
  // kRunning: for Poll(); empty where the answer named none on the endpoint.
  std::string operation = {};
  absl::Duration retry_after = absl::ZeroDuration();
  // kDone: what was answered; may be empty.
  std::string body = {};
};

class ArmClient {
 public:
  struct Options {
    RetryOptions retry;
    // Of the jitter.
    uint64_t seed = 1;
    int max_pages = 10'000;
    size_t max_list_bytes = size_t{1} << 30;
  };

  // All three must outlive the client. `transport` must let requests to
  // `endpoint` pass.
  ArmClient(HttpsEndpoint endpoint, HttpTransport& transport,
            TokenSource& tokens, Clock& clock, Options options);

  // REQUIRES, of all targets: IsTarget(); else InvalidArgument.
  // The body, which is JSON; empty with 204.
  absl::StatusOr<std::string> Get(absl::string_view target);
  // The body of each page, in order.
  absl::StatusOr<std::vector<std::string>> List(absl::string_view target);
  // `body` may be empty.
  ArmOutcome Post(absl::string_view target, absl::string_view body);
  // `operation` as an ArmOutcome has it.
  absl::StatusOr<ArmOperation> Poll(absl::string_view operation);

  const HttpsEndpoint& endpoint() const { return endpoint_; }
  // The clock of the server, as its last answer had it; nothing where none had.
  std::optional<absl::Time> server_time() const { return server_time_; }

 private:
  // What came of sending something, several times where that is allowed.
  struct Answer {
    absl::Status status;  // OK: `response` stands
    HttpResponse response = {};
  };
  enum class Effect { kNone, kMayHave };

  Answer Ask(const HttpRequest& request, Effect effect);
  absl::StatusOr<HttpResponse> SendOnce(const HttpRequest& request,
                                        const std::string& token);
  absl::StatusOr<HttpResponse> Read(absl::string_view target);
  ArmOutcome OutcomeOf(const Answer& answer, const std::string& what);
  ArmOutcome Accepted(const HttpResponse& response) const;
  absl::Duration RetryAfterOf(const HttpResponse& response) const;

  HttpsEndpoint endpoint_;
  HttpTransport& transport_;
  TokenSource& tokens_;
  Clock& clock_;
  Options options_;
  std::mt19937_64 chance_;
  std::optional<absl::Time> server_time_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ARM_CLIENT_H_
