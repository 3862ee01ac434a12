#include "tests/fake_arm/vault_answers.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/fake_arm/arm_bodies.h"
#include "tests/fake_arm/json_text.h"

namespace recoveryline::fake {
namespace {

constexpr char kJson[] = "application/json; charset=utf-8";
// Distinguishes the signatures of operations from their ids.
constexpr uint64_t kSignatureStream = 31;

std::string SignatureOf(const FakeOperation& operation) {
  return FakeId::Of(operation.id.high, {kSignatureStream, operation.id.low})
      .Text();
}

}  // namespace

HttpResponse Ok(std::string body) {
  return {200, {{"content-type", kJson}}, std::move(body)};
}

HttpResponse Refused(const Refusal& refusal) {
  HttpResponse response = {refusal.http_status,
                           {{"content-type", kJson}},
                           ErrorBody(refusal.code, refusal.message)};
  if (refusal.http_status == 401) {
    response.headers["www-authenticate"] = absl::StrCat(
        "Bearer authorization_uri=\"https://login.windows.net/\", "
        "error=\"invalid_token\", error_description=\"",
        refusal.message, "\"");
  }
  return response;
}

HttpResponse NotFound(absl::string_view what) {
  return Refused({404, "ResourceNotFound",
                  absl::StrCat("The resource '", what, "' was not found.")});
}

void AddRetryAfter(absl::Duration retry_after, HttpResponse* response) {
  const int64_t seconds = absl::ToInt64Seconds(retry_after);
  if (seconds > 0) response->headers["retry-after"] = absl::StrCat(seconds);
}

std::string Signed(absl::string_view address, absl::string_view api_version,
                   const FakeOperation& operation) {
  // The colons are encoded in lower case, as nobody else would.
  const std::string time = ArmTime(operation.started);
  return absl::StrCat(address, "?api-version=", api_version,
                      "&t=", time.substr(0, 13), "%3a", time.substr(14, 2),
                      "%3a", time.substr(17, 2), "&h=", SignatureOf(operation));
}

bool IsSigned(const ArmUrl& url, const FakeOperation& operation) {
  const std::string* signature = url.Query("h");
  return signature != nullptr && url.Query("t") != nullptr &&
         *signature == SignatureOf(operation);
}

absl::string_view PathOf(absl::string_view url) {
  return url.substr(0, url.find('?'));
}

}  // namespace recoveryline::fake
