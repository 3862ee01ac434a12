// FakeTokens: may the bearer of this token do that?
//
//   tokens.Allow("t-1", {.may_write = false, .expires = now + absl::Hours(1)});
//   if (auto refusal = tokens.Judge(request, now)) ...   // 401 or 403
//
// Thread-safety: none.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_TOKENS_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_TOKENS_H_

#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/fake_arm/action_input.h"
#include "tools/sites/http.h"

namespace recoveryline::fake {

struct TokenRights {
  bool may_write = true;
  absl::Time expires = absl::InfiniteFuture();
};

class FakeTokens {
 public:
  void Allow(std::string token, const TokenRights& rights) {
    rights_[std::move(token)] = rights;
  }
  void Forget(const std::string& token) { rights_.erase(token); }

  // Whether the request may pass. `operation`: what a POST would do, as the
  // service calls it, and `scope` at what.
  std::optional<Refusal> Judge(const HttpRequest& request, absl::Time now,
                               absl::string_view operation,
                               absl::string_view scope) const;
  // As Microsoft.Authorization/permissions answers.
  std::string PermissionsBody(const HttpRequest& request) const;

 private:
  const TokenRights* Find(const HttpRequest& request) const;

  std::map<std::string, TokenRights> rights_;
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_TOKENS_H_
