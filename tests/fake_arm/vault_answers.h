// Vault answers: the forms in which the service answers.
//
//   return Refused({409, "Conflict", "Another operation is in progress."});
//   response.headers["location"] = Signed(address, "2023-06-01", operation);
//
// Thread-safety: pure functions.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_VAULT_ANSWERS_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_VAULT_ANSWERS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/fake_arm/action_input.h"
#include "tests/fake_arm/arm_url.h"
#include "tests/fake_arm/fake_operation.h"
#include "tools/sites/http.h"

namespace recoveryline::fake {

HttpResponse Ok(std::string body);
HttpResponse Refused(const Refusal& refusal);
HttpResponse NotFound(absl::string_view what);

// A header with whole seconds; none for less than one.
void AddRetryAfter(absl::Duration retry_after, HttpResponse* response);

// `address` as the service gives it for polls: a client has to give it back as
// it is, with all of its query.
std::string Signed(absl::string_view address, absl::string_view api_version,
                   const FakeOperation& operation);
bool IsSigned(const ArmUrl& url, const FakeOperation& operation);

// The address without its query.
absl::string_view PathOf(absl::string_view url);

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_VAULT_ANSWERS_H_
