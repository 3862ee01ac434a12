#include "tools/sites/asr_connection.h"

#include <fstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace recoveryline {
namespace {

absl::StatusOr<TokenSource> TokensOf(const AsrAddress& address) {
  const int count = (address.token_environment.empty() ? 0 : 1) +
                    (address.token_file.empty() ? 0 : 1) +
                    (address.token_command.empty() ? 0 : 1);
  if (count == 0) {
    return absl::InvalidArgumentError(
        "Azure asks for a token: give one of token-env, token-file and "
        "token-command (a command with arguments, which may be secret, is kept "
        "in no log and has to be given again each time)");
  }
  if (count != 1) {
    return absl::InvalidArgumentError(
        "Azure asks for a token: give one of token-env, token-file and "
        "token-command");
  }
  if (!address.token_environment.empty()) {
    return TokenSource::FromEnvironment(address.token_environment);
  }
  if (!address.token_file.empty()) {
    return TokenSource::FromFile(address.token_file);
  }
  return TokenSource::FromCommand(address.token_command);
}

// What would be refused at the first request, or be kept where it can be read.
absl::Status CheckFiles(const AsrAddress& address) {
  if (absl::StrContains(address.proxy, '@')) {
    return absl::InvalidArgumentError(
        "the address of the proxy holds a user or a password, which would be "
        "kept in logs: name one that asks for none, such as one of your own "
        "that signs in to it");
  }
  std::ifstream certificates(address.ca_file);
  certificates.peek();
  if (!address.ca_file.empty() && !certificates.good()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the file of certificates, ", address.ca_file, ", cannot be read"));
  }
  return absl::OkStatus();
}

// Processes that began together should not ask again together.
ArmClient::Options OptionsOf(const AsrAddress& address, absl::Time now) {
  ArmClient::Options options;
  options.seed = static_cast<uint64_t>(absl::ToUnixNanos(now));
  options.retry.latest = now + address.patience;
  return options;
}

}  // namespace

AsrConnection::AsrConnection(HttpsEndpoint endpoint,
                             std::unique_ptr<CurlTransport> transport,
                             TokenSource tokens, Clock& clock,
                             const ArmClient::Options& options)
    : transport_(std::move(transport)),
      tokens_(std::move(tokens)),
      arm_(std::move(endpoint), *transport_, tokens_, clock, options) {}

absl::StatusOr<std::unique_ptr<AsrConnection>> AsrConnection::Open(
    const AsrAddress& address, Clock& clock) {
  absl::StatusOr<TokenSource> tokens = TokensOf(address);
  if (!tokens.ok()) return tokens.status();
  if (absl::Status sound = CheckFiles(address); !sound.ok()) return sound;
  absl::StatusOr<HttpsEndpoint> endpoint =
      HttpsEndpoint::Parse(address.endpoint);
  if (!endpoint.ok()) return endpoint.status();
  auto transport = CurlTransport::Make({.endpoint = address.endpoint,
                                        .ca_file = address.ca_file,
                                        .proxy = address.proxy});
  if (!transport.ok()) return transport.status();
  std::unique_ptr<AsrConnection> connection(new AsrConnection(
      *std::move(endpoint), *std::move(transport), *std::move(tokens), clock,
      OptionsOf(address, clock.Now())));
  connection->vault_ =
      AsrVault::Make(connection->arm_, address.vault, address.api_version);
  if (!connection->vault_.ok()) return connection->vault_.status();
  return connection;
}

}  // namespace recoveryline
