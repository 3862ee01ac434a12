// FakeArmServer: a fake vault behind TLS on the loopback interface.
//
//   auto server = FakeArmServer::Start({.vault = options, .speed = 600});
//   (*server)->url();                        // "https://localhost:40123"
//   (*server)->authority_pem();              // what clients have to trust
//   (*server)->WithVault([](FakeVault& vault) { vault.ledger() ... });
//
// A dropped answer is a closed connection. Beside the service's own addresses
// there are some for scripts, which want no token:
//   GET  /fake/ledger    the effects, a JSON object a line
//   POST /fake/faults    {"method","pathPart","fate","skip","times"}: scripted
//   POST /fake/failures  {"item","action","code","message"}: FailNext()
//   POST /fake/resync    {"item"}: it has to be compared with its source again
//
// With a token file, tokens expire: the file holds one that is good for a while
// yet, and is written anew, under the same name, when it is not.
//
// Virtual time goes on with real time, `speed` times as fast, from the vault's
// start; or by a clock that is given.
//
// Thread-safety: all; one request at a time is given to the vault.

#ifndef RECOVERYLINE_TESTS_FAKE_ARM_FAKE_ARM_SERVER_H_
#define RECOVERYLINE_TESTS_FAKE_ARM_FAKE_ARM_SERVER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/fake_arm/fake_certificates.h"
#include "tests/fake_arm/fake_options.h"
#include "tests/fake_arm/fake_vault.h"

namespace recoveryline::fake {

struct FakeServerOptions {
  FakeOptions vault = {};
  // 0: any that is free.
  int port = 0;
  CertificateKind certificate = CertificateKind::kGood;
  double speed = 1;
  // Instead of real time; not to go back.
  std::function<absl::Time()> now = {};
  // Each is left alone where it is empty. The log gets a line for each request:
  // its method, path and body, and the status that it was answered with.
  std::string request_log = {};
  std::string ledger_file = {};
  std::string token_file = {};
  // One more token, which may not write.
  std::string reader_token = {};
  // In virtual time, of the tokens in that file.
  absl::Duration token_lifetime = absl::InfiniteDuration();
};

class FakeArmServer {
 public:
  // Errors: Unavailable where it cannot listen; Internal, of OpenSSL.
  static absl::StatusOr<std::unique_ptr<FakeArmServer>> Start(
      FakeServerOptions options);
  // Stops it, and writes the ledger.
  ~FakeArmServer();

  int port() const;
  std::string url() const;
  const std::string& authority_pem() const;
  // While no request is answered.
  void WithVault(const std::function<void(FakeVault&)>& use);

 private:
  class Impl;

  explicit FakeArmServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace recoveryline::fake

#endif  // RECOVERYLINE_TESTS_FAKE_ARM_FAKE_ARM_SERVER_H_
