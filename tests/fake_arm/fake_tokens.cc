#include "tests/fake_arm/fake_tokens.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/fake_arm/json_text.h"

namespace recoveryline::fake {
namespace {

constexpr absl::string_view kScheme = "Bearer ";

}  // namespace

const TokenRights* FakeTokens::Find(const HttpRequest& request) const {
  const auto header = request.headers.find("authorization");
  if (header == request.headers.end() ||
      !absl::StartsWithIgnoreCase(header->second, kScheme)) {
    return nullptr;
  }
  const auto found = rights_.find(header->second.substr(kScheme.size()));
  return found == rights_.end() ? nullptr : &found->second;
}

std::optional<Refusal> FakeTokens::Judge(const HttpRequest& request,
                                         absl::Time now,
                                         absl::string_view operation,
                                         absl::string_view scope) const {
  if (request.headers.count("authorization") == 0) {
    return Refusal{401, "AuthenticationFailed",
                   "Authentication failed. The 'Authorization' header is "
                   "missing."};
  }
  const TokenRights* rights = Find(request);
  if (rights == nullptr) {
    return Refusal{401, "InvalidAuthenticationToken",
                   "The access token is invalid."};
  }
  if (now >= rights->expires) {
    return Refusal{401, "ExpiredAuthenticationToken",
                   "The access token expiry UTC time is earlier than current "
                   "UTC time."};
  }
  if (request.method == "GET" || rights->may_write) return std::nullopt;
  return Refusal{
      403, "AuthorizationFailed",
      absl::StrCat("The client does not have authorization to perform action '",
                   operation, "' over scope '", scope,
                   "' or the scope is invalid. If access was recently granted, "
                   "please refresh your credentials.")};
}

std::string FakeTokens::PermissionsBody(const HttpRequest& request) const {
  const TokenRights* rights = Find(request);
  const bool may_write = rights != nullptr && rights->may_write;
  JsonText json;
  json.BeginObject().Key("value").BeginArray().BeginObject();
  json.Key("actions").BeginArray();
  json.String(may_write ? "Microsoft.RecoveryServices/vaults/*" : "*/read");
  json.EndArray();
  json.Key("notActions").BeginArray().EndArray();
  json.EndObject().EndArray().EndObject();
  return json.Take();
}

}  // namespace recoveryline::fake
