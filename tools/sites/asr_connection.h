// AsrConnection: a vault in Azure as a command line names it, with all that is
// needed to reach it.
//
//   auto connection = AsrConnection::Open(
//       {.vault = "/subscriptions/...", .token_environment = "TOKEN"}, clock);
//   ImportAsrVault((*connection)->vault(), options);
//
// Nothing is sent before the vault is asked for something.
//
// Thread-safety: none.
// Errors: InvalidArgument, with what is wrong with the address.

#ifndef RECOVERYLINE_TOOLS_SITES_ASR_CONNECTION_H_
#define RECOVERYLINE_TOOLS_SITES_ASR_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tools/sites/arm_client.h"
#include "tools/sites/asr_vault.h"
#include "tools/sites/clock.h"
#include "tools/sites/curl_transport.h"
#include "tools/sites/token_source.h"

namespace recoveryline {

struct AsrAddress {
  // Azure's id of the vault.
  std::string vault = {};
  std::string endpoint = "https://management.azure.com";
  std::string api_version = AsrVault::kDefaultApiVersion;
  // See CurlTransport::Options.
  std::string ca_file = {};
  std::string proxy = {};
  // Where the token is from: exactly one. See token_source.h.
  std::string token_environment = {};
  std::string token_file = {};
  std::string token_command = {};
  // From now on: after it, no request is tried again.
  absl::Duration patience = absl::InfiniteDuration();
};

class AsrConnection {
 public:
  // `clock` must outlive the connection.
  static absl::StatusOr<std::unique_ptr<AsrConnection>> Open(
      const AsrAddress& address, Clock& clock);
  AsrConnection(const AsrConnection&) = delete;
  AsrConnection& operator=(const AsrConnection&) = delete;

  const AsrVault& vault() const { return *vault_; }

 private:
  AsrConnection(HttpsEndpoint endpoint,
                std::unique_ptr<CurlTransport> transport, TokenSource tokens,
                Clock& clock, const ArmClient::Options& options);

  std::unique_ptr<CurlTransport> transport_;
  TokenSource tokens_;
  ArmClient arm_;
  absl::StatusOr<AsrVault> vault_;
};

}  // namespace recoveryline

#endif  // RECOVERYLINE_TOOLS_SITES_ASR_CONNECTION_H_
