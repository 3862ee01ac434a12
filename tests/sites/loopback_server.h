// LoopbackServer: an https server on 127.0.0.1 that keeps a ledger of what it
// was asked, and answers, drops or stays silent as a test says.
//
//   LoopbackServer server(certificates.good(), [](const std::string& request) {
//     return LoopbackReply{.bytes = OkReply("{}")};
//   });
//   server.endpoint();       // "https://127.0.0.1:40001"
//   server.requests();       // each with its head and body
//
// Thread-safety: the script is called by one thread at a time; the ledger may
// be read at any time.

#ifndef RECOVERYLINE_TESTS_SITES_LOOPBACK_SERVER_H_
#define RECOVERYLINE_TESTS_SITES_LOOPBACK_SERVER_H_

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/sites/test_certificates.h"

namespace recoveryline {

struct LoopbackReply {
  std::string bytes = {};
  // After the bytes: goes on with the connection, or drops it, or keeps it open
  // without a word.
  enum class Then { kGoOn, kDrop, kStaySilent };
  Then then = Then::kGoOn;
};

// A whole answer with the status 200.
std::string OkReply(const std::string& body);

class LoopbackServer {
 public:
  using Script = std::function<LoopbackReply(const std::string& request)>;

  // Without `certificate`, each connection is dropped before the handshake.
  LoopbackServer(const TestCertificate* certificate, Script script);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string endpoint() const;
  std::vector<std::string> requests() const;
  int connection_count() const;

 private:
  struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  void Accept();
  void Serve(int socket);
  // False where the connection ends.
  bool ServeOne(SSL* ssl);

  std::unique_ptr<SSL_CTX, FreeContext> context_;
  Script script_;
  int listener_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  bool is_closing_ = false;
  std::vector<int> sockets_;
  std::vector<std::thread> connections_;
  std::vector<std::string> requests_;
  std::thread acceptor_;
};

// A port of 127.0.0.1 at which nobody listens.
int DeadPort();

}  // namespace recoveryline

#endif  // RECOVERYLINE_TESTS_SITES_LOOPBACK_SERVER_H_
